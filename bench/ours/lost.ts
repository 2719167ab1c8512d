/**
 * What the death of a thread costs that held thousands of supervised actors: from the moment when
 * it is asked to end until each of them has handled a message again.
 */

import {
  type AnyRef,
  childRef,
  childSpec,
  DynamicSupervisor,
  defineActor,
  defineSupervisor,
  PartitionSupervisor,
  partitionsOf,
  type Ref,
  startChild,
} from "../../actors/index.ts";
import type { Contender, Options, Sample } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, type System, start, tallied, tally } from "./start.ts";

/** Lives on the thread that is ended; its message is counted in the tally of that thread. */
export const Victim = defineActor(import.meta.url, "Victim", {
  init: (_self, number: number) => ({ number }),
  handlers: {
    work(): void {
      tally.sum += 1;
    },
  },
});

/** Counts what is handled on its thread. */
export const Witness = defineActor(import.meta.url, "Witness", {
  init: () => ({}),
  handlers: {
    /** Answers once so many messages have been handled on its thread. */
    async handled(_self, count: number): Promise<number> {
      await tallied(count);
      return tally.sum;
    },
  },
});

interface VictimProtocol {
  work(): void;
}

/** Supervised actors, however they are supervised. */
interface Group {
  /** How many of them run. */
  active(): Promise<number>;
  /** What leads to them now. */
  refs(): Promise<readonly Ref<VictimProtocol>[]>;
  end(): Promise<void>;
}

type MakeGroup = (system: System, count: number) => Promise<Group>;

const PATIENT = { timeout: ROUND_TIMEOUT_MS };

/** One failure takes all of them along. */
const LIMITS = { intensity: 1_000_000, period: 1000 };

const OF_THREAD_1 = { thread: 1 } as const;

const crew: MakeGroup = async (system, count) => {
  const pool = await system.spawn(DynamicSupervisor, [LIMITS], { thread: 0 });
  const numbers = Array.from({ length: count }, (_, number) => number);
  await Promise.all(numbers.map((number) => startChild(pool, Victim, [number], OF_THREAD_1)));
  const { call } = pool.with(PATIENT);
  return {
    active: async () => (await call.countChildren()).active,
    refs: async () => (await call.whichChildren()).map(({ ref }) => ref as AnyRef as never),
    end: () => system.stopActor(pool, PATIENT),
  };
};

const partitions: MakeGroup = async (system, count) => {
  const child = childSpec(Victim, [0], OF_THREAD_1);
  const options = { ...LIMITS, child, partitions: count };
  const shards = await system.spawn(PartitionSupervisor, [options], { thread: 0 });
  const { call } = shards.with(PATIENT);
  const all = await partitionsOf(Victim, shards);
  return {
    active: async () => (await call.countChildren()).active,
    refs: async () => Array.from({ length: count }, (_, number) => all.of(number)),
    end: () => system.stopActor(shards, PATIENT),
  };
};

/** Children of each of the supervisors that share them. */
const FAMILY = 100;

const Family = defineSupervisor(import.meta.url, "Family", (first: number, count: number) => ({
  ...LIMITS,
  children: Array.from({ length: count }, (_, index) =>
    childSpec(Victim, [first + index], { id: `${first + index}`, ...OF_THREAD_1 }),
  ),
}));

const families: MakeGroup = async (system, count) => {
  const firsts = Array.from({ length: Math.ceil(count / FAMILY) }, (_, index) => index * FAMILY);
  const all = await Promise.all(
    firsts.map((first) =>
      system.spawn(Family, [first, Math.min(FAMILY, count - first)], { thread: 0 }),
    ),
  );
  const refs = await Promise.all(
    all.map((family, index) => {
      const first = index * FAMILY;
      const own = Array.from({ length: Math.min(FAMILY, count - first) }, (_, i) => first + i);
      return Promise.all(own.map((number) => childRef(family, Victim, `${number}`)));
    }),
  );
  const flat = refs.flat();
  return {
    active: async () => {
      const counts = await Promise.all(all.map((one) => one.with(PATIENT).call.countChildren()));
      return counts.reduce((sum, { active }) => sum + active, 0);
    },
    refs: async () => flat,
    end: async () => {
      await Promise.all(all.map((family) => system.stopActor(family, PATIENT)));
    },
  };
};

/** Their thread ends, and all are back. */
function lost(make: MakeGroup) {
  return async (options: Options, shared: Shared): Promise<Contender> => {
    const system = await start(2, options, shared, { log: silent });
    const group = await make(system, options.count);
    const round = async (): Promise<Sample> => {
      await settled(options.count);
      const down = system.whenDown(await system.spawn(Witness, [], OF_THREAD_1));
      const begin = performance.now();
      void system.terminateThread(1);
      await down;
      while ((await group.active()) < options.count) await new Promise(setImmediate);
      for (const ref of await group.refs()) ref.cast.work();
      const heir = await system.spawn(Witness, [], OF_THREAD_1);
      const handled = await heir.with(PATIENT).call.handled(options.count);
      const back = performance.now() - begin;
      return { checksum: handled, values: { ms: back } };
    };
    return { round, close: () => group.end() };
  };
}

/** Until a thread is in reserve again and nothing hurries, if the row is to measure something. */
async function settled(count: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, count / ACTORS_PER_MS));
}

const ACTORS_PER_MS = 6;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const dynamic = lost(crew);
export const supervised = lost(families);
export const partitioned = lost(partitions);
