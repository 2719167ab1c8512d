/**
 * Causal consistency: small histories in the manner of the literature, and random ones against a
 * judge that tries every order of causes there is, from the definition.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CausalOperation,
  type CausalPattern,
  checkCausality,
} from "../../../actors/sim/checkers/causal.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { operationsOf, type RecordedOperation } from "../../../actors/sim/checkers/operations.ts";

type Events = readonly HistoryEvent<CausalOperation<number>, number>[];

/** Lines like "a write x 1", "b read x 1", "b read x -"; "?" in front if unknown, "!" if failed. */
function history(...lines: readonly string[]): Events {
  const recorded = new History<CausalOperation<number>, number>();
  for (const line of lines) {
    const [process = "", type, key = "", text] = line.replace(/^[?!]/, "").split(" ");
    const value = text === "-" ? undefined : Number(text);
    const operation: CausalOperation<number> =
      type === "read" ? { type, key } : { type: "write", key, value: value ?? 0 };
    const id = recorded.invoke(process, operation);
    if (line.startsWith("?")) recorded.unknown(id);
    else if (line.startsWith("!")) recorded.fail(id);
    else recorded.ok(id, type === "read" ? value : undefined);
  }
  return recorded.events;
}

const ROWS: readonly (readonly [string, CausalPattern | "ok", Events])[] = [
  ["nothing", "ok", []],
  ["its own write", "ok", history("a write x 1", "a read x 1")],
  [
    "concurrent writes in different orders",
    "ok",
    history("a write x 1", "b write x 2", "c read x 1", "c read x 2", "d read x 2", "d read x 1"),
  ],
  ["a stale read without a cause", "ok", history("a write x 1", "a write x 2", "b read x 1")],
  ["a cause that is seen", "ok", history("a write x 1", "a write y 2", "b read y 2", "b read x 1")],
  ["out of thin air", "thin-air-read", history("a write x 1", "b read x 2")],
  ["a write that failed", "thin-air-read", history("!a write x 1", "b read x 1")],
  ["a value of another key", "thin-air-read", history("a write x 1", "b read y 1")],
  [
    "each reads what the other writes later",
    "cyclic-causes",
    history("a read x 1", "b read y 2", "a write y 2", "b write x 1"),
  ],
  ["its own future", "cyclic-causes", history("a read x 1", "a write x 1")],
  ["its own write unseen", "write-before-initial", history("a write x 1", "a read x -")],
  [
    "a cause unseen",
    "write-before-initial",
    history("a write x 1", "a write y 2", "b read y 2", "b read x -"),
  ],
  [
    "a cause of a cause unseen",
    "write-before-initial",
    history("a write x 1", "a write y 2", "b read y 2", "b write z 3", "c read z 3", "c read x -"),
  ],
  [
    "back in time",
    "write-between",
    history("a write x 1", "a write x 2", "b read x 2", "b read x 1"),
  ],
  [
    "a write that was replaced by one who saw it",
    "write-between",
    history("a write x 1", "b read x 1", "b write x 2", "b write y 3", "c read y 3", "c read x 1"),
  ],
  ["an unknown write that nobody saw", "ok", history("?a write x 1", "a read x -")],
  ["an unknown write that was seen", "ok", history("?a write x 1", "b read x 1", "a read x -")],
  [
    "an unknown write with causes",
    "write-before-initial",
    history("a write x 1", "?a write y 2", "b read y 2", "b read x -"),
  ],
];

test.each(ROWS)("%s: %s", (_, expected, events) => {
  const result = checkCausality(events);
  expect(result.verdict === "violation" ? result.pattern : result.verdict).toBe(expected);
  expect(checkCausality(JSON.parse(JSON.stringify(events)))).toEqual(result);
});

test("a violation names the operations of its pattern, and why", () => {
  const result = checkCausality(
    history("a write x 1", "c write z 9", "b read x 1", "b write x 2", "b read x 1"),
  );
  expect(result).toMatchObject({ pattern: "write-between" });
  expect(result.verdict === "violation" && result.text).toBe(
    [
      "not causally consistent: write-between",
      "  a  write x 1, which begins with event 0",
      "  b  write x 2, which begins with event 6",
      "  b  read x → 1, which begins with event 8",
      "the second write replaced the first and is a cause of the read, which saw the first",
    ].join("\n"),
  );
});

test("a cycle is told as such", () => {
  const result = checkCausality(
    history("c write q 1", "a read x 1", "b read y 2", "a write y 2", "b write x 1"),
  );
  const told = result.verdict === "violation" ? result.operations : [];
  expect(told.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4]);
});

