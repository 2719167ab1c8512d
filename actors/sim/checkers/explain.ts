/**
 * Why a history is not linearizable: how far it is, which operation ended that, and the fewest
 * operations that contradict each other.
 *
 * To take an operation out of a history is not to forget it: where a value was written once, a read
 * of it without the write would look like a read of nothing. So what is known of an operation is
 * forgotten instead, when it ran and what it answered: it may take effect at any time, or never.
 * That only makes more orders possible, so a smallest set of what must be known can be found by
 * halving: the last operation that is needed, then the last but one, …
 *
 *     needed      forget any one of them, and there is an order
 *     supporting  known only to exist; without them, others would not be needed
 *
 * Before that the history is cut where it begins to be violated, and what has nothing to do with it
 * is taken out (thin.ts).
 *
 * @source the way of halving is that of Junker, "QuickXplain", AAAI 2004, for one end of the list.
 */

import type { Budget } from "./budget.ts";
import { textOfViolation } from "./explanation-text.ts";
import type { Judged, Part } from "./linearizability.ts";
import type { Model } from "./model.ts";
import type { RecordedOperation } from "./operations.ts";
import { same } from "./plain.ts";
import { type Found, search } from "./search.ts";
import { thin } from "./thin.ts";
import type { Picking } from "./windows.ts";

export interface Violation<Operation = unknown, Result = unknown> {
  /** The part of the object that is violated; undefined where the model has none. */
  readonly partition: string | number | undefined;
  /**
   * How many events from the start are linearizable: with one more, those on this part are not.
   * Where a limit was hit on the way `minimal` is false, and both are only likely.
   */
  readonly prefix: number;
  /** The operation whose end is the first event that cannot be explained. */
  readonly unexplained: RecordedOperation<Operation, Result>;
  /** What it could have answered instead, if it were for the operations below; some of it. */
  readonly instead: readonly Result[];
  /** The fewest operations that contradict each other, as they began. */
  readonly needed: readonly RecordedOperation<Operation, Result>[];
  /** Operations that must be known to exist for that, at whatever time. */
  readonly supporting: readonly RecordedOperation<Operation, Result>[];
  /** Whether each of those needed is; false if a limit was hit while looking for fewer. */
  readonly minimal: boolean;
  /** All of that for people, over several lines. */
  readonly text: string;
}

/** So many other answers are told. */
const INSTEAD_MAX = 8;

/** Steps for one search among the many that look for less. */
const LAP_STEPS = 50_000;
/** Part of the budget for each search that looks where the history begins to be violated. */
const CUT_PART = 0.25;

/** Steps per operation to see whether what came before a violation among few was in order. */
const PREFIX_STEPS = 20;

type Items<Operation, Result> = readonly Judged<Operation, Result>[];

/** A beginning of the history that is violated. */
interface Cut<Operation, Result> {
  readonly operations: Items<Operation, Result>;
  /** The operation whose end is the first that cannot be explained, one of those. */
  readonly unexplained: Judged<Operation, Result>;
  readonly prefix: number;
}

/** `pick` tells which operations are enough for the violation, if that is known. */
export function explain<State, Operation, Result>(
  part: Part<Operation, Result>,
  model: Model<State, Operation, Result>,
  before: number,
  budget: Budget,
  pick?: Picking<Judged<Operation, Result>>,
): Violation<Operation, Result> {
  const reason = new Reason(model, budget);
  const { operations, unexplained, prefix } = reason.shortest(part.operations, before, pick);
  if (pick !== undefined) {
    const earlier = cutAfter(part.operations, prefix - 1);
    const found = reason.search(earlier, Math.max(LAP_STEPS, PREFIX_STEPS * earlier.length));
    if (found.verdict === "violation") {
      return explain({ ...part, operations: earlier }, model, found.before, budget);
    }
  }
  const few = reason.thinned(operations, unexplained);
  const instead = reason.instead(few, unexplained);
  const needed = reason.needed(few, unexplained);
  const supporting = reason.supporting(needed, few);
  const recorded = (items: Items<Operation, Result>): RecordedOperation<Operation, Result>[] =>
    part.operations
      .filter((item) => items.some((other) => other.recorded === item.recorded))
      .map((item) => item.recorded);
  const violation = {
    partition: part.partition,
    prefix,
    unexplained: unexplained.recorded,
    instead,
    needed: recorded(needed),
    supporting: recorded(supporting),
    minimal: reason.complete,
  };
  return { ...violation, text: textOfViolation(violation, model, part.operations.length) };
}

class Reason<State, Operation, Result> {
  /** Whether all searches came to a verdict. */
  complete = true;
  readonly #model: Model<State, Operation, Result>;
  readonly #budget: Budget;

  constructor(model: Model<State, Operation, Result>, budget: Budget) {
    this.#model = model;
    this.#budget = budget;
  }

