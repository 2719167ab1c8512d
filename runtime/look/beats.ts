/**
 * Which turn runs on each thread right now, and since when: the heartbeat as it is looked at.
 *
 * A thread says whose turn begins and counts it; it does not read the clock for that. So a turn
 * runs at least since somebody saw this count: the keeper, which looks every 50 ms while threads
 * work and every second otherwise and leaves what it saw in SEEN_TICK and SEEN_AT; or this viewer.
 */

import { Heartbeat } from "../heartbeat.ts";
import { BLOCK_WORDS, SEEN_AT, SEEN_TICK } from "../layout.ts";
import type { Signals } from "../signals.ts";

/** A synchronous turn on a thread. */
export interface Beat {
  readonly slot: number;
  /** Its code (heartbeat.ts). */
  readonly handler: number;
  readonly ms: number;
}

export class Beats {
  readonly #signals: Signals;
  /** By thread: the count that was seen last, and when for the first time. */
  readonly #seen: { tick: number; at: number }[] = [];

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  /** Undefined while nobody's turn runs there. */
  look(thread: number, now: number): Beat | undefined {
    const heartbeat = new Heartbeat(this.#signals, thread);
    const tick = heartbeat.count;
    const { slot, code: handler } = heartbeat.beat;
    let seen = this.#seen[thread];
    if (seen?.tick !== tick) {
      seen = { tick, at: now };
      this.#seen[thread] = seen;
    }
    if (slot === 0) return undefined;
    const { words } = this.#signals;
    const base = thread * BLOCK_WORDS;
    // Pairs with the store in `saw`: SEEN_AT belongs to this count or to a later one.
    const known = Atomics.load(words, base + SEEN_TICK) === tick;
    // Times are int32 there, and only their difference counts.
    const since = known ? ((now | 0) - (words[base + SEEN_AT] ?? 0)) | 0 : 0;
    const ms = Math.max(now - seen.at, since, 0);
    return { slot, handler, ms };
  }
}

/** The keeper has looked at the heartbeat of a thread. */
export function saw(signals: Signals, thread: number, now: number): void {
  const base = thread * BLOCK_WORDS;
  const tick = new Heartbeat(signals, thread).count;
  if (signals.words[base + SEEN_TICK] === tick) return;
  signals.words[base + SEEN_AT] = now;
  // Pairs with the load in `look`. Writer: keeper.
  Atomics.store(signals.words, base + SEEN_TICK, tick);
}
