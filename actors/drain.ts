/**
 * Waits until a system that gets nothing new has handled what it has: no actor works, no turn is
 * open, no mailbox holds anything, nothing is under way between threads (runtime/quiet.ts).
 */

import { summarise } from "../runtime/errors.ts";
import { Quiet, type Remains } from "../runtime/quiet.ts";
import type { Turn } from "./ambient.ts";
import { sumCounters } from "./counters.ts";
import type { Host } from "./host.ts";
import type { KeeperThread } from "./keeper-thread.ts";
import { indexesOf } from "./options.ts";
import type { Passed } from "./phases.ts";
import { remainsOf } from "./remains.ts";

/** Between two looks; the first ones follow each other at once. */
const LOOK_PAUSE_MS_MAX = 10;
/** A thread that does not say in time what is left there is at work. */
export const ANSWER_MS = 250;
/** The keeper, which waits for these answers, is always there, unless it has died. */
const KEEPER_MS = 2000;

export class Drain {
  readonly #host: Host;
  readonly #keeper: KeeperThread | undefined;

  readonly #besides: Turn | undefined;

  /** @param besides a turn of main that is not waited for: it waits for the stop itself. */
  constructor(host: Host, keeper: KeeperThread | undefined, besides: Turn | undefined) {
    this.#host = host;
    this.#keeper = keeper;
    this.#besides = besides;
  }

  /** Settles when all is quiet or the time is over, and then says who still works. */
  async run(withinMs: number): Promise<Passed> {
    if (withinMs === 0) return {};
    try {
      if (await this.#isQuiet(withinMs)) return {};
      const threads = await this.#look(ANSWER_MS, true);
      const who = threads.map((one, at) => one?.who ?? [`thread ${at} does not answer`]);
      return { stillRunning: who.flat() };
    } catch (error) {
      // Without the keeper nobody knows.
      return { stillRunning: [summarise(error)] };
    }
  }

  async #isQuiet(withinMs: number): Promise<boolean> {
    const { env } = this.#host.thread;
    const deadline = env.now() + withinMs;
    const quiet = new Quiet();
    for (let pauseMs = 0; ; pauseMs = Math.min(pauseMs + 1, LOOK_PAUSE_MS_MAX)) {
      const leftMs = deadline - env.now();
      if (leftMs <= 0) return false;
      const threads = await this.#look(Math.min(ANSWER_MS, leftMs), false);
      if (quiet.look(threads, this.#balance())) return true;
      if (pauseMs > 1) await this.#pause(pauseMs);
    }
  }

  /** Messages of which nothing is known: sent, and neither handled nor waiting nor lost. */
  #balance(): number {
    const { thread, settings } = this.#host;
    const counters = sumCounters(thread.signals, indexesOf(settings));
    const { sent, handled, deadLettered, dropped, queued } = counters;
    return sent - handled - deadLettered - dropped - queued;
  }

  /** Of all threads, main first. @throws ControlLost if the keeper has died */
  async #look(withinMs: number, tell: boolean): Promise<(Remains | undefined)[]> {
    const there = this.#keeper?.control.within(KEEPER_MS, "remains", withinMs, tell);
    const [here, others] = await Promise.all([remainsOf(this.#host, tell, this.#besides), there]);
    return [here, ...(others ?? [])];
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#host.thread.env.timer(ms, resolve));
  }
}
