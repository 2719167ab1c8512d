/**
 * The pages show what examples/ contains, and the examples print what they say they print.
 *
 * A line `//=> text` in an example stands for one line of its output, in order.
 */

import { execFile } from "node:child_process";
import {
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
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { protocols, sabeam, testkit } from "./actors/support/native.ts";
import { root } from "./support/tree.ts";

const EXAMPLE_TIMEOUT_MS = 20_000;
const script = join(root, "scripts/docs.mjs");

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with the Node that runs this test; a time-out counts as code 1. */
function run(file: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    // Warnings of turns that take long are true on a busy machine, and no part of an example.
    const env = { ...process.env, SABEAM_LOG: "error" };
    const options = { cwd, env, encoding: "utf8" as const, timeout: EXAMPLE_TIMEOUT_MS };
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** What an example says it prints. */
function promised(text: string): string[] {
  return [...text.matchAll(/\/\/=>[ \t]?(.*)$/gm)].map((match) => (match[1] ?? "").trimEnd());
}

/** What examples import, as their user would have installed it. */
const INSTALLED = ["@opentelemetry", "piscina", "zod"];

/**
 * The built examples in a folder of their own, where they import the package by its name, so that
 * they run on what is published.
 */
function install(place: string): void {
  mkdirSync(join(place, "node_modules"));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  symlinkSync(root, join(place, "node_modules/sabeam"), "junction");
  for (const name of INSTALLED) {
    symlinkSync(join(root, "node_modules", name), join(place, "node_modules", name), "junction");
  }
  const built = join(root, "dist/examples");
  for (const name of readdirSync(built).filter((file) => file.endsWith(".js"))) {
    const text = readFileSync(join(built, name), "utf8");
    const imports = text
      .replaceAll('"../actors/index.js"', '"sabeam"')
      .replace(/"\.\.\/actors\/(\w+)\/index\.js"/g, '"sabeam/$1"')
      .replaceAll('"../protocols/index.js"', '"sabeam/protocols"');
    writeFileSync(join(place, name), imports);
  }
}

const folder = join(root, "examples");
/** Others belong to an example: `counter.actors.ts`. */
const examples = (existsSync(folder) ? readdirSync(folder) : []).filter((name) =>
  /^[\w-]+\.ts$/.test(name),
);

describe("pages", () => {
  test("the README tells of every error that the package exports", () => {
    const text = readFileSync(join(root, "README.md"), "utf8");
    const table = text.slice(text.indexOf("\n## Errors\n"), text.indexOf("\n## The parts\n"));
    const exported: Record<string, unknown> = { ...sabeam, ...testkit, ...protocols };
    const errors = Object.keys(exported).filter((name) => {
      const { prototype } = exported[name] as { prototype?: unknown };
      return prototype instanceof Error && name !== "SabeamError";
    });
    expect(errors.length).toBeGreaterThan(40);
    expect(errors.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  test("they show exactly what the examples and the recorded benchmarks contain", async () => {
    expect(await run(script, ["--check"], root)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.skipIf(examples.length === 0)("the README shows an example", () => {
    expect(readFileSync(join(root, "README.md"), "utf8")).toMatch(
      /<!-- example: examples\/\S+ -->/,
    );
  });
});

describe.skipIf(examples.length === 0)("examples", () => {
  let place = "";
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), "sabeam-examples-"));
    install(place);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  for (const name of examples) {
    test(name, { timeout: EXAMPLE_TIMEOUT_MS + 5000 }, async () => {
      const lines = promised(readFileSync(join(folder, name), "utf8"));
      expect(lines, "say with //=> what the example prints").not.toEqual([]);

      const built = join(place, name.replace(/\.ts$/, ".js"));
      const { code, stdout, stderr } = await run(built, [], root);
      expect({ code, stderr, lines: stdout.trimEnd().split("\n") }).toEqual({
        code: 0,
        stderr: "",
        lines,
      });
    });
  }
});

describe("scripts/docs.mjs", () => {
  const code = 'import { a } from "../actors/index.ts";\n\nconsole.info(a); //=> 1\n';
  const shown = '```ts\nimport { a } from "sabeam";\n\nconsole.info(a); //=> 1\n```\n';
  const marker = "<!-- example: examples/a.ts -->\n";
  const figures = {
    name: "call",
    unit: "calls/s",
    ours: 1_234_567,
    peers: { postMessage: 45_678.9 },
    ratioBest: 27.03,
    rounds: 15,
    node: "v20.20.2",
    cpu: "A CPU",
    threads: 2,
  };
  let place = "";

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), "sabeam-docs-"));
    mkdirSync(join(place, "examples"));
    mkdirSync(join(place, "bench"));
    writeFileSync(join(place, "examples/a.ts"), code);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const write = (text: string): void => writeFileSync(join(place, "README.md"), text);
  const page = (): string => readFileSync(join(place, "README.md"), "utf8");

  test("writes an example as a user would write it, and then finds nothing to do", async () => {
    write(`# A\n\n${marker}\nMore.\n`);
    expect((await run(script, ["--check"], place)).code).toBe(1);
    expect((await run(script, [], place)).code).toBe(0);
    expect(page()).toBe(`# A\n\n${marker}${shown}\nMore.\n`);
    expect((await run(script, ["--check"], place)).code).toBe(0);
  });

  test("writes JavaScript as JavaScript, from any folder", async () => {
    writeFileSync(join(place, "build.mjs"), "await build();\n");
    const build = "<!-- example: build.mjs -->\n";
    write(`${marker}${build}`);
    const written = `${marker}${shown}${build}\`\`\`js\nawait build();\n\`\`\`\n`;
    for (let round = 0; round < 2; round += 1) {
      expect((await run(script, [], place)).code).toBe(0);
      expect(page()).toBe(written);
    }
  });

  test("--check finds an edited block and leaves it alone", async () => {
    const edited = `${marker}${shown.replace("(a)", "(b)")}`;
    write(edited);
    const { code, stderr } = await run(script, ["--check"], place);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "README.md: differs from its sources; run `npm run docs`\n",
    });
    expect(page()).toBe(edited);
  });

  test.each([
    ["a missing example", `${marker}<!-- example: examples/none.ts -->\n`, "examples/none.ts"],
    ["a misspelt marker", `${marker}<!-- example examples/a.ts -->\n`, "a marker is misspelt"],
    ["a table without its end", `${marker}<!-- bench -->\n`, "a marker is misspelt"],
    ["a group nobody knows", `${marker}<!-- bench x -->\n<!-- /bench -->\n`, "is misspelt"],
    ["an example nobody names", "# A\n", "examples/a.ts: neither shown nor named"],
  ])("%s is an error", async (_name, text, message) => {
    write(text);
    const { code, stderr } = await run(script, [], place);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test("makes the table of figures, and refuses figures of two machines", async () => {
    const latest = join(place, "bench/latest.jsonl");
    write(`${marker}\n<!-- bench -->\nold\n<!-- /bench -->\n`);
    expect((await run(script, [], place)).stderr).toContain("there is no bench/latest.jsonl");

    writeFileSync(latest, `${JSON.stringify(figures)}\n`);
    expect((await run(script, [], place)).code).toBe(0);
    expect(page()).toContain("on A CPU, Node 20.20.2.");
    expect(page()).toContain(
      "| call | calls/s | 1 230 000 | postMessage 45 700 | 27 × | 2 | 15 |\n<!-- /bench -->",
    );
    expect(page()).not.toContain("old");

    const other = { ...figures, cpu: "Another" };
    writeFileSync(latest, `${JSON.stringify(figures)}\n${JSON.stringify(other)}\n`);
    expect((await run(script, [], place)).stderr).toContain("mixes setups");
  });

  test("draws charts, and shows each group of rows under its own marker", async () => {
    const point = (at: number, ours: number) => ({
      ...{ ...figures, group: "growth", name: `${at} B & more`, ours, peers: { other: 2 * ours } },
      growth: { chart: "payload", series: "cast", at },
    });
    const rows = [
      { ...figures, group: "main" },
      { ...figures, group: "main", name: "no peer", peers: {}, ratioBest: null },
      { ...figures, group: "savina", name: "Savina sieve", peers: { Erlang: 1 }, ratioBest: 0.4 },
      ...[point(16, 10), point(256, 90)],
    ];
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    writeFileSync(join(place, "bench/latest.jsonl"), text);
    const block = (name: string) => `<!-- bench${name} -->\n<!-- /bench -->\n`;
    write(`${marker}\n${block("")}${block(" savina")}${block(" growth")}${block(" micro")}`);

    expect((await run(script, [], place)).code).toBe(0);
    const [main, savina, growth, micro] = page().split("<!-- /bench -->");
    expect(main).toMatch(/charts\/ratios\.svg[^<]*\| call .*\n\| no peer /);
    expect(savina).toMatch(/charts\/savina\.svg[\s\S]*<details>[\s\S]*\| Savina sieve /);
    expect(growth).toContain("charts/growth.svg");
    expect(micro).toBe("\n<!-- bench micro -->\n");

    const svg = (name: string) => readFileSync(join(place, `bench/charts/${name}.svg`), "utf8");
    expect(svg("ratios")).toMatch(/>call<[\s\S]*>27 × postMessage</);
    expect(svg("ratios")).not.toContain("no peer");
    expect(svg("savina")).toContain(">0.40 × Erlang<");
    expect(svg("growth").match(/<polyline [^>]*stroke-width="2"/g)).toHaveLength(4);
    for (const name of ["ratios", "savina", "growth"]) {
      expect(svg(name)).toContain("prefers-color-scheme:dark");
      expect(svg(name)).not.toMatch(/NaN|Infinity|undefined/);
    }

    writeFileSync(join(place, "bench/charts/savina.svg"), "another");
    expect(await run(script, ["--check"], place)).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: "bench/charts/savina.svg: differs from bench/latest.jsonl; run `npm run docs`\n",
    });
  });
});
