/**
 * Goal: bundled programs run, and one that starts itself does not go round. Method: the README's
 * build scripts, run by esbuild; what needs no package beside it runs where there is none.
 */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, packedProject } from "../support/packed.ts";
import { COUNTED, type Ended, fixture, lend, node, write } from "../support/settings.ts";

const counted = { code: 0, stdout: COUNTED, stderr: "" };
const base: BuildOptions = { bundle: true, platform: "node", format: "esm" };

let folder = "";
/** No package is found from here. */
let alone = "";

beforeAll(async () => {
  ({ folder } = await packedProject("settings-bundles"));
  alone = mkdtempSync(join(tmpdir(), "sabeam-alone-"));
  lend(folder, "esbuild");
  const names = ["counter.actors.ts", "program.ts", "single.ts", "separate.ts"];
  for (const name of [...names, "bundle.mjs", "bundle-separate.mjs"]) {
    write(folder, { [name]: fixture(name) });
  }
  write(alone, { "package.json": `{ "type": "module" }` });
}, PACK_TIMEOUT_MS);

afterAll(() => rmSync(alone, { recursive: true, force: true }));

/** Bundles an entry of the project into a file of `alone`. */
async function bundled(entry: string, name: string, options: BuildOptions = {}): Promise<string> {
  const outfile = join(alone, name);
  const absWorkingDir = folder;
  await build({ ...base, entryPoints: [entry], outfile, absWorkingDir, ...options });
  return outfile;
}

/** The program as it is where nobody thinks of threads. */
function unguarded(call: string): string {
  const [head = "", body = ""] = fixture("program.ts").split(/^(?=const system)/m);
  return `${head}async function run() {\n${body}}\nconsole.log("begins");\n${call}`;
}

/**
 * It ran on main only, and its author was told. It began on main, on the thread and, where the
 * program took its time, on the standby thread.
 */
function expectOnce({ code, stdout, stderr }: Ended): void {
  const begins = stdout.split("begins\n").length - 1;
  const rest = stdout.replaceAll("begins\n", "");
  expect({ code, rest, stderr }).toEqual({
    code: 0,
    rest: COUNTED,
    stderr: expect.stringMatching(/^sabeam warn: startSystem was .*isMainThread.*\n$/),
  });
  expect([2, 3]).toContain(begins);
}

describe("one file, sabeam included", () => {
  test("as the README builds it; in a thread it is only its actors", async () => {
    expect(await node(folder, ["bundle.mjs"])).toEqual({ code: 0, stdout: "", stderr: "" });
    copyFileSync(join(folder, "dist/single.js"), join(alone, "single.js"));
    expect(await node(alone, ["single.js"])).toEqual(counted);
  });

  test("minified, also for a thread's successor", async () => {
    write(folder, {
      "successor.ts": `
        import { isMainThread } from "node:worker_threads";
        import { defineActor, startSystem } from "sabeam";
        const Mortal = defineActor(import.meta.url, "Mortal", {
          init: () => ({}),
          handlers: { end: () => process.exit(1), name: () => process.argv[1] },
        });
        if (isMainThread) {
          const log = { debug() {}, info() {}, warn() {}, error() {} };
          const system = await startSystem({ threads: 1, log });
          const first = await system.spawn(Mortal);
          await first.call.end().catch(({ code }) => console.log(code));
          while (!system.threads[1]?.running) await new Promise((next) => setTimeout(next, 10));
          console.log(await (await system.spawn(Mortal)).call.name());
          await system.stop();
        }`,
    });
    await bundled("successor.ts", "successor.js", { minify: true });
    const stdout = "ERR_ACTOR_DOWN\nsabeam-thread\n";
    expect(await node(alone, ["successor.js"])).toEqual({ ...counted, stdout });
  });

  test.each([
    ["awaited", "await run();"],
    ["not awaited", "run();"],
  ])("a program that would start itself on its threads, %s, does not", async (kind, call) => {
    const entry = `again-${kind.replace(" ", "-")}`;
    write(folder, { [`${entry}.ts`]: unguarded(call) });
    await bundled(`${entry}.ts`, `${entry}.js`);
    expectOnce(await node(alone, [`${entry}.js`]));
  });

  test("as CommonJS it knows no URL of its own, and says so", async () => {
    await bundled("program.ts", "plain.cjs", {
      format: "cjs",
      logLevel: "silent",
      stdin: { contents: `import "./counter.actors.ts";`, resolveDir: folder },
      entryPoints: [],
    });
    const { stderr } = await node(alone, ["plain.cjs"]);
    expect(stderr).toContain("which a bundle in CommonJS format does not have: build ES modules");
    await bundled("", "threads.cjs", {
      format: "cjs",
      logLevel: "silent",
      stdin: {
        contents: `import { startSystem } from "sabeam"; startSystem();`,
        resolveDir: folder,
      },
      entryPoints: [],
    });
    const { stderr: started } = await node(alone, ["threads.cjs"]);
    expect(started).toContain("ERR_SYSTEM_FAILED");
    expect(started).toContain("build ES modules, or keep sabeam out of the bundle (external)");
  });
});

