/** `self.timers` in a step: they fire when the test says so (`step.fire`). */

import { InvalidOptions, UnknownHandler } from "../errors.ts";
import { TIMER_MS_MAX, TIMERS_PER_ACTOR_MAX } from "../timers.ts";
import type { Timers } from "../types.ts";
import type { Effect } from "./effects.ts";
import { CannotStep } from "./errors.ts";

export interface StepTimer {
  readonly key: string;
  readonly handler: string;
  readonly args: readonly unknown[];
  readonly ms: number;
  readonly every: boolean;
  /** By the stepper's clock. */
  due: number;
}

/** What timers need of the actor. */
export interface TimersHome {
  /** Milliseconds; `fire` moves it on. */
  now: number;
  readonly blueprint: { readonly name: string; readonly names: readonly string[] };
  effect(effect: Effect): void;
}

export class StepTimers implements Timers {
  readonly #home: TimersHome;
  readonly #timers: Map<string, StepTimer> = new Map();

  constructor(home: TimersHome) {
    this.#home = home;
  }

  after(key: string, ms: number, handler: string, ...args: unknown[]): void {
    this.#start({ key, ms, handler, args, every: false });
  }

  every(key: string, ms: number, handler: string, ...args: unknown[]): void {
    if (ms < 1) throw new InvalidOptions("ms", `from 1 to ${TIMER_MS_MAX}`, ms);
    this.#start({ key, ms, handler, args, every: true });
  }

  #start(timer: Omit<StepTimer, "due">): void {
    const { key, ms, handler } = timer;
    const { blueprint, now } = this.#home;
    if (!blueprint.names.includes(handler)) {
      throw new UnknownHandler(blueprint.name, handler, blueprint.names);
    }
    if (!(ms >= 0 && ms <= TIMER_MS_MAX)) {
      throw new InvalidOptions("ms", `from 0 to ${TIMER_MS_MAX}`, ms);
    }
    this.#timers.delete(key);
    if (this.#timers.size >= TIMERS_PER_ACTOR_MAX) {
      throw new InvalidOptions("timers", `at most ${TIMERS_PER_ACTOR_MAX} per actor`, key);
    }
    this.#timers.set(key, { ...timer, due: now + ms });
    this.#home.effect({ type: "timer", ...timer });
  }

  cancel(key: string): number | undefined {
    const timer = this.#timers.get(key);
    if (timer === undefined) return undefined;
    this.#timers.delete(key);
    this.#home.effect({ type: "cancel", key });
    return Math.max(0, timer.due - this.#home.now);
  }

  has(key: string): boolean {
    return this.#timers.has(key);
  }

  /** Those that are set, the one that is due first in front. */
  get all(): readonly StepTimer[] {
    return [...this.#timers.values()].sort((one, other) => one.due - other.due);
  }

  /** Its time has come: takes it out, or sets it anew, and moves the clock. @throws CannotStep */
  take(key: string): StepTimer {
    const timer = this.#timers.get(key);
    if (timer === undefined) {
      const known = [...this.#timers.keys()].join(", ") || "none";
      throw new CannotStep(`no timer ${JSON.stringify(key)} is set`, `there is: ${known}`);
    }
    this.#home.now = Math.max(this.#home.now, timer.due);
    if (timer.every) timer.due = this.#home.now + timer.ms;
    else this.#timers.delete(key);
    return timer;
  }

  clear(): void {
    this.#timers.clear();
  }
}
