/**
 * How long things take in a simulation: tables of nanoseconds, from which a stream of random
 * numbers draws. Whole numbers only, so that every version of Node draws the same.
 */

import type { Random } from "../random.ts";
import { NS_PER_MS } from "./clock.ts";

/** So much of the weight lies between these two. */
export interface Band {
  readonly weight: number;
  readonly from: number;
  readonly to: number;
}

export class Delays {
  readonly #bands: readonly Band[];
  readonly #weight: number;

  constructor(bands: readonly Band[]) {
    this.#bands = bands;
    this.#weight = bands.reduce((sum, { weight }) => sum + weight, 0);
  }

  draw(random: Random): number {
    let at = random.int(this.#weight);
    for (const { weight, from, to } of this.#bands) {
      if (at < weight) return from + random.int(to - from + 1);
      at -= weight;
    }
    return 0;
  }
}

const US = 1000;
const MS = NS_PER_MS;

/** From a notify until the woken thread runs: mostly some µs; its core may be elsewhere. */
export const WAKE: Delays = new Delays([
  { weight: 80, from: 2 * US, to: 20 * US },
  { weight: 17, from: 20 * US, to: 200 * US },
  { weight: 3, from: 200 * US, to: 8 * MS },
]);

/** A post over a port of the control plane. */
export const POST: Delays = new Delays([
  { weight: 90, from: 20 * US, to: 100 * US },
  { weight: 10, from: 100 * US, to: 4 * MS },
]);

/** From the start of a thread until its first module runs. */
export const BOOT: Delays = new Delays([
  { weight: 80, from: 25 * MS, to: 40 * MS },
  { weight: 20, from: 40 * MS, to: 140 * MS },
]);

/** From the order to end a thread until it does nothing any more. */
export const TERMINATE: Delays = new Delays([
  { weight: 90, from: 100 * US, to: 2 * MS },
  { weight: 10, from: 2 * MS, to: 12 * MS },
]);

/** From the end of a thread until whoever made it hears of that. */
export const EXIT: Delays = new Delays([{ weight: 1, from: 100 * US, to: 1 * MS }]);

/** A turn of an actor. */
export const SERVICE: Delays = new Delays([
  { weight: 90, from: 1 * US, to: 7 * US },
  { weight: 10, from: 7 * US, to: 11 * US },
]);
