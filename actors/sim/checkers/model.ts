/**
 * What an object does when one operation runs after the other: the specification against which a
 * history is judged.
 *
 *     const counter: Model<number, { type: "add"; by: number }, number> = {
 *       name: "counter",
 *       initial: 0,
 *       step: (state, { by }) => ({ state: state + by, result: state + by }),
 *     };
 *
 * States are never changed: `step` gives another one. The rest is optional and makes checking
 * faster; a wrong `partition`, `reads`, `puts` or `shows` makes it wrong.
 */

/** What one operation may do in one state. */
export interface Outcome<State, Result> {
  readonly state: State;
  readonly result: Result;
}

/** What is known of a result; undefined where the outcome is unknown. */
export type Answer<Result> = { readonly result: Result | undefined } | undefined;

export interface Model<State, Operation, Result> {
  readonly name: string;
  /** The state before the first operation, of each part where the model has parts. */
  readonly initial: State;

  /**
   * What the operation does in this state. Several outcomes if the object is free to choose among
   * them, such as a set that gives away any of its elements; none if it cannot run there.
   */
  step(
    state: State,
    operation: Operation,
  ): Outcome<State, Result> | readonly Outcome<State, Result>[];

  /**
   * Which part of the object the operation works on. Operations on different parts must not
   * influence each other: then each part is checked by itself, which is much faster. Where it is
   * undefined for one operation, that whole history is checked as one.
   *
   * @source P-compositionality: Horn & Kroening, "Faster linearizability checking via
   *   P-compositionality", FORTE 2015; locality: Herlihy & Wing 1990, theorem 1.
   */
  partition?(operation: Operation): string | number | undefined;

  /** True if an operation that answered so never changes the object, in whichever state. */
  reads?(operation: Operation, answer: Answer<Result>): boolean;

  /**
   * How values flow through the object: what an operation puts in, and what its answer shows;
   * undefined for none. Nothing is shown that no operation put in, unless it was there initially.
   */
  puts?(operation: Operation, answer: Answer<Result>): unknown;
  shows?(operation: Operation, answer: Answer<Result>): unknown;
  /** Whether a value that no answer shows was replaced, or stays in. "gone" by default. */
  readonly unshown?: "gone" | "stays";

  /**
   * True if leaving out all operations on some values leaves what the object could do without
   * them, as with a queue and not with a register of which a cas failed. Then violations are also
   * looked for among few values, where a search through all is too long. Needs `puts` and `shows`,
   * and of what has neither a value put in nor shown only reads and unknown outcomes.
   */
  readonly separable?: boolean;

  /** Equal for equal states and for no others. By default the state as text, if plain data. */
  key?(state: State): string | number;

  /** Whether a recorded result is the one of the model. By default if they are equal as data. */
  accepts?(operation: Operation, expected: Result, recorded: Result | undefined): boolean;

  /** What is wrong with an operation or its result, if anything: InvalidHistory says so. */
  invalid?(operation: Operation, answer: Answer<Result>): string | undefined;

  /** The operation as people read it: `write 1`. */
  describe?(operation: Operation): string;
}
