/**
 * Threads are cut off between any two steps of a surviving mailbox's data path and of its recovery,
 * while the keeper is held up between two of its own: each message is handled or a dead letter, in
 * order and as often as it may be, each call is answered, and the books balance. Needs dist/.
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";
import { type Arm, POINTS, SURVIVAL_FAULTS } from "../support/survival-faults.ts";

interface Fact {
  arms: Arm[];
  missed: number;
  problems: string[];
}

/** Passings of a point that every message passes, and of one that batches pass. */
const OFTEN = 300;
const SELDOM = 3;
const ONCE_PER_BATCH = ["before HEAD", "after HEAD", "answers not flushed"];

/** Each point once: one of the consumer, one of the heir and one of the keeper at a time. */
function rounds(): Arm[][] {
  const { consumer, heir, keeper, sender } = POINTS;
  return heir.map((point, index) => {
    const first = consumer[index % consumer.length] ?? "";
    const passes = ONCE_PER_BATCH.includes(first) ? SELDOM : OFTEN;
    const arms: Arm[] = [
      [1, first, passes, 1],
      [1, point, 1, 1],
      [-1, keeper[index % keeper.length] ?? "", 1, 1],
    ];
    const third = sender[index];
    return third === undefined ? arms : [...arms, [2, third, SELDOM, 1]];
  });
}

const ROUNDS = rounds();
/** Longer than it takes to take over. */
const PAUSE_MS = 250;
/** What a sender publishes once its target was taken over is nobody's but its own. */
const LATE: Arm[] = [[1, "turn begun", OFTEN, 1]];
/** One that ends is cut off, and so is its heir, unless that finds nothing to go on with. */
const DISCARDED = 40;
const ENDS = POINTS.ending.map((point): { arms: Arm[]; ends: true } => {
  const passes = point.startsWith("discarded") ? DISCARDED : 1;
  const times = point.includes("dropped") ? 1 : 2;
  return { arms: [[1, point, passes, times]], ends: true };
});
const build = patchedBuild(SURVIVAL_FAULTS);
let facts: Fact[] = [];
let errors: string[] = [];

beforeAll(async () => {
  const late = { arms: LATE, pauseMs: PAUSE_MS };
  const args = [...ROUNDS.map((arms) => ({ arms })), late, ...ENDS];
  const outcome = await runFixture<{ facts: Fact[]; errors: string[] }>("survival-faults.mjs", {
    args: args.map((round) => JSON.stringify(round)),
    build,
    timeoutMs: 60_000,
  });
  expect([outcome.code, outcome.stderr]).toEqual([0, ""]);
  ({ facts, errors } = outcome.facts);
}, 65_000);
afterAll(() => build.remove());

test("no point is left out", () => {
  const all = [...ROUNDS, ...ENDS.map(({ arms }) => arms)].flat();
  const passed = new Set(all.map(([, point]) => point));
  expect([...passed].sort()).toEqual(Object.values(POINTS).flat().sort());
});

test.each(ROUNDS.map((arms, index) => [arms.map(([, point]) => point).join("; "), index] as const))(
  "%s",
  (_points, index) => {
    expect(facts[index]).toEqual({ arms: ROUNDS[index], missed: 0, problems: [] });
  },
);

test.each(ENDS.map(({ arms }, index) => [arms[0]?.[1] ?? "", index] as const))(
  "it ends: %s",
  (_point, index) => {
    const arms = ENDS[index]?.arms;
    expect(facts[ROUNDS.length + 1 + index]).toEqual({ arms, missed: 0, problems: [] });
  },
);

test("a sender that publishes late", () => {
  expect(facts[ROUNDS.length]).toEqual({ arms: LATE, missed: 0, problems: [] });
});

test("nothing else goes wrong", () => {
  expect(errors).toEqual(["a thread died; it is replaced"]);
});
