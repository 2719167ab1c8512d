/** The ladder demo: each promise can be broken, and all of them are kept. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { RUNGS } from "../../demo/failures/ladder.actors.ts";
import { ACTS } from "../../demo/failures/ladder.acts.ts";
import {
  type ChangeSummary,
  judgeLadder,
  type LadderCourse,
  summaryOf,
} from "../../demo/failures/ladder.judge.ts";
import { changeLines } from "../../demo/failures/ladder.show.ts";
import type { Answers } from "../../demo/failures/ladder.watchers.ts";
import { runNode } from "../support/command.ts";

test("a change has a line, and one for its cause", () => {
  const change = {
    ...({
      from: "a",
      to: "b",
      epoch: 3,
      reason: "intensity",
      cause: "it threw",
      at: 1500,
    } as const),
  };
  expect(changeLines(change, 260, 80)).toEqual([
    " 1.24 s  a → b, epoch 3",
    "         intensity: it threw",
  ]);
  expect(changeLines({ ...change, to: undefined }, 260, 27)).toEqual([
    " 1.24 s  a → nobody",
    "         intensity: it thr…",
  ]);
});

describe("promises", () => {
  const changes: readonly ChangeSummary[] = [
    { from: undefined, to: "model", epoch: 1, reason: "start" },
    { from: "model", to: "model", epoch: 2, reason: "restart" },
    { from: "model", to: "archive", epoch: 3, reason: "intensity" },
    { from: "archive", to: undefined, epoch: 3, reason: "not-ready" },
    { from: undefined, to: "model", epoch: 4, reason: "recovered" },
  ];
  const anyone: Answers = {
    ...{ asked: 20, by: { model: 9, archive: 4 }, unavailable: 5, refused: 1, failed: 1 },
  };
  const pilots: Answers = { asked: 9, by: { model: 5 }, unavailable: 4, refused: 0, failed: 0 };
  const good: LadderCourse = {
    changes,
    expected: changes.filter(({ from, to }) => from !== to).map(summaryOf),
    guarantees: { model: "computed", archive: "remembered", dice: "guessed" },
    ...{ anyone, pilots },
    board: {
      epochs: [1, 3, 4],
      late: [{ rung: "model", epoch: 1, now: 3, what: "letter" }],
      refused: 1,
    },
    counters: { sent: 30, handled: 28, deadLettered: 2, dropped: 0, queued: 0 },
    letters: { crash: 2 },
  };
  const { board, counters } = good;
  const steps = "it fell and climbed step by step, each for its reason";
  const less = "nobody was told less than a remembered forecast";
  const late = "what a replaced rung did late had no effect";
  const broken: readonly [string, Partial<LadderCourse>][] = [
    [steps, { changes: changes.slice(0, -1) }],
    [
      "whoever took charge had a higher epoch",
      { changes: changes.map((change) => ({ ...change, epoch: 1 })) },
    ],
    [less, { anyone: { ...anyone, by: { model: 9, dice: 4 } } }],
    [
      "who needs a computed one got nothing else",
      { pilots: { ...pilots, by: { model: 4, archive: 1 } } },
    ],
    ["each question had one answer", { anyone: { ...anyone, asked: 21 } }],
    [late, { board: { ...board, epochs: [1, 3, 1] } }],
    ["every message is accounted for", { counters: { ...counters, handled: 27 } }],
    ["every dead letter has a reason", { letters: { crash: 1 } }],
  ];
  const more: readonly [string, Partial<LadderCourse>][] = [
    [steps, { expected: [] }],
    [steps, { expected: good.expected.map((one) => one.replace("intensity", "budget")) }],
    [less, { anyone: { ...anyone, unavailable: 0, refused: 6 } }],
    [late, { board: { ...board, late: [], refused: 0 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeLadder(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeLadder(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each([...broken, ...more])("%s, or it is seen", (promise, change) => {
    const failed = judgeLadder({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((one) => one.promise)).toEqual([promise]);
  });
});

test("the built demo keeps all its promises", async () => {
  const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));
  const [shown, facts] = await Promise.all([
    runNode([program, "ladder", "--threads", "1"]),
    runNode([program, "ladder", "--threads", "0", "--json"]),
  ]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(facts).toMatchObject({ code: 0, stderr: "" });
  const { demo, ok, expected, guarantees } = JSON.parse(facts.stdout);
  expect([demo, ok, expected.length]).toEqual(["ladder", true, ACTS.length + 1]);
  expect(Object.keys(guarantees)).toEqual(RUNGS);
});
