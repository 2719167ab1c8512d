/**
 * The doctor as it is called, on this machine: a real round trip, real add-ons in real threads.
 * Needs dist/ (npm run build).
 */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isBuiltForElsewhere } from "../../cli/doctor/binary.ts";
import { scan } from "../../cli/doctor/scan.ts";
import { load } from "../../dist/cli/doctor/loading.js";
import { type Ended, runNode } from "../support/command.ts";
import { root } from "../support/tree.ts";

const MAIN = join(root, "dist/bundle/cli/main.js");

interface Report {
  ok: boolean;
  findings: { name: string; ok: boolean; text: string; fix?: string; facts: object }[];
}

let place = "";
const inPlace = (path: string): string => join(place, path);

function write(path: string, content: string | Buffer): string {
  mkdirSync(dirname(inPlace(path)), { recursive: true });
  writeFileSync(inPlace(path), content);
  return inPlace(path);
}

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "sabeam-doctor-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const doctor = (cwd: string, ...args: string[]): Promise<Ended> =>
  runNode([MAIN, "doctor", ...args], {
    cwd,
    env: { NODE_OPTIONS: "--conditions=a --no-warnings" },
  });

test("every line says ✓, or ✗ and what to do; exit code and object say the same", async () => {
  write("ill/node_modules/broken/build/broken.node", "no native code at all");
  const [lines, json] = await Promise.all([
    doctor(inPlace("ill")),
    doctor(inPlace("ill"), "--json"),
  ]);
  const report = JSON.parse(json.stdout) as Report;
  expect({ lines: lines.code, json: json.code, ok: report.ok }).toEqual({
    lines: 1,
    json: 1,
    ok: false,
  });
  expect(lines.stderr + json.stderr).toBe("");

  const names = report.findings.map(({ name }) => name);
  expect(names).toEqual([
    ...["node", "support", "cores", "memory", "shared memory", "wake-ups", "threads", "flags"],
    ...["typescript", "add-ons", "add-ons"],
  ]);
  for (const { ok, text, fix } of report.findings) {
    expect(text).not.toBe("");
    expect(fix === undefined, text).toBe(ok);
  }
  const marks = lines.stdout.split("\n").filter((line) => /^[✓✗] /.test(line));
  expect(marks.map((line) => line.startsWith("✓"))).toEqual(report.findings.map(({ ok }) => ok));
  expect(lines.stdout).not.toContain("\x1b");

  const of = (name: string) => report.findings.filter((finding) => finding.name === name);
  expect(of("threads")).toMatchObject([{ ok: true, facts: { threadIds: { length: 2 } } }]);
  expect(of("flags")[0]?.text).toContain("reaches threads: --conditions=a, --no-warnings");
  const { features } = process as { features: { typescript?: string | false } };
  const strips = typeof features.typescript === "string";
  expect(of("typescript")).toMatchObject([{ ok: true, facts: { main: strips, threads: strips } }]);
  expect(of("add-ons")[1]?.text).toMatch(/^broken does not load on a thread: .*broken\.node/);
});

describe("add-ons", () => {
  test("are found in nested, scoped and pnpm's folders, and not beyond the bound", () => {
    const base = "tree/node_modules";
    for (const path of [
      "a/build/Release/a.node",
      "a/node_modules/inner/i.node",
      "@scope/b/prebuilds/b.node",
      "@scope/b/prebuilds/electron.napi.node",
      `@scope/b/prebuilds/node.abi${Number(process.versions.modules) + 1}.node`,
      ".pnpm/c@1.0.0/node_modules/c/c.node",
      "d/node.js",
    ]) {
      write(`${base}/${path}`, "");
    }
    symlinkSync(inPlace(base), inPlace(`${base}/loop`));
    const { addOns, cut } = scan(inPlace(base));
    expect(addOns.map(({ name, files }) => [name, files.length])).toEqual([
      ["@scope/b", 1],
      ["a", 1],
      ["c", 1],
      ["inner", 1],
    ]);
    expect(cut).toBe(false);
    expect(scan(inPlace(base), 4)).toMatchObject({ cut: true });
  });

  test("that are for other platforms are told by their first bytes", () => {
    const elf = (machine: number): Buffer => {
      const bytes = Buffer.from("\x7fELF\x02\x01".padEnd(20, "\0"), "latin1");
      bytes.writeUInt16LE(machine, 18);
      return bytes;
    };
    const mac = Buffer.from("cffaedfe0c000001".padEnd(40, "0"), "hex");
    const windows = Buffer.from("MZ".padEnd(20, "\0"));
    const elsewhere = (bytes: Buffer): string[] =>
      ["linux x64", "linux arm64", "darwin arm64", "win32 x64"].filter((target) => {
        const [platform, arch] = target.split(" ");
        return !isBuiltForElsewhere(bytes, platform, arch);
      });
    expect(elsewhere(elf(62))).toEqual(["linux x64"]);
    expect(elsewhere(elf(183))).toEqual(["linux arm64"]);
    expect(elsewhere(mac)).toEqual(["darwin arm64"]);
    expect(elsewhere(windows)).toEqual(["win32 x64"]);
    expect(elsewhere(Buffer.from("text"))).toHaveLength(4);
  });
});

const canCompile = process.platform === "linux" && spawnSync("cc", ["--version"]).status === 0;

describe.skipIf(!canCompile)("loading add-ons", () => {
  const compile = (name: string, ...defines: string[]): string => {
    const file = inPlace(`${name}.node`);
    const source = join(import.meta.dirname, "fixtures/addon.c");
    const abi = `-DABI=${process.versions.modules}`;
    execFileSync("cc", ["-shared", "-fPIC", "-o", file, abi, ...defines, source]);
    return file;
  };

  test("tells what loads, what loads once only, what fails, and what crashes", async () => {
    const files = [
      compile("good", "-DCONTEXT_AWARE"),
      compile("crashes", "-DCRASHES"),
      compile("once"),
      write("text.node", "text"),
      inPlace("again.node"),
    ];
    copyFileSync(files[0] ?? "", inPlace("again.node"));
    expect(await load(files)).toMatchObject([
      { type: "loads" },
      { type: "crashes", end: "SIGABRT" },
      { type: "once", message: expect.stringContaining("did not self-register") },
      { type: "fails" },
      { type: "loads" },
    ]);
  });

  test("waits only so long", async () => {
    expect(await load([compile("hangs", "-DHANGS")], 500)).toEqual([{ type: "hangs" }]);
  });
});
