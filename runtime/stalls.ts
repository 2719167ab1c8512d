/**
 * Threads that do not come to the end of a turn, as the keeper sees them by their heartbeat.
 *
 * A slice that begins moves the heartbeat; between slices nobody's slot stands there. So a slot
 * that stands there while nothing moves is a synchronous turn that has not returned. The times are
 * those of the looks, at most a tick of the keeper too short.
 */

import type { Signals } from "./signals.ts";

/** A turn that has not returned. */
export interface Stall {
  readonly thread: number;
  readonly slot: number;
  /** HANDLER_UNKNOWN, or its number. */
  readonly handler: number;
  readonly ms: number;
}

interface Look {
  readonly ticks: number;
  readonly since: number;
  told: boolean;
}

export class Stalls {
  readonly #signals: Signals;
  readonly #tellMs: number;
  /** By thread. */
  readonly #looks: Look[] = [];

  /** @param tellMs `news` tells of a stall that is as long; Infinity: never. */
  constructor(signals: Signals, tellMs: number) {
    this.#signals = signals;
    this.#tellMs = tellMs;
  }

  /** True if the thread works: it has begun something since the last look, or is at it. */
  look(thread: number, now: number): boolean {
    const ticks = this.#signals.ticks(thread);
    if (ticks !== this.#looks[thread]?.ticks) {
      this.#looks[thread] = { ticks, since: now, told: false };
      return true;
    }
    return this.#signals.beating(thread).slot !== 0;
  }

  /** The turn that a thread is in. */
  of(thread: number, now: number): Stall | undefined {
    const look = this.#looks[thread];
    const { slot, handler } = this.#signals.beating(thread);
    if (slot === 0 || look === undefined) return undefined;
    return { thread, slot, handler, ms: now - look.since };
  }

  /** The same, once, if that takes long. */
  news(thread: number, now: number): Stall | undefined {
    const look = this.#looks[thread];
    const stall = this.of(thread, now);
    if (stall === undefined || look === undefined || look.told || stall.ms < this.#tellMs) {
      return undefined;
    }
    look.told = true;
    return stall;
  }
}
