/**
 * A program on virtual globals, with nothing but promises and ticks between the steps of a clock:
 * whether it ends, and which real resources it makes.
 */

import { type ForeignResource, ForeignWatch } from "../../runtime/sim/foreign.ts";
import { virtually } from "./manual-clock.ts";

/** Virtual, and longer than all innocent programs together. */
const ALL_MS = 60;
/** Promises and ticks that lead to each other between two steps of the clock. */
const TICKS = 10;

/** What a program gives that has not ended. */
export const PENDING = Symbol("pending");

export async function trial(
  run: () => unknown,
): Promise<{ value: unknown; found: readonly ForeignResource[] }> {
  let value: unknown = PENDING;
  const settle = (settled: unknown): void => {
    value = settled;
  };
  const watch = new ForeignWatch(() => run);
  try {
    await virtually(async (clock, { real }) => {
      const ticks = async (): Promise<void> => {
        for (let count = 0; count < TICKS; count += 1) {
          await new Promise<void>((resolve) => real.nextTick(resolve));
        }
      };
      Promise.resolve().then(run).then(settle, settle);
      await ticks();
      for (let ms = 0; ms < ALL_MS && value === PENDING; ms += 1) {
        clock.advance(1);
        await ticks();
      }
    });
  } finally {
    watch.stop();
  }
  return { value, found: watch.of(run) };
}

export { ForeignWatch };
