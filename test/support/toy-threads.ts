/**
 * Threads of a toy, for the tests of runs with bounded preemptions: generators that yield before
 * each look at what they share, with a condition if they wait for one.
 */

import type { Choices } from "../../runtime/sim/explore/choices.ts";

export type Thread = Generator<(() => boolean) | undefined, void>;

/** Runs threads to their ends, one step at a time, as the choices say. */
export function runThreads(choices: Choices, threads: readonly Thread[]): void {
  const waits = threads.map((thread) => thread.next());
  for (let last = -1; ; ) {
    const able = [...threads.keys()].filter((index) => {
      const { done, value } = waits[index] ?? { done: true };
      return done !== true && (value === undefined || value());
    });
    if (able.length === 0) break;
    const what = `thread ${able.join(" or ")}`;
    const chosen = able[choices.choose(able.length, able.indexOf(last), what)] ?? -1;
    const thread = threads[chosen];
    if (thread === undefined) throw new Error(`no thread ${chosen}`);
    waits[chosen] = thread.next();
    last = chosen;
  }
  const stuck = waits.filter(({ done }) => done !== true).length;
  if (stuck > 0) throw new Error(`${stuck} threads wait for ever`);
}
