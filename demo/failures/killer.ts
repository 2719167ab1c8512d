/** The killer: ends threads at random, in the order of a seed, and notes when. */
import { setTimeout } from "node:timers/promises";
import type { System } from "../../actors/index.ts";
import { Random } from "../../runtime/index.ts";
import { microseconds } from "./stopwatch.ts";

export interface Kill {
  readonly thread: number;
  /** When the order was given. */
  readonly atUs: number;
}

/** Shares of the time between two kills: at random, so that no step of a recovery is spared. */
const SOONEST = 0.5;
const LATEST = 1.5;

export class Killer {
  readonly kills: Kill[] = [];
  /** Orders that found that thread dead already. */
  missed = 0;
  readonly #system: System;
  readonly #threads: readonly number[];
  readonly #random: Random;
  readonly #lives: Set<string> = new Set();
  readonly #orders: Set<Promise<void>> = new Set();

  constructor(system: System, threads: readonly number[], seed: string) {
    this.#system = system;
    this.#threads = threads;
    this.#random = new Random(`${seed} killer`);
  }

  /** Kills so many a second until `signal` fires, and settles when the last one has died. */
  async run(perSecond: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const share = SOONEST + this.#random.float() * (LATEST - SOONEST);
      await setTimeout((share * 1000) / perSecond, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      this.kill();
    }
    await this.settled();
  }

  /** Orders the end of one of them. */
  kill(): void {
    const order = this.#end(this.#threads[this.#random.int(this.#threads.length)] ?? 1);
    this.#orders.add(order);
    void order.finally(() => this.#orders.delete(order));
  }

  /** Settles when whoever was to die is dead. */
  async settled(): Promise<void> {
    await Promise.all(this.#orders);
  }

  async #end(thread: number): Promise<void> {
    const atUs = microseconds();
    const life = `${thread} ${this.#system.threads[thread]?.generation}`;
    try {
      await this.#system.terminateThread(thread);
      // Two orders may have met in one life.
      if (this.#lives.has(life)) this.missed += 1;
      else this.kills.push({ thread, atUs });
      this.#lives.add(life);
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      // Whoever is interrupted stops the system first.
      if (error.code !== "ERR_THREAD_UNAVAILABLE" && error.code !== "ERR_SYSTEM_STOPPED") {
        throw error;
      }
      this.missed += 1;
    }
  }
}
