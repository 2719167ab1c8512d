/**
 * Chaos: kills worker threads while the index is built, which must come out the same.
 *
 *     killer ── terminateThread ──►  threads 1 … N      their mailboxes survive, turns run again
 *     nothing under way, and not settled?  ──►  what is missing is read again
 *
 * What a mailbox holds survives. A text that is still being handed over when both its threads die
 * does not: that is a dead letter, with the reason `lost`. So whoever must have the whole asks again
 * for what does not come (the end-to-end argument: Saltzer, Reed and Clark, 1984), and whoever hears
 * something twice ignores it.
 */
import { setTimeout } from "node:timers/promises";
import type { System } from "../actors/index.ts";
import type { Task } from "./actors/reader.ts";
import type { Crew } from "./crew.ts";
import { Killer } from "./failures/killer.ts";
import { addUp } from "./summary.ts";

const KILLS_PER_SECOND = 5;
/** Booted threads in reserve: one may die before the next one is ready. */
export const CHAOS_STANDBYS = 2;
const LOOK_MS = 50;
/** Looks that must find nothing under way: a turn that waits for its files is not seen by one. */
const QUIET_LOOKS = 4;
const FILES_AGAIN_MAX = 64;

export class Chaos {
  readonly #system: System;
  readonly #killer: Killer;
  readonly #over = new AbortController();
  readonly #killing: Promise<void>;
  #readAgain = 0;

  private constructor(system: System, killer: Killer) {
    this.#system = system;
    this.#killer = killer;
    this.#killing = killer.run(KILLS_PER_SECOND, this.#over.signal);
  }

  /** Begins at once. The seed decides in which order the threads are killed. */
  static begin(system: System, seed: string): Chaos {
    const workers = system.threads.map(({ index }) => index).filter((index) => index > 0);
    return new Chaos(system, new Killer(system, workers, seed));
  }

  /** Kills nobody from now on; settles when the last one has died. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#killing;
  }

  /** How many files had to be read again, since nothing came of them. */
  get filesReadAgain(): number {
    return this.#readAgain;
  }

  /** The threads that were killed, in the order of their deaths. */
  get kills(): readonly number[] {
    return this.#killer.kills.map(({ thread }) => thread);
  }

  /** Waits for an answer of the ledger, and meanwhile has lost files read again. */
  async answered(
    answer: Promise<void>,
    crew: Crew,
    task: (document: number) => Task,
  ): Promise<void> {
    const ended = new AbortController();
    const end = answer.finally(() => ended.abort());
    for (let quiet = 0; !ended.signal.aborted; ) {
      await Promise.race([end, setTimeout(LOOK_MS)]);
      quiet = addUp(this.#system.counters()) ? quiet + 1 : 0;
      if (ended.signal.aborted || quiet < QUIET_LOOKS) continue;
      quiet = 0;
      const documents = await crew.unsettled(FILES_AGAIN_MAX);
      this.#readAgain += documents.length;
      if (documents.length > 0) await crew.read(documents.map(task));
    }
    await end;
  }
}
