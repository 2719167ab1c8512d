/**
 * Demos of failures: pictures and tables fit the window, each promise can be broken, and the built
 * demo keeps them all.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { Console } from "../../demo/console.ts";
import { conservationLines } from "../../demo/failures/conservation.ts";
import { FAILURES, runFailure } from "../../demo/failures/failures.ts";
import { Promises } from "../../demo/failures/promises.ts";
import { type Course, judge } from "../../demo/failures/shutdown.judge.ts";
import { duration } from "../../demo/failures/stage.ts";
import { drawTable } from "../../demo/failures/table.ts";
import { drawTree, nodesOf, type TreeNode } from "../../demo/failures/tree.ts";
import { styleFor } from "../../demo/style.ts";
import { runNode } from "../support/command.ts";

const plain = styleFor({}, {});

function node(id: string, ...children: TreeNode[]): TreeNode {
  const thread = children.length > 0 ? 0 : 1;
  const status = { status: "running", restarts: 0 } as const;
  return { id, definition: "A", ref: `A<${id}>`, thread, ...status, children };
}

const tree = node("shop", node("tills", node("till 1"), node("till 2")), node("printer"));

describe("a tree", () => {
  test("is drawn with all its branches", () => {
    expect(drawTree(tree, 80)).toEqual([
      "shop (A) on main",
      "├─ tills (A) on main",
      "│  ├─ till 1 (A) on thread 1",
      "│  └─ till 2 (A) on thread 1",
      "└─ printer (A) on thread 1",
    ]);
    expect(nodesOf(tree).map(({ id }) => id)).toEqual([
      "shop",
      "tills",
      "till 1",
      "till 2",
      "printer",
    ]);
  });

  test("says what one wants, and fits the window", () => {
    const gone = { ...node("gone"), thread: undefined };
    expect(drawTree(gone, 80)).toEqual(["gone (A) does not run"]);
    expect(drawTree(tree, 12, () => "")).toEqual([
      "shop (A)",
      "├─ tills (A)",
      "│  ├─ till …",
      "│  └─ till …",
      "└─ printer …",
    ]);
  });
});

describe("a table", () => {
  const rows = [
    ["", "before", "after"],
    ["sent", "1 204", "7"],
  ];

  test("has columns, and leaves out the last ones where they do not fit", () => {
    expect(drawTable(rows, 80)).toEqual(["      before  after", "sent   1 204      7"]);
    expect(drawTable(rows, 15)).toEqual(["      before", "sent   1 204"]);
    expect(drawTable(rows, 3)).toEqual(["", "sent"]);
    expect(drawTable([], 80)).toEqual([]);
  });

  test("of messages shows what is on its way", () => {
    const balance = { sent: 10, handled: 5, deadLettered: 1, dropped: 1, queued: 1 };
    const lines = conservationLines([["now", balance]], 80);
    expect(lines.at(1)).toBe("sent            10");
    expect(lines.at(-1)).toBe("on its way       2");
  });
});

test("times are short", () => {
  expect([0.04, 9.96, 99.6, 1500].map(duration)).toEqual(["0.0 ms", "10.0 ms", "100 ms", "1.5 s"]);
});

describe("promises", () => {
  test("one that is broken breaks them all, and says so", () => {
    const promises = new Promises();
    promises.check("one", true, "figures");
    expect(promises.kept).toBe(true);
    promises.check("two", false, "figures");
    expect(promises.kept).toBe(false);
    expect(promises.lines(plain, 80)).toEqual(["✓ one  figures", "✗ broken: two  figures"]);
    expect(promises.lines(plain, 10)).toEqual(["✓ one", "  figures", "✗ broken: two", "  figures"]);
  });

  const none = { failed: [], handled: 0, deadLettered: 0 };
  const good: Course = {
    tree,
    report: {
      counters: {
        ...{ sent: 100, handled: 96, deadLettered: 4, dropped: 0, queued: 0 },
        ...{ actors: 0, lateReplies: 0, badLanes: 0, crashes: 0 },
      },
      phases: [
        { name: "drain", ms: 1, deadlineMs: 1, stillRunning: [], ...none },
        { name: "rest", ms: 1, deadlineMs: 1, stillRunning: ["W<1.1>: has not ended"], ...none },
      ],
    },
    letters: { shutdown: 3, noproc: 1 },
    ended: [
      { ended: "printer", orders: 50 },
      { ended: "till 2", taken: 20, disorder: 0 },
      { ended: "till 1", taken: 27, disorder: 0 },
    ],
    watchman: "W<1.1>",
  };
  const { report, ended } = good;
  const [drain, rest] = report.phases;
  const broken: readonly [string, Partial<Course>][] = [
    [
      "every message is accounted for",
      { report: { ...report, counters: { ...report.counters, handled: 95 } } },
    ],
    ["every dead letter has a reason", { letters: { shutdown: 3 } }],
    [
      "customers and tills agree on the orders",
      { ended: [{ ended: "printer", orders: 60 }, ...ended.slice(1)] },
    ],
    [
      "no order was served twice or out of turn",
      { ended: [...ended.slice(0, 2), { ended: "till 1", taken: 27, disorder: 1 }] },
    ],
    ["the tree ended from its last child to its first", { ended: ended.toReversed() }],
    [
      "each phase kept its deadline",
      { report: { ...report, phases: [{ ...drain, ms: 5000 } as never, rest as never] } },
    ],
    ["who would not end is named", { watchman: "V<1.1>" }],
  ];

  test("of the shutdown are kept where all went well", () => {
    expect(judge(good).all.filter(({ kept }) => !kept)).toEqual([]);
    expect(judge(good).all.map(({ promise }) => promise)).toEqual(
      broken.map(([promise]) => promise),
    );
  });

  test.each(broken)("of the shutdown: %s, or it is seen", (promise, change) => {
    const failed = judge({ ...good, ...change }).all.filter(({ kept }) => !kept);
    expect(failed.map((one) => one.promise)).toEqual([promise]);
  });
});

test("a broken promise is exit code 1, and the last line says so", async () => {
  const lines: string[] = [];
  const console = {
    style: plain,
    columns: () => 60,
    line: (text = "") => void lines.push(text),
  } as Console;
  const command = { type: "failure", name: "crash", threads: 0, seconds: 1, seed: "" } as const;
  const load = vi.spyOn(FAILURES.crash, "load");
  for (const kept of [true, false]) {
    load.mockResolvedValueOnce(async (stage) => {
      const promises = new Promises();
      promises.check("one", kept, "figures");
      stage.verdict(promises, "It is to hold:");
      stage.facts({ ok: promises.kept });
      return promises.kept;
    });
    expect(await runFailure({ ...command, json: false }, console)).toBe(kept ? 0 : 1);
  }
  load.mockRestore();
  expect(lines.filter((line) => line.startsWith("✓") || line.startsWith("✗"))).toEqual([
    "✓ It is to hold: all 1 promises kept.",
    "✗ It is to hold: 1 of 1 promises broken.",
  ]);
});

test("the built demo keeps all its promises", async () => {
  const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));
  const [shown, facts] = await Promise.all([
    runNode([program, "shutdown", "--threads", "1"]),
    runNode([program, "shutdown", "--threads", "0", "--json"]),
  ]);
  expect(shown.stdout).not.toContain("✗");
  expect(shown).toMatchObject({ code: 0, signal: null });
  expect(shown.stdout).toContain("└─ printer (Printer) ended as no. 1");
  expect(facts).toMatchObject({ code: 0, stderr: "" });
  const { demo, ok, phases } = JSON.parse(facts.stdout);
  expect([demo, ok, phases.length]).toEqual(["shutdown", true, 5]);
});
