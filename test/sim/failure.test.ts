/** Goal: of a failed run one is told the fewest faults that it takes, and how to see it again. */

import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Plan,
  type SimulateOptions,
  type Simulation,
  SimulationFailed,
  simulate,
} from "../../dist/actors/sim/index.js";
import { Counter } from "./actors.ts";

afterEach(() => vi.unstubAllEnvs());

const crash = (at: number, actor: string) => ({ at, type: "crash", node: "a", actor }) as const;

/** Fails once "ledger" has crashed after "book" has. */
async function needsTwo(sim: Simulation): Promise<void> {
  const spawn = (name: string) => sim.system.spawn(Counter, [0], { name, thread: 1 });
  const [ledger, book] = [await spawn("ledger"), await spawn("book")];
  const dead: string[] = [];
  sim.always("book and ledger outlive each other", () => {
    if (sim.state(ledger) === undefined && !dead.includes("ledger")) dead.push("ledger");
    if (sim.state(book) === undefined && !dead.includes("book")) dead.push("book");
    return dead.join() === "book,ledger" ? "both are gone, the book first" : undefined;
  });
  // Another failure, that a plan with less than both must not be taken for.
  sim.always("no ledger ends before its book", () => {
    return sim.state(ledger) !== undefined || sim.state(book) === undefined;
  });
  for (let round = 0; round < 20; round += 1) {
    ledger.cast.add(1);
    await sim.sleep(100);
  }
}

const PLAN: Plan = [
  { at: 210, type: "stepClock", node: "a", byMs: 5_000 },
  { at: 330, type: "slow", node: "a", actor: "ledger", delay: { type: "fixed", ms: 1 } },
  crash(617, "book"),
  { at: 700, type: "driftClock", node: "a", ppm: 500 },
  crash(1_234, "ledger"),
  { at: 1_300, type: "stepClock", node: "a", byMs: -5_000 },
];

async function failure(
  options: Partial<SimulateOptions>,
  body: (sim: Simulation) => unknown = needsTwo,
): Promise<SimulationFailed> {
  const all = { seed: 7, threads: 1, shrink: { msMax: 20_000 }, ...options };
  const error: unknown = await simulate(all, body).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SimulationFailed);
  return error as SimulationFailed;
}

