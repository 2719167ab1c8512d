/** What links, monitors and restarts cost. */

import {
  type AnyRef,
  childRef,
  defineActor,
  defineSupervisor,
  type RefOf,
} from "../../actors/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, start, tally } from "./start.ts";

/** Ties itself to another actor and lets it go, over and over. */
const Tied = defineActor(import.meta.url, "Tied", {
  init: () => ({}),
  handlers: {
    link(self, other: AnyRef, times: number): number {
      for (let count = 0; count < times; count += 1) {
        self.link(other);
        self.unlink(other);
      }
      return times;
    },
    watch(self, other: AnyRef, times: number): number {
      for (let count = 0; count < times; count += 1) self.demonitor(self.monitor(other));
      return times;
    },
  },
  down: () => {},
});

export async function ties(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared);
  const [one, two] = [await system.spawn(Tied), await system.spawn(Tied)];
  const { call } = one.with({ timeout: ROUND_TIMEOUT_MS });
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    const linked = await call.link(two, options.count);
    const between = performance.now();
    const watched = await call.watch(two, options.count);
    const ns = (ms: number): number => (ms * 1e6) / options.count;
    const values = { link: ns(between - begin), watch: ns(performance.now() - between) };
    return { checksum: linked + watched, values };
  };
  return { round };
}

/** Says when a life of it begins; its message is counted in the tally. */
const Mortal = defineActor(import.meta.url, "Mortal", {
  init: (self) => {
    self.continue();
    return {};
  },
  continue: () => {
    born?.();
  },
  handlers: {
    work(): void {
      tally.sum += 1;
    },
    crash(): void {
      throw new Error("as the benchmark wants it");
    },
  },
});

let born: (() => void) | undefined;

const Restarter = defineSupervisor(import.meta.url, "Restarter", () => ({
  intensity: 1_000_000,
  period: 1000,
  children: [{ id: "mortal", definition: Mortal, restart: "permanent" }],
}));

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Crash, restart, and one message that the new incarnation handles, one after the other. */
export async function restarts(options: Options, shared: Shared): Promise<Contender> {
  const system = await start(0, options, shared, { log: silent });
  const supervisor = await system.spawn(Restarter);
  const mortal = await childRef(supervisor, Mortal, "mortal");
  const round = async (): Promise<Sample> => {
    tally.sum = 0;
    const begin = performance.now();
    for (let left = options.count; left > 0; left -= 1) {
      const alive = new Promise<void>((resolve) => {
        born = resolve;
      });
      mortal.cast.crash();
      await alive;
      await handled(mortal);
    }
    const us = (secondsSince(begin) * 1e6) / options.count;
    return { checksum: tally.sum, values: { us } };
  };
  return { round };
}

/** The ref leads to the new life a little after that has begun. */
async function handled(mortal: RefOf<typeof Mortal>): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      return await mortal.call.work();
    } catch {
      // Not there yet, and after many births in a row the event loop has its turn first.
      await new Promise(setImmediate);
    }
  }
}

const TRIES_MAX = 1000;
