/** Answer, Snippet, Summary and Interrupt: what the user reads, and how it ends early. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Account } from "../../demo/account.ts";
import { answerLines, ask } from "../../demo/answer.ts";
import { Interrupt } from "../../demo/interrupt.ts";
import { packPosting } from "../../demo/postings.ts";
import { indexOf } from "../../demo/searchindex.ts";
import { printable, snippetOf } from "../../demo/snippet.ts";
import { styleFor } from "../../demo/style.ts";
import * as summary from "../../demo/summary.ts";

const plain = styleFor({}, {});
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sabeam-answer-"));
  writeFileSync(join(folder, "a.md"), "nothing\nan actor waits\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("answer", () => {
  const index = () =>
    indexOf(
      folder,
      ["a.md", "b\x1b[31m.md"],
      [3, 30],
      new Map([["actor", [packPosting(0, 1), packPosting(1, 1)]]]),
    );
  async function linesOf(query: string, hitsMax = 5): Promise<string[]> {
    const library = index();
    let ms = 0;
    const answer = await ask(query, {
      library,
      lookup: async (terms) => terms.map((term) => library.postings(term)),
      hitsMax,
      now: () => (ms += 2),
    });
    return await answerLines(query, answer, library, plain, 80);
  }

  test("hits, best first, with the line that shows why, and no escape sequence", async () => {
    expect(await linesOf("Actor?")).toEqual([
      "Actor?   2 documents, 2.0 ms",
      expect.stringMatching(/^ 1 {4}0\.\d\d {2}a\.md$/),
      "            an actor waits",
      expect.stringMatching(/^ 2 {4}0\.\d\d {2}b\ufffd\[31m\.md$/),
    ]);
  });

  test("the bound is on what is shown, not on what is counted", async () => {
    const lines = await linesOf("actor", 1);
    expect(lines[0]).toContain("2 documents");
    expect(lines).toHaveLength(3);
  });

  test("nothing found, and nothing to look for", async () => {
    expect(await linesOf("supervisor")).toEqual(["supervisor   not found"]);
    expect(await linesOf("?!")).toEqual(["?!   has no word that could be looked up"]);
  });
});

describe("snippet", () => {
  test("it is the first line with the most terms", () => {
    const text = "a promise\n  a rejection of a promise\na promise, a rejection\n";
    expect(snippetOf(text, ["promise", "rejection"], 80)).toBe("a rejection of a promise");
    expect(snippetOf(text, ["actor"], 80)).toBeUndefined();
  });

  test("a long line is cut around the first term, to the columns", () => {
    const line = `${"x".repeat(500)} Promise ${"y".repeat(500)}`;
    const snippet = snippetOf(line, ["promise"], 60) ?? "";
    expect(snippet).toHaveLength(60);
    expect(snippet).toMatch(/^….*Promise.*…$/);
    expect(snippetOf(`promise ${"y".repeat(500)}`, ["promise"], 20)).toBe("promise yyyyyyyyyyy…");
    expect(snippetOf(`${"y".repeat(500)} promise`, ["promise"], 20)).toBe("…yyyyyyyyyyy promise");
  });

  test("nothing that moves a cursor gets through", () => {
    expect(printable("a\tb\x1b[2J\u202e\x07\u2028")).toBe("a b\ufffd[2J\ufffd\ufffd\ufffd");
  });
});

describe("summary", () => {
  const walk = { seenBefore: 0, special: 0, cut: false, unreadable: [] };

  test("nothing skipped, no line", () => {
    expect(summary.skippedLine(walk, new Account().totals(), [])).toBeUndefined();
  });

  test("all that was skipped is named once, and unreadable files by path", () => {
    const account = new Account();
    const reasons = ["too large", "binary", "not UTF-8", "unreadable"] as const;
    for (const [document, reason] of reasons.entries()) {
      account.skipped({ document, bytes: 1, reason, detail: "EACCES" });
    }
    const all = {
      seenBefore: 2,
      special: 3,
      cut: true,
      unreadable: [{ path: "b", code: "ELOOP" }],
    };
    expect(summary.skippedLine(all, account.totals(), [{ path: "a\n", code: "EACCES" }])).toBe(
      "skipped     1 larger than 4 MiB, 1 binary, 1 not UTF-8, 2 seen before under another name, " +
        "3 no regular file, 2 unreadable: b (ELOOP), a\ufffd (EACCES), " +
        "whatever comes after 1 000 000 files",
    );
  });

  test("messages add up, or it shows", () => {
    const counters = { sent: 1234, handled: 1230, deadLettered: 1, dropped: 2, queued: 1 };
    expect([
      summary.addUp(counters),
      summary.addUp({ ...counters, queued: 0, sent: 1233 }),
    ]).toEqual([false, true]);
    expect(summary.messagesLine(counters)).toBe(
      "messages    1 234 sent = 1 230 handled + 1 dead-lettered + 2 dropped + 1 queued",
    );
    expect(summary.messagesLine({ ...counters, queued: 0 })).toContain("1 234 sent ≠ 1 230");
  });

  test("the comparison: identical with its numbers, or the first differences", () => {
    const comparison = {
      identical: true,
      terms: 27716,
      documents: 1,
      postings: 2,
      changed: 0,
      changedTold: [],
      differences: 0,
      told: [],
    };
    expect(summary.checkedLines(comparison, 0.71, plain)).toEqual([
      "checked     identical: 27 716 terms, 1 document, 2 postings (plain loop: 0.7 s)",
    ]);
    const wrong = { ...comparison, identical: false, differences: 3, told: ["x", "y"] };
    expect(summary.checkedLines(wrong, 0.71, plain)).toEqual([
      "checked     3 differences: 27 716 terms, 1 document, 2 postings (plain loop: 0.7 s)",
      "            x",
      "            y",
      "            and 1 more",
    ]);
    const changed = { ...comparison, changed: 2, changedTold: ["a\n"] };
    expect(summary.checkedLines(changed, 0.71, plain)[1]).toBe(
      "            2 files changed meanwhile, left out: a\ufffd, …",
    );
  });
});

describe("interrupt", () => {
  test("the work is given up at once, with the code of the first reason", async () => {
    const interrupt = new Interrupt();
    const work = interrupt.race(new Promise(() => undefined));
    expect(interrupt.trigger("SIGINT")).toBe(true);
    expect(interrupt.trigger("SIGTERM")).toBe(false);
    await expect(work).rejects.toThrow("ended by SIGINT");
    expect(interrupt.exitCode).toBe(130);
    await expect(interrupt.race(new Promise(() => undefined))).rejects.toThrow("ended by SIGINT");
  });

  test("work that fails afterwards disturbs nobody; work that ends first counts", async () => {
    const interrupt = new Interrupt();
    expect(await interrupt.race(Promise.resolve(7))).toBe(7);
    let fail: (error: Error) => void = () => undefined;
    const work = interrupt.race(
      new Promise<never>((_, reject) => {
        fail = reject;
      }),
    );
    interrupt.trigger("SIGTERM");
    await expect(work).rejects.toThrow("ended by SIGTERM");
    fail(new Error("too late"));
    expect(interrupt.exitCode).toBe(143);
  });
});
