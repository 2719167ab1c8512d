/**
 * A violation for people:
 *
 *     not linearizable as register: 3 of 120 operations contradict each other
 *       a  ├──┤               write 1
 *       b        ├──┤         write 2
 *       c              ├──┤   read → 1
 *     read of c, which ends with event 12, could have answered 2 instead
 *     the events before 12 are linearizable
 */

import type { Violation } from "./explain.ts";
import type { Answer } from "./model.ts";
import type { RecordedOperation } from "./operations.ts";
import { shown } from "./plain.ts";

/** More operations than that are listed without bars, and not all of them. */
const BARS_MAX = 16;
const LINES_MAX = 40;

/** What a text needs of a model. */
interface Described<Operation, Result> {
  readonly name: string;
  describe?(operation: Operation): string;
  reads?(operation: Operation, answer: Answer<Result>): boolean;
}

export function textOfViolation<Operation, Result>(
  violation: Omit<Violation<Operation, Result>, "text">,
  model: Described<Operation, Result>,
  count: number,
): string {
  const { partition, needed, supporting, unexplained, instead, prefix, minimal } = violation;
  const text = (operation: Operation): string => model.describe?.(operation) ?? shown(operation);
  const where = partition === undefined ? model.name : `${model.name}, part ${shown(partition)}`;
  const lines = [
    `not linearizable as ${where}: ${needed.length} of ${count} operations contradict each other`,
    ...linesOf(
      [...needed, ...supporting],
      new Set(supporting),
      (one) => text(one.operation) + answerOf(one, model),
    ),
    `${text(unexplained.operation)} of ${unexplained.process}, which ends with event ` +
      `${unexplained.end}, ${otherwise(instead)}`,
    `${minimal ? "" : "at most "}the events before ${prefix} are linearizable`,
  ];
  if (!minimal) lines.push("a limit was hit: fewer operations may do, and more events be in order");
  return lines.join("\n");
}

/** That a read saw nothing is worth telling; that a write answered nothing is not. */
function answerOf<Operation, Result>(
  { operation, outcome, result }: RecordedOperation<Operation, Result>,
  model: Described<Operation, Result>,
): string {
  if (outcome !== "ok") return "";
  const told = result !== undefined || model.reads?.(operation, { result }) === true;
  return told ? ` → ${shown(result)}` : "";
}

function otherwise(instead: readonly unknown[]): string {
  if (instead.length === 0) return "cannot be put in any order";
  return `could have answered ${instead.map(shown).join(" or ")} instead`;
}

function linesOf<Operation, Result>(
  operations: readonly RecordedOperation<Operation, Result>[],
  supporting: ReadonlySet<unknown>,
  text: (one: RecordedOperation<Operation, Result>) => string,
): string[] {
  const sorted = [...operations].sort((one, other) => one.begin - other.begin);
  const width = Math.max(...sorted.map(({ process }) => String(process).length));
  const bars = barsOf(sorted);
  const lines = sorted.slice(0, LINES_MAX).map((recorded, index) => {
    const note = supporting.has(recorded) ? "   (whenever it was)" : "";
    const bar = bars[index] ?? "";
    return `  ${String(recorded.process).padEnd(width)}  ${bar}${text(recorded)}${note}`;
  });
  const more = sorted.length - lines.length;
  return more > 0 ? [...lines, `  … and ${more} more`] : lines;
}

/** One bar for each, drawn over the order of beginnings and ends; none if there are too many. */
function barsOf(operations: readonly RecordedOperation[]): string[] {
  if (operations.length > BARS_MAX) return [];
  const moments = operations.flatMap(({ begin, end }) => [begin, end]).filter(Number.isFinite);
  const order = [...new Set(moments)].sort((one, other) => one - other);
  const width = order.length * 2 + 2;
  return operations.map(({ begin, end }) => {
    const from = order.indexOf(begin) * 2;
    const open = !Number.isFinite(end);
    const to = open ? width - 2 : order.indexOf(end) * 2;
    const bar = `├${"─".repeat(Math.max(0, to - from - 1))}${open ? "?" : "┤"}`;
    return (" ".repeat(from) + bar).padEnd(width);
  });
}
