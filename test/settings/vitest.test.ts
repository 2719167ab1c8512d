/**
 * Goal: actors in a file beside their test run on threads under vitest, which rewrites modules on
 * main only. Method: vitest runs the README's recipes, in a project of its own.
 */

import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, packedProject } from "../support/packed.ts";
import { built, fixture, lend, node, stripsTypes, write } from "../support/settings.ts";
import { root } from "../support/tree.ts";

const vitest = join(root, "node_modules/vitest/vitest.mjs");

let folder = "";

beforeAll(async () => {
  ({ folder } = await packedProject("settings-vitest"));
  lend(folder, "vitest", "tsx");
  write(folder, {
    "counter.actors.ts": fixture("counter.actors.ts"),
    "counter.test.ts": fixture("counter.test.ts"),
    "kit.test.ts": fixture("kit.test.ts"),
    // Only Node 20 needs one.
    ...(stripsTypes ? {} : { "vitest.config.ts": fixture("vitest.config.ts") }),
    "dist/counter.actors.js": built("counter.actors.ts").replace("+= by", "+= by + 100"),
    "built.test.ts": `
      import { startSystem } from "sabeam";
      import { expect, test } from "vitest";
      import { Counter } from "./counter.actors.ts";
      test.each([0, 1])("the built file counts on every thread, threads: %i", async (threads) => {
        const actors = new URL("./dist/counter.actors.js", import.meta.url);
        const system = await startSystem({ threads, actors });
        for (let thread = 0; thread <= threads; thread += 1) {
          const counter = await system.spawn(Counter, [10], { thread });
          expect(await counter.call.add(5)).toBe(115);
          expect(await counter.call.where()).toBe(thread === 0 ? "main" : "a thread");
        }
        await system.stop();
      });`,
    // Other code on the thread than on main: also vitest must not hide that.
    "unlike.actors.ts": `
      import { isMainThread } from "node:worker_threads";
      import { defineActor } from "sabeam";
      const more = isMainThread ? { one: (): number => 1 } : { two: (): number => 2 };
      export const Unlike = defineActor(import.meta.url, "Unlike", {
        init: () => ({}),
        handlers: { ...more },
      });`,
    "unlike.test.ts": `
      import { startSystem } from "sabeam";
      import { expect, test } from "vitest";
      import { Unlike } from "./unlike.actors.ts";
      test("is refused", async () => {
        const system = await startSystem({ threads: 1 });
        await expect(system.spawn(Unlike)).rejects.toThrow("its Unlike has other code");
        await system.stop();
      });`,
  });
}, PACK_TIMEOUT_MS);

test("actors beside the test, on threads", async () => {
  const { code, stdout, stderr } = await node(folder, [
    vitest,
    "run",
    "--maxWorkers=1",
    "--no-isolate",
  ]);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/Tests +7 passed/);
});
