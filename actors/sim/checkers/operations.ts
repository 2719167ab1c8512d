/**
 * The operations of a history: each invocation together with its end. Whatever a checker is given
 * passes here first, so that no verdict is built on a history that contradicts itself.
 */

import { InvalidHistory } from "./errors.ts";
import { type HistoryEvent, notOpen, type ProcessName, twoOpen } from "./history.ts";
import { shown } from "./plain.ts";

export interface RecordedOperation<Operation = unknown, Result = unknown> {
  readonly id: number;
  readonly process: ProcessName;
  readonly operation: Operation;
  readonly outcome: "ok" | "fail" | "unknown";
  /** What it answered; undefined unless its outcome is "ok". */
  readonly result: Result | undefined;
  /** Index of the event with which it began. */
  readonly begin: number;
  /** Index of the event with which it ended; Infinity where its outcome is unknown. */
  readonly end: number;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type Draft<Operation, Result> = Mutable<RecordedOperation<Operation, Result>>;

/** In the order of their invocations. Throws InvalidHistory. */
export function operationsOf<Operation, Result>(
  events: readonly HistoryEvent<Operation, Result>[],
): RecordedOperation<Operation, Result>[] {
  const operations: Draft<Operation, Result>[] = [];
  const open = new Map<ProcessName, Draft<Operation, Result>>();
  const byId = new Map<number, Draft<Operation, Result>>();
  events.forEach((event, index) => {
    checkEvent(event, index);
    if (event.type === "invoke") {
      const draft = begun<Operation, Result>(event, index);
      const before = open.get(event.process);
      if (before !== undefined) throw twoOpen(index, event.process, before.id);
      if (byId.has(event.id)) throw twice(index, event.id);
      open.set(event.process, draft);
      byId.set(event.id, draft);
      operations.push(draft);
      return;
    }
    const draft = byId.get(event.id);
    if (draft === undefined || open.get(draft.process) !== draft) throw notOpen(index, event.id);
    open.delete(draft.process);
    draft.outcome = event.type;
    if (event.type !== "unknown") draft.end = index;
    if (event.type === "ok") draft.result = event.result;
  });
  return operations;
}

function begun<Operation, Result>(
  event: Extract<HistoryEvent<Operation, Result>, { type: "invoke" }>,
  index: number,
): Draft<Operation, Result> {
  return {
    id: event.id,
    process: event.process,
    operation: event.operation,
    outcome: "unknown",
    result: undefined,
    begin: index,
    end: Number.POSITIVE_INFINITY,
  };
}

const TYPES: ReadonlySet<unknown> = new Set(["invoke", "ok", "fail", "unknown"]);

/** A history may come from a file, so nothing is taken for granted. */
function checkEvent(event: HistoryEvent, index: number): void {
  if (typeof event !== "object" || event === null || !TYPES.has(event.type)) {
    throw new InvalidHistory(index, `${shown(event)} is no event`, "its type must be one of four");
  }
  if (!Number.isSafeInteger(event.id)) {
    throw new InvalidHistory(index, `its id is ${shown(event.id)}`, "use whole numbers");
  }
  if (event.type !== "invoke") return;
  if (typeof event.process !== "string" && typeof event.process !== "number") {
    const problem = `its process is ${shown(event.process)}`;
    throw new InvalidHistory(index, problem, "use a string or a number");
  }
}

function twice(index: number, id: number): InvalidHistory {
  const problem = `operation ${id} was invoked before`;
  return new InvalidHistory(index, problem, "give each operation a number of its own");
}
