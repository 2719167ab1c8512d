/**
 * The end of all actors of one thread: nothing new is born, every actor runs its `terminate`, what
 * is left in mailboxes becomes dead letters, and whoever does not end in time is named.
 */

import { SHUTDOWN } from "./exit.ts";
import type { Host } from "./host.ts";

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
    const { spawner, cells, lives, thread, settings } = this.#host;
    spawner.closed = true;
    const deadline = thread.env.now() + settings.stopTimeout;
    const { index } = thread;
    this.#host.debug?.({ thread: index, actors: cells.all().length }, "a thread ends its actors");
    for (const cell of cells.all()) lives.end(cell, SHUTDOWN);
    while (cells.all().length > 0 && thread.env.now() < deadline) await this.#turn();
    const late = cells.all().map(String);
    for (const cell of cells.all()) lives.abandon(cell, SHUTDOWN);
    this.#host.debug?.({ thread: index, late: late.length }, "a thread has ended its actors");
    await this.#turn();
    await this.#turn();
    return late;
  }

  #turn(): Promise<void> {
    const { thread } = this.#host;
    thread.scheduler.wake();
    return new Promise((resolve) => void thread.env.timer(1, resolve));
  }
}
