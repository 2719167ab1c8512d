/**
 * A thread that was made for one actor, as it sees itself: it ends once nobody lives there.
 *
 *     in use ── no actor, no birth, nothing held ──▶ closed ──▶ all that it sent is taken ──▶ left
 *
 * What its actor spawns with "local", and what others spawn near it, lives here too and keeps the
 * thread. It looks before it sleeps, so messages pay nothing. Once closed it stays so: births are
 * refused, the keeper says that it does not run, and what had been sent to it becomes dead letters.
 */

import type { Host } from "./host.ts";

/** Whoever asked for the thread spawns at once; but its own thread may have died. */
const UNUSED_MS = 10_000;
/** Between two looks whether others have taken what this thread sent. */
const DRY_LOOK_MS = 5;

export class OwnThread {
  readonly #host: Host;
  /** Births under way. */
  #births = 0;
  #used = false;
  /** Nobody is born here any more. */
  closed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  begin(): void {
    this.#host.thread.env.timer(UNUSED_MS, () => {
      this.#used = true;
      this.#host.thread.scheduler.wake();
    });
  }

  /** The thread stays at least until `birth` has settled. */
  async during<Born>(birth: Promise<Born>): Promise<Born> {
    this.#used = true;
    this.#births += 1;
    try {
      return await birth;
    } finally {
      this.#births -= 1;
      this.#host.thread.scheduler.wake();
    }
  }

  /** Before the thread sleeps. */
  look(): void {
    if (this.closed || !this.#used || this.#births > 0) return;
    const { counts, holding, spawner } = this.#host;
    // When the system stops, that ends the threads.
    if (counts.actors > 0 || holding.targets > 0 || spawner.closed) return;
    this.closed = true;
    // The keeper is gone, and with it the system.
    this.#leave().catch(() => {});
  }

  async #leave(): Promise<void> {
    const { thread, link } = this.#host;
    await link.closeOwn(thread.index, thread.generation);
    do {
      // What had come is answered in the first round, and what that needs is published in the
      // second one.
      await this.#host.quiesce();
      await this.#host.quiesce();
    } while (!thread.dry() && (await this.#pause()));
    this.#host.retire();
    await link.leaveOwn(thread.index, thread.generation);
  }

  #pause(): Promise<true> {
    const { env } = this.#host.thread;
    return new Promise((resolve) => void env.timer(DRY_LOOK_MS, () => resolve(true)));
  }
}
