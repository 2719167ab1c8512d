/**
 * What a thread counted, published in shared memory once per slice and never per message.
 *
 * Each counter is two words, since a count outgrows 32 bits within minutes. One writer per block,
 * so no read-modify-write is needed; COUNT_SEQ is odd while the writer is at work, and a reader
 * that meets an odd or changed number tries again, a bounded number of times: the writer may have
 * been terminated in the middle, and then the last values stand as they are.
 */

import { BLOCK_WORDS, COUNT_SEQ, COUNTS } from "./layout.ts";
import type { Signals } from "./signals.ts";

/** Order of the counters in a block. */
export const COUNTERS = [
  "sent",
  "handled",
  "deadLettered",
  "dropped",
  "queued",
  "recordsOut",
  "recordsIn",
  "badLanes",
  "lateReplies",
  "turns",
  "actors",
  "crashes",
] as const;

export type CounterName = (typeof COUNTERS)[number];
export type Counts = Record<CounterName, number>;

const WORD = 2 ** 32;
const READ_TRIES_MAX = 100;

export function noCounts(): Counts {
  return Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Counts;
}

/** Writer: the thread `at`, and after its death the keeper. */
export function publishCounts(signals: Signals, at: number, counts: Counts): void {
  const words = signals.words;
  const base = at * BLOCK_WORDS;
  const sequence = words[base + COUNT_SEQ] ?? 0;
  // Pairs with the loads in `readCounts`. Writer: thread `at`.
  Atomics.store(words, base + COUNT_SEQ, sequence | 1);
  let word = base + COUNTS;
  for (const name of COUNTERS) {
    const count = counts[name];
    words[word] = count | 0;
    words[word + 1] = Math.floor(count / WORD);
    word += 2;
  }
  // Pairs with the loads in `readCounts`: an even number says that the pairs are whole.
  Atomics.store(words, base + COUNT_SEQ, ((sequence | 1) + 1) | 0);
}

export function readCounts(signals: Signals, at: number): Counts {
  const words = signals.words;
  const base = at * BLOCK_WORDS;
  const counts = noCounts();
  for (let tries = 0; tries < READ_TRIES_MAX; tries += 1) {
    const before = Atomics.load(words, base + COUNT_SEQ);
    COUNTERS.forEach((name, index) => {
      const word = base + COUNTS + 2 * index;
      counts[name] = (words[word + 1] ?? 0) * WORD + ((words[word] ?? 0) >>> 0);
    });
    if ((before & 1) === 0 && Atomics.load(words, base + COUNT_SEQ) === before) break;
  }
  return counts;
}

/**
 * A thread has died that no other one goes on for: what waited there is counted as dead letters.
 * Returns how many messages that are. Writer: the keeper, once the worker has ended.
 */
export function closeCounts(signals: Signals, at: number): number {
  const counts = readCounts(signals, at);
  const { queued } = counts;
  const deadLettered = counts.deadLettered + queued;
  publishCounts(signals, at, { ...counts, deadLettered, queued: 0, actors: 0 });
  return queued;
}
