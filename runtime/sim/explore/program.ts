/**
 * A small concurrent program as the explorer sees it: states, and the steps between them.
 *
 *     state ──steps──► states ──steps──► …        each state once, however many ways lead to it
 *       └─ invariant      └─ no step left: terminal check
 *
 * A step is one atomic action of one process, so a walk through all orders of steps is a walk
 * through all interleavings. A program that says what its processes touch (`Footprints`) is walked
 * through in fewer orders: those that differ only in steps which do not concern each other are one.
 */

import type { Sink } from "./known.ts";

export interface Step<State> {
  readonly label: string;
  readonly next: State;
  /** It may happen but need not (a thread dies): with only such steps left, the program ended. */
  readonly optional?: boolean;
  /** Whose step it is, from 0 on. Needed where the program has footprints. */
  readonly process?: number;
}

export interface Program<State> {
  readonly initial: State;
  /** Everything that can happen next. The state must not be changed. */
  steps(state: State): readonly Step<State>[];
  /** What is wrong with this state, if anything. Asked for every state. */
  invariant(state: State): string | undefined;
  /** What is wrong if nothing more happens. Asked where no step is left, or only optional ones. */
  terminalCheck(state: State): string | undefined;
  /** Two states with the same key are the same state. Not needed beside `write`. */
  key?(state: State): string;
  /** The same as numbers, lists with their lengths before them; `keys: "hashed"` needs it. */
  write?(state: State, into: Sink): void;
  readonly footprints?: Footprints<State>;
}

/**
 * What may be read and written, each object that processes share being one bit of 31. What only
 * one process ever looks at needs no bit, and nor does what only the checks look at.
 */
export interface Footprint {
  readonly reads: number;
  readonly writes: number;
}

/**
 * What the processes of a program touch. Too much is sound and saves less; too little hides
 * states, and with them violations: `checkFootprints` walks through a program and finds it.
 */
export interface Footprints<State> {
  /** Processes are 0 to `processes` - 1, at most 31. */
  readonly processes: number;
  /**
   * One entry for each thing that the invariant demands by itself: the objects that it looks at.
   * The fewer objects in an entry, the fewer orders have to be walked through.
   */
  readonly watched: readonly number[];
  /**
   * What the next step of this process may touch, whichever it is, including what a step that is
   * not possible now waits for, and what decides whether it is possible.
   */
  next(state: State, process: number): Footprint;
  /** What this process may touch from here to the end, whatever all others do; `next` included. */
  future(state: State, process: number): Footprint;
}

export const PROCESSES_MAX = 31;

export interface Violation {
  readonly what: string;
  /** Labels of the steps that lead to it from the initial state. */
  readonly trace: readonly string[];
}

/** What a walk has seen. */
export interface Exploration {
  readonly states: number;
  /** Steps walked along, those to states that were known already included. */
  readonly transitions: number;
  /** States in which the program may have ended. */
  readonly ends: number;
  /** Most steps from the initial state, along the way that was walked. */
  readonly deepest: number;
  /** States of which only the steps of some processes were walked along. */
  readonly reduced: number;
  /** States at `depthMax` that were left as they are: 0 means that all were walked through. */
  readonly cut: number;
  /** The first violation, which is where the walk stopped. */
  readonly violation?: Violation;
}
