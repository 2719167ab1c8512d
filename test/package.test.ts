/**
 * Goal: what is published works for a stranger. Method: pack, install the archive into an empty
 * project; there, run a program with two threads, import every subpath, check types from outside,
 * and look at the bundle: what loads what, and where stacks lead.
 */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { PACK_TIMEOUT_MS, type Project, packedProject } from "./support/packed.ts";
import { root } from "./support/tree.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let project: Project;

/** What a module of the bundle loads at once, others of the bundle included, in full. */
function loads(module: string, seen: Set<string> = new Set()): Set<string> {
  const text = readFileSync(project.installed("dist/bundle", module), "utf8");
  const imports = text.matchAll(/^(?:import|export) (?:.*? from )?"([^"]+)";$/gm);
  for (const [, specifier = ""] of imports) {
    const name = specifier.startsWith(".")
      ? posix.join(posix.dirname(module), specifier)
      : specifier;
    if (seen.has(name)) continue;
    seen.add(name);
    if (specifier.startsWith(".")) loads(name, seen);
  }
  return seen;
}

beforeAll(async () => {
  project = await packedProject("package");
}, PACK_TIMEOUT_MS);

test("holds what a user needs and nothing else", () => {
  const top = readdirSync(project.installed()).sort();
  const allowed = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist",
    "package.json",
  ];
  expect(allowed).toEqual(expect.arrayContaining(top));
  expect(top).toEqual(expect.arrayContaining(["CHANGELOG.md", "LICENSE", "dist", "package.json"]));
  const floors = readdirSync(project.installed("dist"));
  expect(["actors", "bundle", "protocols", "runtime"]).toEqual(expect.arrayContaining(floors));
});

