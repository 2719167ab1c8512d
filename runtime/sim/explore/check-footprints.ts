/**
 * Proves for one program, with its sizes, that its footprints are not too small: that walking in
 * fewer orders loses nothing. Walks in all orders, and looks at each state for
 *
 *     next ⊆ future                               what comes next is part of what may come
 *     future after any step ⊆ future before it    nothing is forgotten
 *     no clash                                    steps of one stay the same after a step of the
 *                                                 other, and both orders end the same
 *     not both watched                            what breaks the invariant after one step breaks
 *                                                 it too where the other comes first
 *
 * By induction over the steps outside a persistent set (reduction.ts) that is all it relies on.
 */

import { type ExploreOptions, explore } from "./explore.ts";
import { keyOf } from "./known.ts";
import type { Exploration, Footprint, Footprints, Program, Step } from "./program.ts";
import { bothWatched, clash } from "./reduction.ts";

/**
 * A walk whose violation, if there is one, says which footprint is too small, and where. Costs as
 * many looks at states as there are pairs of steps, so take small sizes.
 */
export function checkFootprints<State>(
  program: Program<State> & { readonly footprints: Footprints<State> },
  options: Omit<ExploreOptions, "reduce"> = {},
): Exploration {
  const check = new Check(program);
  const watched: Program<State> = {
    initial: program.initial,
    steps: (state) => (program.invariant(state) === undefined ? program.steps(state) : []),
    invariant: (state) => check.problem(state),
    terminalCheck: () => undefined,
    key: keyOf(program),
    ...(program.write && { write: (state, into) => program.write?.(state, into) }),
  };
  return explore(watched, { ...options, reduce: false });
}

class Check<State> {
  readonly #program: Program<State>;
  readonly #footprints: Footprints<State>;
  readonly #key: (state: State) => string;

  constructor(program: Program<State> & { readonly footprints: Footprints<State> }) {
    this.#program = program;
    this.#footprints = program.footprints;
    this.#key = keyOf(program);
  }

  problem(state: State): string | undefined {
    // A walk ends here, so what lies behind does not matter.
    if (this.#program.invariant(state) !== undefined) return undefined;
    const { processes } = this.#footprints;
    const steps = this.#program.steps(state);
    for (const { label, process } of steps) {
      if (process === undefined || process < 0 || process >= processes) {
        return `"${label}" is a step of process ${process}, and there are ${processes}`;
      }
    }
    for (let process = 0; process < processes; process += 1) {
      const next = this.#footprints.next(state, process);
      const more = beyond(next, this.#footprints.future(state, process));
      if (more !== undefined) return `process ${process}: next ${more} what its future does not`;
    }
    const after = steps.map(({ next }) => this.#program.steps(next));
    for (const [at, step] of steps.entries()) {
      const what = this.#forgotten(state, step);
      if (what !== undefined) return what;
      for (let other = 0; other < processes; other += 1) {
        const problem = this.#disturbed(state, steps, after, at, other);
        if (problem !== undefined) return problem;
      }
    }
    return undefined;
  }

  /** A step after which somebody may do more than was said before it. */
  #forgotten(state: State, { label, next }: Step<State>): string | undefined {
    for (let process = 0; process < this.#footprints.processes; process += 1) {
      const now = this.#footprints.future(next, process);
      const more = beyond(now, this.#footprints.future(state, process));
      if (more === undefined) continue;
      return `after "${label}" the future of process ${process} ${more} what it did not before`;
    }
    return undefined;
  }

  /** Steps of another process that a step changes, though they are said not to clash. */
  #disturbed(
    state: State,
    steps: readonly Step<State>[],
    after: readonly (readonly Step<State>[])[],
    at: number,
    other: number,
  ): string | undefined {
    const { label, next, process } = steps[at] as Step<State>; // at is an index of steps
    if (process === undefined || process === other) return undefined;
    const [own, others] = [process, other].map((one) => this.#footprints.next(state, one));
    if (own === undefined || others === undefined || clash(own, others)) return undefined;
    const more = beyond(this.#footprints.next(next, other), others);
    if (more !== undefined) return `after "${label}" next of process ${other} ${more} more`;
    const before = steps.filter((one) => one.process === other);
    const now = (after[at] ?? []).filter((one) => one.process === other);
    if (namesOf(before) !== namesOf(now)) {
      return `"${label}" changes what process ${other} can do, and does not clash with it`;
    }
    const watched = bothWatched(own, others, this.#footprints.watched);
    for (const [place, one] of before.entries()) {
      const both = now[place];
      const swapped = (after[steps.indexOf(one)] ?? []).find((step) => step.label === label);
      if (swapped === undefined) return `"${one.label}" takes "${label}" away, and does not clash`;
      if (both === undefined || this.#key(both.next) !== this.#key(swapped.next)) {
        return `"${label}" and "${one.label}" do not clash, and their order matters`;
      }
      if (!watched && this.#hides(one.next, [next, both.next])) {
        return `"${label}" hides what "${one.label}" does to the invariant: not both are watched`;
      }
    }
    return undefined;
  }

  /** The invariant is broken after one step alone, and not where another one comes first. */
  #hides(alone: State, others: readonly State[]): boolean {
    const isRight = (state: State): boolean => this.#program.invariant(state) === undefined;
    return !isRight(alone) && others.every(isRight);
  }
}

/** What one touches and the other does not, in words. */
function beyond(one: Footprint, other: Footprint): string | undefined {
  const writes = one.writes & ~other.writes;
  if (writes !== 0) return `writes ${writes.toString(2)}:`;
  const reads = one.reads & ~(other.reads | other.writes);
  return reads === 0 ? undefined : `reads ${reads.toString(2)}:`;
}

function namesOf<State>(steps: readonly Step<State>[]): string {
  return steps.map(({ label, optional }) => `${label}${optional === true ? "?" : ""}`).join("\n");
}
