/** The crash demo: what has changed is seen, each promise can be broken, and all are kept. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { changedIds, drawChanges } from "../../demo/failures/changes.ts";
import { type CrashCourse, type Incident, judgeCrash } from "../../demo/failures/crash.judge.ts";
import { crashLines } from "../../demo/failures/crashreport.ts";
import { shortTime } from "../../demo/failures/stopwatch.ts";
import type { TreeNode } from "../../demo/failures/tree.ts";
import { wrap } from "../../demo/failures/wrap.ts";
import { styleFor } from "../../demo/style.ts";
import { runNode } from "../support/command.ts";

function node(id: string, life: number | undefined, children: TreeNode[] = []): TreeNode {
  const runs = life !== undefined;
  return {
    ...{ id, definition: "A", restarts: 0, children },
    status: runs ? "running" : "stopped",
    ref: runs ? `A<${life}.1>` : undefined,
    thread: runs ? children.length % 2 : undefined,
  };
}

const before = node("top", 1, [node("left", 2, [node("leaf", 3)]), node("right", 4)]);
const after = node("top", 1, [node("left", 2, [node("leaf", 9)]), node("right", undefined)]);

describe("changes", () => {
  test("of a tree are marked", () => {
    expect(changedIds(before, after)).toEqual(["leaf", "right"]);
    expect(changedIds(before, before)).toEqual([]);
    expect(drawChanges(after, 80, styleFor({}, {}), before)).toEqual([
      "  top         A<1.1>  main      running",
      "  ├─ left     A<2.1>  thread 1  running",
      "● │  └─ leaf  A<9.1>  main      running",
      "○ └─ right    -       -         stopped",
    ]);
  });

  test("fit the window, and keep their marks", () => {
    expect(drawChanges(after, 24, styleFor({}, {}), before)).toEqual([
      "  top         A<1.1>",
      "  ├─ left     A<2.1>",
      "● │  └─ leaf  A<9.1>",
      "○ └─ right    -",
    ]);
  });
});

test("texts are parted between words, times are short", () => {
  expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrap("overlong word", 4)).toEqual(["overlong", "word"]);
  expect([0.4, 412.4, 1900, 19_900].map(shortTime)).toEqual(["0 µs", "412 µs", "1.9 ms", "20 ms"]);
});

test("a crash report names what matters", () => {
  const fields = {
    ...{ actor: "A<1.1>", thread: 2, reason: "RangeError: no", handler: "work", waiting: 3 },
    ...{
      ancestors: ["B<2.1>", "main"],
      stack: "RangeError: no\n    at work (file:///a/b/c.js:1:2)",
    },
  };
  expect(crashLines({ level: "error", message: "actor crashed", fields }, 60)).toEqual([
    "actor crashed",
    "  actor    A<1.1> on thread 2, child of B<2.1>",
    "  reason   RangeError: no",
    "  handler  work",
    "  waiting  3",
    "  where    at work (c.js:1:2)",
  ]);
});

describe("promises", () => {
  const incident: Incident = {
    ...{ title: "it throws", id: "leaf", expected: ["leaf"], changed: ["leaf"] },
    ...{ returns: true, recoveryUs: 400, throws: 1 },
  };
  const done: Incident = {
    ...{ title: "it is done", id: "right", expected: ["right"], changed: ["right"] },
    ...{ returns: false, recoveryUs: undefined, throws: 0 },
  };
  const counters = { sent: 10, handled: 8, deadLettered: 2, dropped: 0, queued: 0 };
  const good: CrashCourse = {
    ...{ incidents: [incident, done], after, counters, letters: { crash: 2 }, reports: 1 },
  };
  const broken: readonly [string, Partial<CrashCourse>][] = [
    [
      "each failure ended what it had to, and nothing else",
      { incidents: [{ ...incident, changed: ["left", "leaf"] }, done] },
    ],
    ["what failed works again", { incidents: [{ ...incident, recoveryUs: undefined }, done] }],
    ["only what was done was left alone", { after: before }],
    ["every throw is told in the log", { reports: 0 }],
    ["every message is accounted for", { counters: { ...counters, handled: 7 } }],
    ["every dead letter has a reason", { letters: { crash: 1 } }],
  ];

  test("are kept where all went well", () => {
    expect(judgeCrash(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judgeCrash(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("%s, or it is seen", (promise, change) => {
    const failed = judgeCrash({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((one) => one.promise)).toEqual([promise]);
  });
});

test("the built demo keeps all its promises", async () => {
  const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));
  const [shown, facts] = await Promise.all([
    runNode([program, "crash", "--threads", "1"]),
    runNode([program, "crash", "--threads", "0", "--json"]),
  ]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(shown.stdout).toContain("○ ├─ calibration");
  expect(facts).toMatchObject({ code: 0, stderr: "" });
  const { demo, ok, incidents } = JSON.parse(facts.stdout);
  expect([demo, ok, incidents.length]).toEqual(["crash", true, 5]);
});
