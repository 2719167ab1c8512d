/**
 * Goal: many seeds are run, what they come to is told and kept, and what fails can be seen again.
 * Method: the command as a process (npm run build) on tiny simulations, in a folder of its own.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flagsFor } from "../../cli/sim/loader.ts";
import { compared } from "../../cli/sim/one.ts";
import { progressLine } from "../../cli/sim/progress.ts";
import { summary } from "../../cli/sim/summary.ts";
import { NOTHING } from "../../cli/sim/tally.ts";
import { styleFor } from "../../cli/style.ts";
import { type Ended, runNode } from "../support/command.ts";
import { root } from "../support/tree.ts";
import { typed } from "./typed.ts";

const MAIN = join(root, "dist/bundle/cli/main.js");
const FIXTURES = join(root, "test/cli/fixtures/sim");
const COUNTED = join(FIXTURES, "counted.mjs");
const PLANTED = join(FIXTURES, "planted.mjs");

let place = "";
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "sabeam-sim-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

function sim(args: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return runNode([MAIN, "sim", ...args.split(" ")], { cwd: place, env });
}

const read = (name: string) => JSON.parse(readFileSync(join(place, name), "utf8"));

describe("many seeds", () => {
  test("are run, summed up, and gone on with by the next run", async () => {
    const state = "passing.json";
    const first = await sim(`${COUNTED} --seeds 20 --jobs 2 --state ${state}`);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^20 seeds, none failed, in 0:\d\d on 2 jobs\n/);
    expect(first.stdout).toMatch(/\nmessages +200 +10 +200\n/);
    expect(first.stdout).toMatch(/\ncompleted instances +20 +1 +20\n/);
    expect(first.stdout).toMatch(/\nvirtual hours +0\.0167 +0\.000833 +0\.0167\n/);
    expect(first.stdout).toMatch(/\n[\d ]+ messages per second and core\n/);
    expect(first.stdout).toContain(`all runs: 20 seeds, 1 min (${state})`);

    const second = await sim(`${COUNTED} --seeds 5 --jobs 1 --state ${state} --json`);
    const { ok, seeds, coverage, all } = JSON.parse(second.stdout);
    expect({ ok, seeds, all: all.seeds }).toEqual({ ok: true, seeds: 5, all: 25 });
    expect(all.coverage.virtualMs).toBe(75_000);
    expect(coverage.crashes).toBeGreaterThan(0);
    expect(read(state)).toMatchObject({ format: 1, next: 26, left: [], failed: [] });

    const other = await typed(["sim", PLANTED, "--state", join(place, state)]);
    expect(other).toMatchObject({ code: 2, out: "" });
    expect(other.err).toMatch(
      /passing\.json is the state of .*counted\.mjs, not of .*planted\.mjs; /,
    );
  });

  test("below what the program wants of them are a failure, with what is missing", async () => {
    const least = { SIM_MINIMUM: '{ "messages": 10, "partitions": 0.5, "completed": 2 }' };
    const { code, stdout } = await sim(`${COUNTED} --seeds 4 --jobs 1 --state least.json`, least);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\npartitions +0 +0 +0\.5 +0\n/);
    expect(stdout.trimEnd().split("\n").slice(-2)).toEqual([
      "too few partitions: 0 a seed, and the minimum is 0.5",
      "too few completed instances: 1 a seed, and the minimum is 2",
    ]);
  });

  test("that end their process or never end are named, and the others still run", async () => {
    const env = { SIM_HANGS: "2", SIM_EXITS: "4" };
    const run = await sim(`${COUNTED} --seeds 6 --jobs 1 --timeout 1 --state hang.json`, env);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(
      "seed 2 failed: it hangs: it took more than 1 s, and its process was killed\n",
    );
    expect(run.stdout).toContain("seed 4 failed: its process ended (exit code 3)\n");
    expect(run.stdout).toContain(`run it again:\n    npx sabeam sim ${COUNTED} --seed 4\n`);
    expect(run.stdout).toMatch(/\n6 seeds, 2 failed, in /);
    expect(read("hang.json")).toMatchObject({ next: 7, left: [], failed: ["2", "4"] });
  });

  test("that somebody stops are counted as far as they came, and run the next time", async () => {
    const state = "stopped.json";
    const args = `${COUNTED} --seeds 100000 --jobs 1 --state ${state}`;
    // It is seed 5 that presses Ctrl-C.
    const { code, stdout } = await sim(args, { SIM_STOPS: "5" });
    expect(code).toBe(130);
    expect(stdout).toMatch(/^\d+ seeds, none failed, .*; stopped\n/);
    const { next, left, sums } = read(state);
    expect(left.length).toBeGreaterThan(0);
    expect(sums.seeds + left.length).toBe(next - 1);

    const again = await sim(`${COUNTED} --seeds ${left.length} --jobs 1 --state ${state}`);
    expect(again.code).toBe(0);
    const all = { next, left: [], sums: { seeds: next - 1 } };
    expect(read(state)).toMatchObject(all);
  });
});

describe("a seed that fails", () => {
  test("is told with its fewest faults, and saved, and fails again as it did", async () => {
    const run = await sim(`${PLANTED} --seeds 50 --jobs 1 --failures 1 --state planted.json`);
    expect(run.code).toBe(1);
    const [, seed = ""] =
      /^seed (\d+) failed: Error: the counter is gone \(seed /.exec(run.stdout) ?? [];
    expect(run.stdout).toMatch(/faults \(1 of \d+ entries, after \d+ runs: with any one less /);
    expect(run.stdout).toMatch(/ crash +node=a actor=counter\n/);
    expect(run.stdout).toMatch(/thrown:\n +at .*planted\.mjs:\d+:\d+\n/);
    const [, command = ""] = /run it again:\n +npx sabeam (.*)\n/.exec(run.stdout) ?? [];
    const [, trace = ""] = /npx sabeam sim --replay (.*)\n/.exec(run.stdout) ?? [];
    expect(read(trace)).toMatchObject({ seed, what: expect.stringContaining("is gone") });

    const replayed = await sim(`--replay ${trace}`);
    expect(replayed.code).toBe(1);
    const { hash, step } = read(trace);
    expect(replayed.stdout).toMatch(
      new RegExp(`\\nseed ${seed} fails as it did: the same hash, ${hash}, at step ${step}\\n$`),
    );

    const [, plan = ""] = /--plan '(.*)'/.exec(command) ?? [];
    const words = [MAIN, "sim", PLANTED, "--seed", seed, "--plan", plan, "--json"];
    const alone = await runNode(words, { cwd: place });
    expect(JSON.parse(alone.stdout)).toMatchObject({ ok: false, seed, facts: { hash, step } });

    const mended = await sim(`--replay ${trace}`, { SIM_MENDED: "1" });
    expect(mended.code).toBe(0);
    expect(mended.stdout).toMatch(/^seed \d+ does not fail any more: the program has changed/);
  });

  test("is told to fail in another way than before", () => {
    const facts = { plan: [], hash: "b", step: 6, atMs: 1, mermaid: "" };
    const seed = { seed: "7", what: "", report: "", command: "", busyMs: 1 };
    const failed = { type: "failed", ...seed, facts } as const;
    const other = "seed 7 fails, but not as it did: its hash was a at step 5, and now b at step 6";
    expect(compared({ seed: "7", hash: "a", step: 5 }, failed)).toBe(other);
    expect(compared({ seed: "7", hash: "b", step: 5 }, failed)).toContain("but not as it did");
    expect(compared({ seed: "7", hash: "b", step: 6 }, failed)).toContain("fails as it did");
  });

  test("is not run again from the trace of another version, nor from what is none", async () => {
    const trace = {
      sabeam: "0.0.1",
      file: PLANTED,
      seed: "1",
      plan: [],
      hash: "",
      step: 1,
      what: "",
    };
    const [old, none] = [join(place, "old.json"), join(place, "none.json")];
    writeFileSync(old, JSON.stringify(trace));
    expect(await typed(["sim", "--replay", old])).toEqual({
      ...{ code: 2, out: "" },
      err:
        `${old} is a trace of sabeam 0.0.1, and this is sabeam 0.1.0: ` +
        "there the same seed is another run; use sabeam 0.0.1 for it\n",
    });
    writeFileSync(none, "{");
    const { code, err } = await typed(["sim", "--replay", none]);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining("is not the trace"),
    });
  });
});

test("one seed that passes is told with its hash", async () => {
  const { code, stdout } = await sim(`${COUNTED} --seed 7`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^seed 7 passed: \d+ steps, hash [\da-f]{16}\n10 messages, 0 partitions/);
});

test("a file that is no simulation is refused with its place, and nothing is written", async () => {
  const none = join(FIXTURES, "none.mjs");
  const wrong = await sim(`${none} --jobs 2 --state wrong.json`);
  const broken = await sim(`${join(FIXTURES, "broken.mjs")} --seed 1`);
  expect(wrong).toEqual({
    ...{ code: 2, signal: null, stdout: "" },
    stderr:
      `sabeam: ${none} has no simulation as its default export; it exports simulation; ` +
      "write: export default simulation(options, body), of sabeam/sim\n",
  });
  expect(broken).toMatchObject({ code: 2, stdout: "" });
  expect(broken.stderr).toMatch(
    /broken\.mjs cannot be loaded: Error: there is no database\n.*:2:7/,
  );
  expect(existsSync(join(place, "wrong.json"))).toBe(false);
});

test("TypeScript needs nothing where Node takes it, and else what the project has", () => {
  const node = { version: "20.20.2", strips: false, flags: [] };
  const here = join(root, "examples/simulate.bank.ts");
  expect(flagsFor(here, { ...node, strips: true })).toEqual([]);
  expect(flagsFor(here, { ...node, flags: ["--import=tsx"] })).toEqual([]);
  expect(flagsFor(COUNTED, node)).toEqual([]);
  expect(flagsFor(here, node)).toEqual(["--import", expect.stringMatching(/^file:.*tsx/)]);
  expect(() => flagsFor(join(place, "bank.ts"), node)).toThrow(
    /bank\.ts is TypeScript, which Node 20\.20\.2 does not take by itself; install tsx there/,
  );
});

test("the line of progress says what matters, and the summary what was stated", () => {
  const coverage = { ...NOTHING.coverage, messages: 1_234_567, partitions: 41, virtualMs: 5e7 };
  const sums = { seeds: 412, failed: 1, busyMs: 8_000, coverage };
  expect(progressLine(sums, { seeds: 1000, minutes: undefined }, 151_000, ["7"])).toBe(
    "2:31  412 of 1 000 seeds · 1 failed · seed 7 fails, looking for fewer faults · " +
      "13.9 h simulated · 8 176 messages/s · 41 partitions",
  );
  expect(progressLine(sums, { seeds: undefined, minutes: 8 }, 151_000)).toMatch(
    /^2:31 of 8:00 {2}412 seeds · 1 failed · 13\.9 h /,
  );
  const result = { sums, all: sums, minimum: { crashes: 1 }, failed: [] };
  const lines = summary(
    { ...result, ending: "time", tookMs: 151_000, jobs: 2, state: "s.json" },
    styleFor({}, {}),
  );
  expect(lines[0]).toBe("412 seeds, 1 failed, in 2:31 on 2 jobs; the time was up");
  expect(lines).toContain("154 321 messages per second and core");
  expect(lines.at(-1)).toBe("too few crashes: 0 a seed, and the minimum is 1");
});
