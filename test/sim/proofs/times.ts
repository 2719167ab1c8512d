/**
 * Times: timers that are set, replaced and cancelled, and calls with deadlines, while actors crash
 * and threads die.
 *
 * Always: nothing rings early, twice, or after it was cancelled; a call settles by its deadline. In
 * the calm after it: what was set rings in time and without drift.
 */

import type { Ref } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { calm, drawTrouble, type Met, MORTAL, type Proof, started } from "./proof.ts";
import { Schedule } from "./schedule.ts";
import { Bell, type BellProtocol, noteIn } from "./times.actors.ts";

const THREADS = 2;
const BELLS = 4;
const KEYS = ["a", "b", "c"];
const TROUBLE_MS = 400;
const RECOVERED_MS = 100;
const CALM_MS = 600;
const PINGS = 24;
const PING_MS = 20;
const TROUBLE = {
  forMs: TROUBLE_MS,
  kinds: { kill: 120, crash: 200 },
  actors: Array.from({ length: BELLS }, (_, place) => `bell ${place}`),
  threads: THREADS,
};

class Tower {
  readonly #sim: Simulation;
  readonly #schedule: Schedule;
  readonly #bells: Ref<BellProtocol>[] = [];
  goesOn = true;

  constructor(sim: Simulation, schedule: Schedule) {
    this.#sim = sim;
    this.#schedule = schedule;
  }

  /** There is a bell at this place until the end. */
  async keep(place: number): Promise<void> {
    const { system } = this.#sim;
    const options = { label: `bell ${place}`, thread: place % (THREADS + 1) };
    while (this.goesOn) {
      const bell = await system.spawn(Bell, [], options).catch(() => undefined);
      if (bell === undefined) continue;
      this.#bells[place] = bell;
      await system.whenDown(bell, { timeout: 50 });
      while (this.goesOn && this.#sim.state(bell) !== undefined) await this.#sim.sleep(10);
    }
  }

  async user(number: number): Promise<void> {
    const random = this.#sim.random.fork(`user ${number}`);
    const until = this.#sim.now + TROUBLE_MS;
    const open: Promise<void>[] = [];
    while (this.#sim.now < until) {
      const bell = this.#bells[random.int(BELLS)];
      const key = KEYS[random.int(KEYS.length)] ?? "a";
      const ms = 1 + random.int(random.chance(80) ? 20 : 200);
      const what = random.int(10);
      if (bell === undefined || what > 6) await this.#sim.sleep(random.int(12));
      else if (what < 2) bell.cast.once(key, ms);
      else if (what === 2) bell.cast.every(key, ms);
      else if (what === 3) bell.cast.cancel(key);
      else open.push(this.#call(bell, 5 + random.int(40), random.int(30)));
    }
    await Promise.all(open);
  }

  /** All is calm, so whoever is asked wakes up at once. */
  async ping(): Promise<void> {
    for (let times = 0; times < PINGS; times += 1) {
      await this.#sim.sleep(PING_MS);
      const bell = this.#bells[times % BELLS];
      if (bell === undefined) continue;
      const from = this.#sim.now;
      await bell.with({ timeout: CALM_MS }).call.answer(0);
      this.#schedule.pinged(bell, this.#sim.now - from);
    }
  }

  #call(bell: Ref<BellProtocol>, timeout: number, ms: number): Promise<void> {
    return this.#schedule.calls(bell, timeout, () => bell.with({ timeout }).call.answer(ms));
  }
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const schedule = new Schedule(sim);
  noteIn(schedule);
  sim.always("times", () => schedule.problems[0]);
  const tower = new Tower(sim, schedule);
  const keeping = TROUBLE.actors.map((_, place) => tower.keep(place));
  await started(sim);
  await Promise.all([0, 1].map((number) => tower.user(number)));
  await calm(sim, faults, RECOVERED_MS);
  schedule.calmFrom = sim.now;
  await Promise.all([tower.ping(), sim.sleep(CALM_MS)]);
  schedule.close();
  tower.goesOn = false;
  await Promise.all(keeping);
  await sim.system.stop();
  return schedule.met;
}

export const times: Proof = {
  name: "times",
  file: "test/sim/times.test.ts",
  least: { set: 7_000, rung: 15_000, cancelled: 1_500, answered: 2_000, ERR_CALL_TIMEOUT: 2_000 },
  async run(seed, more) {
    const faults = drawTrouble(seed, TROUBLE);
    const system = { development: seed % 2 === 0, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
