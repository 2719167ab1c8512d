/**
 * Linearizability, by small histories whose verdict is known: those of the literature in our own
 * values, and one for each thing that a checker can get wrong.
 */

import { expect, test } from "vitest";
import { queueModel, setModel } from "../../../actors/sim/checkers/collections.ts";
import { History, type HistoryEvent } from "../../../actors/sim/checkers/history.ts";
import { checkLinearizability } from "../../../actors/sim/checkers/linearizability.ts";
import type { Model } from "../../../actors/sim/checkers/model.ts";
import { keyValueModel, registerModel } from "../../../actors/sim/checkers/registers.ts";

type Events = readonly HistoryEvent<never, never>[];

/**
 * Lines like "a: write 1", which begins; "a ok", "a = 1", "a fail", "a unknown", which end, with
 * semicolons in between. Words of an operation are its type, its key if it has one, and its values.
 */
function history(...parts: readonly string[]): Events {
  const recorded = new History<unknown, unknown>();
  const open = new Map<string, number>();
  for (const line of parts.flatMap((part) => part.split("; "))) {
    const begun = /^(\w+): (.*)$/.exec(line);
    if (begun !== null) {
      const [, process = "", text = ""] = begun;
      open.set(process, recorded.invoke(process, operationOf(text)));
      continue;
    }
    const [process = "", end = "", text = ""] = line.split(" ");
    const id = open.get(process) ?? -1;
    if (end === "fail") recorded.fail(id);
    else if (end === "unknown") recorded.unknown(id);
    else recorded.ok(id, parsed(text));
  }
  return recorded.events as Events;
}

function operationOf(text: string): unknown {
  const [type, ...words] = text.split(" ");
  const key = /^[x-z]$/.test(words[0] ?? "") ? { key: words.shift() } : {};
  const [value, to] = words.map(parsed);
  if (type === "cas") return { type, ...key, from: value, to };
  return value === undefined ? { type, ...key } : { type, ...key, value };
}

function parsed(text: string): unknown {
  return text === "" || text === "-" ? undefined : JSON.parse(text);
}

const register = registerModel<number>() as unknown as Model<unknown, never, never>;
const holding = registerModel<number>(1) as unknown as Model<unknown, never, never>;
const keyValue = keyValueModel<number>() as unknown as Model<unknown, never, never>;
const set = setModel<number>() as unknown as Model<unknown, never, never>;
const queue = queueModel<number>() as unknown as Model<unknown, never, never>;

const GOOD: readonly (readonly [string, typeof register, Events])[] = [
  ["nothing", register, []],
  ["one after the other", register, history("a: write 1; a ok; b: read; b = 1")],
  ["a read beside a write sees the old", register, history("a: write 1; b: read; b = -; a ok")],
  ["a read beside a write sees the new", register, history("a: write 1; b: read; b = 1; a ok")],
  [
    "two reads beside a write, in order",
    register,
    history("a: write 1; b: read; b = -; c: read; c = 1; a ok"),
  ],
  [
    "a later write takes effect first",
    register,
    history("a: write 1; b: write 2; b ok; c: read; c = 2; a ok; c: read; c = 1"),
  ],
  [
    "a write that timed out takes effect much later",
    register,
    history(
      "a: write 1; a unknown; b: read; b = -; c: write 2; c ok; b: read; b = 2; b: read",
      "b = 1",
    ),
  ],
  [
    "a write that timed out never takes effect",
    register,
    history("a: write 1; a unknown; b: read; b = -; b: read; b = -"),
  ],
  ["a write that has not ended", register, history("a: write 1; b: read; b = 1")],
  [
    "a cas that timed out took effect",
    register,
    history("b: write 1; b ok; a: cas 1 2; a unknown; b: read; b = 2"),
  ],
  ["a write that failed is not there", register, history("a: write 1; a fail; b: read; b = -")],
  [
    "one of two cas wins",
    register,
    history("c: write 0; c ok; a: cas 0 1; b: cas 0 2; a = false; b = true"),
  ],
  [
    "keys by themselves",
    keyValue,
    history(
      "a: write x 1; b: read y; b = -; a ok; b: write y 2; b ok; a: delete x; a ok",
      "b: read x; b = -",
    ),
  ],
  [
    "FIFO, two overlapping enqueues in either order",
    queue,
    history("a: enqueue 1; b: enqueue 2; b ok; a ok; a: dequeue; a = 2; b: dequeue; b = 1"),
  ],
  ["FIFO, a dequeue beside the enqueue", queue, history("a: enqueue 1; b: dequeue; b = 1; a ok")],
  [
    "FIFO, empty beside an enqueue",
    queue,
    history("a: enqueue 1; b: dequeue; b = -; a ok; b: dequeue; b = 1"),
  ],
  [
    "FIFO, a dequeue that timed out took the first",
    queue,
    history("a: enqueue 1; a ok; a: enqueue 2; a ok; b: dequeue; b unknown; a: dequeue; a = 2"),
  ],
  [
    "a set, an element added twice by two",
    set,
    history("a: add 1; b: add 1; a = false; b = true; a: has 1; a = true"),
  ],
  [
    "a set, an add without an answer after a remove beside it",
    set,
    history("c: add 1; c = true; a: add 1; b: remove 1; a ok; b = true; c: has 1; c = true"),
  ],
  ["a set that is looked at", set, history("a: add 1; a ok; b: add 2; c: values; c = [2,1]; b ok")],
  [
    "two equal writes that timed out, both of them seen",
    register,
    history(
      "a: write 1; a unknown; b: write 1; b unknown; c: read; c = 1; c: write 2; c ok",
      "c: read; c = 1",
    ),
  ],
  [
    "a write that timed out, and a value that was there from the start",
    holding,
    history("b: read; a: write 2; a ok; w: write 1; w unknown; b = 1; c: read; c = 2"),
  ],
  [
    "a write that timed out, and another one of the same value",
    register,
    history(
      "b: read; a: write 1; a ok; a: write 2; a ok; w: write 1; w unknown; b = 1; c: read",
      "c = 2",
    ),
  ],
];

