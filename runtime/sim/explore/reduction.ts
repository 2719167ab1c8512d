/**
 * Which steps of a state are enough: those of a few processes that nobody else can disturb.
 *
 *     process 0 ── next step reads TAIL ────┐
 *     process 1 ── future writes TAIL ──────┴─ clash: if 0 goes first, so may 1
 *     process 2 ── future touches nothing that the next steps of 0 and 1 touch: it can wait
 *
 * A set of processes is *persistent* in a state if no next step of one inside clashes with anything
 * that one outside may ever do from here. Whatever happens outside first, the steps inside could
 * as well have been taken before it, with the same state in the end. So walking along the steps
 * inside alone comes to all states in which the program ends, if one of them is not optional: such
 * a step would be left over in an end that was reached without any of them.
 *
 * That a state breaks the invariant may be seen only on the way, so steps that change what one
 * thing of the invariant looks at (`watched`) clash with each other. And nobody may wait for ever:
 * a walk that only went round in a circle of steps inside would never come to those outside. Hence
 * the proviso, which the walks see to: one of the steps inside leads to a state that is left before
 * this one (depth first) or looked at after it (breadth first), or all steps are walked along.
 *
 * Left out: sleep sets, which save steps and no states; and sets that differ between orders of the
 * same steps (dynamic reduction), which need the whole path.
 *
 * @source Persistent sets: P. Godefroid, Partial-Order Methods for the Verification of Concurrent
 *   Systems (LNCS 1032, 1996), chapter 4 (the closure follows W. Overman); watched objects and the
 *   proviso: conditions C2 and C3 of ample sets, D. Peled (CAV 1993), E. Clarke, O. Grumberg,
 *   D. Peled, Model Checking (1999), chapter 10; the proviso without a stack: D. Bošnački,
 *   G. Holzmann, Improving Spin's partial-order reduction for breadth-first search (SPIN 2005).
 */

import { isWhole, wrongKey } from "../../wrong.ts";
import { InvalidExploration, refuse } from "./errors.ts";
import { type Footprint, type Footprints, PROCESSES_MAX, type Step } from "./program.ts";

/** The steps of a state, those first of which the first `enough` will do if the proviso holds. */
export interface Ordered<State> {
  readonly steps: readonly Step<State>[];
  readonly enough: number;
}

const NOTHING: Footprint = { reads: 0, writes: 0 };

export class Reduction<State> {
  readonly #footprints: Footprints<State>;
  /** By process: how many steps it has here, how many of them are not optional. */
  readonly #steps: number[];
  readonly #firm: number[];
  /** By process: a bit for each one that its next steps clash with; its own does not matter. */
  readonly #clashes: number[];
  readonly #futures: Footprint[] = [];

  constructor(footprints: Footprints<State>) {
    const { processes } = footprints;
    refuse(wrongKey("footprints.processes", processes, isWhole(1, PROCESSES_MAX)));
    this.#footprints = footprints;
    this.#steps = new Array<number>(processes).fill(0);
    this.#firm = this.#steps.slice();
    this.#clashes = this.#steps.slice();
  }

  /** Costs two footprints per process, and a look at each pair. */
  order(state: State, steps: readonly Step<State>[]): Ordered<State> {
    const all = { steps, enough: steps.length };
    if (steps.length < 2) return all;
    this.#count(steps);
    this.#compare(state);
    let [best, fewest] = [0, steps.length];
    for (let process = 0; process < this.#firm.length; process += 1) {
      if (this.#firm[process] === 0) continue;
      const set = this.#closure(1 << process);
      const size = this.#sizeOf(set);
      if (size < fewest) [best, fewest] = [set, size];
    }
    if (fewest === steps.length) return all;
    const inside = ({ process = 0 }: Step<State>): boolean => (best & (1 << process)) !== 0;
    const outside = steps.filter((step) => !inside(step));
    return { steps: [...steps.filter(inside), ...outside], enough: fewest };
  }

  #count(steps: readonly Step<State>[]): void {
    this.#steps.fill(0);
    this.#firm.fill(0);
    for (const { label, optional, process } of steps) {
      const count = process === undefined ? undefined : this.#steps[process];
      if (process === undefined || count === undefined) {
        const all = this.#steps.length;
        throw new InvalidExploration(`${label}: whose step is it?`, `say process, below ${all}`);
      }
      this.#steps[process] = count + 1;
      if (optional !== true) this.#firm[process] = (this.#firm[process] ?? 0) + 1;
    }
  }

  #compare(state: State): void {
    const { processes, watched } = this.#footprints;
    for (let one = 0; one < processes; one += 1) {
      this.#futures[one] = this.#footprints.future(state, one);
    }
    for (let one = 0; one < processes; one += 1) {
      const next = this.#footprints.next(state, one);
      let clashing = 0;
      for (let other = 0; other < processes; other += 1) {
        const future = this.#futures[other] ?? NOTHING;
        if (clash(next, future) || bothWatched(next, future, watched)) clashing |= 1 << other;
      }
      this.#clashes[one] = clashing;
    }
  }

  /** The smallest persistent set with these processes in it. */
  #closure(from: number): number {
    let set = from;
    for (let grown = true; grown; ) {
      const before = set;
      for (let process = 0; process < this.#clashes.length; process += 1) {
        if ((set & (1 << process)) !== 0) set |= this.#clashes[process] ?? 0;
      }
      grown = set !== before;
    }
    return set;
  }

  #sizeOf(set: number): number {
    let size = 0;
    for (let process = 0; process < this.#steps.length; process += 1) {
      if ((set & (1 << process)) !== 0) size += this.#steps[process] ?? 0;
    }
    return size;
  }
}

/** One writes what the other touches, so their order may matter. */
export function clash(one: Footprint, other: Footprint): boolean {
  return (one.writes & (other.reads | other.writes)) !== 0 || (one.reads & other.writes) !== 0;
}

/** Both change what one thing of the invariant looks at. */
export function bothWatched(one: Footprint, other: Footprint, watched: readonly number[]): boolean {
  for (const mask of watched) {
    if ((one.writes & mask) !== 0 && (other.writes & mask) !== 0) return true;
  }
  return false;
}
