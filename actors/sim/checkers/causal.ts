/**
 * Causal consistency of registers that are read and written: whoever sees an effect can see its
 * causes, although two processes may see what has no common cause in different orders.
 *
 *     a  write x 1 ─► write y 1                 session: one process, in its order
 *                         └────► b  read y → 1  source: who reads sees who wrote
 *                                     └────► read x → nothing
 *                                            write x 1 is a cause of this read: violated
 *
 * Causes are what follows from sessions and sources together. Each value may be written once for
 * each key, so that it is known whose a value is. Then a history is causally consistent if and only
 * if none of four patterns is in it, each of which is looked for directly:
 *
 *     thin-air-read         a value that nobody wrote
 *     cyclic-causes         an operation among its own causes
 *     write-before-initial  nothing read, although a write is a cause of the read
 *     write-between         a value read that another write replaced, both of them causes
 *
 * A write of unknown outcome counts if somebody reads its value. It has the causes that its process
 * had when it began; what that process does next does not count on it. Reads without an answer
 * tell nothing.
 *
 * Left out: compare-and-set, deletes, and the stronger causal memory and causal convergence.
 *
 * @source Bouajjani, Enea, Guerraoui, Hamza, "On verifying causal consistency", POPL 2017: theorem
 *   for CC; the patterns there are ThinAirRead, CyclicCO, WriteCOInitRead, WriteCORead.
 */

import { Causes } from "./causes.ts";
import { InvalidHistory } from "./errors.ts";
import type { HistoryEvent } from "./history.ts";
import { operationsOf, type RecordedOperation } from "./operations.ts";
import { shown, textOf } from "./plain.ts";

/** Values are plain data; undefined is what a key holds before it is written. */
export type CausalOperation<Value = unknown> = { readonly key: string | number } & (
  | { readonly type: "read" }
  | { readonly type: "write"; readonly value: Value }
);

export type CausalPattern =
  | "thin-air-read"
  | "cyclic-causes"
  | "write-before-initial"
  | "write-between";

export type Causality<Value = unknown> =
  | { readonly verdict: "ok" }
  /** The history has too many operations and processes for the table of causes. */
  | { readonly verdict: "unknown" }
  | {
      readonly verdict: "violation";
      readonly pattern: CausalPattern;
      /** Those that make up the pattern, in the order in which its name has them. */
      readonly operations: readonly RecordedOperation<CausalOperation<Value>, Value>[];
      readonly text: string;
    };

type Recorded<Value> = RecordedOperation<CausalOperation<Value>, Value>;

/**
 * Checks a history of reads and writes. Costs a few microseconds, and 4 bytes for each process, per
 * operation.
 *
 * Throws InvalidHistory (`ERR_INVALID_HISTORY`), also if a value is written twice to one key.
 */
export function checkCausality<Value>(
  events: readonly HistoryEvent<CausalOperation<Value>, Value>[],
): Causality<Value> {
  const operations = operationsOf(events);
  operations.forEach(checkOperation);
  const writers = writersOf(operations);
  const sources = new Map<Recorded<Value>, Recorded<Value>>();
  for (const read of operations) {
    if (!tells(read)) continue;
    const writer = writers.get(valueText(read.operation.key, read.result));
    if (writer === undefined) return violation("thin-air-read", [read]);
    sources.set(read, writer);
  }
  const seen = new Set(sources.values());
  const counted = operations.filter((one) =>
    one.operation.type === "read" ? one.outcome === "ok" : one.outcome === "ok" || seen.has(one),
  );
  const causes = Causes.of(counted, sources);
  if (causes === undefined) return { verdict: "unknown" };
  if (causes.cycle !== undefined) return violation("cyclic-causes", causes.cycle);
  for (const read of counted) {
    const { operation, result } = read;
    if (operation.type === "write") continue;
    const found =
      result === undefined ? beforeInitial(causes, read) : between(causes, read, sources);
    if (found !== undefined) return found;
  }
  return { verdict: "ok" };
}

function beforeInitial<Value>(
  causes: Causes<Recorded<Value>>,
  read: Recorded<Value>,
): Causality<Value> | undefined {
  const [write] = causes.latestWrites(read);
  return write === undefined ? undefined : violation("write-before-initial", [write, read]);
}

function between<Value>(
  causes: Causes<Recorded<Value>>,
  read: Recorded<Value>,
  sources: ReadonlyMap<Recorded<Value>, Recorded<Value>>,
): Causality<Value> | undefined {
  const source = sources.get(read);
  if (source === undefined) return undefined;
  for (const write of causes.latestWrites(read)) {
    if (write !== source && causes.has(write, source)) {
      return violation("write-between", [source, write, read]);
    }
  }
  return undefined;
}

/** A read whose answer says something about a write. */
function tells<Value>({ operation, outcome, result }: Recorded<Value>): boolean {
  return operation.type === "read" && outcome === "ok" && result !== undefined;
}

function valueText(key: string | number, value: unknown): string {
  return `${textOf(key)}:${textOf(value)}`;
}

/** Each value with the one who wrote it, those that failed left out. */
function writersOf<Value>(operations: readonly Recorded<Value>[]): Map<string, Recorded<Value>> {
  const writers = new Map<string, Recorded<Value>>();
  for (const one of operations) {
    const { operation, outcome, begin } = one;
    if (operation.type !== "write" || outcome === "fail") continue;
    const text = valueText(operation.key, operation.value);
    if (writers.has(text)) {
      const problem = `${describe(one)} writes a value that was written to that key before`;
      throw new InvalidHistory(begin, problem, "write each value once, with a number for instance");
    }
    writers.set(text, one);
  }
  return writers;
}

function checkOperation<Value>({ operation, begin }: Recorded<Value>): void {
  const advice = "record { type, key } for reads and { type, key, value } for writes";
  const key: unknown = operation?.key;
  if (typeof key !== "string" && typeof key !== "number") {
    throw new InvalidHistory(begin, `its key is ${shown(key)}`, advice);
  }
  if (operation.type !== "read" && operation.type !== "write") {
    const { type } = operation as { type?: unknown };
    throw new InvalidHistory(begin, `its type is ${shown(type)}`, advice);
  }
  if (operation.type === "write" && operation.value === undefined) {
    throw new InvalidHistory(begin, "it writes undefined, which is no value", advice);
  }
}

const REASONS: Record<CausalPattern, string> = {
  "thin-air-read": "nobody wrote what it read",
  "cyclic-causes": "each is a cause of the next, and the last of the first",
  "write-before-initial": "the write is a cause of the read, which saw nothing",
  "write-between":
    "the second write replaced the first and is a cause of the read, which saw the first",
};

function violation<Value>(
  pattern: CausalPattern,
  operations: readonly Recorded<Value>[],
): Causality<Value> {
  const lines = operations.map((one) => `  ${one.process}  ${describe(one)}`);
  const text = [`not causally consistent: ${pattern}`, ...lines, REASONS[pattern]].join("\n");
  return { verdict: "violation", pattern, operations, text };
}

function describe<Value>({ operation, result, begin }: Recorded<Value>): string {
  const text =
    operation.type === "read"
      ? `read ${operation.key} → ${result === undefined ? "nothing" : shown(result)}`
      : `write ${operation.key} ${shown(operation.value)}`;
  return `${text}, which begins with event ${begin}`;
}
