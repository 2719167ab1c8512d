/**
 * Micro-benchmarks: parts of the runtime by themselves, timed by tinybench.
 *
 * A file here exports one function that sets up and returns cases, pairs of a name and a function.
 * A round times each of them and gives nanoseconds per work, by name; the harness plays the rounds
 * and takes their median, as for every other row. They say where time goes, and nothing about what
 * a program would notice.
 */

import type { Contender, Options, Setup } from "../contender.ts";
import type { Case, SetUpCases } from "./case.ts";

/** By the name of the file. Loaded when they are played: one may need what another does not. */
export const ring: Setup = timed(async () => (await import("./ring.ts")).ring);
export const codec: Setup = timed(async () => (await import("./codec.ts")).codec);
export const doorbell: Setup = timed(async () => (await import("./doorbell.ts")).doorbell);
export const spawn: Setup = timed(async () => (await import("./spawn.ts")).spawn);
export const call: Setup = timed(async () => (await import("./call.ts")).call);
export const schema: Setup = timed(async () => (await import("./schema.ts")).schema);
export const trace: Setup = timed(async () => (await import("./trace.ts")).trace);

/** Share of the time of a case that is spent before it counts. */
const WARMUP_SHARE = 0.5;

function timed(load: () => Promise<SetUpCases>): Setup {
  return async (options): Promise<Contender> => {
    const setUp = await load();
    const { cases, close } = await setUp();
    const round = async () => {
      const values: Record<string, number> = {};
      for (const one of cases) values[one.name] = await nanoseconds(one, options);
      return { checksum: cases.length, values };
    };
    return {
      round,
      close: async () => {
        await close?.();
      },
    };
  };
}

/** The median of the runs of one case, with `count` milliseconds of them; 0 means one run. */
async function nanoseconds({ name, run, times = 1 }: Case, { count }: Options): Promise<number> {
  const { Bench } = await import("tinybench");
  const once = { time: 0, iterations: 1, warmup: false };
  const long = { time: count, warmupTime: count * WARMUP_SHARE };
  const bench = new Bench({ ...(count === 0 ? once : long), throws: true });
  bench.add(name, run);
  const [timing] = await bench.run();
  if (timing?.result.state !== "completed") {
    throw new Error(`tinybench did not complete "${name}": ${timing?.result.state}`);
  }
  return (timing.result.latency.p50 * 1e6) / times;
}
