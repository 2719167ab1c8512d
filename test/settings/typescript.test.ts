/**
 * Goal: threads load TypeScript whenever main does, and say what to do where they cannot. Method:
 * the same program as in the other settings, unbuilt.
 */

import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, packedProject } from "../support/packed.ts";
import { built, COUNTED, fixture, lend, node, stripsTypes, write } from "../support/settings.ts";
import { root } from "../support/tree.ts";

const ACTORS = fixture("counter.actors.ts");
const counted = { code: 0, stdout: COUNTED, stderr: "" };

let folder = "";

beforeAll(async () => {
  if (!stripsTypes) console.warn(`skipped: Node ${process.version} strips no types by itself`);
  ({ folder } = await packedProject("settings-typescript"));
  lend(folder, "tsx");
  write(folder, {
    "counter.actors.ts": ACTORS,
    "program.ts": fixture("program.ts"),
    // Whatever Node does with main's files, only the thread has to load TypeScript.
    "enum.actors.ts": `${ACTORS}\nexport enum Kind { One = 1 }\n`,
  });
}, PACK_TIMEOUT_MS);

/** A program that only knows where an actor is to be, so that main loads no TypeScript. */
function namesOnly(module: string): string {
  return `
    import { defineActor, startSystem } from "sabeam";
    const { href } = new URL(${JSON.stringify(module)}, import.meta.url);
    const Counter = defineActor(href, "Counter", {
      init: () => ({}),
      handlers: { add() {}, where() {} },
    });
    const system = await startSystem({ threads: 1 });
    await system.spawn(Counter).catch(({ code, message }) => console.log(code, message));
    await system.stop();`;
}

describe("by Node itself", () => {
  test.skipIf(!stripsTypes)(`types stripped (this is Node ${process.version})`, async () => {
    const { code, stdout } = await node(folder, ["program.ts"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: COUNTED });
  });

  test.skipIf(!stripsTypes)("what cannot be stripped: the error says so", async () => {
    write(folder, { "enum.js": namesOnly("enum.actors.ts") });
    const { stdout } = await node(folder, ["enum.js"]);
    expect(stdout).toMatch(
      /^ERR_MODULE_NOT_LOADED thread 1 could not get an actor from file:.*enum/,
    );
    expect(stdout).toContain("Node only strips types: do without enums");
  });

  test.skipIf(!stripsTypes)("below node_modules: the error says so", async () => {
    write(folder, {
      "node_modules/typed/counter.actors.ts": ACTORS,
      "typed.js": namesOnly("node_modules/typed/counter.actors.ts"),
    });
    const { stdout } = await node(folder, ["typed.js"]);
    expect(stdout).toContain("Node does not strip types below node_modules");
  });

  test.skipIf(stripsTypes)(`not at all (Node ${process.version}): the error says so`, async () => {
    write(folder, { "old.js": namesOnly("counter.actors.ts") });
    const { stdout } = await node(folder, ["old.js"]);
    const url = "file:[^ ]*/counter.actors.ts";
    expect(stdout).toMatch(
      new RegExp(`^ERR_MODULE_NOT_LOADED thread 1 could not get an actor from ${url}: TypeError`),
    );
    expect(stdout).toContain("build it to JavaScript, or start the program with --import tsx (");
    expect(stdout).toContain(`(Node ${process.version} there, loader flags: none)`);
  });
});

describe("by tsx", () => {
  const command = join(root, "node_modules/tsx/dist/cli.mjs");

  test("--import tsx, also what Node cannot strip, and for a thread's successor", async () => {
    write(folder, {
      "counter.actors.ts": ACTORS,
      "successor.ts": `
        import { startSystem } from "sabeam";
        import { Kind, Counter } from "./enum.actors.ts";
        const log = { debug() {}, info() {}, warn() {}, error() {} };
        const system = await startSystem({ threads: 1, log });
        const first = await system.spawn(Counter, [Kind.One]);
        console.log(await first.call.add(1));
        await first.call.end().catch(({ code }: { code: string }) => console.log(code));
        while (!system.threads[1]?.running) await new Promise((next) => setTimeout(next, 10));
        const second = await system.spawn(Counter, [14]);
        console.log(await second.call.add(1), "on", await second.call.where());
        await system.stop();`,
      "enum.actors.ts": `${ACTORS.replace("handlers: {", "handlers: { end: () => process.exit(1),")}
        export enum Kind { One = 1 }`,
    });
    const { code, stdout, stderr } = await node(folder, ["--import", "tsx", "successor.ts"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `2\nERR_ACTOR_DOWN\n${COUNTED}`,
      stderr: "",
    });
  });

  test("NODE_OPTIONS", async () => {
    const variables = { NODE_OPTIONS: "--import=tsx" };
    expect(await node(folder, ["program.ts"], variables)).toEqual(counted);
  });

  test("tsx's own command line", async () => {
    expect(await node(folder, [command, "program.ts"])).toEqual(counted);
  });
});

test("TypeScript built to JavaScript needs none of it", async () => {
  const out = join(folder, "built");
  write(out, {
    "counter.actors.js": built("counter.actors.ts"),
    "program.js": built("program.ts"),
  });
  expect(await node(out, ["program.js"])).toEqual(counted);
});
