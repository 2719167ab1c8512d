/** The stall demo: each promise can be broken, and all are kept. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judgeStalls, type Stall, type StallCourse } from "../../demo/failures/stall.judge.ts";
import { runNode } from "../support/command.ts";

const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));

describe("promises of the stall demo", () => {
  const stall: Stall = {
    ...{ title: "it loops", handler: "loop", culprit: true, accused: false, beside: 1, apart: 1 },
    ...{ warning: "Staller<1.1> in loop on thread 1", stalledMs: 600, backMs: 20 },
    cause: "stalled for 0.5 s, by Staller<1.1> in loop",
  };
  const counters = { sent: 10, handled: 8, deadLettered: 2, dropped: 0, queued: 0 };
  const good: StallCourse = {
    ...{ stalls: [stall], politeMs: 300, politeLives: [1, 1], stallAfterMs: 500 },
    ...{ counters, letters: { lost: 2 } },
  };
  const broken: readonly [string, Partial<StallCourse>][] = [
    ["a warning named actor and handler before", { stalls: [{ ...stall, warning: undefined }] }],
    ["the end names them, and how long it was", { stalls: [{ ...stall, cause: "stalled" }] }],
    ["no turn was ended before 500 ms", { stalls: [{ ...stall, stalledMs: 400 }] }],
    ["who lived beside it is back", { stalls: [{ ...stall, beside: 2 }] }],
    ["only the culprit was charged", { stalls: [{ ...stall, accused: true }] }],
    ["who lives elsewhere did not notice", { stalls: [{ ...stall, apart: 2 }] }],
    ["who looks at self.cancelled saves its thread", { politeLives: [1, 2] }],
    ["every message is accounted for", { counters: { ...counters, handled: 7 } }],
    ["every dead letter has a reason", { letters: { lost: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeStalls(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeStalls(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeStalls({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((each) => each.promise)).toEqual([promise]);
  });
});

test("the built stall demo keeps all its promises", async () => {
  const shown = await runNode([program, "stall", "--threads", "1"]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null });
});
