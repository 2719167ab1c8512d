/**
 * `sabeam new`, and the other verbs as they are typed where the package is installed: from the
 * archive that is published, in a folder of their own.
 */

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameFor, template } from "../../cli/new/template.ts";
import { runNode } from "../support/command.ts";
import { PACK_TIMEOUT_MS, type Project, packedProject } from "../support/packed.ts";
import { root } from "../support/tree.ts";
import { typed } from "./typed.ts";

const isRoot = process.getuid?.() === 0;
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let place = "";
const inPlace = (...path: string[]): string => join(place, ...path);

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "sabeam-new-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("folders", () => {
  test("a new one, an empty one, and one with nothing but .git are filled", async () => {
    mkdirSync(inPlace("empty"));
    mkdirSync(inPlace("versioned/.git"), { recursive: true });
    for (const folder of ["sub/new", "empty", "versioned"]) {
      const { code, out, err } = await typed(["new", inPlace(folder)]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toContain(`cd ${inPlace(folder)}\n`);
      expect(readdirSync(inPlace(folder))).toContain("main.ts");
    }
  });

  test("one that is not empty is left as it is", async () => {
    mkdirSync(inPlace("taken"));
    writeFileSync(inPlace("taken", "main.ts"), "mine");
    const { code, out, err } = await typed(["new", inPlace("taken")]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(
      `${inPlace("taken")} is not empty (main.ts); name a new folder, or an empty one\n`,
    );
    expect(readdirSync(inPlace("taken"))).toEqual(["main.ts"]);
    expect(readFileSync(inPlace("taken", "main.ts"), "utf8")).toBe("mine");
  });

  test("a file is none, and nothing goes below it", async () => {
    writeFileSync(inPlace("file"), "mine");
    for (const folder of ["file", "file/below"]) {
      const { code, err } = await typed(["new", inPlace(folder)]);
      expect({ code, err }).toEqual({
        code: 2,
        err: `${inPlace(folder)} is not a folder; name a new one\n`,
      });
    }
    expect(readFileSync(inPlace("file"), "utf8")).toBe("mine");
  });

  test.skipIf(isRoot)("one that cannot be written is a failure", async () => {
    mkdirSync(inPlace("locked"), { mode: 0o500 });
    const { code, err } = await typed(["new", inPlace("locked")]);
    expect(code).toBe(1);
    expect(err).toMatch(/locked cannot be written \(EACCES\); name another folder\n$/);
  });

  test.runIf(existsSync("/proc/self"))("one where no folder can be is a failure", async () => {
    const { code, err } = await typed(["new", "/proc/new/deeper"]);
    const told = "/proc/new/deeper cannot be written (ENOENT); name another folder\n";
    expect({ code, err }).toEqual({ code: 1, err: told });
  });

  test("what is to be typed next is one word of the shell, whatever its name", async () => {
    const names = ["with space", "a$(echo b)", 'it\'s "it"', "back\\slash"];
    for (const name of names) {
      const { out } = await typed(["new", inPlace(name)]);
      const [line = ""] = out.match(/(?<=^ {2})cd .*/mu) ?? [];
      expect(execFileSync("sh", ["-c", `${line} && pwd -P`], { encoding: "utf8" })).toBe(
        `${realpathSync(inPlace(name))}\n`,
      );
    }
  });

  test("--json tells the same to programs", async () => {
    const { code, out } = await typed(["new", inPlace("My App!"), "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      folder: inPlace("My App!"),
      name: "my-app",
      files: template("", "", "").map(({ path }) => path),
    });
  });
});

test.each([
  ["my-app", "my-app"],
  ["My App!", "my-app"],
  ["@scope", "scope"],
  ["..", "sabeam-project"],
  ["größe", "gr-e"],
  ["node_modules", "sabeam-project"],
  ["日本", "sabeam-project"],
])("%s becomes the name %s", (folder, name) => {
  expect(nameFor(folder)).toBe(name);
});

test("a new project uses this version, and the tools that this one is made with", () => {
  const { version, engines, devDependencies } = manifest;
  const text = template("a", version, "20.19").find(({ path }) => path === "package.json")?.text;
  const { dependencies, devDependencies: tools, engines: needs } = JSON.parse(text ?? "{}");
  expect(dependencies).toEqual({ sabeam: `^${version}` });
  expect(needs).toEqual(engines);
  expect(tools["@types/node"]).toBe(devDependencies["@types/node"]);
  expect(tools.typescript).toBe(`^${devDependencies.typescript}`);
});

describe("installed", () => {
  let project: Project;
  let bin = "";

  beforeAll(async () => {
    project = await packedProject("command");
    bin = join(dirname(project.installed()), ".bin");
  }, PACK_TIMEOUT_MS);

  test("the command is there by its name", async () => {
    expect(await project.run(join(bin, "sabeam"), "--version")).toBe(`${manifest.version}\n`);
  });

  test("a new project compiles, passes its own test, and runs", { timeout: 60_000 }, async () => {
    await project.run(join(bin, "sabeam"), "new", "app");
    const app = join(project.folder, "app");
    // In place of `npm install`: the package is found above, the tools are this repository's.
    mkdirSync(join(app, "node_modules/.bin"), { recursive: true });
    const compiler = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
    symlinkSync(join(root, "node_modules/@types"), join(app, "node_modules/@types"), "junction");
    symlinkSync(join(compiler, "bin/tsc"), join(app, "node_modules/.bin/tsc"));

    expect(await project.run("npm", "--prefix", app, "test")).toMatch(/pass 1\n.*fail 0\n/);
    // What `npm start` runs after the compiler.
    expect(await runNode([join(app, "dist/main.js")])).toMatchObject({
      code: 0,
      stdout: "The count is 16\n",
      stderr: "",
    });
    // Where Node strips types, the sources run as they are.
    const { typescript } = process.features as { typescript?: string | false };
    if (typescript === undefined || typescript === false) return;
    expect(await runNode([join(app, "main.ts")])).toMatchObject({
      code: 0,
      stdout: "The count is 16\n",
    });
  });

  test("the demo finds text to index, and the benchmark its rows", async () => {
    mkdirSync(join(project.folder, "texts"));
    project.write("texts/a.md", "A promise rejection.");
    const text = await project.run(
      join(bin, "sabeam"),
      "demo",
      "index",
      "texts",
      "--index",
      "an.index",
    );
    expect(text).toMatch(/identical/);
    expect(text).toContain('npx sabeam demo search "some words"');
    expect(existsSync(join(project.folder, "an.index"))).toBe(true);

    const rows = await project.run(join(bin, "sabeam"), "bench", "--list");
    expect(rows.split("\n").length).toBeGreaterThan(30);
  });

  test("the benchmark names what is not installed, and keeps nothing here", async () => {
    const bench = (...args: string[]): Promise<unknown> =>
      project.run(join(bin, "sabeam"), "bench", ...args).catch((error: unknown) => error);
    expect(await bench("--micro", "--small", "--only", "codec")).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        "bench: tinybench is skipped: it is not installed (npm install tinybench)\n" +
        "bench: nothing is left to be measured\n",
    });
    expect(await bench("--save")).toMatchObject({
      code: 2,
      stderr: "bench: --save works in a checkout of sabeam, not where it is installed\n",
    });
  });
});
