/**
 * Keyed timers of actors. A tick is a message like any other; what was cancelled or replaced is
 * discarded even if its tick waits in the mailbox already.
 *
 * In the wheel a timer is `payload = id * 2 + 1` (calls have the even ones). All end with the
 * actor.
 */

import { type Cell, DEAD } from "./cell.ts";
import { InvalidOptions, UnknownHandler } from "./errors.ts";
import type { Host } from "./host.ts";
import { LIST, REFERENCE_BYTES, TICK, tagOf } from "./mailbox.ts";
import type { Timers } from "./types.ts";

/** Instead of a handler's number: the timer of an actor's idle time (idle.ts). */
export const IDLE = -1;

export const TIMERS_PER_ACTOR_MAX = 1024;
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** One started timer; a tick carries it, so a tick of another start is told apart by identity. */
export class Timer {
  readonly cell: Cell;
  readonly key: string;
  readonly handler: number;
  readonly args: readonly unknown[];
  /** 0 = once. */
  readonly everyMs: number;
  due: number;
  /** The trace context of who set it. */
  context: string | undefined;
  id = -1;
  entry = -1;

  constructor(
    cell: Cell,
    key: string,
    message: { handler: number; args: readonly unknown[] },
    time: { due: number; everyMs: number },
  ) {
    this.cell = cell;
    this.key = key;
    this.handler = message.handler;
    this.args = message.args;
    this.due = time.due;
    this.everyMs = time.everyMs;
  }
}

/** What waits in the mailbox: at most one per key and handler, whatever its timer went through. */
export class Tick {
  /** The start that it stands for. */
  timer: Timer;

  constructor(timer: Timer) {
    this.timer = timer;
  }
}

/** The timers of all actors of one thread. */
export class ThreadTimers {
  readonly #host: Host;
  readonly #table: (Timer | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  of(cell: Cell): ActorTimers {
    return new ActorTimers(cell, this);
  }

  start(timer: Timer): void {
    timer.id = this.#free.pop() ?? this.#table.length;
    this.#table[timer.id] = timer;
    timer.entry = this.#host.thread.wheel.insert(timer.due, timer.id * 2 + 1);
    this.#host.thread.scheduler.wake();
  }

  stop(timer: Timer): void {
    if (timer.entry >= 0) this.#host.thread.wheel.remove(timer.entry);
    timer.entry = -1;
    this.#release(timer);
  }

  #release(timer: Timer): void {
    if (timer.id < 0) return;
    this.#table[timer.id] = undefined;
    this.#free.push(timer.id);
    timer.id = -1;
  }

  /** The wheel says that this one is due. */
  due(id: number): void {
    const timer = this.#table[id];
    if (timer === undefined) return;
    timer.entry = -1;
    if (timer.handler === IDLE) {
      this.#release(timer);
      return this.#host.idles.due(timer.cell);
    }
    if (timer.everyMs > 0) {
      const now = this.#host.thread.env.now();
      const missed = Math.floor((now - timer.due) / timer.everyMs);
      timer.due += (missed + 1) * timer.everyMs;
      timer.entry = this.#host.thread.wheel.insert(timer.due, timer.id * 2 + 1);
    } else {
      this.#release(timer);
    }
    const tick = timer.cell.extra?.timers?.aim(timer);
    if (tick === undefined) return;
    this.#host.counts.sent += 1;
    this.#host.intake.push(timer.cell, tagOf(timer.handler, LIST, TICK, REFERENCE_BYTES), 0, tick);
  }
}

/** `self.timers` of one actor. */
export class ActorTimers implements Timers {
  readonly #cell: Cell;
  readonly #all: ThreadTimers;
  readonly #timers: Map<string, Timer> = new Map();
  readonly #ticks: Map<string, Tick> = new Map();

  constructor(cell: Cell, all: ThreadTimers) {
    this.#cell = cell;
    this.#all = all;
  }

  after(key: string, ms: number, handler: string, ...args: unknown[]): void {
    this.#start(key, ms, 0, handler, args);
  }

  every(key: string, ms: number, handler: string, ...args: unknown[]): void {
    if (ms < 1) throw new InvalidOptions("ms", `from 1 to ${TIMER_MS_MAX}`, ms);
    this.#start(key, ms, ms, handler, args);
  }

  #start(key: string, ms: number, everyMs: number, name: string, args: unknown[]): void {
    // Kept from before its end: the tick would wait in a mailbox that nobody empties.
    if (this.#cell.status === DEAD) throw this.#cell.host.ended(this.#cell, "self.timers");
    const { blueprint } = this.#cell.kind;
    const handler = blueprint.names.indexOf(name);
    if (handler < 0) throw new UnknownHandler(blueprint.name, name, blueprint.names);
    if (!(ms >= 0 && ms <= TIMER_MS_MAX)) {
      throw new InvalidOptions("ms", `from 0 to ${TIMER_MS_MAX}`, ms);
    }
    this.cancel(key);
    if (this.#timers.size >= TIMERS_PER_ACTOR_MAX) {
      throw new InvalidOptions("timers", `at most ${TIMERS_PER_ACTOR_MAX} per actor`, key);
    }
    const due = this.#cell.host.thread.env.now() + ms;
    const timer = new Timer(this.#cell, key, { handler, args }, { due, everyMs });
    timer.context = this.#cell.host.trace?.inject();
    this.#timers.set(key, timer);
    this.#all.start(timer);
  }

  cancel(key: string): number | undefined {
    const timer = this.#timers.get(key);
    if (timer === undefined) return undefined;
    this.#timers.delete(key);
    this.#all.stop(timer);
    return Math.max(0, timer.due - this.#cell.host.thread.env.now());
  }

  get count(): number {
    return this.#timers.size;
  }

  has(key: string): boolean {
    return this.#timers.has(key);
  }

  /**
   * The tick to put into the mailbox; undefined if one waits there already and now stands for it.
   */
  aim(timer: Timer): Tick | undefined {
    const key = tickKey(timer);
    const waiting = this.#ticks.get(key);
    if (waiting !== undefined) {
      waiting.timer = timer;
      return undefined;
    }
    const tick = new Tick(timer);
    this.#ticks.set(key, tick);
    return tick;
  }

  /** The timer of a tick that still counts: it was neither cancelled nor replaced. */
  take({ timer }: Tick): Timer | undefined {
    this.#ticks.delete(tickKey(timer));
    if (this.#timers.get(timer.key) !== timer) return undefined;
    if (timer.everyMs === 0) this.#timers.delete(timer.key);
    return timer;
  }

  clear(): void {
    for (const timer of this.#timers.values()) this.#all.stop(timer);
    this.#timers.clear();
  }
}

function tickKey({ handler, key }: Timer): string {
  return `${handler} ${key}`;
}
