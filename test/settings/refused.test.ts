/**
 * Goal: where a thread cannot get an actor's code, the error says which URL, which thread, which
 * flags, and what to do; and code that is not main's is never run in its place. Method: programs
 * that print the errors of their spawns.
 */

import { beforeAll, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, packedProject } from "../support/packed.ts";
import { built, node, write } from "../support/settings.ts";

const COUNTER = built("counter.actors.ts");
const PRELUDE = `
  import { readFileSync, writeFileSync } from "node:fs";
  import { defineActor, startSystem } from "sabeam";
  const at = (url) => new URL(url, import.meta.url).href;
  const define = (url, name) => defineActor(url, name, { init: () => ({}), handlers: {} });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const system = await startSystem({ threads: 1, log });
  async function spawn(definition) {
    const ref = await system.spawn(definition, [1]).catch((error) => error);
    const { code, url, thread, flags, message, cause } = ref;
    const facts = { code, url, thread, flags, message, cause: cause?.code };
    console.log(JSON.stringify(ref instanceof Error ? facts : {}));
  }`;
const END = "await system.stop();";

interface Told {
  readonly code?: string;
  readonly url?: string;
  readonly thread?: number;
  readonly flags?: string[];
  readonly message?: string;
  readonly cause?: string;
}

let folder = "";

/** What each spawn of a program came to: an error, or nothing. */
async function told(program: string, ...flags: string[]): Promise<Told[]> {
  const { stdout, stderr } = await node(folder, [...flags, `${PRELUDE}${program}${END}`]);
  expect(stderr).toBe("");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const EVAL = ["--input-type=module", "--eval"];

beforeAll(async () => {
  ({ folder } = await packedProject("settings-refused"));
  write(folder, {
    "counter.actors.js": COUNTER,
    "half.actors.js": `
      ${COUNTER}
      if (!isMainThread) throw new RangeError("only half of it");`,
    "elsewhere.actors.js": COUNTER.replace("import.meta.url", '"file:///elsewhere.js"'),
    "late.actors.js": `
      import { startSystem } from "sabeam";
      if (!isMainThread) await startSystem();
      ${COUNTER}`,
  });
}, PACK_TIMEOUT_MS);

test("each kind of module that a thread cannot import, with what to do", async () => {
  const errors = await told(
    `
    await spawn(define(import.meta.url, "A"));
    await spawn(define("https://example.org/a.js", "A"));
    await spawn(define(URL.createObjectURL(new Blob(["1"])), "A"));
    await spawn(define(at("none.js"), "A"));
    await spawn(define(at("counter.actors.js"), "A"));
    await spawn(define(at("elsewhere.actors.js"), "Counter"));
    await spawn(define(at("late.actors.js"), "Counter"));`,
    "--conditions=some",
    ...EVAL,
  );
  for (const { code, thread, url, message = "", flags } of errors) {
    expect({ code, thread }).toEqual({ code: "ERR_MODULE_NOT_LOADED", thread: 1 });
    expect(message.startsWith(`thread 1 could not get an actor from ${url}: `)).toBe(true);
    const inForce = "loader flags: --conditions=some --input-type=module)";
    expect(message.endsWith(` (Node ${process.version} there, ${inForce}`)).toBe(true);
    expect(flags).toEqual(["--conditions=some", "--input-type=module"]);
  }
  const advice = [
    ["ERR_MODULE_NOT_FOUND", "Code from --eval, standard input or the REPL is in no file"],
    [
      "ERR_UNSUPPORTED_ESM_URL_SCHEME",
      "from file: and data: URLs only: put the actors into a file",
    ],
    [
      "ERR_UNSUPPORTED_ESM_URL_SCHEME",
      "from file: and data: URLs only: put the actors into a file",
    ],
    ["ERR_MODULE_NOT_FOUND", "Threads find modules as Node does"],
    [undefined, "it defines no actor named A, but Counter. Each thread imports the module that"],
    [undefined, "there Counter is one of file:///elsewhere.js. The thread found the module under"],
    [
      "ERR_NESTED_SYSTEM",
      "starts a system before it defines the actor: put the actors into a file",
    ],
  ] as const;
  expect(errors.map(({ cause }) => cause)).toEqual(advice.map(([cause]) => cause));
  for (const [index, [, text]] of advice.entries()) expect(errors[index]?.message).toContain(text);
});

test("code that changed between two loads is other code; the same text again is not", async () => {
  write(folder, { "changing.actors.js": COUNTER, "still.actors.js": COUNTER });
  const [changed, still, data] = await told(
    `
    const [{ Counter: Changed }, { Counter: Still }] = [
      await import("./changing.actors.js"), await import("./still.actors.js")];
    const text = readFileSync("changing.actors.js", "utf8");
    writeFileSync("changing.actors.js", text.replace("+= by", "+= 2 * by"));
    writeFileSync("still.actors.js", text);
    await spawn(Changed);
    await spawn(Still);
    const own = text.replace('"sabeam"', JSON.stringify(import.meta.resolve("sabeam")));
    const { Counter } = await import("data:text/javascript," + encodeURIComponent(own));
    await spawn(Counter);`,
    ...EVAL,
  );
  expect(changed).toMatchObject({ code: "ERR_MODULE_NOT_LOADED", thread: 1 });
  expect(changed?.message).toContain("its Counter has other code on this thread");
  expect(changed?.message).toContain("start the program anew");
  expect([still, data]).toEqual([{}, {}]);
});

test("a module that fails half-way stays refused, also the second time", async () => {
  const errors = await told(
    `
    const { Counter } = await import("./half.actors.js");
    await spawn(Counter);
    await spawn(Counter);`,
    ...EVAL,
  );
  expect(errors.map(({ code }) => code)).toEqual([
    "ERR_MODULE_NOT_LOADED",
    "ERR_MODULE_NOT_LOADED",
  ]);
  for (const { message } of errors) expect(message).toContain("RangeError: only half of it");
});
