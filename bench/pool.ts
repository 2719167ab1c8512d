/**
 * Processes for contenders. Where figures matter each contender gets a new one, so that neither
 * compiled code nor garbage of one shows in the figures of another. Small sizes, which measure
 * nothing, take one that is free.
 */

import { type Launch, Subject } from "./subject.ts";

export class Pool {
  readonly #reuse: boolean;
  readonly #free: Subject[] = [];

  constructor(reuse: boolean) {
    this.#reuse = reuse;
  }

  take(launch: Launch): Subject {
    const index = this.#free.findIndex((subject) => subject.serves(launch));
    return this.#free.splice(index, index < 0 ? 0 : 1)[0] ?? new Subject(launch);
  }

  /** Takes back a subject whose contender has nothing more to do. */
  async give(subject: Subject): Promise<void> {
    if (!this.#reuse) return subject.close();
    await subject.leave();
    this.#free.push(subject);
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.splice(0).map((subject) => subject.close()));
  }
}
