/**
 * The demo as a user runs it: the built program in a process of its own, over a small folder with
 * everything that can be in the way. Needs dist/ (npm run build).
 *
 * That the comparison finds a wrong index is tested where one can be planted: compare.test.ts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../dist/bundle/demo/main.js", import.meta.url));
const isRoot = process.getuid?.() === 0;
const RUN_TIMEOUT_MS = 60_000;

/** Enough that it is still at work when it is interrupted. */
const MANY_FILES = 3000;

let place = "";
let folder = "";
let index = "";

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, TMPDIR: place };
  return spawn(process.execPath, [program, ...args], { cwd: place, env, timeout: RUN_TIMEOUT_MS });
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const outcome: Outcome = { code: null, stdout: "", stderr: "" };
    child.stdin?.end();
    child.stdout?.on("data", (data) => {
      outcome.stdout += String(data);
    });
    child.stderr?.on("data", (data) => {
      outcome.stderr += String(data);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...outcome, code }));
  });
}

const run = (...args: string[]): Promise<Outcome> => outcomeOf(start(args));

function write(path: string, content: string | Buffer): void {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

/** The line of the summary that begins with a word. */
function rowOf({ stdout }: Outcome, name: string): string {
  return stdout.split("\n").find((line) => line.startsWith(name.padEnd(12))) ?? "";
}

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "sabeam-demo-test-"));
  folder = join(place, "texts");
  index = join(place, "kept", "a.index");
  write("promise.md", "# Promise rejection\n\nA promise rejection that nobody handles.\n");
  write("sub/actor.ts", "export const actor = 'a worker thread message';\n");
  write("sub/grüße.json", '{ "grüße": "日本語 𐐨𐐩" }');
  write("sub/mark.js", "\ufeff// A text with a byte order mark\n");
  write("sub/empty.md", "");
  write(
    "large.js",
    Array.from({ length: 40_000 }, (_, at) => `word${at} other${at % 7}`).join("\n"),
  );
  write("binary.js", Buffer.from([0x61, 0, 0x62]));
  write("latin.md", Buffer.from("Grüße", "latin1"));
  write("huge.json", Buffer.alloc(4 * 2 ** 20 + 1, " "));
  write("ignored.txt", "not a kind that is indexed");
  write("secret.md", "secret");
  if (!isRoot) chmodSync(join(folder, "secret.md"), 0o000);
  symlinkSync("..", join(folder, "sub", "loop"));
  symlinkSync("gone", join(folder, "sub", "gone.md"));
  mkdirSync(join(folder, "nothing"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe.each([["2"], ["0"]])("demo: index on %s threads", (threads) => {
  test("builds, checks, saves and answers", { timeout: RUN_TIMEOUT_MS }, async () => {
    const outcome = await run("index", folder, "--threads", threads, "--index", index);
    expect(outcome).toMatchObject({ code: 0 });
    const files = isRoot ? 7 : 6;
    expect(rowOf(outcome, "indexed")).toContain(`${files} files, `);
    const checked = rowOf(outcome, "checked");
    expect(checked).toMatch(
      /identical: 4\d \d{3} terms, \d documents, \d+ \d{3} postings \(plain loop: /,
    );
    expect(checked).toContain(` ${files} documents, `);
    expect(outcome.stdout).not.toContain("changed meanwhile");
    const messages = /(\d[\d ]*) sent = \1 handled \+ 0 dead-lettered \+ 0 dropped \+ 0 queued$/;
    expect(rowOf(outcome, "messages")).toMatch(messages);
    const skipped = rowOf(outcome, "skipped");
    expect(skipped).toContain("1 larger than 4 MiB, 1 binary, 1 not UTF-8, 1 seen before");
    expect(skipped).toContain("sub/gone.md (ENOENT)");
    expect(skipped.includes("secret.md (EACCES)")).toBe(!isRoot);
    expect(rowOf(outcome, "saved")).toContain(index);
    expect(outcome.stdout).toMatch(
      /promise rejection {3}1 document, .*\n 1 .* promise\.md\n +# Prom/,
    );
    expect(outcome.stdout).toContain("sub/actor.ts");
    expect(outcome.stdout + outcome.stderr).not.toContain("\x1b");
    expect(readdirSync(dirname(index))).toEqual(["a.index"]);
  });

  test("the saved index answers", { timeout: RUN_TIMEOUT_MS }, async () => {
    const outcome = await run("search", "--index", index, "日本語", "Grüße");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/^日本語 Grüße {3}1 document, .*\n 1 .* sub\/grüße\.json\n/);
    const nothing = await run("search", "--index", index, "supervisor");
    expect(nothing).toMatchObject({ code: 0, stdout: "supervisor   not found\n\n" });
  });
});

test("demo: development mode finds nothing to object to", { timeout: RUN_TIMEOUT_MS }, async () => {
  const outcome = await run("index", folder, "--development", "--threads", "2", "--index", index);
  expect(outcome).toMatchObject({ code: 0 });
  expect(rowOf(outcome, "checked")).toContain("identical");
});

test("demo: threads that are killed change nothing", { timeout: RUN_TIMEOUT_MS }, async () => {
  const kept = join(place, "chaos");
  const indexOf = async (name: string, ...args: string[]): Promise<Outcome> => {
    const outcome = await run("index", folder, "--index", join(kept, name), ...args);
    expect(outcome).toMatchObject({ code: 0 });
    return outcome;
  };
  await indexOf("calm", "--threads", "1");
  const outcome = await indexOf("chaos", "--threads", "1", "--chaos", "--seed", "a");
  expect(rowOf(outcome, "checked")).toContain("identical");
  expect(rowOf(outcome, "killed")).toMatch(/^killed {6}1 thread \(thread 1: 1\)/);
  expect(readFileSync(join(kept, "chaos"))).toEqual(readFileSync(join(kept, "calm")));
});

test("demo: without --index, the usual place is used", { timeout: RUN_TIMEOUT_MS }, async () => {
  const outcome = await run("index", join(folder, "sub"), "--threads", "1");
  expect(outcome).toMatchObject({ code: 0 });
  expect(rowOf(outcome, "saved")).toContain(place);
  expect((await run("search", "worker")).stdout).toContain("actor.ts");
});

describe("demo: nothing to do", () => {
  test("an empty folder is no failure", { timeout: RUN_TIMEOUT_MS }, async () => {
    const unused = join(place, "unused.index");
    const outcome = await run("index", join(folder, "nothing"), "--index", unused);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toContain("nothing to index: no .md, .js, .ts or .json file below ");
    expect(existsSync(unused)).toBe(false);
  });

  const wrong: readonly [name: string, args: () => string[], code: number, message: string][] = [
    [
      "a folder that is not there",
      () => ["index", "missing"],
      2,
      "missing cannot be indexed (ENOENT)",
    ],
    ["a file", () => ["index", join(folder, "promise.md")], 2, "it is not a folder"],
    ["a wrong option", () => ["--fast"], 2, "unknown option '--fast'"],
    ["a wrong command", () => ["build"], 2, 'there is no command "build"'],
    ["a question without words", () => ["search"], 2, "search what?"],
    ["no index", () => ["search", "a", "--index", "none"], 2, "no index in none (ENOENT)"],
    [
      "no index at all",
      () => ["search", "a", "--index", join(folder, "latin.md")],
      1,
      "not an index",
    ],
  ];
  for (const [name, args, code, message] of wrong) {
    test(`${name}: one line and code ${code}`, { timeout: RUN_TIMEOUT_MS }, async () => {
      const outcome = await run(...args());
      expect(outcome).toMatchObject({ code, stdout: "" });
      expect(outcome.stderr).toContain(message);
      expect(outcome.stderr.trimEnd().split("\n")).toHaveLength(1);
    });
  }

  test("no folder and no node_modules: what is here", { timeout: RUN_TIMEOUT_MS }, async () => {
    const outcome = await run("index");
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain("actor.ts");
  });

  test("help is on stdout", { timeout: RUN_TIMEOUT_MS }, async () => {
    const outcome = await run("--help");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toContain("npm run demo -- search");
  });
});

describe.skipIf(process.platform === "win32")("demo: interrupted", () => {
  let many = "";

  beforeAll(() => {
    many = join(place, "many");
    mkdirSync(many);
    const text = "some words of a text that takes a while ".repeat(100);
    for (let at = 0; at < MANY_FILES; at += 1) writeFileSync(join(many, `${at}.md`), text);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s ends it in order with code %i",
    { timeout: RUN_TIMEOUT_MS },
    async (name, code) => {
      const kept = join(place, name);
      const child = start(["index", many, "--index", join(kept, "a.index")]);
      const ending = outcomeOf(child);
      // The first words say that the work begins.
      child.stdout?.once("data", () => child.kill(name));
      const outcome = await ending;
      expect(outcome.code).toBe(code);
      expect(outcome.stderr).toMatch(/(^|\n)stopped\n$/);
      expect(outcome.stdout).not.toContain("saved");
      expect(readdirSync(kept)).toEqual([]);
    },
  );

  test("a reader that goes away ends it", { timeout: RUN_TIMEOUT_MS }, async () => {
    const child = start(["index", many, "--index", join(place, "pipe", "a.index")]);
    const ending = outcomeOf(child);
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect((await ending).code).toBe(141);
  });
});
