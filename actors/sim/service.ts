/**
 * How long turns take in a simulation: some µs for most, longer for actors that are slow, and no
 * end for one that is stalled.
 */

import type { Random } from "../../runtime/random.ts";
import { NS_PER_MS } from "../../runtime/sim/clock.ts";
import { type Delay, type DelayNs, delayNs } from "../../runtime/sim/delay.ts";
import { SERVICE } from "../../runtime/sim/delays.ts";
import type { Cell } from "../cell.ts";
import type { SimHost } from "./stage.ts";

interface Slowness {
  readonly draw: DelayNs;
  readonly untilNs: number;
  /** Its own, so that without it all else is drawn as before. */
  random: Random | undefined;
}

/** As good as for ever: a thousand hours. */
export const FOR_GOOD_MS: number = 1000 * 3_600_000;

export class Service {
  readonly #slow: WeakMap<Cell, Slowness> = new WeakMap();
  readonly #stalled: WeakMap<Cell, number> = new WeakMap();

  slow(cell: Cell, delay: Delay, untilNs: number): void {
    this.#slow.set(cell, { draw: delayNs(delay), untilNs, random: undefined });
  }

  /** Its next turn keeps its thread until then. */
  stall(cell: Cell, untilNs: number): void {
    this.#stalled.set(cell, untilNs);
  }

  /** For how long the next turn keeps its thread before it begins. */
  holds({ virtual }: SimHost, cell: Cell): number {
    const stalledUntil = this.#stalled.get(cell);
    if (stalledUntil !== undefined) {
      this.#stalled.delete(cell);
      return Math.max(0, stalledUntil - virtual.nowNs);
    }
    const slow = this.#slow.get(cell);
    if (slow === undefined) return 0;
    if (virtual.nowNs < slow.untilNs) {
      slow.random ??= virtual.random.fork(`slow ${cell} ${slow.untilNs}`);
      return slow.draw(slow.random.float());
    }
    this.#slow.delete(cell);
    return 0;
  }

  /** What a usual turn takes. */
  usual({ virtual }: SimHost): number {
    return SERVICE.draw(virtual.random);
  }
}

/** A time in milliseconds as nanoseconds. */
export function nsOf(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}
