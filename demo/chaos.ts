/**
 * Chaos: kills worker threads while the index is built, which must come out the same.
 *
 *     some files sent ──► terminateThread ──► one of 1 … N    mailboxes survive, turns run again
 *     nothing under way, and not settled? ──► what is missing is read again
 *
 * What a mailbox holds survives. A text that is still being handed over when both its threads die
 * does not: that is a dead letter, with the reason `lost`. So whoever must have the whole asks
 * again for what does not come (the end-to-end argument: Saltzer, Reed and Clark, 1984), and
 * whoever hears something twice ignores it.
 *
 * The kills keep pace with the work and not with a clock, so that it comes to its end however
 * slowly threads start.
 */
import { setTimeout } from "node:timers/promises";
import type { Log, System } from "../actors/index.ts";
import type { Task } from "./actors/reader.ts";
import type { Crew } from "./crew.ts";
import { Killer } from "./failures/killer.ts";
import { addUp } from "./summary.ts";

/** The first one dies with the first files. */
const FILES_PER_KILL = 96;
/** Booted threads in reserve: one may die before the next one is ready. */
export const CHAOS_STANDBYS = 2;
const LOOK_MS = 50;
/** Looks that must find nothing under way: a turn that waits for its files is not seen by one. */
const QUIET_LOOKS = 4;
const FILES_AGAIN_MAX = 64;

/** What is told of threads whose deaths were asked for is no news. */
export function withoutDeaths(log: Log): Log {
  return {
    ...log,
    error: (fields, message) => {
      if (!isAskedFor(fields)) log.error(fields, message);
    },
  };
}

function isAskedFor(fields: object): boolean {
  return "cause" in fields && fields.cause === "terminated";
}

export class Chaos {
  readonly #system: System;
  readonly #killer: Killer;
  /** Files sent when the next one dies. */
  #next = 1;
  #readAgain = 0;

  /** @param seed decides in which order the threads are killed */
  constructor(system: System, seed: string) {
    const workers = system.threads.map(({ index }) => index).filter((index) => index > 0);
    this.#system = system;
    this.#killer = new Killer(system, workers, seed);
  }

  /** So many files were sent so far. */
  sent(files: number): void {
    if (files < this.#next) return;
    this.#next += FILES_PER_KILL;
    this.#killer.kill();
  }

  /** Settles when whoever was to die is dead. */
  async end(): Promise<void> {
    await this.#killer.settled();
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
    let ended = false;
    const end = answer.finally(() => {
      ended = true;
    });
    let quiet = 0;
    while (!ended) {
      await Promise.race([end, setTimeout(LOOK_MS)]);
      quiet = addUp(this.#system.counters()) ? quiet + 1 : 0;
      if (ended || quiet < QUIET_LOOKS) continue;
      quiet = 0;
      const documents = await crew.unsettled(FILES_AGAIN_MAX);
      this.#readAgain += documents.length;
      if (documents.length > 0) await crew.read(documents.map(task));
    }
    await end;
  }
}
