/**
 * Benchmarks cannot rot: rows of each group run at their small size and print what they promise
 * (all of them in test/long/bench.test.ts).
 *
 * Goal: each contender of each row starts, plays a round and answers the right checksum (the
 * program itself fails otherwise), and what it prints can be read by the program that fills the
 * README's table. Nothing here looks at how fast anything was.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Measured } from "../../bench/report.ts";
import { bench, playSmall } from "../support/bench.ts";
import { root } from "../support/tree.ts";

/** Of each group some rows, with peers of all kinds. */
const ROWS = [
  ...["spawn + one message", "cast across threads, one number", "call across threads, sequential"],
  ...["10 actors in turn", "bytes across threads, 16 b", "start of a system"],
  ...["savina ping-pong", "micro ring"],
];

test("rows of each group run at their small size and print one valid object", {
  timeout: 60_000,
}, async () => {
  const records = await playSmall(ROWS.flatMap((part) => ["--only", part]));
  for (const part of ROWS) {
    expect(
      records.some(({ name }) => name.toLowerCase().includes(part)),
      part,
    ).toBe(true);
  }
  expect(records.some(({ peers }) => "postMessage" in peers)).toBe(true);
});

describe("on a machine with nothing but Node", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "only-node-"));
    symlinkSync(process.execPath, join(folder, "node"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("what is missing is said in one line each, and the rest is measured", async () => {
    const only = ["--only", "ping-pong, same thread", "--only", "one core"];
    const ran = await bench(["--small", "--json", ...only], { env: { PATH: folder } });

    expect(ran.err.trim().split("\n")).toEqual([
      expect.stringMatching(/^bench: Erlang is skipped: .*erlang-base/),
      expect.stringMatching(/^bench: rows on one core are skipped: /),
    ]);
    expect(ran.code).toBe(0);
    const [row] = ran.out.map((line) => JSON.parse(line) as Measured);
    expect(ran.out).toHaveLength(1);
    expect(Object.keys(row?.peers ?? {})).toEqual(["nact"]);
  });
});

describe("without packages that a row needs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "few-packages-"));
    const code = (path: string) => !/\.(map|d\.ts)$/.test(path);
    for (const part of ["actors", "bench", "bundle", "runtime"]) {
      const [from, to] = [join(root, "dist", part), join(folder, "dist", part)];
      cpSync(from, to, { recursive: true, filter: code });
    }
    cpSync(join(root, "package.json"), join(folder, "package.json"));
    mkdirSync(join(folder, "node_modules"));
    for (const name of ["comlink", "msgpackr", "piscina"]) {
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name), "junction");
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("peers and micro-benchmarks are skipped, each with one line", async () => {
    const only = ["--only", "ping-pong, same thread", "--only", "micro ring"];
    const without = { at: folder, env: { PATH: folder } };
    const ran = await bench(["--small", "--json", ...only], without);

    expect(ran.err.replace(/^bench: Erlang .*\n/, "")).toBe(
      "bench: nact is skipped: it is not installed (npm install nact)\n" +
        "bench: tinybench is skipped: it is not installed (npm install tinybench)\n",
    );
    expect(ran.code).toBe(0);
    const rows = ran.out.map((line) => JSON.parse(line) as Measured);
    expect(rows.map(({ name }) => name)).toEqual(["ping-pong, same thread"]);
    expect(Object.keys(rows[0]?.peers ?? {})).not.toContain("nact");
  });

  test("a run in which nothing is left says so, with exit code 2", async () => {
    const ran = await bench(["--small", "--micro"], { at: folder });

    expect(ran).toEqual({
      ...{ code: 2, out: [] },
      err: expect.stringMatching(
        /^bench: tinybench is skipped: [\s\S]*\nbench: nothing is left to be measured\n$/,
      ),
    });
  });
});
