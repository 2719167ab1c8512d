/** Busy waiting as the suite does it, in steps that both sides take alike (savina_busy.erl). */

import { Random } from "./random.ts";

/** The last of so many random numbers, which proves that they were drawn. */
export function busy(steps: number): number {
  const random = new Random(steps);
  let last = 0;
  for (let step = 0; step < steps; step += 1) last = random.next();
  return last;
}
