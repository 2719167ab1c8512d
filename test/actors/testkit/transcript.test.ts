/**
 * Goal: a transcript is compared as a whole, written only where that is asked for, and says where
 * it differs. Method: small files in a temporary folder; its parts, and a real definition run by a
 * stepper, by transcripts of their own.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lineDiff } from "../../../actors/testkit/line-diff.ts";
import type { Run } from "../../../actors/testkit/transcript.ts";
import { fixture, testkit } from "../support/native.ts";
import { errorOf } from "../support/systems.ts";

const { Bank, Teller } = await fixture<typeof import("../fixtures/tellers.mjs")>("tellers");
const { formatEffect, stepper, stub, transcript } = testkit;

const testdata = (name: string): URL => new URL(`testdata/${name}.txt`, import.meta.url);

test("differences of lines", () =>
  transcript(testdata("line-diff"), (_command, [expected = "", got = ""]) => {
    const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
    return lineDiff(words(expected), words(got)).join("\n");
  }));

test("a teller, in steps", async () => {
  const bank = stub(Bank, "bank");
  const step = stepper(Teller, [bank]);
  const doors = (kind: object, name: string) =>
    Reflect.get(kind, name) as (...args: unknown[]) => unknown;
  const values: Record<string, unknown> = { bank, true: true, false: false };
  const value = (text: string): unknown => values[text] ?? (/\d/.test(text) ? Number(text) : text);
  const commands: Record<string, (args: readonly string[]) => unknown> = {
    call: ([name = "", ...args]) => doors(step.call, name)(...args.map(value)),
    cast: ([name = "", ...args]) => doors(step.cast, name)(...args.map(value)),
    start: ([name = "", ...args]) => void doors(step.open, name)(...args.map(value)),
    answer: async ([name = "", answer = ""]) => {
      step.answer(name, value(answer));
      await new Promise(setImmediate);
    },
    fire: ([key = ""]) => step.fire(key),
    down: ([, reason]) => step.down(bank, reason === "crash" ? new Error("x") : "normal"),
    rest: () => step.rest(),
  };
  step.effects();
  await transcript(testdata("teller"), async (command, args) => {
    const run = commands[command] as (args: readonly string[]) => unknown;
    const lines: string[] = [];
    try {
      const result = await run(args);
      if (result !== undefined) lines.push(`= ${JSON.stringify(result)}`);
    } catch (error) {
      lines.push(`! ${(error as Error).message}`);
    }
    const effects = step.effects().map(formatEffect);
    return [...lines, ...effects].join("\n") || "nothing";
  });
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sabeam-transcript-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): { url: URL; text: () => string } {
  const path = join(folder, "a.txt");
  writeFileSync(path, text);
  return { url: pathToFileURL(path), text: () => readFileSync(path, "utf8") };
}

/** Tells all that it was given; `fail` throws. */
const told: Run = (command, args, directives, { line, input }) => {
  if (command === "fail") throw new TypeError("on purpose");
  if (command === "nothing") return "";
  if (command === "say") return input;
  return JSON.stringify({ command, args, directives, line, ...(input === "" ? {} : { input }) });
};

test("commands have arguments, directives and input", async () => {
  const { url, text } = file(
    '# note\n\na b "c d" e=1 f="2 \\" 3" -x y:z\n----\nold\n\nb\nline 1\n  line 2\n----\n',
  );
  await transcript(url, told, { rewrite: true });
  expect(text()).toBe(
    [
      "# note",
      "",
      'a b "c d" e=1 f="2 \\" 3" -x y:z',
      "----",
      '{"command":"a","args":["b","c d","-x","y:z"],"directives":{"e":"1","f":"2 \\" 3"},"line":3}',
      "",
      "b",
      "----",
      '{"command":"b","args":[],"directives":{},"line":7,"input":"line 1\\n  line 2"}',
      "",
    ]
      .join("\n")
      .replace("\nb\n----", "\nb\nline 1\n  line 2\n----"),
  );
  await transcript(url, told);
});

