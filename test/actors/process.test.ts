/**
 * Goal: a system keeps its process alive while it runs, and lets it go when it has stopped or was
 * told not to hold it. Method: programs in processes of their own, which must end by themselves.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { THREADS } from "./support/systems.ts";

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
const PROGRAM = `
  import { startSystem } from ${url("../../dist/bundle/actors/index.js")};
  import { Gate, Notepad } from ${url("./fixtures/basic.mjs")};
  import { Talker } from ${url("./fixtures/talkers.mjs")};
  const threads = Number(process.argv[2]);
  const later = (ms, step) => void setTimeout(step, ms).unref();
  process.on("exit", (code) => console.log("exit", code));
`;
/** A process that does not end is ended, and fails the test. */
const ENDLESS_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), "sabeam-process-"));
let programs = 0;
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string[];
  readonly err: string;
}

/** Runs the program with `threads` until it ends by itself. */
function run(threads: number, program: string, env: Record<string, string> = {}): Promise<Ended> {
  programs += 1;
  const file = join(folder, `program-${programs}.mjs`);
  writeFileSync(file, PROGRAM + program);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, String(threads)], {
      env: { ...process.env, NODE_ENV: "production", ...env },
      timeout: ENDLESS_MS,
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out: out.trim().split("\n"), err }));
  });
}

describe.each(THREADS)("threads: %i", (threads) => {
  test("alive while it runs, with nothing else to do; gone after stop", async () => {
    const { code, out, err } = await run(
      threads,
      `const system = await startSystem({ threads });
       await system.spawn(Notepad);
       later(400, async () => {
         console.log("still here");
         await system.stop();
         console.log("stopped");
       });`,
    );
    expect(err).toBe("");
    expect({ code, out }).toEqual({ code: 0, out: ["still here", "stopped", "exit 0"] });
  });

  test("alive while a call is waiting, and its time-out comes", async () => {
    const { code, out } = await run(
      threads,
      `const system = await startSystem({ threads });
       const gate = await system.spawn(Gate);
       await gate.with({ timeout: 100 }).call.pass().catch((error) => console.log(error.code));
       await system.stop();`,
    );
    expect({ code, out }).toEqual({ code: 0, out: ["ERR_CALL_TIMEOUT", "exit 0"] });
  });

  test("unref: the process may end, and ref: it may not", async () => {
    const unheld = await run(
      threads,
      `const system = await startSystem({ threads });
       const notepad = await system.spawn(Notepad);
       await notepad.call.note(1);
       system.unref();
       later(${ENDLESS_MS * 2}, () => {});`,
    );
    expect(unheld).toEqual({ code: 0, out: ["exit 0"], err: "" });
    const held = await run(
      threads,
      `const system = await startSystem({ threads });
       system.unref();
       system.ref();
       later(300, () => system.stop().then(() => console.log("held")));`,
    );
    expect(held).toEqual({ code: 0, out: ["held", "exit 0"], err: "" });
  });

  test("stop comes to its end also when nothing else holds the process", async () => {
    const { code, out, err } = await run(
      threads,
      `const system = await startSystem({ threads });
       const gate = await system.spawn(Gate);
       system.unref();
       gate.call.pass().catch(({ name }) => console.log(name));
       await system.stop();
       console.log("stopped");`,
    );
    expect(err).toBe("");
    expect({ code, out: out.toSorted() }).toEqual({
      code: 0,
      out: ["ActorDown", "exit 0", "stopped"],
    });
  });

  test("nothing is left that would hold it: handles after stop", async () => {
    const { out } = await run(
      threads,
      `const system = await startSystem({ threads });
       await (await system.spawn(Notepad)).call.note(1);
       await system.stop();
       await new Promise((resolve) => setImmediate(resolve));
       const left = process.getActiveResourcesInfo();
       console.log(left.filter((one) => /Worker|MessagePort|Timeout|Immediate/.test(one)));`,
    );
    expect(out).toEqual(["[]", "exit 0"]);
  });

  test("await using", async () => {
    // Node 20 does not know the syntax; this is what a compiler makes of it.
    const { code, out } = await run(
      threads,
      `{
         const system = await startSystem({ threads });
         try {
           console.log(await (await system.spawn(Notepad)).call.echo("used"));
         } finally {
           await system[Symbol.asyncDispose]();
         }
       }`,
    );
    expect({ code, out }).toEqual({ code: 0, out: ["used", "exit 0"] });
  });

  test("without a log: one line per event on stderr, debug only when asked", async () => {
    const program = `
       const system = await startSystem({ threads });
       const [notepad, talker] = [await system.spawn(Notepad), await system.spawn(Talker)];
       await talker.call.say({ order: 7, text: "two words" });
       await notepad.call.crash("went wrong").catch(() => {});
       await new Promise((resolve) => setTimeout(resolve, 50));
       await system.stop();`;
    const { err } = await run(threads, program);
    const [lines, frames] = [/^sabeam /, /^ {4}at /].map((kind) =>
      err.split("\n").filter((line) => kind.test(line)),
    ) as [string[], string[]];
    expect(lines.length).toBe(4);
    expect(frames[0]).toMatch(/at crash \(.*basic\.mjs/);
    expect(lines[0]).toBe('sabeam info: said at info order=7 text="two words"');
    expect(lines[3]).toMatch(
      /^sabeam error: actor crashed actor=Notepad<.*handler=crash reason="Error: went wrong"/,
    );
    const debug = await run(threads, program, { SABEAM_LOG: "debug" });
    expect(debug.err).toContain("sabeam debug: said at debug");
  });
});
