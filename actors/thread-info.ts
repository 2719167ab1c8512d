/** The threads of a system, as they are listed for people. */

import { THREAD_BOOTING, THREAD_RUNNING } from "../runtime/layout.ts";
import type { Signals } from "../runtime/signals.ts";
import { indexesOf, type Settings } from "./options.ts";

export interface ThreadInfo {
  /** 0 is main. */
  readonly index: number;
  /**
   * What an inspector shows: `sabeam thread 1`, or `sabeam standby 1` that has taken over; and
   * `sabeam own thread 3`.
   */
  readonly name: string;
  /** Counts the lives of this index; 1 at first. */
  readonly generation: number;
  readonly running: boolean;
  /** Made for one actor (`thread: "own"`): listed while it is there. */
  readonly own: boolean;
}

/** @param names of main and the worker threads, by index */
export function threadsOf(
  signals: Signals,
  settings: Settings,
  names: readonly string[],
  running: boolean,
): ThreadInfo[] {
  const threads: ThreadInfo[] = [];
  for (let index = 0; index < indexesOf(settings); index += 1) {
    const own = index > settings.threads;
    const state = signals.state(index);
    const there = state === THREAD_RUNNING || state === THREAD_BOOTING;
    if (own && !there) continue;
    threads.push({
      index,
      name: own ? `sabeam own thread ${index}` : (names[index] ?? "?"),
      generation: signals.generation(index),
      running: running && state === THREAD_RUNNING,
      own,
    });
  }
  return threads;
}
