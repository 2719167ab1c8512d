/**
 * How values flow from the operations that put them in to the answers that show them, as far as the
 * model tells. Two things come of it.
 *
 * An operation of unknown outcome has taken effect if an answer shows a value that nobody else put
 * in. So it need not be tried without.
 *
 * And it says what to try first. That two operations were put in the wrong order shows only when a
 * value comes out, which may be much later: a search that guesses goes back through everything in
 * between, and may never end.
 *
 *     a  ├── write 1 ─────────┤
 *     b  ├── write 2 ────┤               2 is shown before 1, so write 2 goes before write 1,
 *     c       ├─ read 2 ─┤               although both fit
 *     d                     ├─ read 1 ─┤
 *
 * Where values repeat the second is a guess, but never more than an order of tries.
 *
 * @source earliest due date first, with due dates handed on to what has to come before: Lawler,
 *   "Optimal sequencing of a single machine subject to precedence constraints", 1973. Values that
 *   are shown and replaced at once: the backward zones of Gibbons & Korach, "Testing shared
 *   memories", SIAM J. Comput. 26(4), 1997.
 */

import type { Model, Outcome } from "./model.ts";
import type { Interval } from "./pending.ts";
import { same, textOf } from "./plain.ts";

/** Before all that put something in: they take it out, or only look at it. */
const PUTS_NOTHING = -2;
/** Before the others that put something in: nothing will ask for it any more. */
const OVER = -1;
const NEVER: number = Number.POSITIVE_INFINITY;

/** The answers that show one value. */
interface Shown {
  /** Sorted. */
  readonly ends: number[];
  lastBegin: number;
  /** The number of the one that ended first. */
  first: number;
}

export class Flow<State, Operation, Result> {
  readonly #model: Model<State, Operation, Result>;
  readonly #shown = new Map<string, Shown>();
  /** For each operation: when what it puts in is shown first, and begins to be shown last. */
  readonly #due: Float64Array;
  readonly #lastBegin: Float64Array;
  /** The operations, of which those that must have taken effect say so. */
  readonly intervals: readonly Interval<Operation, Result>[];

  constructor(
    intervals: readonly Interval<Operation, Result>[],
    model: Model<State, Operation, Result>,
  ) {
    this.#model = model;
    this.#due = new Float64Array(intervals.length).fill(PUTS_NOTHING);
    this.#lastBegin = new Float64Array(intervals.length).fill(NEVER);
    this.intervals = intervals;
    if (model.puts === undefined || model.shows === undefined) return;
    this.#collect(intervals);
    this.#expect(intervals);
    hurry(intervals, this.#due);
    this.intervals = this.#settled(intervals);
  }

  /** What has a lower turn is tried first, where the first end to come is `now`. */
  turn(index: number, now: number): number {
    const lastBegin = this.#lastBegin[index] ?? NEVER;
    return lastBegin < now ? OVER : (this.#due[index] ?? NEVER);
  }

  #collect(intervals: readonly Interval<Operation, Result>[]): void {
    intervals.forEach(({ operation, answer, begin, end }, index) => {
      const value = this.#model.shows?.(operation, answer);
      if (value === undefined) return;
      const text = textOf(value);
      const shown = this.#shown.get(text);
      if (shown === undefined) {
        this.#shown.set(text, { ends: [end], lastBegin: begin, first: index });
        return;
      }
      if (end < (intervals[shown.first]?.end ?? NEVER)) shown.first = index;
      shown.ends.push(end);
      shown.lastBegin = Math.max(shown.lastBegin, begin);
    });
    for (const { ends } of this.#shown.values()) ends.sort((one, other) => one - other);
  }

  #expect(intervals: readonly Interval<Operation, Result>[]): void {
    const gone = this.#model.unshown !== "stays";
    intervals.forEach(({ operation, answer, begin }, index) => {
      const value = this.#model.puts?.(operation, answer);
      if (value === undefined) return;
      const shown = this.#shown.get(textOf(value));
      const due = shown?.ends[firstAbove(shown.ends, begin)];
      this.#due[index] = due ?? NEVER;
      if (!gone) return;
      // One of unknown outcome that nothing shows need not have happened, so it is the last.
      if (due !== undefined) this.#lastBegin[index] = shown?.lastBegin ?? NEVER;
      else if (answer !== undefined) this.#lastBegin[index] = OVER;
    });
  }

  /** With an end for those of unknown outcome that somebody saw the effect of. */
  #settled(
    intervals: readonly Interval<Operation, Result>[],
  ): readonly Interval<Operation, Result>[] {
    const putBy = new Map<string, number>();
    intervals.forEach(({ operation, answer }, index) => {
      const value = this.#model.puts?.(operation, answer);
      if (value === undefined) return;
      const text = textOf(value);
      putBy.set(text, putBy.has(text) ? -1 : index);
    });
    const settled = [...intervals];
    for (const [text, index] of putBy) {
      const interval = intervals[index];
      const witness = intervals[this.#shown.get(text)?.first ?? -1];
      if (interval === undefined || interval.answer !== undefined) continue;
      // A witness that ended before it began saw something else, or what cannot be.
      if (witness === undefined || witness.end < interval.begin || this.#wasThere(witness))
        continue;
      // Half an event earlier: it took effect before the other one did.
      const end = witness.end - 0.5;
      settled[index] = { ...interval, answer: { result: undefined }, end, accepts: () => true };
    }
    return settled;
  }

  /** Whether an operation shows what the object held from the start. */
  #wasThere({ operation, answer }: Interval<Operation, Result>): boolean {
    const { accepts } = this.#model;
    return outcomesOf(this.#model, this.#model.initial, operation).some(({ result }) =>
      accepts === undefined
        ? same(result, answer?.result)
        : accepts(operation, result, answer?.result),
    );
  }
}

export function outcomesOf<State, Operation, Result>(
  model: Model<State, Operation, Result>,
  state: State,
  operation: Operation,
): readonly Outcome<State, Result>[] {
  const outcomes = model.step(state, operation);
  return "state" in outcomes ? [outcomes] : outcomes;
}

/** What ends before another one begins has to come before it, so it is as urgent as that one. */
function hurry(intervals: readonly Interval<unknown, unknown>[], due: Float64Array): void {
  const order = intervals.map(({ begin, end }, index) => ({ begin, end, index }));
  order.sort((one, other) => one.begin - other.begin);
  const begins = order.map(({ begin }) => begin);
  // The most urgent of those from a place in that order on.
  const urgent = new Float64Array(order.length + 1).fill(NEVER);
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const { end, index } = order[at] as (typeof order)[number]; // `at` is within the list.
    const own = due[index] ?? NEVER;
    const after = urgent[at + 1] ?? NEVER;
    urgent[at] = after;
    if (own === PUTS_NOTHING) continue;
    const handedOn = Math.min(own, urgent[firstAbove(begins, end)] ?? NEVER);
    due[index] = handedOn;
    urgent[at] = Math.min(after, handedOn);
  }
}

/** Where the first of some sorted numbers stands that is greater. */
function firstAbove(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}
