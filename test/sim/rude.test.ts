/**
 * Goal: what a program does wrong costs its run, with a typed error that says where, and neither
 * the process nor the runs after it.
 */

import { expect, test } from "vitest";
import { InvalidOptions } from "../../dist/actors/index.js";
import {
  ExitCalled,
  type Simulation,
  SimulationFailed,
  simulate,
} from "../../dist/actors/sim/index.js";
import { Rude } from "./rude.ts";

type Told = "tick" | "micro" | "reject" | "leave";

async function causeOf(body: (sim: Simulation) => unknown): Promise<unknown> {
  const error: unknown = await simulate({ seed: 1, threads: 1 }, body).catch((one: unknown) => one);
  expect(error).toBeInstanceOf(SimulationFailed);
  return (error as SimulationFailed).cause;
}

async function causeOfTelling(what: Told): Promise<unknown> {
  return causeOf(async (sim) => {
    const rude = await sim.system.spawn(Rude, [], { thread: 1 });
    rude.cast[what]();
    await sim.sleep(10);
  });
}

test("an error that nobody handles fails the run, also one of its last step", async () => {
  const listeners = process.rawListeners("uncaughtException");
  for (const what of ["tick", "micro", "reject"] as const) {
    expect(String(await causeOfTelling(what))).toMatch(/it is no actor's: Error: in a/);
  }
  expect(process.rawListeners("uncaughtException")).toEqual(listeners);
});

test("an actor that calls process.exit fails the run, and the process goes on", async () => {
  const exit = Reflect.getOwnPropertyDescriptor(process, "exit");
  expect(await causeOfTelling("leave")).toBeInstanceOf(ExitCalled);
  expect(Reflect.getOwnPropertyDescriptor(process, "exit")).toEqual(exit);
});

test("an actor that looks at a clock until it is later gets there", async () => {
  const look = () =>
    simulate({ seed: 1, threads: 1 }, async (sim) => {
      const rude = await sim.system.spawn(Rude, [], { thread: 1 });
      return await rude.call.look();
    });
  const first = await look();
  expect(first.result).toEqual([expect.any(Number), 4]);
  expect((await look()).hash).toBe(first.hash);
});

test("what is no verdict, no count, no body and no node is refused", async () => {
  const asked = causeOf(async (sim) => {
    sim.always("it", (async () => true) as never);
    await sim.sleep(1);
  });
  expect(String(await asked)).toContain("it: it returned [object Promise], and may return nothing");
  expect(await causeOf((sim) => sim.completed(Number.NaN))).toBeInstanceOf(InvalidOptions);
  await expect(simulate({ seed: 1 }, 5 as never)).rejects.toThrow("body must be a function");
  const nodes = Array.from<string>({ length: 2 });
  delete nodes[0];
  nodes[1] = "b";
  await expect(simulate({ seed: 1, nodes }, () => {})).rejects.toThrow("nodes must be");
});
