/**
 * What a system holds while threads die and are replaced, round after round: for a short and a long
 * test. Each figure has a slope, and the slope a bound.
 */

import { expect } from "vitest";
import { type Build, type Patch, patchedBuild, runFixture } from "./children.ts";
import { type Slope, slopeOf } from "./slope.ts";

/** The keeper says what it holds; nobody else can look into its heap. */
const TELLING: Patch = {
  file: "runtime/keeper-entry.js",
  find: "serve(keeper, new",
  put: `
const asked = new BroadcastChannel("sabeam keeper holds");
asked.onmessage = () => {
    globalThis.gc();
    asked.postMessage(process.memoryUsage().heapUsed);
};
asked.unref();
serve(keeper, new`,
};

type Sample = Readonly<Record<string, number>>;

export interface Growth {
  readonly rounds: number;
  readonly slopes: ReadonlyMap<string, Slope>;
}

interface Plan {
  /** Those that count, behind `warmUp` others that fill what is kept. */
  readonly rounds: number;
  readonly warmUp: number;
  /** A round takes at least so long. */
  readonly roundMs: number;
  readonly timeoutMs: number;
}

/** Rounds with the death of a thread in each. */
export async function measureGrowth(
  { rounds, warmUp, roundMs, timeoutMs }: Plan,
  patches: readonly Patch[] = [],
): Promise<Growth> {
  const build: Build = patchedBuild([TELLING, ...patches]);
  try {
    const { facts } = await runFixture<{ samples: Sample[] }>("growth.mjs", {
      args: [warmUp + rounds, roundMs],
      // Compiled code would grow for minutes yet.
      nodeArgs: ["--expose-gc", "--no-opt", "--no-sparkplug"],
      build,
      timeoutMs,
    });
    const samples = facts.samples.slice(warmUp);
    const names = Object.keys(samples[0] ?? {});
    const slopes = new Map(
      names.map((name) => [name, slopeOf(samples.map((sample) => sample[name] ?? Number.NaN))]),
    );
    return { rounds: samples.length, slopes };
  } finally {
    build.remove();
  }
}

/**
 * Prints each slope, and fails where it is beyond the noise, per round.
 *
 * @param by its upper bound, or the slope itself: of few rounds a single one that is off makes the
 *   bound wide, and says nothing of the slope
 */
export function expectFlat(
  { rounds, slopes }: Growth,
  noise: Readonly<Record<string, number>>,
  by: keyof Slope = "upper",
): void {
  expect([...slopes.keys()].toSorted()).toEqual(Object.keys(noise).toSorted());
  const lines = [...slopes].map(([name, { perSample, upper }]) => {
    const [slope, bound] = [perSample, upper].map((one) => one.toFixed(2));
    return `  ${name}: ${slope} a round, 95 % bound ${bound}, noise up to ${noise[name]}`;
  });
  process.stdout.write(`growth over ${rounds} rounds:\n${lines.join("\n")}\n`);
  const grown = [...slopes].filter(([name, slope]) => !(slope[by] <= (noise[name] ?? 0)));
  expect(grown.map(([name]) => name)).toEqual([]);
}
