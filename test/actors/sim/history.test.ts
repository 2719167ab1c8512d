/** Recording histories, and what is refused: while one is recorded, and when it is checked. */

import { expect, test } from "vitest";
import { queueModel, setModel } from "../../../actors/sim/checkers/collections.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { checkLinearizability } from "../../../actors/sim/checkers/linearizability.ts";
import { operationsOf } from "../../../actors/sim/checkers/operations.ts";
import { keyValueModel, registerModel } from "../../../actors/sim/checkers/registers.ts";

test("events are numbered by their place, and operations by their invocation", () => {
  const history = new History<string, number>();
  const first = history.invoke("a", "one");
  const second = history.invoke("b", "two");
  history.ok(second, 2);
  history.fail(first);
  const third = history.invoke("a", "three");
  history.unknown(third);
  history.invoke("a", "four");
  const events = [
    { type: "invoke", id: 0, process: "a", operation: "one" },
    { type: "invoke", id: 1, process: "b", operation: "two" },
    { type: "ok", id: 1, result: 2 },
    { type: "fail", id: 0 },
    { type: "invoke", id: 2, process: "a", operation: "three" },
    { type: "unknown", id: 2 },
    { type: "invoke", id: 3, process: "a", operation: "four" },
  ];
  expect(history.events).toEqual(events);
  expect(JSON.parse(JSON.stringify(history))).toEqual(events);
  const open = Number.POSITIVE_INFINITY;
  expect(
    operationsOf(history.events).map(({ id, outcome, begin, end }) => [id, outcome, begin, end]),
  ).toEqual([
    [0, "fail", 0, 3],
    [1, "ok", 1, 2],
    [2, "unknown", 4, open],
    [3, "unknown", 6, open],
  ]);
});

test("a process has one operation open, and each ends once", () => {
  const history = new History();
  const id = history.invoke("a", "x");
  const invalid = expect.objectContaining({ code: "ERR_INVALID_HISTORY", event: 1 });
  expect(() => history.invoke("a", "y")).toThrow(invalid);
  expect(() => history.ok(7)).toThrow(invalid);
  history.ok(id);
  const later = expect.objectContaining({ code: "ERR_INVALID_HISTORY", event: 2 });
  expect(() => history.unknown(id)).toThrow(later);
  expect(history.events).toHaveLength(2);
});

test("a full history takes no more, and what is open can still end", () => {
  const history = new History({ maxOperations: 1 });
  const id = history.invoke("a", "x");
  expect(() => history.invoke("b", "x")).toThrow(
    expect.objectContaining({ code: "ERR_HISTORY_FULL", maxOperations: 1 }),
  );
  history.ok(id);
  expect(history.events).toHaveLength(2);
  expect(() => new History({ maxOperations: 0 })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
  );
});

const invoke = (id: unknown, process: unknown, operation: unknown): unknown => ({
  type: "invoke",
  id,
  process,
  operation,
});
const write = { type: "write", value: 1 };

test.each<[string, unknown[], number]>([
  ["an answer without an invocation", [{ type: "ok", id: 0 }], 0],
  ["two answers", [invoke(0, 1, write), { type: "ok", id: 0 }, { type: "ok", id: 0 }], 2],
  [
    "an answer after nobody knew",
    [invoke(0, 1, write), { type: "unknown", id: 0 }, { type: "ok", id: 0 }],
    2,
  ],
  ["two operations open in one process", [invoke(0, 1, write), invoke(1, 1, write)], 1],
  [
    "a number that is used twice",
    [invoke(0, 1, write), { type: "ok", id: 0 }, invoke(0, 1, write)],
    2,
  ],
  ["an event of another type", [{ type: "info", id: 0 }], 0],
  ["no event", [null], 0],
  ["an id that is no number", [invoke("0", 1, write)], 0],
  ["a process that is an object", [invoke(0, {}, write)], 0],
])("%s is refused", (_, events, event) => {
  expect(() =>
    checkLinearizability(events as HistoryEvent<never, never>[], registerModel() as never),
  ).toThrow(expect.objectContaining({ code: "ERR_INVALID_HISTORY", event }));
});

test.each<[string, unknown, unknown, unknown]>([
  ["register", registerModel(), { type: "delete" }, undefined],
  ["register", registerModel(), { type: "cas", from: 1, to: 2 }, undefined],
  ["register", registerModel(), undefined, undefined],
  ["key-value", keyValueModel(), { type: "read" }, 1],
  ["key-value", keyValueModel(), { type: "put", key: 1 }, 1],
  ["set", setModel(), { type: "size" }, 1],
  ["set", setModel(), { type: "has", value: 1 }, undefined],
  ["set", setModel(), { type: "values" }, true],
  ["queue", queueModel(), { type: "pop" }, 1],
  ["queue", queueModel(), { type: "enqueue" }, undefined],
])("%s: what its model does not know is refused", (_, model, operation, result) => {
  const events = [invoke(0, 1, write), { type: "fail", id: 0 }, invoke(1, 1, operation)];
  if ((model as { name: string }).name !== "register") events.splice(0, 2);
  const answered = [...events, { type: "ok", id: 1, result }];
  expect(() => checkLinearizability(answered as never, model as never)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_HISTORY", event: events.length - 1 }),
  );
});

test.each([
  ["a function", () => 1],
  ["an instance", new Map()],
  ["a value that holds itself", cyclic()],
])("%s as a value is refused", (_, value) => {
  const history = new History();
  history.ok(history.invoke("a", { type: "write", value }));
  history.ok(history.invoke("a", { type: "read" }), value);
  expect(() => checkLinearizability(history.events as never, registerModel())).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_HISTORY" }),
  );
});

test("limits that make no sense are refused", () => {
  const refused = expect.objectContaining({ code: "ERR_INVALID_OPTIONS" });
  expect(() => checkLinearizability([], registerModel(), { maxSteps: 0 })).toThrow(refused);
  expect(() => checkLinearizability([], registerModel(), { maxMs: -1 })).toThrow(refused);
});

function cyclic(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}
