/**
 * How often threads of a system may die by themselves before it has to end: replacing them would
 * only go round. Who asked for the end of a thread knows what it does, and is not counted.
 */

import { type IntensityOptions, RestartWindow } from "./intensity.ts";

export interface ThreadIntensity {
  /** Deaths allowed within the period. */
  readonly deaths: number;
  /** Milliseconds. */
  readonly period: number;
}

/** Deaths that are told of when they were too many. */
const TOLD_MAX = 4;

export class Deaths {
  readonly #window: RestartWindow;
  /** Of the last ones, in words. */
  readonly #last: string[] = [];

  constructor({ deaths: intensity, period }: ThreadIntensity) {
    this.#window = new RestartWindow({ intensity, period } satisfies IntensityOptions);
  }

  /** Takes note of a death. False: there have been more within the period than are allowed. */
  add(what: string, cause: string, now: number): boolean {
    this.#last.push(`${what}: ${cause}`);
    if (this.#last.length > TOLD_MAX) this.#last.shift();
    return this.#window.add(now);
  }

  /** Why the system ends. */
  get report(): string {
    const { intensity, periodMs } = this.#window;
    const limit = `more than ${intensity} died within ${periodMs} ms (threadIntensity)`;
    return `threads keep dying: ${limit}; the last ones: ${this.#last.join("; ")}`;
  }
}
