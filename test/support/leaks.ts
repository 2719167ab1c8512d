/** The same work again and again, and what it leaves on the heaps: for a short and a long test. */

import { runFixture } from "./children.ts";

interface Heap {
  heapUsed: number;
  arrayBuffers: number;
}

export interface Leak {
  /** Growth per million messages on each thread, in bytes, from the second phase on. */
  growth: number[];
  casts: number;
  handled: number;
}

/** Runs so many casts, calls and births in phases; see fixtures/leak.mjs. */
export async function measureLeak(
  [casts, calls, births]: readonly [number, number, number],
  timeoutMs: number,
): Promise<Leak> {
  const { facts } = await runFixture<{ heaps: Heap[][]; casts: number; handled: number }>(
    "leak.mjs",
    { args: [casts, calls, births], nodeArgs: ["--expose-gc"], timeoutMs },
  );
  const [, first] = facts.heaps;
  const last = facts.heaps.at(-1);
  if (first === undefined || last === undefined) throw new Error("there were no phases");
  const size = ({ heapUsed, arrayBuffers }: Heap): number => heapUsed + arrayBuffers;
  // The first phase compiles, and fills what is kept for the next time.
  const millions = (casts * (facts.heaps.length - 2)) / facts.heaps.length / 1e6;
  const growth = last.map((heap, thread) => {
    const before = first[thread];
    return before === undefined ? Number.NaN : (size(heap) - size(before)) / millions;
  });
  return { growth, casts: facts.casts, handled: facts.handled };
}
