/**
 * Bonds: actors of all threads watch each other and are linked in pairs, while they end and
 * threads die.
 *
 * Always: nobody hears of an end that has not been, twice, or of whom it does not watch. At the
 * end: everybody has heard of everybody, and of two that are linked both live or none.
 */

import type { Ref } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Friend, type FriendProtocol, noteIn } from "./bonds.actors.ts";
import { Pairs } from "./pairs.ts";
import { calm, drawTrouble, type Met, MORTAL, type Proof, started } from "./proof.ts";

const THREADS = 3;
const FRIENDS = 8;
const TROUBLE_MS = 400;
const CALM_MS = 500;
const TROUBLE = {
  forMs: TROUBLE_MS,
  kinds: { kill: 600, crash: 200 },
  actors: Array.from({ length: FRIENDS }, (_, place) => `friend ${place}`),
  threads: THREADS,
};

class Circle {
  readonly #sim: Simulation;
  readonly #friends: Ref<FriendProtocol>[] = [];
  goesOn = true;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** There is somebody at this place until the end. */
  async keep(place: number): Promise<void> {
    const { system } = this.#sim;
    const options = { label: `friend ${place}`, thread: place % (THREADS + 1) };
    while (this.goesOn) {
      const friend = await system.spawn(Friend, [], options).catch(() => undefined);
      if (friend !== undefined) this.#friends[place] = friend;
      while (this.goesOn && friend !== undefined && this.#sim.state(friend) !== undefined)
        await this.#sim.sleep(5);
    }
  }

  async user(number: number): Promise<void> {
    const random = this.#sim.random.fork(`user ${number}`);
    const until = this.#sim.now + TROUBLE_MS;
    while (this.#sim.now < until) {
      const one = this.#friends[random.int(FRIENDS)];
      const other = this.#friends[random.int(FRIENDS)];
      const what = random.int(64);
      if (one === undefined || other === undefined || one === other || what > 26) {
        await this.#sim.sleep(random.int(10));
      } else if (what < 16) one.cast.watch(other);
      else if (what < 22) one.cast.forget();
      else if (what < 25) one.cast.bind(other);
      else if (what === 25) one.cast.part(other);
      else if (random.chance(50)) one.cast.leave();
      else one.cast.fail();
    }
  }
}

async function body(sim: Simulation, faults: Plan): Promise<Met> {
  const pairs = new Pairs(sim);
  noteIn(pairs);
  sim.always("bonds", () => pairs.problems[0]);
  const circle = new Circle(sim);
  const keeping = TROUBLE.actors.map((_, place) => circle.keep(place));
  await started(sim);
  await Promise.all([0, 1].map((number) => circle.user(number)));
  await calm(sim, faults, CALM_MS);
  pairs.close();
  circle.goesOn = false;
  await Promise.all(keeping);
  await sim.system.stop();
  return pairs.met;
}

export const bonds: Proof = {
  name: "bonds",
  file: "test/sim/bonds.test.ts",
  least: { watched: 2_000, bound: 300, crash: 80, lost: 100, noproc: 40, kill: 80 },
  async run(seed, more) {
    const faults = drawTrouble(seed, TROUBLE);
    const system = { development: seed % 2 === 0, ...MORTAL };
    const options = { seed, threads: THREADS, system, faults, ...more };
    const { result, faults: met, messages } = await simulate(options, (sim) => body(sim, faults));
    return { ...result, ...met, messages };
  },
};