  /** The shortest beginning that is violated. Beginnings of linearizable histories are so too. */
  shortest(
    operations: Items<Operation, Result>,
    before: number,
    pick: Picking<Judged<Operation, Result>> = (items) => items,
  ): Cut<Operation, Result> {
    const ends = operations
      .filter(({ answer, end }) => answer !== undefined && end >= before)
      .sort((one, other) => one.end - other.end);
    const cutAt = (index: number): Items<Operation, Result> =>
      cutAfter(operations, ends[index]?.end ?? 0);
    // What ends before the first of these was explained; with all of them it is violated.
    let low = 0;
    let high = ends.length - 1;
    let violated = high;
    for (let middle = 0; low < high; middle = (low + high) >> 1) {
      const { verdict } = this.search(pick(cutAt(middle)), this.#budget.maxSteps * CUT_PART);
      if (verdict === "ok") low = middle + 1;
      else high = middle;
      if (verdict === "violation") violated = middle;
    }
    const unexplained = ends[low] as Judged<Operation, Result>; // A violation has an end.
    return { operations: pick(cutAt(violated), unexplained), unexplained, prefix: unexplained.end };
  }

  /** What the operation at the end of the matter could have answered. */
  instead(operations: Items<Operation, Result>, unexplained: Judged<Operation, Result>): Result[] {
    const offered: Result[] = [];
    const offer = (result: Result): boolean => {
      const known = offered.length === INSTEAD_MAX || offered.some((other) => same(other, result));
      if (!known) offered.push(result);
      return false;
    };
    const searched = (accepts: (result: Result) => boolean): Found =>
      this.search(operations.map((item) => (item === unexplained ? { ...item, accepts } : item)));
    searched(offer);
    return offered.filter((result) => searched((other) => same(other, result)).verdict === "ok");
  }

  /** What is left of them without those that have nothing to do with it. */
  thinned(
    operations: Items<Operation, Result>,
    end: Judged<Operation, Result>,
  ): Items<Operation, Result> {
    // Where it is violated without this end as well, what explained another one was taken out.
    const violated = (items: Items<Operation, Result>): boolean =>
      this.search(items).verdict === "violation" &&
      this.search(items.map((item) => (item === end ? open(item, item.begin) : item))).verdict ===
        "ok";
    return thin(operations, end, this.#model, violated);
  }

  /** Operations that contradict each other whatever the others did; the fewest it can find. */
  needed(
    operations: Items<Operation, Result>,
    unexplained: Judged<Operation, Result>,
  ): Items<Operation, Result> {
    // What is near to the end of the matter is likelier to belong to it.
    const near = (item: Judged<Operation, Result>): number =>
      item === unexplained ? Number.POSITIVE_INFINITY : item.begin;
    let rest = [...operations].sort((one, other) => near(other) - near(one));
    let proved: Items<Operation, Result> = rest;
    const needed: Judged<Operation, Result>[] = [];
    const violated = (count: number): boolean => {
      const kept = [...needed, ...rest.slice(0, count)];
      if (this.search(forget(operations, kept)).verdict !== "violation") return false;
      proved = kept;
      return true;
    };
    while (!this.#budget.spent && !violated(0) && rest.length > 0) {
      const count = fewest(rest.length, violated);
      const last = rest[count - 1];
      if (last === undefined) break;
      needed.push(last);
      rest = rest.slice(0, count - 1);
    }
    return proved;
  }

  /** Those of the others without which fewer would be needed. */
  supporting(
    needed: Items<Operation, Result>,
    operations: Items<Operation, Result>,
  ): Items<Operation, Result> {
    const used = new Set<Judged<Operation, Result>>();
    for (const one of needed) {
      const kept = needed.filter((other) => other !== one);
      const found = this.search(forget(operations, kept));
      if (found.verdict !== "ok") continue;
      for (const index of found.order) {
        const item = operations[index];
        if (item !== undefined && !needed.includes(item)) used.add(item);
      }
    }
    return [...used];
  }

  search(operations: Items<Operation, Result>, maxSteps: number = LAP_STEPS): Found {
    const found: Found = this.#budget.lap(maxSteps)
      ? search(operations, this.#model, this.#budget)
      : { verdict: "unknown" };
    if (found.verdict === "unknown") this.complete = false;
    return found;
  }
}

/** The history up to this event, included. What is open there has no known outcome. */
function cutAfter<Operation, Result>(
  operations: Items<Operation, Result>,
  event: number,
): Items<Operation, Result> {
  return operations
    .filter(({ begin }) => begin < event)
    .map((item) => (item.end > event ? open(item, item.begin) : item));
}

/** Nothing is known any more but of those that are kept. */
function forget<Operation, Result>(
  operations: Items<Operation, Result>,
  kept: Items<Operation, Result>,
): Items<Operation, Result> {
  const keep = new Set(kept);
  return operations.map((item) => (keep.has(item) ? item : open(item, -1)));
}

function open<Operation, Result>(
  item: Judged<Operation, Result>,
  begin: number,
): Judged<Operation, Result> {
  return { ...item, answer: undefined, begin, end: Number.POSITIVE_INFINITY };
}

/** The smallest count for which it holds; it holds for `max`, and for more if it does for fewer. */
function fewest(max: number, holds: (count: number) => boolean): number {
  let low = 1;
  let high = 1;
  while (high < max && !holds(high)) {
    low = high + 1;
    high *= 2;
  }
  high = Math.min(high, max);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
