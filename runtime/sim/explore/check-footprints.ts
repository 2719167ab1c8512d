/**
 * Proves for one program, with its sizes, that its footprints are not too small: that walking in
 * fewer orders loses nothing. Walks in all orders, and looks at each state for
 *
 *     next ⊆ future                                      what comes next is part of what may come
 *     future after any step ⊆ future before it           nothing is forgotten
 *     no clash: steps of one stay the same after one of the other, and both orders end the same
 *     nothing watched is written: the invariant says the same after the step
 *
 * By induction over the steps outside a persistent set (reduction.ts) this is all that it relies on.
 */

import { type ExploreOptions, explore } from "./explore.ts";
import { keyOf } from "./known.ts";
import type { Exploration, Footprint, Footprints, Program, Step } from "./program.ts";
import { clash } from "./reduction.ts";

/**
 * A walk whose violation, if there is one, says which footprint is too small, and where. Costs about
 * as many looks at states as there are pairs of steps, so take small sizes.
 */
export function checkFootprints<State>(
  program: Program<State> & { readonly footprints: Footprints<State> },
  options: Omit<ExploreOptions, "reduce"> = {},
): Exploration {
  const check = new Check(program);
  const watched: Program<State> = {
    initial: program.initial,
    // A walk ends at a violation, so what lies behind one does not matter.
    steps: (state) => (program.invariant(state) === undefined ? program.steps(state) : []),
    invariant: (state) => check.problem(state),
    terminalCheck: () => undefined,
    ...(program.write !== undefined && {
      write: (state, into) => program.write?.(state, into),
    }),
    ...(program.key !== undefined && { key: keyOf(program) }),
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
      const what = this.#forgotten(state, step) ?? this.#seen(state, step);
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

  /** A step that changes what the invariant says, and writes nothing that is watched. */
  #seen(state: State, { label, next, process = 0 }: Step<State>): string | undefined {
    const { writes } = this.#footprints.next(state, process);
    if (this.#footprints.watched.some((mask) => (mask & writes) !== 0)) return undefined;
    const [before, now] = [this.#program.invariant(state), this.#program.invariant(next)];
    if (before === now) return undefined;
    return `"${label}" changes the invariant to ${now}, and writes nothing that is watched`;
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
    const then = this.#footprints.next(state, other);
    if (clash(this.#footprints.next(state, process), then)) return undefined;
    const more = beyond(this.#footprints.next(next, other), then);
    if (more !== undefined) return `after "${label}" next of process ${other} ${more} more`;
    const before = steps.filter((one) => one.process === other);
    const now = (after[at] ?? []).filter((one) => one.process === other);
    if (namesOf(before) !== namesOf(now)) {
      return `"${label}" changes what process ${other} can do, and does not clash with it`;
    }
    for (const [place, one] of before.entries()) {
      const both = now[place];
      const swapped = (after[steps.indexOf(one)] ?? []).find((s) => s.label === label);
      if (swapped === undefined) return `"${one.label}" takes "${label}" away, and does not clash`;
      if (both === undefined || this.#key(both.next) !== this.#key(swapped.next)) {
        return `"${label}" and "${one.label}" do not clash, and their order matters`;
      }
    }
    return undefined;
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
