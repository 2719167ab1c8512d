/** Goal: the order in which a program fails is found by walking through all of them. */

import { expect, test } from "vitest";
import {
  exploreSimulation,
  replaySimulation,
  type Simulation,
} from "../../dist/actors/sim/index.js";
import { Client, Register } from "./actors.ts";

/** Two clients on threads of their own count up the same register. */
const counting =
  (how: "readAndWrite" | "add") =>
  async (sim: Simulation): Promise<void> => {
    const { system } = sim;
    const register = await system.spawn(Register, [], { thread: 0 });
    const clients = [
      await system.spawn(Client, [], { thread: 1 }),
      await system.spawn(Client, [], { thread: 2 }),
    ];
    await Promise.all(clients.map((client) => client.call[how](register)));
    const value = await register.call.get();
    if (value !== 2) throw new Error(`an update is lost: ${value}`);
  };

const OPTIONS = { threads: 2, system: { standbys: 0 } };

test("a lost update is found, and found again by its choices", async () => {
  const body = counting("readAndWrite");
  const report = await exploreSimulation(OPTIONS, body, { preemptions: 1, executionsMax: 300 });
  expect(report.end).toBe("failure");
  expect(String(report.failure?.error)).toContain("an update is lost: 1");
  const replayed = replaySimulation(OPTIONS, body, report.failure?.choices ?? []);
  await expect(replayed).rejects.toThrow("an update is lost: 1");
});

test("where there is nothing to find, as many orders are tried as were asked for", async () => {
  const report = await exploreSimulation(OPTIONS, counting("add"), { executionsMax: 50 });
  expect([report.end, report.executions]).toEqual(["executions", 50]);
  expect(report.deepest).toBeGreaterThan(10);
});
