/**
 * How long to wait before something that keeps failing is tried again.
 *
 *     wait │                    ┌────── max
 *          │              ┌─────┘
 *          │        ┌─────┘                  each wait is `factor` times the one before, less a
 *          │   ┌────┘                        random part (`jitter`), so that many that failed
 *      min ├───┘                             together do not come back together
 *          └────────────────────────► failures in a row
 *
 * A failure after a quiet period begins a new row, at `min`. Quiet counts from `up`: what failed
 * before it was up has not been quiet, however long it took.
 *
 * The row is made by multiplication, which is exact to the last bit everywhere; `**` differs
 * between Node versions, and simulations must not.
 *
 * Left out: clock, timer and randomness, which whoever asks passes in; and when to give up, which
 * is what `intensity.ts` knows.
 */

import { isNumber, isWhole, type Wrong, wrongKey } from "./wrong.ts";

export interface BackoffOptions {
  /** Milliseconds before the first try, 1 to 2^31 - 1, default 100. */
  min?: number | undefined;
  /** Milliseconds that no wait exceeds, from `min` to 2^31 - 1, default 30 000 (or `min`). */
  max?: number | undefined;
  /** What each wait is multiplied by, 1 to 100, default 2. */
  factor?: number | undefined;
  /** Part of a wait that is random, 0 to 1, default 0.2: from 80 % to 100 % of it. */
  jitter?: number | undefined;
  /** Milliseconds up without a failure after which the row begins anew, default `max`. */
  resetAfter?: number | undefined;
}

const KEYS = ["min", "max", "factor", "jitter", "resetAfter"];
const MIN_MS_DEFAULT = 100;
const MAX_MS_DEFAULT = 30_000;
const FACTOR_DEFAULT = 2;
const FACTOR_MAX = 100;
const JITTER_DEFAULT = 0.2;
const WAIT_MS_MAX = 2 ** 31 - 1;

/** What is wrong with these options; undefined: nothing. */
export function wrongBackoff(options: unknown): Wrong | undefined {
  const allowed = `an object with ${KEYS.join(", ")}`;
  if (typeof options !== "object" || options === null) return { key: "", allowed, got: options };
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return { key: "", allowed: `${allowed} only`, got: options };
  const { min, max, factor, jitter, resetAfter } = options as BackoffOptions;
  return (
    wrongKey("min", min, isWhole(1, WAIT_MS_MAX)) ??
    wrongKey("max", max, isWhole(min ?? MIN_MS_DEFAULT, WAIT_MS_MAX)) ??
    wrongKey("factor", factor, isNumber(1, FACTOR_MAX)) ??
    wrongKey("jitter", jitter, isNumber(0, 1)) ??
    wrongKey("resetAfter", resetAfter, isWhole(0, WAIT_MS_MAX))
  );
}

export class Backoff {
  readonly #min: number;
  readonly #max: number;
  readonly #factor: number;
  readonly #jitter: number;
  readonly #resetAfter: number;
  /** The next wait of the row, before its random part. */
  #wait: number;
  /** When it came up after the last wait; ∞ while it has not. */
  #upAt = Number.POSITIVE_INFINITY;

  /** @param options as `wrongBackoff` finds nothing wrong with. */
  constructor(options: BackoffOptions = {}) {
    const { min = MIN_MS_DEFAULT, factor = FACTOR_DEFAULT, jitter = JITTER_DEFAULT } = options;
    const { max = Math.max(MAX_MS_DEFAULT, min), resetAfter = max } = options;
    this.#min = min;
    this.#max = max;
    this.#factor = factor;
    this.#jitter = jitter;
    this.#resetAfter = resetAfter;
    this.#wait = min;
  }

  /**
   * It failed.
   *
   * @param now milliseconds of a clock that never goes back, the same for `next` and `up`.
   * @param random a number from 0 to 1, 1 excluded.
   * @returns whole milliseconds to wait before it is tried again, from 0 to `max`.
   */
  next(now: number, random: number): number {
    if (now - this.#upAt >= this.#resetAfter) this.#wait = this.#min;
    this.#upAt = Number.POSITIVE_INFINITY;
    const wait = this.#wait;
    this.#wait = Math.min(this.#max, wait * this.#factor);
    return Math.round(wait * (1 - this.#jitter * random));
  }

  /** It has come up: the quiet period begins. */
  up(now: number): void {
    this.#upAt = now;
  }
}