describe("one file, sabeam beside it", () => {
  test("runs, and if it would start itself on its threads, does not", async () => {
    write(folder, { "unguarded.ts": unguarded("await run();") });
    await build({
      ...base,
      absWorkingDir: folder,
      entryPoints: ["single.ts", "unguarded.ts"],
      outdir: "external",
      external: ["sabeam"],
    });
    expect(await node(folder, ["external/single.js"])).toEqual(counted);
    expectOnce(await node(folder, ["external/unguarded.js"]));
  });
});

describe("a file of its own for the actors", () => {
  test("as the README builds it", async () => {
    expect(await node(folder, ["bundle-separate.mjs"])).toEqual({ ...counted, stdout: "" });
    expect(await node(folder, ["dist/separate.js"])).toEqual(counted);
  });

  test("minified, so that both copies of an actor read differently", async () => {
    await build({
      ...base,
      absWorkingDir: folder,
      entryPoints: ["separate.ts", "counter.actors.ts"],
      outdir: "minified",
      external: ["sabeam"],
      minify: true,
    });
    const name = (file: string): string =>
      /where:\(\)=>(\w+)\?/.exec(readFileSync(join(folder, "minified", file), "utf8"))?.[1] ?? "";
    expect(name("separate.js")).not.toBe(name("counter.actors.js"));
    expect(await node(folder, ["minified/separate.js"])).toEqual(counted);
  });

  test("split, with sabeam in a shared part", async () => {
    const outdir = join(alone, "split");
    mkdirSync(outdir);
    await build({
      ...base,
      absWorkingDir: folder,
      entryPoints: ["separate.ts", "counter.actors.ts"],
      outdir,
      splitting: true,
    });
    expect(await node(outdir, ["separate.js"])).toEqual(counted);
  });

  test("the program itself, started by a link and without its extension", async () => {
    const program = fixture("single.ts").replace(
      "threads: 1",
      "$&, actors: new URL(import.meta.url)",
    );
    write(folder, { "itself.ts": program });
    await bundled("itself.ts", "itself.js");
    symlinkSync(alone, join(folder, "link"), "junction");
    expect(await node(folder, ["link/itself"])).toEqual(counted);
  });

  test("built from other sources: refused", async () => {
    const actors = fixture("counter.actors.ts").replace("where:", "whereabouts:");
    write(folder, { "other/counter.actors.ts": actors });
    await build({
      ...base,
      absWorkingDir: folder,
      entryPoints: ["separate.ts", "other/counter.actors.ts"],
      outdir: "mixed",
      entryNames: "[name]",
      external: ["sabeam"],
    });
    const { code, stderr } = await node(folder, ["mixed/separate.js"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ERR_INVALID_DEFINITION");
    expect(stderr).toMatch(/its handlers are add, where, but add, whereabouts in file:.*mixed/);
  });
});