test("holds each module once, in the bundle, and the programs beside it", () => {
  const files = readdirSync(project.installed("dist"), { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.\w+$/.test(name));
  const code = files.filter((name) => !name.endsWith(".d.ts"));
  const program = /^bundle\/(cli|demo|bench)\/.*\.js$|^bundle\/bench\/erlang\/\w+\.erl$/;
  const floor = /^bundle\/(actors|runtime|protocols)\/.*\.js(\.map)?$/;
  expect(code.filter((name) => !program.test(name) && !floor.test(name))).toEqual([]);
  expect(code).toEqual(expect.arrayContaining(["bundle/demo/main.js", "bundle/bench/run.js"]));
  expect(code).toContain("bundle/actors/thread-entry.js");
  const homes = code
    .filter((name) => name.endsWith(".map"))
    .flatMap((name) => JSON.parse(readFileSync(project.installed("dist", name), "utf8")).sources);
  const sources = homes.map((path) => path.replace(/^[./]+/, "")).sort();
  expect(sources).toContain("actors/define.ts");
  expect(sources).toEqual([...new Set(sources)]);
});

test("the keeper loads neither actors nor codec, and comlink is one module for all", () => {
  const keeper = [...loads("runtime/keeper-entry.js")];
  expect(keeper).toContain("runtime/control.js");
  expect(keeper.filter((name) => /^actors|msgpackr|thread\.js$/.test(name))).toEqual([]);
  const all = ["actors/index.js", "actors/thread-entry.js", "runtime/keeper-entry.js"];
  for (const entry of all) {
    const comlink = [...loads(entry)].filter((name) => name.startsWith("comlink"));
    expect(comlink).toEqual(["comlink/dist/esm/comlink.mjs"]);
  }
});

test("runs a program with two threads", async () => {
  project.write(
    "counter.js",
    `import { threadId } from "node:worker_threads";
    import { defineActor } from "sabeam";

    export const Counter = defineActor(import.meta.url, "Counter", {
      init: (_self, start) => ({ count: start }),
      handlers: {
        add(self, by) { return (self.state.count += by); },
        thread() { return threadId; },
      },
    });`,
  );
  project.write(
    "main.js",
    `import { startSystem } from "sabeam";
    import { Counter } from "./counter.js";

    const system = await startSystem({ threads: 2 });
    const one = await system.spawn(Counter, [10], { name: "hits", thread: 1 });
    const two = await system.spawn(Counter, [20], { thread: 2 });
    one.cast.add(5);
    console.log(await one.call.add(1), await two.call.add(1));
    console.log(new Set([0, await one.call.thread(), await two.call.thread()]).size);
    await system.stop();`,
  );
  expect(await project.run(process.execPath, "main.js")).toBe("16 21\n3\n");
});

test("a test of a program uses the same registry, on all threads", async () => {
  project.write(
    "testing.js",
    `import { testKit } from "sabeam/testkit";
    import { Counter } from "./counter.js";

    const kit = testKit({ threads: 1 });
    const [counter, probe] = [await kit.start(Counter, [10]), await kit.probe(Counter)];
    probe.answer("add", 5);
    console.log(await counter.call.add(1), await probe.ref.call.add(1));
    await kit.stop();`,
  );
  expect(await project.run(process.execPath, "testing.js")).toBe("11 5\n");
});

test("a simulation runs the same program in virtual time", async () => {
  project.write(
    "simulated.js",
    `import { simulate } from "sabeam/sim";
    import { Counter } from "./counter.js";

    const outcome = await simulate({ seed: 1 }, async (sim) => {
      const counter = await sim.system.spawn(Counter, [10], { thread: 2 });
      await sim.sleep(3_600_000 / 8);
      return counter.call.add(5);
    });
    console.log(outcome.result, outcome.hash.length);`,
  );
  expect(await project.run(process.execPath, "simulated.js")).toBe("15 16\n");
});

test("every subpath of exports can be imported", async () => {
  const names = Object.keys(manifest.exports).map((path) => path.replace(".", manifest.name));
  expect(names).toContain("sabeam");
  project.write(
    "subpaths.js",
    `for (const name of ${JSON.stringify(names)}) {
      const options = name.endsWith(".json") ? { with: { type: "json" } } : {};
      const module = await import(name, options);
      if (Object.keys(module).length === 0) throw new Error(name + " exports nothing");
      for (const [key, value] of Object.entries(module)) {
        if (typeof value === "function" && value.name !== key) throw new Error(value.name);
      }
      console.log(name);
    }`,
  );
  expect((await project.run(process.execPath, "subpaths.js")).trim().split("\n")).toEqual(names);
});

test("stacks lead to the sources", async () => {
  project.write(
    "stack.js",
    `import { startSystem } from "sabeam";
    await startSystem({ threads: -1 }).catch((error) => console.log(error.stack));`,
  );
  const stack = await project.run(process.execPath, "--enable-source-maps", "stack.js");
  const places = [...stack.matchAll(/at (\w+) .*[\\/](actors[\\/][\w-]+\.ts):(\d+):/g)];
  expect(places.map(([, name]) => name)).toEqual([
    "must",
    "checkCounts",
    "checkThreads",
    "checkSystemOptions",
    "startOn",
    "startSystem",
  ]);
  const lines = places.map(([, , path = "", line]) => {
    return readFileSync(join(root, path), "utf8").split("\n")[Number(line) - 1];
  });
  expect(lines[0]).toContain("throw new InvalidOptions");
  expect(lines[1]).toContain('must("threads"');
  expect(lines.at(-2)).toContain("checkSystemOptions(options)");
});

test("its types resolve, and say no where they should", async () => {
  project.write(
    "typed.ts",
    `import { defineActor, type RefOf, startSystem } from "sabeam";
    import "sabeam/runtime";
    import { type Probe, testKit } from "sabeam/testkit";

    export const Counter = defineActor(import.meta.url, "Counter", {
      init: (_self, start: number) => ({ count: start }),
      handlers: {
        add(self, by: number) { return (self.state.count += by); },
      },
    });

    const system = await startSystem({ threads: 2 });
    const counter: RefOf<typeof Counter> = await system.spawn(Counter, [10], { name: "hits" });
    const count: number = await counter.call.add(1);
    // @ts-expect-error: an argument of another type
    counter.cast.add("one");
    // @ts-expect-error: the answer is a number
    const text: string = await counter.call.add(1);
    const probe: Probe<{ add(by: number): number }> = await testKit().probe(Counter);
    await probe.expect("add", (by) => by > 1);
    // @ts-expect-error: an argument of another type
    await probe.expect("add", "one");
    console.log(count, text);`,
  );
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(compiler), "bin/tsc");
  expect(await project.run(process.execPath, tsc, "-p", ".")).toBe("");
});
