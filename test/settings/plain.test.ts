/**
 * Goal: threads find built JavaScript wherever it lies and however the program was started. Method:
 * a program that prints what its actor counted, and where, in each setting a process of its own.
 */

import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, packedProject } from "../support/packed.ts";
import { built, COUNTED, node, write } from "../support/settings.ts";

const COUNTER = built("counter.actors.ts");
const PROGRAM = built("program.ts");
const counted = { code: 0, stdout: COUNTED, stderr: "" };

let folder = "";

beforeAll(async () => {
  ({ folder } = await packedProject("settings-plain"));
  write(folder, { "counter.actors.js": COUNTER, "program.js": PROGRAM });
}, PACK_TIMEOUT_MS);

describe("files", () => {
  test("built JavaScript, started from another folder", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    expect(await node(elsewhere, ["../program.js"])).toEqual(counted);
  });

  test("a path with spaces, other letters, and what means something in a URL", async () => {
    const place = join(folder, "Mäuse & 猫 100%25 #1 a?b");
    write(place, { "counter.actors.js": COUNTER, "program.js": PROGRAM });
    expect(await node(place, ["program.js"])).toEqual(counted);
  });

  test.each([
    ["by the real path", []],
    ["by the path of the link", ["--preserve-symlinks", "--preserve-symlinks-main"]],
  ])("behind a symbolic link, %s", async (_name, flags) => {
    const link = join(folder, `link-${flags.length}`);
    symlinkSync(folder, link, "junction");
    expect(await node(link, [...flags, join(link, "program.js")])).toEqual(counted);
  });

  test("actors of an installed package", async () => {
    write(join(folder, "node_modules/counters"), {
      "package.json": JSON.stringify({ type: "module", exports: "./counter.actors.js" }),
      "counter.actors.js": COUNTER,
    });
    write(folder, { "foreign.js": PROGRAM.replace("./counter.actors.js", "counters") });
    expect(await node(folder, ["foreign.js"])).toEqual(counted);
  });

  test("two versions of a module by their query, as two definitions", async () => {
    write(folder, {
      "versions.js": `
        import { startSystem } from "sabeam";
        const system = await startSystem({ threads: 1 });
        for (const version of ["?v=1", "?v=2#part"]) {
          const { Counter } = await import("./counter.actors.js" + version);
          const counter = await system.spawn(Counter, [10], { name: version });
          console.log(await counter.call.add(5), "on", await counter.call.where());
          console.log(system.whereis(Counter, version) === counter);
        }
        await system.stop();`,
    });
    const stdout = `${COUNTED}true\n`.repeat(2);
    expect(await node(folder, ["versions.js"])).toEqual({ ...counted, stdout });
  });
});

describe("CommonJS", () => {
  test("a program that imports", async () => {
    write(folder, { "program.cjs": `import("./program.js");` });
    expect(await node(folder, ["program.cjs"])).toEqual(counted);
  });

  test("actors that require", async () => {
    write(folder, {
      "actors.cjs": `
        const { pathToFileURL } = require("node:url");
        const { isMainThread } = require("node:worker_threads");
        const { defineActor } = require("sabeam");
        exports.Counter = defineActor(pathToFileURL(__filename).href, "Counter", {
          init: (_self, start) => ({ count: start }),
          handlers: {
            add: (self, by) => (self.state.count += by),
            where: () => (isMainThread ? "main" : "a thread"),
          },
        });`,
      "required.js": PROGRAM.replace("./counter.actors.js", "./actors.cjs"),
    });
    // Some versions of Node warn of `require` of an ES module.
    const { code, stdout } = await node(folder, ["required.js"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: COUNTED });
  });
});

describe("ways to start", () => {
  test("code on the command line, as a module", async () => {
    const flags = ["--input-type=module", "--eval"];
    expect(await node(folder, [...flags, PROGRAM])).toEqual(counted);
  });

  test("node --test", async () => {
    write(folder, {
      "counter.test.js": `
        import assert from "node:assert";
        import { test } from "node:test";
        import { startSystem } from "sabeam";
        import { Counter } from "./counter.actors.js";
        test("counts, on a thread", async () => {
          const system = await startSystem({ threads: 1 });
          const counter = await system.spawn(Counter, [10]);
          assert.equal(await counter.call.add(5), 15);
          assert.equal(await counter.call.where(), "a thread");
          await system.stop();
        });`,
    });
    const { code, stdout } = await node(folder, ["--test", "counter.test.js"]);
    expect(stdout).toMatch(/pass 1\b/);
    expect(code).toBe(0);
  });

  test("flags reach the threads, and those that a thread cannot have do no harm", async () => {
    const loaded = `
      import { isMainThread } from "node:worker_threads";
      globalThis.loaded = [...(globalThis.loaded ?? []), import.meta.url.split("/").at(-1)];
      if (isMainThread) process.on("exit", () => console.log("main", ...globalThis.loaded));`;
    write(folder, {
      "first.mjs": loaded,
      "sec ond.mjs": loaded,
      "flags.actors.js": `
        import { defineActor } from "sabeam";
        export const Flags = defineActor(import.meta.url, "Flags", {
          init: () => ({}),
          handlers: { loaded: () => [...globalThis.loaded, typeof gc] },
        });`,
      "flags.js": `
        import { startSystem } from "sabeam";
        import { Flags } from "./flags.actors.js";
        const system = await startSystem({ threads: 1 });
        console.log("thread", ...(await (await system.spawn(Flags)).call.loaded()));
        await system.stop();`,
    });
    const second = pathToFileURL(join(folder, "sec ond.mjs")).href;
    const flags = ["--import", "./first.mjs", "--expose-gc", "--max-old-space-size=300"];
    const options = `--max-semi-space-size=8 --import "${second}" --title=counter`;
    const { stderr, stdout } = await node(folder, [...flags, "flags.js"], {
      NODE_OPTIONS: options,
    });
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    const [thread, main] = lines.map((line) => line.split(" ").slice(1).toSorted());
    expect(main).toEqual(["first.mjs", "sec%20ond.mjs"]);
    expect(thread).toEqual(["first.mjs", "function", "sec%20ond.mjs"]);
  });
});
