/**
 * An earlier commit beside this tree: built, played in turns, and cleaned up; and what stands in
 * for it where it cannot be built.
 *
 * The commit is HEAD, so both sides are nearly the same; what is tested is the way there.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { besidePast, type Past, withRecorded } from "../../bench/against.ts";
import { ROOT } from "../../bench/files.ts";
import type { Result } from "../../bench/harness.ts";
import { OURS } from "../../bench/plan.ts";
import { select } from "../../bench/plans.ts";
import type { Measured } from "../../bench/report.ts";
import { bench } from "../support/bench.ts";
import { root } from "../support/tree.ts";

const ROW = "ping-pong, same thread";

function git(...args: string[]): string | undefined {
  try {
    const stdio: ["ignore", "pipe", "ignore"] = ["ignore", "pipe", "ignore"];
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio }).trim();
  } catch {
    return undefined;
  }
}

const head = git("rev-parse", "--short=10", "HEAD");

describe.skipIf(head === undefined)("in a checkout", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "against-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("the commit is built and played beside, and leaves nothing behind", {
    timeout: 60_000,
  }, async () => {
    const env = { ...process.env, TMPDIR: folder };
    const ran = await bench(["--against", "HEAD", "--small", "--json", "--only", ROW], { env });

    expect(ran.err.replace(/^bench: .* has another API.*\n/, "")).toBe("");
    expect(ran.code).toBe(0);
    const rows = ran.out.map((line) => JSON.parse(line) as Measured);
    expect(rows.map(({ name }) => name)).toEqual([ROW]);
    expect(Object.keys(rows[0]?.peers ?? {})).toEqual([`at ${head}`]);
    expect(rows[0]?.goal).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    expect(git("worktree", "list")).not.toContain(folder);
  });
});

test("what is no commit and was never recorded is one line and exit code 2", async () => {
  const { code, out, err } = await bench(["--against", "no-such-commit", "--only", ROW]);

  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err).toMatch(/^bench: no-such-commit is no commit .*nothing was recorded of .*\n$/);
});

describe("the past in the place of the peers", () => {
  const past: Past = { name: "at abc", tree: "a/tree", figures: new Map(), remove: () => {} };
  const [plan] = select([ROW], false).benches;
  if (plan === undefined) throw new Error(`there is no row ${ROW}`);

  test("plays the same sizes from its own tree; goals are left out", () => {
    const { rows, contenders } = besidePast(plan, past);
    const [ours] = plan.contenders;

    expect(contenders).toEqual([
      { ...ours, tree: ROOT },
      { ...ours, name: "at abc", tree: "a/tree" },
    ]);
    expect(rows.map(({ goal, moonshot }) => goal ?? moonshot)).toEqual([undefined]);
  });

  test("if it was not built, only what was recorded of it is shown", () => {
    expect(besidePast(plan, { ...past, tree: undefined }).contenders).toEqual([plan.contenders[0]]);
    const [row] = plan.rows;
    if (row === undefined) throw new Error("the benchmark has no row");
    const figure = { median: 12, min: 10, max: 13, rounds: 7 };
    const result: Result = {
      ...{ row, group: "main", threads: 1, count: 1, checksum: 1 },
      figures: new Map([[OURS, figure]]),
    };
    const line = { name: ROW, value: 6, unit: "round trips/s", commit: "abc" } as const;
    const machine = { node: "v20.1.0", arch: "x64", cpu: "One", date: "" };
    const recorded = { ...line, ...machine, count: 1, checksum: 1 };
    const figures = new Map([[ROW, recorded]]);

    expect(withRecorded(result, { ...past, figures }).figures.get("at abc")?.median).toBe(6);
    expect(withRecorded(result, past)).toBe(result);
  });
});
