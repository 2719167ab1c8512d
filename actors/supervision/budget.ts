/**
 * What a rung of a ladder may cost: how late, how silent and how wrong it may be before the next
 * one takes over.
 *
 *     probes   ✓ ✓ ✗ ✓ ✗        the last `window` of them; a new one pushes the oldest out
 *     asked    ───────── slow, unanswered and failed parts, each against what is allowed
 *
 * A probe is one request. What the rung says that it has served meanwhile counts beside it, so the
 * part of errors is that of the real work, and the price is that of the probe.
 *
 * Left out: clock and timers. The window counts probes, which come at even intervals.
 *
 * @source The count-based sliding window of circuit breakers (resilience4j).
 */

import { isNumber, isWhole, type Wrong, wrongKey } from "../../runtime/wrong.ts";

export interface BudgetOptions {
  /** Milliseconds after which an answer is slow, 1 to 2^31 - 1. Default: none is. */
  latency?: number | undefined;
  /** Part of the probes that may be slow, 0 to 1, default 0.5. */
  slow?: number | undefined;
  /** Part of the probes that may stay without an answer, 0 to 1, default 0.5. */
  timeouts?: number | undefined;
  /** Part of probes and reported requests that may fail, 0 to 1, default 0.5. */
  errors?: number | undefined;
  /** Probes that are looked at, 1 to 1000, default 5. */
  window?: number | undefined;
  /** Fewer probes than this decide nothing, 1 to `window`, default 3 (or `window`). */
  least?: number | undefined;
}

/** What came of one probe. */
export type Outcome =
  /** `served` and `failed`: requests since the last probe, the failed ones among those served. */
  | {
      readonly type: "answered";
      readonly ms: number;
      readonly served: number;
      readonly failed: number;
    }
  | { readonly type: "timeout" }
  | { readonly type: "error"; readonly cause: string }
  | { readonly type: "not-ready"; readonly cause: string };

const KEYS = ["latency", "slow", "timeouts", "errors", "window", "least"];
const PART_DEFAULT = 0.5;
const WINDOW_DEFAULT = 5;
export const WINDOW_MAX = 1000;
const LEAST_DEFAULT = 3;
const LATENCY_MS_MAX = 2 ** 31 - 1;

/** What is wrong with these options; undefined: nothing. */
export function wrongBudget(options: unknown): Wrong | undefined {
  const allowed = `an object with ${KEYS.join(", ")}`;
  if (typeof options !== "object" || options === null) return { key: "", allowed, got: options };
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return { key: "", allowed: `${allowed} only`, got: options };
  const { latency, slow, timeouts, errors, window, least } = options as BudgetOptions;
  return (
    wrongKey("latency", latency, isWhole(1, LATENCY_MS_MAX)) ??
    wrongKey("slow", slow, isNumber(0, 1)) ??
    wrongKey("timeouts", timeouts, isNumber(0, 1)) ??
    wrongKey("errors", errors, isNumber(0, 1)) ??
    wrongKey("window", window, isWhole(1, WINDOW_MAX)) ??
    wrongKey("least", least, isWhole(1, window ?? WINDOW_DEFAULT))
  );
}

/** One probe and the requests that were reported with it. */
interface Sample {
  readonly slow: boolean;
  readonly silent: boolean;
  readonly requests: number;
  readonly errors: number;
}

/** The last probes of one incarnation. */
export class Budget {
  readonly #options: Required<{ [Key in keyof BudgetOptions]: number }>;
  /** Oldest first; at most `window`. */
  readonly #samples: Sample[] = [];

  /** @param options as `wrongBudget` finds nothing wrong with. */
  constructor(options: BudgetOptions = {}) {
    const { window = WINDOW_DEFAULT, slow, timeouts, errors, latency } = options;
    this.#options = {
      latency: latency ?? Number.POSITIVE_INFINITY,
      slow: slow ?? PART_DEFAULT,
      timeouts: timeouts ?? PART_DEFAULT,
      errors: errors ?? PART_DEFAULT,
      window,
      least: options.least ?? Math.min(LEAST_DEFAULT, window),
    };
  }

  /** True: this outcome alone is as it should be. */
  isGood(outcome: Outcome): boolean {
    return outcome.type === "answered" && outcome.ms <= this.#options.latency;
  }

  /** Takes note of a probe. What is over budget with it, for people; undefined: nothing. */
  add(outcome: Outcome): string | undefined {
    const answered = outcome.type === "answered" ? outcome : undefined;
    this.#samples.push({
      slow: answered !== undefined && answered.ms > this.#options.latency,
      silent: outcome.type === "timeout",
      requests: 1 + (answered?.served ?? 0),
      errors: outcome.type === "error" ? 1 : (answered?.failed ?? 0),
    });
    if (this.#samples.length > this.#options.window) this.#samples.shift();
    return this.#samples.length < this.#options.least ? undefined : this.#over();
  }

  #over(): string | undefined {
    const { slow, timeouts, errors, latency } = this.#options;
    const probes = this.#samples.length;
    const late = this.#count((sample) => Number(sample.slow));
    const silent = this.#count((sample) => Number(sample.silent));
    const requests = this.#count((sample) => sample.requests);
    const failed = this.#count((sample) => sample.errors);
    if (silent > timeouts * probes) return told(silent, probes, "probes had no answer", timeouts);
    if (late > slow * probes) return told(late, probes, `probes took over ${latency} ms`, slow);
    if (failed > errors * requests) return told(failed, requests, "requests failed", errors);
    return undefined;
  }

  #count(of: (sample: Sample) => number): number {
    return this.#samples.reduce((sum, sample) => sum + of(sample), 0);
  }
}

function told(count: number, all: number, what: string, allowed: number): string {
  return `${count} of the last ${all} ${what}, allowed is a part of ${allowed}`;
}