test.each(GOOD)("good: %s", (_, model, events) => {
  expect(checkLinearizability(events, model).verdict).toBe("ok");
});

/** With the fewest operations that contradict each other, by number. */
const BAD: readonly (readonly [string, typeof register, Events, readonly number[]])[] = [
  [
    "a stale read",
    register,
    history("a: write 1; a ok; a: write 2; a ok; b: read; b = 1"),
    [0, 1, 2],
  ],
  ["a value of nobody", register, history("a: write 1; a ok; b: read; b = 3"), [1]],
  ["old after new", register, history("a: write 1; b: read; b = 1; c: read; c = -; a ok"), [1, 2]],
  [
    "a value before it was written, though nobody knows when that ended",
    register,
    history("b: read; b = 1; a: write 1; a unknown"),
    [0],
  ],
  ["a write that failed is read", register, history("a: write 1; a fail; b: read; b = 1"), [1]],
  [
    "both cas win",
    register,
    history("c: write 0; c ok; a: cas 0 1; b: cas 0 2; a = true; b = true"),
    [1, 2],
  ],
  [
    "two readers disagree on the order of writes",
    register,
    history(
      "a: write 1; b: write 2; c: read; d: read; c = 1; d = 2; c: read; d: read; c = 2",
      "d = 1; a ok; b ok",
    ),
    [2, 3, 4, 5],
  ],
  [
    "one key of two",
    keyValue,
    history("a: write x 1; a ok; a: write y 1; a ok; b: read x; b = 1; b: read y; b = -"),
    [1, 3],
  ],
  [
    "FIFO, in the wrong order",
    queue,
    history("a: enqueue 1; a ok; b: enqueue 2; b ok; a: dequeue; a = 2"),
    [0, 1, 2],
  ],
  [
    "FIFO, one value twice",
    queue,
    history("a: enqueue 1; a ok; a: dequeue; a = 1; b: dequeue; b = 1"),
    [1, 2],
  ],
  ["FIFO, empty after an enqueue", queue, history("a: enqueue 1; a ok; b: dequeue; b = -"), [0, 1]],
  [
    "a set, added twice for the first time",
    set,
    history("a: add 1; a = true; b: add 1; b = true"),
    [0, 1],
  ],
  ["a set, in and out again", set, history("a: add 1; a = true; b: has 1; b = false"), [0, 1]],
  [
    "a set that forgets",
    set,
    history("a: add 1; a ok; b: add 2; b ok; c: values; c = [2]"),
    [0, 2],
  ],
];

test.each(BAD)("bad: %s", (_, model, events, needed) => {
  const result = checkLinearizability(events, model);
  expect(result.verdict).toBe("violation");
  if (result.verdict !== "violation") return;
  expect(result.violation.needed.map(({ id }) => id)).toEqual(needed);
  expect(result.violation.minimal).toBe(true);
});

