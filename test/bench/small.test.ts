/**
 * Benchmarks cannot rot: every row runs at its small size and prints what it promises.
 *
 * Goal: each contender of each row starts, plays a round and answers the right checksum (the
 * program itself fails otherwise), and what it prints can be read by the program that fills the
 * README's table. Nothing here looks at how fast anything was.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFlags } from "../../bench/flags.ts";
import { bestPeer, type Result, ratio, reached } from "../../bench/harness.ts";
import { type Figure, UNITS } from "../../bench/plan.ts";
import { type Measured, measured } from "../../bench/report.ts";
import { median, quantile } from "../../bench/statistics.ts";

const RUN = join(import.meta.dirname, "..", "..", "dist", "bench", "run.js");

interface Ended {
  readonly code: number | null;
  readonly out: readonly string[];
  readonly err: string;
}

function bench(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [RUN, ...args], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, out: out.split("\n").filter((line) => line !== ""), err });
    });
  });
}

test("every row runs at its small size and prints one valid object", {
  timeout: 90_000,
}, async () => {
  const [listed, ran] = [await bench(["--list"]), await bench(["--small", "--json"])];

  expect(ran.err.replace(/^bench: .* skipped.*\n/gm, "")).toBe("");
  expect(ran.code).toBe(0);
  const records = ran.out.map((line) => JSON.parse(line) as Measured);
  const skipped = ran.err.includes("one core are skipped") ? /, one core$/ : /^$/;
  const names = listed.out.filter((name) => !skipped.test(name));
  expect(records.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  expect(names.length).toBeGreaterThan(30);

  for (const row of records) {
    expect(Object.keys(UNITS), row.name).toContain(row.unit);
    expect(row.ours, row.name).toBeGreaterThan(0);
    expect(row.spread[0], row.name).toBeLessThanOrEqual(row.spread[1]);
    for (const value of Object.values(row.peers)) expect(value, row.name).toBeGreaterThan(0);
    expect(row.ratioBest === null, row.name).toBe(Object.keys(row.peers).length === 0);
    expect(row.rounds, row.name).toBe(1);
    expect(row.threads, row.name).toBeGreaterThanOrEqual(1);
    expect(row.node).toBe(process.version);
    expect(row.cpu).toMatch(/^\d+ × \S/);
    expect(typeof row.note, row.name).toBe("string");
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
    const ran = await bench(["--small", "--json", ...only], { PATH: folder });

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

describe("flags", () => {
  test.each([
    { args: ["--fast"], why: /unknown flag "--fast"/ },
    { args: ["--only"], why: /--only needs a value/ },
    { args: ["--rounds", "0"], why: /--rounds needs a whole number from 1 to 100, not "0"/ },
    { args: ["--save", "--small"], why: /--save keeps the rows of one whole run/ },
    { args: ["--only", "no such row"], why: /no row contains no such row/ },
  ])("$args: one line and exit code 2", async ({ args, why }) => {
    const { code, out, err } = await bench(args);

    expect(code).toBe(2);
    expect(out).toEqual([]);
    expect(err).toMatch(why);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("--list shows what --only selects, in any case of letters", async () => {
    const { out } = await bench(["--list", "--only", "PARKED"]);

    expect(out).toEqual([
      "round trip to a parked thread, p50",
      "round trip to a parked thread, p99",
    ]);
  });

  test("all of them are understood", () => {
    const args = ["--json", "--small", "--only", "A", "--only", "b", "--rounds", "3", "--list"];

    expect(parseFlags(args)).toEqual({
      ...{ json: true, small: true, list: true, micro: false },
      ...{ save: false, record: false, help: false },
      ...{ only: ["a", "b"], rounds: 3, against: undefined },
    });
  });
});

describe("figures", () => {
  const figure = (value: number): Figure => ({ median: value, min: value, max: value, rounds: 7 });
  const result = (unit: Result["row"]["unit"], figures: Readonly<{ [name: string]: number }>) => ({
    row: { key: "rate", name: "a row", unit, goal: 10, note: "" },
    ...{ group: "main" as const, threads: 1, count: 1, checksum: 1 },
    figures: new Map(Object.entries(figures).map(([name, value]) => [name, figure(value)])),
  });

  test("for a rate the best peer has most, and a ratio above 1 means that we have more", () => {
    const row = result("msg/s", { sabeam: 12, slow: 3, quick: 8 });

    expect(bestPeer(row)).toEqual(["quick", 8]);
    expect(ratio(row, 8)).toBe(1.5);
    expect(reached(row, 10)).toBe(true);
    expect(reached(row, 13)).toBe(false);
    expect(measured(row)).toMatchObject({ ours: 12, peers: { slow: 3, quick: 8 }, ratioBest: 1.5 });
  });

  test("for a latency it is the other way round", () => {
    const row = result("µs", { sabeam: 12, slow: 30, quick: 6 });

    expect(bestPeer(row)).toEqual(["quick", 6]);
    expect(ratio(row, 6)).toBe(0.5);
    expect(reached(row, 13)).toBe(true);
    expect(reached(row, { times: 2, of: "quick" })).toBe(true);
    expect(reached(row, { times: 1.5, of: "quick" })).toBe(false);
    expect(reached(row, { times: 1, of: "not measured" })).toBeUndefined();
  });

  test("medians and quantiles", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([7], 0.01)).toBe(7);
  });
});
