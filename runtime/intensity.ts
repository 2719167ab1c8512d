/**
 * How often something may be started again before its keeper gives up: a window over past restarts.
 *
 *     now - period               now
 *          ├──────────────────────┤
 *        ×   ×        ×    ×      ×      5 stamps in the window: within, if 5 are allowed
 *          └ a stamp on the edge counts
 *
 * N restarts are allowed within a period, so it is over when N + 1 stamps lie in the window. The
 * last N + 1 are all that ever need to be known: they lie in a ring that grows to that size and no
 * further. Adding takes a constant time.
 *
 * Left out: the clock. Whoever adds passes the time, in milliseconds of any clock that never goes
 * back.
 *
 * @source The restart window of OTP's supervisor, whose edges it has.
 */

import { isWhole, type Wrong, wrongKey } from "./wrong.ts";

export interface IntensityOptions {
  /** Restarts allowed within the period, 0 to 1 000 000, default 3. */
  intensity?: number | undefined;
  /** Milliseconds, 1 to 2^31 - 1, default 5000. */
  period?: number | undefined;
}

export const INTENSITY_DEFAULT = 3;
export const PERIOD_MS_DEFAULT = 5000;
/** A stamp takes 8 bytes, so a window takes 8 MB at most. */
export const INTENSITY_MAX = 1_000_000;
const PERIOD_MS_MAX = 2 ** 31 - 1;

/** What is wrong with these options; undefined: nothing. Other keys are somebody else's. */
export function wrongIntensity({ intensity, period }: IntensityOptions): Wrong | undefined {
  return (
    wrongKey("intensity", intensity, isWhole(0, INTENSITY_MAX)) ??
    wrongKey("period", period, isWhole(1, PERIOD_MS_MAX))
  );
}

export class RestartWindow {
  readonly intensity: number;
  readonly periodMs: number;
  /** The last `intensity + 1` restarts at most, in a ring once there are so many. */
  readonly #stamps: number[] = [];
  /** Where the next stamp goes. */
  #next = 0;

  /** @param options as `wrongIntensity` finds nothing wrong with. */
  constructor({
    intensity = INTENSITY_DEFAULT,
    period = PERIOD_MS_DEFAULT,
  }: IntensityOptions = {}) {
    this.intensity = intensity;
    this.periodMs = period;
  }

  /** Takes note of a restart. False: there have been more within the period than are allowed. */
  add(now: number): boolean {
    const stamps = this.#stamps;
    stamps[this.#next] = now;
    this.#next = this.#next === this.intensity ? 0 : this.#next + 1;
    if (stamps.length <= this.intensity) return true;
    // The ring is full, so what would be overwritten next is the oldest of intensity + 1.
    const oldest = stamps[this.#next] as number;
    return oldest < now - this.periodMs;
  }
}