/** With how many events are linearizable, and the fewest operations that contradict each other. */
const QUEUES: readonly (readonly [string, Events, number, readonly number[]])[] = [
  [
    "what is not out yet is there at any time later",
    history(
      "b: enqueue 0; b unknown; c: enqueue 1; c unknown; a: enqueue 0; c: enqueue 0; b: enqueue 0",
      "a ok; b ok; a: dequeue; a = -; c ok; a: dequeue; a fail",
    ),
    10,
    [4, 5],
  ],
  [
    "what has not answered yet may have taken anything",
    history(
      "c: dequeue; b: enqueue 2; b unknown; b: enqueue 2; a: enqueue 0; c = -; a fail; b ok",
      "a: enqueue 0; b: dequeue; c: enqueue 2; b = 2; b: dequeue; a ok; a: dequeue; c ok",
      "c: dequeue; b = 2; a = -; a: enqueue 0; c = 2",
    ),
    20,
    [4, 5, 7, 8, 9],
  ],
];

test.each(QUEUES)("few values of a queue: %s", (_, events, prefix, needed) => {
  const result = checkLinearizability(events, queue);
  const violation = result.verdict === "violation" ? result.violation : undefined;
  expect(violation).toMatchObject({ prefix, minimal: true });
  expect(violation?.needed.map(({ id }) => id)).toEqual(needed);
});

test("a violation is explained", () => {
  const events = history(
    "a: write x 1; a ok; b: write y 5; b ok; b: write x 2; c: read x; c = 1; b ok",
    "c: read x; d: read x; d = 1; c = 2; d: write x 3; d ok",
  );
  const result = checkLinearizability(events, keyValue);
  const violation = result.verdict === "violation" ? result.violation : undefined;
  expect(violation).toMatchObject({ partition: "x", prefix: 10, instead: [2], minimal: true });
  expect(violation?.unexplained.id).toBe(5);
  expect(violation?.text).toBe(
    [
      'not linearizable as key-value, part "x": 3 of 6 operations contradict each other',
      "  a  ├─┤           x: write 1",
      "  b      ├─┤       x: write 2",
      "  d          ├─┤   x: read → 1",
      "x: read of d, which ends with event 10, could have answered 2 instead",
      "the events before 10 are linearizable",
    ].join("\n"),
  );
});

test("a limit gives no verdict, whether by steps or by time", () => {
  const [, , events = []] = BAD[6] ?? [];
  expect(checkLinearizability(events, register, { maxSteps: 4 })).toEqual({
    verdict: "unknown",
    limit: "steps",
    steps: 5,
  });
  let ms = 0;
  const now = (): number => (ms += 1);
  const slow: Model<number, string, number> = {
    name: "slow",
    initial: 0,
    step: (state) => Array.from({ length: 1000 }, (_, add) => ({ state: state + add, result: 0 })),
  };
  const many = history(...Array.from({ length: 20 }, (_, index) => `p${index}: any`), "p0 = 1");
  expect(checkLinearizability(many, slow as never, { maxMs: 2, now })).toMatchObject({
    verdict: "unknown",
    limit: "ms",
  });
});

test("a limit for the explanation leaves a larger one, which is said to be so", () => {
  const [, , events = []] = BAD[6] ?? [];
  const { steps } = checkLinearizability(events, register);
  const result = checkLinearizability(events, register, { maxSteps: steps });
  const violation = result.verdict === "violation" ? result.violation : undefined;
  expect(violation).toMatchObject({ minimal: false });
  expect(violation?.needed.length).toBeGreaterThan(3);
  expect(violation?.text).toMatch(/a limit was hit/);
});

test("an object that may answer in several ways", () => {
  const bag: Model<readonly number[], { type: string; value?: number }, number> = {
    name: "bag",
    initial: [],
    step: (state, { type, value = 0 }) =>
      type === "put"
        ? { state: [...state, value].sort(), result: 0 }
        : state.map((taken) => ({ state: state.filter((one) => one !== taken), result: taken })),
  };
  const puts = ["a: put 1", "a = 0", "a: put 2", "a = 0"] as const;
  const takes = (value: number): string[] => ["b: take", `b = ${value}`];
  const verdict = (...lines: string[]): string =>
    checkLinearizability(history(...lines), bag as never).verdict;
  expect(verdict(...puts, ...takes(2), ...takes(1))).toBe("ok");
  expect(verdict(...puts, "c: take", "c unknown", ...takes(2))).toBe("ok");
  expect(verdict(...puts, ...takes(2), ...takes(2))).toBe("violation");
  expect(verdict(...puts, ...takes(1), ...takes(2), "b: take", "b = 0")).toBe("violation");
});
