/**
 * A thread that exists in a simulation only: an event loop of its own and a clock that runs ahead
 * while it is at something.
 *
 *     microtasks of the runtime → what comes after them → whatever is due first: timers, wake-ups,
 *                                                         posts, turns of the event loop
 *
 * Its clock is at least the world's. While it is ahead the thread is busy, and nothing of it runs.
 */

import type { Random } from "../random.ts";
import { Agenda, type Due } from "./agenda.ts";
import { type NodeClock, NS_PER_MS } from "./clock.ts";

/** What a step is, for the trail. */
export const MICROTASK = 0;
export const AFTERWARDS = 1;
export const MACROTASK = 2;
export const TIMER = 3;
export const WAKE_UP = 4;
export const DELIVERY = 5;
export const MACHINE = 6;

export interface VirtualThreadOptions {
  readonly id: number;
  readonly name: string;
  /** The node it is a thread of. */
  readonly node: string;
  readonly clock: NodeClock;
  readonly random: Random;
  /** The world's time, in nanoseconds. */
  readonly worldNs: () => number;
  /** Something is asked of it; called first. */
  readonly touched: () => void;
}

/** What goes wrong on a thread and nobody catches. */
export type Uncaught = (error: unknown) => void;

export class VirtualThread {
  readonly id: number;
  readonly name: string;
  readonly node: string;
  readonly clock: NodeClock;
  /** For what the machine does to it. */
  readonly random: Random;
  /** For what its code draws. */
  readonly ownRandom: Random;
  readonly #worldNs: () => number;
  readonly #touched: () => void;
  readonly #micro: (() => void)[] = [];
  readonly #after: (() => void)[] = [];
  readonly #agenda: Agenda = new Agenda();
  #busyUntil = 0;
  #order = 0;
  dead = false;
  /** Actors live there: its order with others matters. */
  hasActors = false;
  /** It stands still, and what comes for it waits. */
  paused = false;
  /** Undefined: such an error ends the thread. */
  uncaught: Uncaught | undefined;
  /** Before it ends by itself. */
  lastWords: (() => void) | undefined;

  constructor({ id, name, node, clock, random, worldNs, touched }: VirtualThreadOptions) {
    this.id = id;
    this.name = name;
    this.node = node;
    this.clock = clock;
    this.random = random.fork("machine");
    this.ownRandom = random.fork("own");
    this.#worldNs = worldNs;
    this.#touched = touched;
  }

  /** Nanoseconds of the world, as it is on this thread. */
  get nowNs(): number {
    return Math.max(this.#busyUntil, this.#worldNs());
  }

  /** Milliseconds of its node's monotonic clock. */
  get localMs(): number {
    return this.clock.local(this.nowNs) / NS_PER_MS;
  }

  /** The thread is at something for so long. */
  spend(ns: number): void {
    this.#busyUntil = this.nowNs + ns;
  }

  microtask(step: () => void): void {
    this.#touched();
    if (!this.dead) this.#micro.push(step);
  }

  afterwards(step: () => void): void {
    if (!this.dead) this.#after.push(step);
  }

  /** At this time of the world, or when the thread has time after that. */
  at(ns: number, kind: number, step: () => void): { cancel(): void } {
    this.#touched();
    const due: Due = { at: ns, order: this.#order, kind, step };
    this.#order += 1;
    if (!this.dead) this.#agenda.add(due);
    return {
      cancel: () => {
        due.step = undefined;
      },
    };
  }

  timer(ms: number, step: () => void): { cancel(): void } {
    const ns = Math.max(0, Math.ceil(ms * NS_PER_MS));
    return this.at(this.nowNs + this.clock.worldFor(ns), TIMER, step);
  }

  macrotask(step: () => void): { cancel(): void } {
    return this.at(this.nowNs, MACROTASK, step);
  }

  /** It has something to do that is not due at some time only. */
  get isReady(): boolean {
    return this.#micro.length > 0 || this.#after.length > 0;
  }

  /** It can go on whatever the time is. */
  get isEnabled(): boolean {
    if (this.dead || this.paused) return false;
    return this.isReady || this.#agenda.hasBut(TIMER);
  }

  /** All that it has to do next is to see that there is nothing to do. */
  get settles(): boolean {
    return this.#micro.length === 0 && this.#after.length > 0;
  }

  /** When it can do its next step; Infinity: never. */
  get nextNs(): number {
    if (this.paused) return Number.POSITIVE_INFINITY;
    if (this.isReady) return this.#busyUntil;
    const due = this.#agenda.next;
    return Math.max(due, this.#busyUntil);
  }

  /** What it does next, and its kind: where there is something. @param soon but a timer */
  take(soon = false): { kind: number; step: () => void } {
    const micro = this.#micro.shift();
    if (micro !== undefined) return { kind: MICROTASK, step: micro };
    const after = this.#after.shift();
    if (after !== undefined) return { kind: AFTERWARDS, step: after };
    const due = soon ? this.#agenda.takeBut(TIMER) : this.#agenda.take();
    return { kind: due?.kind ?? MACHINE, step: due?.step ?? nothing };
  }

  end(): void {
    this.dead = true;
    this.#micro.length = 0;
    this.#after.length = 0;
    this.#agenda.clear();
  }
}

function nothing(): void {}
