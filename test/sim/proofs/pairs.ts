/**
 * Who is bound to whom, seen from outside.
 *
 *     watches ──▶ the other ends ──▶ hears of it, once      or forgets, or ends itself: never
 *     binds   ──▶ one ends ──▶ so does the other            parts: no more, whoever has asked
 */

import type { AnyRef } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";

interface Watch {
  readonly by: string;
  readonly other: AnyRef;
  heard: number;
  isOver: boolean;
}

interface Life {
  readonly ref: AnyRef;
  /** Why it ends, if it is known to be of itself. */
  ends: boolean;
}

export class Pairs {
  readonly #sim: Simulation;
  readonly #lives: Map<string, Life> = new Map();
  readonly #watches: Watch[] = [];
  /** Bound and not parted, both ways. Of those that were ever parted nothing is said. */
  readonly #bound: Map<string, Set<string>> = new Map();
  readonly #parted: Set<string> = new Set();
  readonly problems: string[] = [];
  readonly met: Record<string, number> = {};

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  lives(ref: AnyRef): void {
    this.#lives.set(String(ref), { ref, ends: false });
    this.count("lives");
  }

  #isAlive(who: string): boolean {
    const life = this.#lives.get(who);
    return life !== undefined && this.#sim.state(life.ref) !== undefined;
  }

  /** Returns its number. */
  watches(by: AnyRef, other: AnyRef): number {
    this.count("watched");
    return this.#watches.push({ by: String(by), other, heard: 0, isOver: false }) - 1;
  }

  forgets(number: number): void {
    const watch = this.#watches[number];
    if (watch !== undefined) watch.isOver = true;
    this.count("forgotten");
  }

  hears(by: AnyRef, number: number | undefined, of: AnyRef | undefined, why: string): void {
    const watch = number === undefined ? undefined : this.#watches[number];
    this.count(why);
    if (watch === undefined) return this.#is(false, () => `${by} hears of ${of} unasked`);
    const { other, isOver } = watch;
    const what = `${by} hears that ${other} has ended (${why})`;
    watch.heard += 1;
    this.#is(watch.by === String(by) && String(other) === String(of), () => `${what}: ${of}`);
    this.#is(watch.heard === 1 && !isOver, () => `${what}, ${watch.heard} times`);
    this.#is(!this.#isAlive(String(other)), () => `${what}, and it lives`);
  }

  #bindOne(from: string, to: string): void {
    const all = this.#bound.get(from) ?? new Set();
    this.#bound.set(from, all.add(to));
  }

  binds(one: AnyRef, other: AnyRef): void {
    this.#bindOne(String(one), String(other));
    this.#bindOne(String(other), String(one));
    this.count("bound");
  }

  parts(one: AnyRef, other: AnyRef): void {
    const [by, of] = [String(one), String(other)];
    if (this.#bound.get(by)?.delete(of) !== true) return;
    this.#bound.get(of)?.delete(by);
    this.#parted.add(`${by} ${of}`).add(`${of} ${by}`);
    this.count("parted");
  }

  /** When all is quiet. */
  close(): void {
    for (const { by, other, heard, isOver } of this.#watches) {
      if (isOver || !this.#isAlive(by)) continue;
      const has = !this.#isAlive(String(other));
      this.#is(heard === Number(has), () => `${by} heard ${heard} times of ${other}`);
    }
    for (const [one, others] of this.#bound) {
      for (const other of others) {
        if (this.#parted.has(`${one} ${other}`)) continue;
        const same = this.#isAlive(one) === this.#isAlive(other);
        this.#is(same, () => `of ${one} and ${other}, which are linked, one lives`);
      }
    }
  }
}
