/**
 * The end of all actors of one thread: nothing new is born, every actor runs its `terminate`, what
 * is left in mailboxes becomes dead letters, and whoever does not end in time is named.
 */

import type { Turn } from "./ambient.ts";
import { SHUTDOWN } from "./exit.ts";
import type { Host } from "./host.ts";
import { few } from "./remains.ts";
import { describeTurn } from "./turn-text.ts";

/** A turn that was cut off is told of if it had taken as long. */
const CUT_TOLD_MS = 1000;

export class Shutdown {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Settles when all actors are dead or the time is over; returns who was not. */
  run(): Promise<string[]> {
    return this.#host.thread.env.root(() => this.#run());
  }

  async #run(): Promise<string[]> {
    const { away, spawner, cells, lives, thread, settings } = this.#host;
    spawner.closed = true;
    away.abandon();
    const deadline = thread.env.now() + settings.stopTimeout;
    const { index } = thread;
    this.#host.debug?.({ thread: index, actors: cells.all().length }, "a thread ends its actors");
    const cut = this.#longTurns();
    for (const cell of cells.all()) lives.end(cell, SHUTDOWN);
    while (cells.all().length > 0 && thread.env.now() < deadline) await this.#turn();
    const late = cells.all().map((cell) => `${cell}: its terminate has not ended`);
    for (const cell of cells.all()) lives.abandon(cell, SHUTDOWN);
    this.#host.debug?.({ thread: index, late: late.length }, "a thread has ended its actors");
    await this.#turn();
    await this.#turn();
    return few([...late, ...cut.filter(({ turn }) => !turn.ended).map(({ text }) => text)]);
  }

  /** Turns that will be cut off unless they hear `self.signal`; short ones are nothing strange. */
  #longTurns(): { turn: Turn; text: string }[] {
    const now = this.#host.thread.env.now();
    const turns = [...this.#host.openTurns.all()].filter(({ since }) => now - since >= CUT_TOLD_MS);
    return turns.map((turn) => ({ turn, text: describeTurn(this.#host, turn, now) }));
  }

  #turn(): Promise<void> {
    const { thread } = this.#host;
    thread.scheduler.wake();
    return new Promise((resolve) => void thread.env.timer(1, resolve));
  }
}