test.each([
  ["a value that is written twice", history("a write x 1", "b write x 1"), 2],
  ["a compare-and-set", [{ type: "invoke", id: 0, process: 1, operation: { type: "cas" } }], 0],
  ["no key", [{ type: "invoke", id: 0, process: 1, operation: { type: "read" } }], 0],
])("%s is refused", (_, events, event) => {
  expect(() => checkCausality(events as Events)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_HISTORY", event }),
  );
});

test("many operations: a table of causes that would be too large is not made", () => {
  const lines = Array.from({ length: 9000 }, (_, index) => `p${index} write x ${index}`);
  expect(checkCausality(history(...lines)).verdict).toBe("unknown");
});

type Recorded = RecordedOperation<CausalOperation<number>, number>;

const anyHistory: fc.Arbitrary<Events> = fc
  .array(
    fc.record({
      process: fc.constantFrom("a", "b", "c"),
      key: fc.constantFrom("x", "y"),
      writes: fc.boolean(),
      result: fc.nat(5),
      unknown: fc.nat(7).map((one) => one === 0),
    }),
    { minLength: 3, maxLength: 5, size: "max" },
  )
  .map((steps) => {
    const written = new Map<string, number[]>();
    steps.forEach(({ key, writes }, index) => {
      if (writes) written.set(key, [...(written.get(key) ?? []), index]);
    });
    return history(
      ...steps.map(({ process, key, writes, result, unknown }, index) => {
        const mark = unknown ? "?" : "";
        if (writes) return `${mark}${process} write ${key} ${index}`;
        const values = ["-", ...(written.get(key) ?? [])];
        return `${mark}${process} read ${key} ${values[result % values.length]}`;
      }),
    );
  });

test("as the judge says", () => {
  const verdicts = { ok: 0, violation: 0, unknown: 0 };
  fc.assert(
    fc.property(anyHistory, (events) => {
      const { verdict } = checkCausality(events);
      verdicts[verdict] += 1;
      expect(verdict).toBe(judge(operationsOf(events)) ? "ok" : "violation");
    }),
    { numRuns: 1000 },
  );
  expect(verdicts.ok).toBeGreaterThan(100);
  expect(verdicts.violation).toBeGreaterThan(100);
});

/**
 * Whether there are an order of causes, which has the sessions in it, and for each read an order of
 * its causes after which a register would have answered so. Tries all.
 */
function judge(operations: readonly Recorded[]): boolean {
  const known = operations.filter(({ outcome }) => outcome === "ok");
  const unknown = operations.filter(
    ({ outcome, operation }) => outcome === "unknown" && operation.type === "write",
  );
  return subsets(unknown).some((some) => explained([...known, ...some]));
}

function explained(operations: readonly Recorded[]): boolean {
  const session = operations.map((cause) =>
    operations.map(
      (effect) =>
        cause.process === effect.process && cause.outcome === "ok" && cause.begin < effect.begin,
    ),
  );
  const open = [closed(session)];
  const known = new Set([JSON.stringify(open[0])]);
  for (const order of open) {
    if (operations.every((_, index) => answered(operations, order, index))) return true;
    operations.forEach((_, cause) => {
      operations.forEach((_, effect) => {
        if (cause === effect || order[cause]?.[effect] || order[effect]?.[cause]) return;
        const more = closed(
          order.map((row, at) => row.map((is, to) => is || (at === cause && to === effect))),
        );
        const text = JSON.stringify(more);
        if (known.has(text)) return;
        known.add(text);
        open.push(more);
      });
    });
  }
  return false;
}

function answered(
  operations: readonly Recorded[],
  order: readonly (readonly boolean[])[],
  read: number,
): boolean {
  const { operation, result } = operations[read] as Recorded;
  if (operation.type === "write") return true;
  const causes = [...operations.keys()].filter((index) => order[index]?.[read]);
  return permutations(causes).some((sequence) => {
    const inOrder = sequence.every((later, at) =>
      sequence.slice(0, at).every((earlier) => !order[later]?.[earlier]),
    );
    let value: number | undefined;
    for (const index of sequence) {
      const write = operations[index]?.operation;
      if (write?.type === "write" && write.key === operation.key) value = write.value;
    }
    return inOrder && value === result;
  });
}

function closed(relation: readonly (readonly boolean[])[]): boolean[][] {
  const rows = relation.map((row) => [...row]);
  rows.forEach((middle, between) => {
    for (const row of rows) {
      if (!row[between]) continue;
      for (const [to, is] of middle.entries()) row[to] ||= is;
    }
  });
  return rows;
}

function subsets<Item>(items: readonly Item[]): Item[][] {
  const [first, ...others] = items;
  if (first === undefined) return [[]];
  const rest = subsets(others);
  return rest.concat(rest.map((set) => [first, ...set]));
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
