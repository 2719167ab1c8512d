/** Goal: what runs have gone through is counted as it was, and wrong programs are refused. */

import { expect, test } from "vitest";
import {
  coverageOf,
  isSimulationProgram,
  type SimulationOptions,
  simulation,
} from "../../dist/actors/sim/index.js";
import { Counter, Family } from "./actors.ts";

test("crashes and restarts are those of actors, threads and nodes", async () => {
  const program = simulation({ threads: 1, minimum: { restarts: 3 } }, async (sim) => {
    const family = await sim.system.spawn(Family, [], { thread: 1 });
    sim.at(1_000).crash("a", "counter");
    await sim.sleep(2_000);
    sim.at(3_000).kill("a", 1);
    await sim.sleep(8_000);
    sim.at(12_000).crashNode("a");
    sim.at(13_000).restartNode("a");
    sim.at(13_500).crash("a", "nobody");
    await sim.sleep(5_000);
    sim.completed();
    sim.completed(2);
    return sim.state(family);
  });
  expect(isSimulationProgram(program)).toBe(true);
  const outcome = await program.run(7);
  expect(outcome.faults).toEqual({ crash: 1, kill: 1, crashNode: 1, restartNode: 1 });
  expect(coverageOf(outcome)).toEqual({
    ...{ messages: outcome.messages, partitions: 0, storeFaults: 0, virtualMs: outcome.ms },
    ...{ crashes: 3, restarts: 3, completed: 3 },
  });
  expect(await program.run("7")).toEqual(outcome);
});

test("a fault without effect shifts nothing else", async () => {
  const program = simulation({ threads: 2 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { name: "counter", thread: 1 });
    const times: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      await sim.sleep(10);
      await counter.call.add(1);
      times.push(sim.now);
    }
    return times;
  });
  const { result } = await program.run(1);
  const delay = { type: "uniform", minMs: 0, maxMs: 0 } as const;
  const slow = { at: 0, type: "slow", node: "a", actor: "counter", delay } as const;
  const at = Math.round(result[4] ?? 0);
  const other = await program.run(1, { faults: [{ ...slow, at }] });
  expect(other.faults).toEqual({ slow: 1 });
  expect(other.result).toEqual(result);
});

test("wrong options are refused where the program is made", () => {
  const make = (options: object) => () => simulation(options as SimulationOptions, () => 1);
  expect(make({ minimum: { message: 1 } })).toThrow("minimum must be an object with");
  expect(make({ minimum: { messages: -1 } })).toThrow("minimum.messages must be a number from 0");
  expect(make({ seed: 1, threads: -1 })).toThrow("threads must be");
  expect(make({ faults: "soon crash" })).toThrow("line 1");
  expect(isSimulationProgram({ run() {} })).toBe(false);
});
