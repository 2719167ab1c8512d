/** Delivery and conservation: each thing that can happen to a message, and random runs. */

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkConservation,
  type MessageStates,
} from "../../../actors/sim/checkers/conservation.ts";
import {
  checkDelivery,
  type DeliveryEvent,
  type DeliveryProblem,
} from "../../../actors/sim/checkers/delivery.ts";

/** "s a h e" are the four events, all of message 7. */
function life(letters: string): DeliveryEvent[] {
  const types = { s: "sent", a: "acknowledged", h: "handled", e: "effect" } as const;
  return [...letters].map((letter) => ({ type: types[letter as keyof typeof types], message: 7 }));
}

test.each<[string, readonly DeliveryProblem[]]>([
  ["", []],
  ["sahe", []],
  ["shea", []],
  ["sahheh", []],
  ["ssahe", []],
  ["s", []],
  ["she", []],
  ["sh", []],
  ["sa", ["lost"]],
  ["sah", ["no effect"]],
  ["sahehe", ["repeated effect"]],
  ["shehe", ["repeated effect"]],
  ["sahee", ["repeated effect"]],
  ["sae", ["lost", "effect without handling"]],
  ["saeh", ["effect without handling"]],
  ["ahe", ["never sent"]],
  ["hes", ["never sent"]],
])("delivery %s: %j", (letters, problems) => {
  const result = checkDelivery(life(letters));
  expect(result.problems.map(({ problem }) => problem)).toEqual(problems);
  expect(result.verdict).toBe(problems.length === 0 ? "ok" : "violation");
});

test("delivery: counts, and the text", () => {
  const events = [..."abc"].flatMap((message) =>
    life(message === "c" ? "sa" : "sahhhe").map((event) => ({ ...event, message })),
  );
  expect(checkDelivery(events)).toEqual({
    verdict: "violation",
    sent: 3,
    acknowledged: 3,
    handled: 2,
    effects: 2,
    duplicates: 4,
    problems: [{ message: "c", problem: "lost" }],
    problemCount: 1,
    text:
      "not delivered at least once, with one effect: 3 sent, 3 acknowledged, 2 handled " +
      '(4 duplicates), 2 with an effect\n  "c": lost',
  });
});

test("delivery: many problems are counted, and the first are told", () => {
  const events = Array.from({ length: 250 }, (_, message) => [
    { type: "sent" as const, message },
    { type: "acknowledged" as const, message },
  ]).flat();
  const { problems, problemCount, text } = checkDelivery(events);
  expect([problems.length, problemCount]).toEqual([100, 250]);
  expect(text.split("\n")).toHaveLength(12);
  expect(text).toMatch(/… and 240 more$/);
});

const BALANCED: MessageStates = {
  sent: [1, 2, "3", 4, 5],
  handled: [1, 5],
  deadLettered: ["3"],
  dropped: [2],
  queued: [4],
};

test("conservation: each message in one state", () => {
  const counters = { sent: 5, handled: 2, deadLettered: 1, dropped: 1, queued: 1 };
  expect(checkConservation(BALANCED, counters)).toEqual({
    verdict: "ok",
    ...counters,
    problems: [],
    problemCount: 0,
    counters: [],
    text: "conserved: 5 sent, 2 handled, 1 dead-lettered, 1 dropped, 1 queued",
  });
  expect(checkConservation({ sent: [], handled: [] }).verdict).toBe("ok");
});

test.each<[string, Partial<MessageStates>, readonly unknown[]]>([
  ["lost", { queued: [] }, [[4, "lost"]]],
  ["handled twice", { handled: [1, 5, 1] }, [[1, "handled and handled"]]],
  ["handled and a dead letter", { deadLettered: ["3", 5] }, [[5, "handled and deadLettered"]]],
  [
    "a text is no number",
    { deadLettered: [3] },
    [
      [3, "never sent"],
      ["3", "lost"],
    ],
  ],
  ["never sent", { dropped: [2, 9] }, [[9, "never sent"]]],
  [
    "lost and handled twice, so that the sums agree",
    { handled: [1, 5, 5], queued: [] },
    [
      [5, "handled and handled"],
      [4, "lost"],
    ],
  ],
])("conservation: %s", (_, change, problems) => {
  const result = checkConservation({ ...BALANCED, ...change });
  expect(result.verdict).toBe("violation");
  expect(result.problems.map(({ message, problem }) => [message, problem])).toEqual(problems);
});

test("conservation: counters that say something else", () => {
  const result = checkConservation(BALANCED, { sent: 6, queued: 1 });
  expect(result).toMatchObject({
    verdict: "violation",
    counters: [{ name: "sent", says: 6, is: 5 }],
  });
  expect(result.text).toMatch(/\n {2}counter sent: 6, and it is 5$/);
});

test("property: a balanced run is conserved, and one that was changed is not", () => {
  const places = fc.array(fc.constantFrom("handled", "deadLettered", "dropped", "queued"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(places, fc.nat(), fc.constantFrom("lose", "repeat", "invent"), (all, at, how) => {
      const states = {
        sent: [...all.keys()],
        handled: [],
        deadLettered: [],
        dropped: [],
        queued: [],
      };
      const lists: Record<string, number[]> = states;
      for (const [message, place] of all.entries()) lists[place]?.push(message);
      expect(checkConservation(states).verdict).toBe("ok");
      const message = at % all.length;
      const list = lists[all[message] ?? ""] ?? [];
      if (how === "lose") list.splice(list.indexOf(message), 1);
      else list.push(how === "repeat" ? message : all.length);
      const { verdict, problemCount, problems } = checkConservation(states);
      expect([verdict, problemCount]).toEqual(["violation", 1]);
      expect(problems[0]?.message).toBe(how === "invent" ? all.length : message);
    }),
  );
});

test("what makes no sense is refused", () => {
  const refused = (event: number): unknown =>
    expect.objectContaining({ code: "ERR_INVALID_HISTORY", event });
  const event = { type: "lost", message: 1 } as unknown as DeliveryEvent;
  expect(() => checkDelivery([event])).toThrow(refused(0));
  const nameless = { type: "sent" } as unknown as DeliveryEvent;
  expect(() => checkDelivery([...life("s"), nameless])).toThrow(refused(1));
  expect(() => checkConservation({ sent: [1, 1], handled: [1] })).toThrow(refused(-1));
  expect(() => checkConservation({ sent: [{} as never], handled: [] })).toThrow(refused(-1));
});
