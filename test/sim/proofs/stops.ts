/**
 * Stops: a system stops while messages run from thread to thread, and threads die before it or in
 * the midst of it.
 *
 * Where no thread dies: all that runs comes to its end first, then each actor has its `terminate`,
 * once, and is waited for. In any case the stop ends in time, and its sums agree.
 */

import type { Ref } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { drawTrouble, type Met, MORTAL, type Proof, started } from "./proof.ts";
import { type Ends, noteIn, Runner, type RunnerProtocol } from "./stops.actors.ts";

const THREADS = 3;
const RUNNERS = 8;
/** Messages that run at a time: more than small lanes have room for. */
const BATONS = 24;
const LOAD_BYTES = 2_000;
const LANE_BYTES = 16_384;
const STOP_AT_MS = 60;
/** The sum of the time-outs that the phases of a stop have. */
const STOP_MS = 60_000;
const TROUBLE = {
  forMs: STOP_AT_MS * 5,
  kinds: { kill: 600 },
  actors: [],
  threads: THREADS,
};

async function spawnAll(sim: Simulation): Promise<Ref<RunnerProtocol>[]> {
  const all: Ref<RunnerProtocol>[] = [];
  for (let place = 0; place < RUNNERS; place += 1) {
    const options = { thread: place % (THREADS + 1) };
    const runner = await sim.system.spawn(Runner, [sim.random.int(40)], options);
    all.push(runner);
  }
  return all;
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const ends: Ends = { begun: [], terminated: [], ended: [], sent: 0, handled: 0 };
  noteIn(ends);
  const runners = await spawnAll(sim);
  await started(sim);
  for (let times = 0; times < BATONS; times += 1) {
    const [runner] = runners.slice(sim.random.int(RUNNERS));
    ends.sent += 1;
    const load = "x".repeat(sim.random.int(LOAD_BYTES));
    runner?.cast.pass(runners, 5 + sim.random.int(20), sim.random.int(4), load);
  }
  await sim.sleep(sim.random.int(STOP_AT_MS));
  const from = sim.now;
  const { counters } = await sim.system.stop();
  const ms = sim.now - from;
  check(ms < STOP_MS, `the stop took ${ms} ms`);
  const { sent, handled, deadLettered, dropped, queued } = counters;
  const sums = handled + deadLettered + dropped === sent && queued === 0;
  check(sums, `the counters differ: ${JSON.stringify(counters)}`);
  check(new Set(ends.terminated).size === ends.terminated.length, "terminate comes twice");
  if (faults.length === 0) {
    const { begun, terminated, ended } = ends;
    check(ends.handled === ends.sent, `${ends.handled} of ${ends.sent} messages are handled`);
    check(ends.sent === sent, `${ends.sent} messages were sent, and ${sent} are counted`);
    check(terminated.length === begun.length, `terminate comes ${terminated.length} times`);
    check(ended.length === begun.length, `${ended.length} of ${begun.length} were waited for`);
  }
  return { sent, terminated: ends.terminated.length, [faults.length === 0 ? "whole" : "hurt"]: 1 };
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

export const stops: Proof = {
  name: "stops",
  file: "test/sim/stops.test.ts",
  least: { sent: 20_000, terminated: 500, whole: 40, hurt: 25, kill: 25 },
  async run(seed, more) {
    const faults = seed % 2 === 0 ? [] : drawTrouble(seed, TROUBLE);
    const system = { development: seed % 4 < 2, laneBytes: LANE_BYTES, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
