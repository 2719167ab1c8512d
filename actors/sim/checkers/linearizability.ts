/**
 * Linearizability: whether operations that overlapped in time can be put in an order, each at one
 * moment between its beginning and its end, such that an object that does one thing after the other
 * would have answered the same.
 *
 *     history ──► operations ──► parts ──► search ──► ok │ unknown
 *                                              └────► violation ──► explanation
 *
 * Operations that failed are left out. Those of unknown outcome may take effect at any time after
 * they began, or never. A search that is too costly ends with "unknown", which is no pass.
 *
 * @source Herlihy & Wing, "Linearizability: a correctness condition for concurrent objects", TOPLAS
 *   12(3), 1990. How it searches: search.ts. How it explains: explain.ts.
 */

import { Budget, type CheckLimits, type Limit } from "./budget.ts";
import { InvalidHistory } from "./errors.ts";
import { explain, type Violation } from "./explain.ts";
import type { HistoryEvent } from "./history.ts";
import type { Answer, Model } from "./model.ts";
import { operationsOf, type RecordedOperation } from "./operations.ts";
import type { Interval } from "./pending.ts";
import { type Found, search } from "./search.ts";
import { type Picking, violatedWindow } from "./windows.ts";

export type Linearizability<Operation = unknown, Result = unknown> = {
  /** Steps of the model that it took, without those for the explanation. */
  readonly steps: number;
} & (
  | { readonly verdict: "ok" }
  /** A limit was hit first: neither proved nor refuted. */
  | { readonly verdict: "unknown"; readonly limit: Limit }
  | { readonly verdict: "violation"; readonly violation: Violation<Operation, Result> }
);

/** Operations on one part of the object; all of them where the model has no parts. */
export interface Part<Operation, Result> {
  readonly partition: string | number | undefined;
  readonly operations: readonly Judged<Operation, Result>[];
}

/** An operation as it was recorded, and as the search takes it. */
export interface Judged<Operation, Result> extends Interval<Operation, Result> {
  readonly recorded: RecordedOperation<Operation, Result>;
}

/**
 * Checks a history against a model. Smaller parts are checked first; the first that is violated
 * ends it. The limits are for all parts together, and once more for the explanation.
 *
 * Costs some microseconds per operation where few overlap; exponential in those that overlap or
 * have no known outcome at worst.
 *
 * Throws InvalidHistory (`ERR_INVALID_HISTORY`) and InvalidOptions (`ERR_INVALID_OPTIONS`).
 */
export function checkLinearizability<State, Operation, Result>(
  events: readonly HistoryEvent<Operation, Result>[],
  model: Model<State, Operation, Result>,
  limits: CheckLimits = {},
): Linearizability<Operation, Result> {
  const budget = new Budget(limits);
  const parts = partsOf(judgedOf(operationsOf(events), model), model);
  for (const part of parts) {
    const { found, pick } = searched(part, model, budget);
    const { steps } = budget;
    if (found.verdict === "violation") {
      const violation = explain(part, model, found.before, new Budget(limits), pick);
      return { verdict: "violation", violation, steps };
    }
    if (budget.exhausted !== undefined) {
      return { verdict: "unknown", limit: budget.exhausted, steps };
    }
  }
  return { verdict: "ok", steps: budget.steps };
}

/** Steps per operation before violations are looked for among few values. */
const QUICK_STEPS = 20;

/** What was found, and which operations are enough for it. */
function searched<State, Operation, Result>(
  { operations }: Part<Operation, Result>,
  model: Model<State, Operation, Result>,
  budget: Budget,
): { readonly found: Found; readonly pick?: Picking<Judged<Operation, Result>> } {
  if (model.separable === true && budget.lap(QUICK_STEPS * operations.length)) {
    const found = search(operations, model, budget);
    if (found.verdict !== "unknown") return { found };
    const window = violatedWindow(operations, model, budget);
    if (window !== undefined) return window;
  }
  budget.lap(Number.POSITIVE_INFINITY);
  return { found: search(operations, model, budget) };
}

function judgedOf<State, Operation, Result>(
  operations: readonly RecordedOperation<Operation, Result>[],
  model: Model<State, Operation, Result>,
): Judged<Operation, Result>[] {
  const judged: Judged<Operation, Result>[] = [];
  for (const recorded of operations) {
    const { operation, outcome, result, begin, end } = recorded;
    const answer: Answer<Result> = outcome === "ok" ? { result } : undefined;
    const problem = model.invalid?.(operation, answer);
    if (problem !== undefined) {
      throw new InvalidHistory(begin, problem, `record what the model "${model.name}" knows`);
    }
    if (outcome !== "fail") judged.push({ recorded, operation, answer, begin, end });
  }
  return judged;
}

/** By what the model says that operations work on, smallest first. */
function partsOf<State, Operation, Result>(
  operations: readonly Judged<Operation, Result>[],
  model: Model<State, Operation, Result>,
): Part<Operation, Result>[] {
  const whole = [{ partition: undefined, operations }];
  if (model.partition === undefined) return whole;
  const parts = new Map<string | number, Judged<Operation, Result>[]>();
  for (const operation of operations) {
    const partition = model.partition(operation.operation);
    if (partition === undefined) return whole;
    const part = parts.get(partition);
    if (part === undefined) parts.set(partition, [operation]);
    else part.push(operation);
  }
  return [...parts]
    .map(([partition, part]) => ({ partition, operations: part }))
    .sort((one, other) => one.operations.length - other.operations.length);
}
