/** The demos of threads that die: what is noted, each promise that can be broken, and all kept. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { judgeMassacre, type MassacreCourse } from "../../demo/failures/massacre.judge.ts";
import { recoveriesOf } from "../../demo/failures/massacre.scene.ts";
import { type HeapCourse, judgeHeap } from "../../demo/failures/oom.judge.ts";
import { judgeThread, type ThreadCourse } from "../../demo/failures/thread.judge.ts";
import type { Death } from "../../demo/failures/thread.scene.ts";
import { runNode } from "../support/command.ts";

const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));

describe("promises of the thread demo", () => {
  const of: Death = {
    ...{ title: "its thread ends", ofThread: true, expected: "exit", causes: ["exit code 3"] },
    ...{ ends: { lost: 5 }, culprits: 1, generations: [1, 2], toldUs: 900, backUs: 4000 },
    ...{ clerks: ["C<1.1>", "C<2.1>"], desks: 2, bystander: 1 },
    letters: { arrived: 10, missing: 0, again: 0, disorder: 0, most: 1 },
  };
  const one: Death = {
    ...of,
    ...{ ofThread: false, expected: "oops", causes: ["Error: oops"], ends: { crash: 1 } },
    ...{ culprits: 0, generations: [2, 2], clerks: ["C<2.1>", "C<2.1>"], bystander: 2 },
  };
  const counters = { sent: 10, handled: 8, deadLettered: 2, dropped: 0, queued: 0 };
  const good: ThreadCourse = {
    ...{ deaths: [of, one], actors: 5, desks: 2, counters, letters: { lost: 2 } },
  };
  const missing = { arrived: 9, missing: 1, again: 0, disorder: 0, most: 1 };
  const broken: readonly [string, Partial<ThreadCourse>][] = [
    [
      "all actors of a dead thread are told as lost, each once",
      { deaths: [{ ...of, ends: { lost: 6 } }, one] },
    ],
    [
      "an error that is one actor's ended that one only",
      { deaths: [of, { ...one, generations: [2, 3] }] },
    ],
    ["each end tells its cause", { deaths: [{ ...of, causes: ["exit code 3", "other"] }, one] }],
    ["who lives elsewhere did not notice", { deaths: [of, { ...one, bystander: 1 }] }],
    ["all work again, and answer to their ids", { deaths: [{ ...of, desks: 1 }, one] }],
    [
      "a name leads to whoever has it now",
      { deaths: [{ ...of, clerks: ["C<1.1>", "C<1.1>"] }, one] },
    ],
    [
      "the mailbox that survives lost nothing, and kept the order",
      { deaths: [of, { ...one, letters: missing }] },
    ],
    ["every message is accounted for", { counters: { ...counters, handled: 7 } }],
    ["every dead letter has a reason", { letters: { lost: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeThread(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeThread(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeThread({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((each) => each.promise)).toEqual([promise]);
  });
});

test("the built thread demo keeps all its promises", async () => {
  const shown = await runNode([program, "thread", "--threads", "1"]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null, stderr: "" });
});

describe("promises of the massacre", () => {
  const arrivals = { arrived: 9, missing: 1, again: 2, disorder: 0, most: 2 };
  const counters = { sent: 10, handled: 8, deadLettered: 2, dropped: 0, queued: 0 };
  const good: MassacreCourse = {
    ...{ kills: 3, replaced: 3, sent: 10, arrivals, deadPuts: 1, recoveries: [5, 7] },
    ...{ counters, letters: { poison: 1, lost: 1 } },
  };
  const broken: readonly [string, Partial<MassacreCourse>][] = [
    ["each thread that was killed was replaced", { replaced: 2 }],
    ["the actors on it worked again, each time", { recoveries: [5, undefined] }],
    ["each numbered letter was handled, or is a dead letter", { deadPuts: 0 }],
    ["in the order of its sender", { arrivals: { ...arrivals, disorder: 1 } }],
    [
      "a turn that was cut off was run again, within its attempts",
      { arrivals: { ...arrivals, most: 101 } },
    ],
    ["every message is accounted for", { counters: { ...counters, handled: 7 } }],
    ["every dead letter has a reason", { letters: { lost: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeMassacre(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeMassacre(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeMassacre({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((each) => each.promise)).toEqual([promise]);
  });

  test("a recovery ends with the first life that begins behind the kill", () => {
    const kills = [
      { thread: 1, atUs: 100 },
      { thread: 1, atUs: 200 },
    ];
    const plots = [
      { box: 0, thread: 1 },
      { box: 1, thread: 2 },
    ];
    const rises = [
      { box: 0, bornUs: 90, roseUs: 110 },
      { box: 1, bornUs: 150, roseUs: 160 },
      { box: 0, bornUs: 150, roseUs: 190 },
    ];
    expect(recoveriesOf(kills, rises, plots)).toEqual([90, undefined]);
  });
});

test("the built massacre keeps all its promises", async () => {
  const args = ["--threads", "2", "--seconds", "1", "--seed", "7", "--json"];
  const { stdout, ...rest } = await runNode([program, "massacre", ...args]);
  const { ok, kills, sent, promises } = JSON.parse(stdout);
  const broken = promises.filter(({ kept }: { kept: boolean }) => !kept);
  expect(broken).toEqual([]);
  expect(rest).toMatchObject({ code: 0, stderr: "" });
  expect([ok, kills > 0, sent > 0]).toEqual([true, true, true]);
});

describe("promises of the heap demo", () => {
  const cause = "heap limit reached: heapMb 24 of startSystem, by Eater<1.1> in eat";
  const meal = { cause, culprit: true, eatUs: 1000, backUs: 500, beside: 1, apart: 1 };
  const counters = { sent: 10, handled: 8, deadLettered: 2, dropped: 0, queued: 0 };
  const good: HeapCourse = { meals: [meal], heapMb: 24, counters, letters: { lost: 2 } };
  const broken: readonly [string, Partial<HeapCourse>][] = [
    ["the end names the limit, and who had filled it", { meals: [{ ...meal, culprit: false }] }],
    ["who lives on another thread did not notice", { meals: [{ ...meal, apart: 2 }] }],
    ["who lived beside it is back, and was not charged", { meals: [{ ...meal, beside: 2 }] }],
    ["every message is accounted for", { counters: { ...counters, handled: 7 } }],
    ["every dead letter has a reason", { letters: { lost: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeHeap(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeHeap(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeHeap({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((each) => each.promise)).toEqual([promise]);
  });
});

test("the built heap demo keeps all its promises", async () => {
  const shown = await runNode([program, "oom", "--threads", "1"]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null });
});