test("output with blank lines, or with none, and comments are kept", async () => {
  const before = "# one\nsay\na\n----\n\n# two\n# three\nnothing\n----\nold\n\n\n# end\n";
  const { url, text } = file(before);
  const run: Run = (command, ...rest) =>
    command === "say" ? "a\n\n----\nb\n\n" : told(command, ...rest);
  await transcript(url, run, { rewrite: true });
  const after =
    "# one\nsay\na\n----\n----\na\n\n----\nb\n----\n----\n\n" +
    "# two\n# three\nnothing\n----\n\n\n# end\n";
  expect(text()).toBe(after);
  await transcript(url, run);
  await transcript(url, run, { rewrite: true });
  expect(text()).toBe(after);
});

test("a difference is shown with its lines, and nothing is written", async () => {
  const before =
    "say\none\ntwo\n----\none\nzwei\n\nnothing\n----\n\nsay\nx\n----\n\nnothing\n----\ny\n";
  const { url, text } = file(before);
  const error = await errorOf(transcript(url, told));
  expect(error).toMatchObject({ code: "ERR_TRANSCRIPT_DIFFERS", line: 1, blocks: 3 });
  expect(error.message.replaceAll(/\S*a\.txt/g, "a.txt").split("\n")).toEqual([
    "a.txt differs from what its commands give, in 3 of 4 blocks:",
    "  a.txt:1: say",
    "      one",
    "    - zwei",
    "    + two",
    "  a.txt:11: say",
    "    + x",
    "  a.txt:15: nothing",
    "    - y",
    "if that is as it should be, run the test with REWRITE=1 and review the file",
  ]);
  expect(text()).toBe(before);
});

test("REWRITE=1 in the environment writes; a file that is right is not touched", async () => {
  const { url, text } = file("say\r\nx\r\n----\r\nx\r\n");
  process.env.REWRITE = "1";
  try {
    await transcript(url, (command) => command, {});
    expect(text()).toBe("say\nx\n----\nsay\n");
    await expect(transcript(url, told, { rewrite: false })).rejects.toThrow("1 of 1 blocks");
  } finally {
    delete process.env.REWRITE;
  }
});

test("a command that throws is named, and nothing is written", async () => {
  const { url, text } = file("say\nx\n----\n\nfail now\n----\n");
  const before = text();
  const error = await errorOf(transcript(url, told, { rewrite: true }));
  expect(error).toMatchObject({
    code: "ERR_TRANSCRIPT_FAILED",
    line: 5,
    cause: TypeError("on purpose"),
  });
  expect(error.message).toContain('a.txt:5: "fail now" threw TypeError: on purpose');
  expect(text()).toBe(before);
  const no = () => 5 as unknown as string;
  expect((await errorOf(transcript(url, no))).message).toContain("run must be giving a text");
});

test.each([
  ["no rule", "say\nx\n\n----\n", 1],
  ["no rule at the end", "nothing\n----\n\nsay", 4],
  ["output without an end", "say\n----\n----\nx\n----\n\n", 2],
  ["a text without an end", 'say "x\n----\n', 1],
  ["a text that is none", 'say "\\x"\n----\n', 1],
  ["no command", "a=b\n----\n", 1],
])("refuses %s", async (_name, text, line) => {
  const { url } = file(text);
  const error = await errorOf(transcript(url, told));
  expect(error).toMatchObject({ code: "ERR_INVALID_TRANSCRIPT", line });
});

test("refuses what is no file, and what is no function", async () => {
  const { url } = file("");
  await transcript(url, told);
  expect((await errorOf(transcript(`${url.href}.none`, told))).code).toBe("ERR_INVALID_TRANSCRIPT");
  expect((await errorOf(transcript(5 as never, told))).code).toBe("ERR_INVALID_OPTIONS");
  expect((await errorOf(transcript(url, "x" as never))).code).toBe("ERR_INVALID_OPTIONS");
  expect((await errorOf(transcript(url, told, { write: true } as never))).code).toBe(
    "ERR_INVALID_OPTIONS",
  );
});
