/**
 * Goal: handlers that wait for real I/O are found by their effect, with actor, handler and place,
 * and innocent ones raise no alarm.
 */

import { execFile } from "node:child_process";
import { describe, expect, test } from "vitest";
import { ForeignOperation, type SimulationFailed, simulate } from "../../dist/actors/sim/index.js";
import { GUILTY } from "./fixtures/guilty.ts";
import { INNOCENT } from "./fixtures/innocent.ts";
import { PATIENT } from "./fixtures/patient.ts";
import type { Program } from "./fixtures/program.ts";

const TIMEOUT = { timeout: 100_000 };

async function simulated({ definition }: Program, foreign?: "allowed"): Promise<unknown> {
  const options = { seed: 1, threads: 1, ...(foreign && { foreign }) };
  const { result } = await simulate(options, async (sim) => {
    const actor = await sim.system.spawn(definition, [], { thread: 1 });
    const value = await actor.with(TIMEOUT).call.run();
    await sim.sleep(5_000);
    return value;
  });
  return result;
}

describe("innocent", () => {
  for (const program of [...INNOCENT, ...PATIENT]) {
    test(program.name, async () => {
      expect(await simulated(program)).toEqual(program.expected);
    });
  }
});

describe("guilty", () => {
  for (const program of GUILTY) {
    test(program.name, async () => {
      const failed = (await simulated(program).catch(
        (error: unknown) => error,
      )) as SimulationFailed;
      const cause = failed.cause as ForeignOperation;
      expect(cause).toBeInstanceOf(ForeignOperation);
      expect([cause.actor, cause.handler]).toEqual([expect.stringMatching(/<1\.1>$/), "run"]);
      if (program.resource === undefined) return;
      expect(cause.place?.frames.join("\n")).toMatch(/guilty\.ts:\d+:\d+/);
      expect(failed.message).toContain(cause.place?.what);
    });
  }
});

test("a body that waits for something real is refused, too", async () => {
  const failed = simulate({ seed: 1, threads: 1, limitMs: 1e9 }, async (sim) => {
    await new Promise((resolve) => execFile(process.execPath, ["--version"], resolve));
    await sim.sleep(1);
  });
  await expect(failed).rejects.toThrow(/the body, or code of no known actor/);
});
