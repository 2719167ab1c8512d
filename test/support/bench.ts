/** Runs `npm run bench` as a program of its own, on what was built. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { GROUPS, UNITS } from "../../bench/plan.ts";
import type { Measured } from "../../bench/report.ts";
import { root } from "./tree.ts";

export interface Ended {
  readonly code: number | null;
  /** Lines of standard output. */
  readonly out: readonly string[];
  readonly err: string;
}

export function bench(
  args: readonly string[],
  { env = process.env, at = root }: { env?: NodeJS.ProcessEnv; at?: string } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(at, "dist/bench/run.js"), ...args], { env });
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

/** Plays rows at their small size; each must have printed one object that says what it promises. */
export async function playSmall(args: readonly string[] = []): Promise<readonly Measured[]> {
  const ran = await bench(["--small", "--json", ...args]);

  expect(ran.err.replace(/^bench: .* skipped.*\n/gm, "")).toBe("");
  expect(ran.code).toBe(0);
  const records = ran.out.map((line) => JSON.parse(line) as Measured);
  for (const row of records) {
    expect(Object.keys(UNITS), row.name).toContain(row.unit);
    expect(GROUPS, row.name).toContain(row.group);
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
  return records;
}
