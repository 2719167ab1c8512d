/**
 * Parents and children among those that live, as lists by slot: three numbers for each slot in use,
 * so that a million actors cost no million objects. What is listed is chosen from the top down, so
 * that a bound cuts off what is deep, and of many siblings those that have children or a name come
 * first.
 */

import type { Moment } from "./moment.ts";
import type { Sample } from "./sample.ts";
import type { TreeActor } from "./view.ts";

export interface TreeBounds {
  /** Actors that are listed. */
  readonly max: number;
  /** Children of each that are listed. */
  readonly children: number;
}

/** What is listed of a tree; `view` makes the rest of each. */
export interface Listed {
  readonly actors: readonly Pick<TreeActor, "slot" | "depth" | "children" | "omitted">[];
  readonly omittedRoots: number;
}

/** In place of a slot: none, and the parent of the roots. */
const NONE = 0;

export class Family {
  readonly #moment: Moment;
  readonly #sample: Sample;
  /** By slot; the children of NONE are the roots. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #count: Int32Array;

  constructor(moment: Moment, sample: Sample) {
    this.#moment = moment;
    this.#sample = sample;
    const slots = sample.living.length;
    this.#first = new Int32Array(slots);
    this.#next = new Int32Array(slots);
    this.#count = new Int32Array(slots);
    // From the back, so that lists are in the order of slots.
    for (let index = sample.count - 1; index >= 0; index -= 1) {
      this.#add(sample.living[index] ?? NONE);
    }
  }

  #add(slot: number): void {
    const parent = this.#parentOf(slot);
    this.#next[slot] = this.#first[parent] ?? NONE;
    this.#first[parent] = slot;
    this.#count[parent] = (this.#count[parent] ?? 0) + 1;
  }

  #parentOf(slot: number): number {
    const parent = this.#moment.parent(slot);
    if (parent === undefined || !this.#sample.has(parent.slot, parent.incarnation)) return NONE;
    return parent.slot;
  }

  /** How many children of it live. */
  children(slot: number): number {
    return this.#count[slot] ?? 0;
  }

  listed({ max, children }: TreeBounds): Listed {
    const chosen = this.#choose(max, children);
    const actors: { slot: number; depth: number; children: number; omitted: number }[] = [];
    // Without recursion: a tree may be as deep as it has actors.
    const open = (chosen.get(NONE) ?? []).map((slot) => ({ slot, depth: 0 })).reverse();
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const { slot, depth } = one;
      const below = chosen.get(slot) ?? [];
      const count = this.children(slot);
      actors.push({ slot, depth, children: count, omitted: count - below.length });
      for (const child of below.toReversed()) open.push({ slot: child, depth: depth + 1 });
    }
    const roots = chosen.get(NONE)?.length ?? 0;
    return { actors, omittedRoots: this.children(NONE) - roots };
  }

  /** Level by level. */
  #choose(max: number, children: number): Map<number, number[]> {
    const chosen = new Map<number, number[]>();
    const open = [NONE];
    let left = max;
    for (let at = 0; at < open.length && left > 0; at += 1) {
      const parent = open[at] ?? NONE;
      const bound = parent === NONE ? left : Math.min(left, children);
      const below = this.#select(parent, bound);
      if (below.length === 0) continue;
      chosen.set(parent, below);
      left -= below.length;
      for (const slot of below) open.push(slot);
    }
    return chosen;
  }

  /** At most so many children: first those with children, then those with names, then by slot. */
  #select(parent: number, max: number): number[] {
    const ranks: number[][] = [[], [], []];
    for (let slot = this.#first[parent] ?? NONE; slot !== NONE; slot = this.#next[slot] ?? NONE) {
      const rank = this.children(slot) > 0 ? 0 : this.#moment.names.has(slot) ? 1 : 2;
      const same = ranks[rank] ?? [];
      if (same.length < max) same.push(slot);
    }
    return ranks.flat().slice(0, max);
  }
}