describe("a plan that a run fails under", () => {
  test("is shrunk to the faults that it takes, at round times", async () => {
    const error = await failure({ faults: PLAN });
    expect(error.plan.map((entry) => (entry.type === "crash" ? entry.actor : ""))).toEqual([
      "book",
      "ledger",
    ]);
    expect(error.plan.every(({ at }) => at < 617)).toBe(true);
    expect(error.shrinking).toMatchObject({ from: 6, minimal: true, reproduced: true });
    expect(error.atMs).toBeLessThan(617);
    expect(error.message).toMatch(
      /^PropertyViolated: book and ledger[^\n]*both are gone, the book first \(seed 7, step \d+, /,
    );
    expect(error.report).toMatch(
      /faults \(2 of 6 entries, after \d+ runs: with any one less it does not fail\):\n +\d+ crash/,
    );
    expect(error.report).toMatch(
      /what happened last:\n[\s\S]* outside → a\/1 Counter<1\.1> {2}add\n/,
    );
    expect(error.report).toMatch(/ ms {2}faults {2}\d+ crash node=a actor=ledger/);
    expect(error.report.endsWith(`run it again:\n  ${error.command}`)).toBe(true);
    expect(error.mermaid).toMatch(/^sequenceDiagram\n {4}participant p1 as outside\n/);
    expect(error.mermaid).toMatch(/p1->>p2: add \(\d+\.\d{3} ms\)/);
    expect(error.mermaid).toContain("as a/1 Counter#60;1.1#62;");
  });

  test("is left as it is where that is wanted, and for as many runs as are allowed", async () => {
    const whole = await failure({ faults: PLAN, shrink: false });
    expect(whole.plan).toEqual(PLAN);
    expect(whole.shrinking).toBeUndefined();
    const { plan, shrinking, report } = await failure({ faults: PLAN, shrink: { runsMax: 12 } });
    expect(plan.length).toBeLessThan(6);
    expect(shrinking).toMatchObject({ from: 6, runs: 12, minimal: false });
    expect(report).toContain("entries, after 12 runs; there may be less)");
    const late = await failure({ faults: PLAN, shrink: { msMax: 1 } });
    expect(late.shrinking).toMatchObject({ minimal: false, reproduced: true });
    expect(process.listenerCount("uncaughtExceptionMonitor")).toBe(0);
  });

  test("a plan that does not matter goes, and what the body scripts stays", async () => {
    const faults = PLAN.filter(({ type }) => type !== "crash");
    const error = await failure({ faults }, (sim) => {
      sim.at(600).crash("a", "book");
      sim.at(1_200).crash("a", "ledger");
      return needsTwo(sim);
    });
    expect(error.plan).toEqual([]);
    expect(error.report).toMatch(/faults \(none of 4 entries is needed, after 2 runs\)/);
    expect(error.report).toMatch(/faults of the body:\n +600 crash .*\n +1200 crash/);
  });

  test("a body that depends on something outside is found out", async () => {
    let runs = 0;
    const error = await failure({ faults: PLAN }, (sim) => {
      runs += 1;
      if (runs > 1) return undefined;
      return needsTwo(sim);
    });
    expect(error.shrinking).toMatchObject({ runs: 1, reproduced: false });
    expect(error.report).toContain("it depends on more than its seed");
  });
});

describe("the command", () => {
  test("names this test, and what it sets runs the same run again", async () => {
    const first = await failure({ faults: PLAN, shrink: { runsMax: 12 } });
    const { command, hash, step, atMs } = first;
    const found = /^SABEAM_SIM_SEED=7 SABEAM_SIM_PLAN='(.*)' npx vitest run (.*)$/.exec(command);
    const [, plan = "", rest] = found ?? [];
    expect(rest).toBe(
      "test/sim/failure.test.ts -t " +
        "'the command names this test, and what it sets runs the same run again'",
    );
    vi.stubEnv("SABEAM_SIM_SEED", "7");
    vi.stubEnv("SABEAM_SIM_PLAN", plan);
    const again = await failure({ faults: [], seed: 99 });
    expect(again).toMatchObject({ seed: "7", hash, step, atMs, command, shrinking: undefined });
    vi.stubEnv("SABEAM_SIM_PLAN", "nonsense");
    await expect(simulate({ seed: 1 }, () => 1)).rejects.toThrow("plan[0]");
  });

  test("is what its giver says, and knows the plan only where that was changed", async () => {
    const shrink = { runsMax: 10 };
    const command = ({ seed, plan }: { seed: string; plan: Plan | undefined }) =>
      `again ${seed} ${plan?.length ?? "as it is"}`;
    const first = await failure({ faults: PLAN, command, shrink });
    expect(first.command).toMatch(/^again 7 [2-5]$/);
    const second = await failure({ faults: PLAN, command, shrink: false });
    expect(second.command).toBe("again 7 as it is");
  });
});

test("each seed draws faults of its own, and the same ones again", async () => {
  const faults = { durationMs: 30_000, actors: ["ledger"], kinds: { crash: 10, stepClock: 20 } };
  const run = async (seed: number) => {
    const outcome = await simulate({ seed, threads: 1, faults }, (sim) => sim.sleep(30_000));
    return [outcome.hash, outcome.faults];
  };
  const first = await run(1);
  expect(first[1]).toHaveProperty("stepClock");
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("wrong options are refused with their place", async () => {
  const run = (options: object) => simulate({ seed: 1, ...options } as SimulateOptions, () => 1);
  await expect(run({ faults: { durationMs: 0 } })).rejects.toThrow("durationMs must be");
  await expect(run({ faults: { lengthMs: 5 } })).rejects.toThrow("faults must be an object with");
  await expect(run({ faults: [{ at: -1, type: "kill" }] })).rejects.toThrow("plan[0].at");
  await expect(run({ shrink: true })).rejects.toThrow("shrink must be");
  await expect(run({ shrink: { runsMax: 0 } })).rejects.toThrow("shrink.runsMax must be");
  await expect(run({ command: "x" })).rejects.toThrow("command must be a function");
});
