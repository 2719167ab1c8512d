/**
 * What `setTimeout`, `setInterval` and `setImmediate` return in a simulation: handles with the
 * methods of Node's, and the rules by which their callbacks run.
 *
 *     start ──▶ pending in the clock ──due──▶ callback, in the async context of the start
 *       ▲            │ close                      │ an interval: due again that long after the
 *       └─ refresh ──┘                            ▼ callback began
 */

import { AsyncResource } from "node:async_hooks";
import type { VirtualClock } from "./stage.ts";

export type Callback = (this: unknown, ...args: unknown[]) => unknown;

/** The async context of now. Not "Timeout", which foreign.ts takes for a real one. */
function scopeOfNow(): AsyncResource {
  return new AsyncResource("VirtualTimer", { requireManualDestroy: true });
}

/** Numbers that stand for handles begin here: beyond all that Node has given to real ones. */
const FIRST_ID = 4_294_967_296;

/** Handles that were turned into numbers, as in `clearTimeout(+handle)`. */
export class TimeoutIds {
  readonly #handles: Map<string, Timeout> = new Map();
  #next = FIRST_ID;

  add(handle: Timeout): number {
    const id = this.#next;
    this.#next += 1;
    this.#handles.set(String(id), handle);
    return id;
  }

  find(id: string | number): Timeout | undefined {
    return this.#handles.get(String(id));
  }

  remove(id: number): void {
    this.#handles.delete(String(id));
  }
}

export class Timeout {
  readonly #clock: VirtualClock;
  readonly #ids: TimeoutIds;
  readonly #callback: Callback;
  readonly #args: unknown[];
  readonly #ms: number;
  readonly #repeats: boolean;
  #scope: AsyncResource = scopeOfNow();
  #pending: { cancel(): void } | undefined;
  #hasEnded = false;
  #id: number | undefined;
  #isClosed = false;
  #isRef = true;

  /** @param ms whole milliseconds from 1. */
  constructor(
    { clock, ids }: { clock: VirtualClock; ids: TimeoutIds },
    timer: { callback: Callback; args: unknown[]; ms: number; repeats: boolean },
  ) {
    this.#clock = clock;
    this.#ids = ids;
    this.#callback = timer.callback;
    this.#args = timer.args;
    this.#ms = timer.ms;
    this.#repeats = timer.repeats;
    this.#start(this.#ms);
  }

  #start(ms: number): void {
    this.#pending?.cancel();
    this.#pending = this.#clock.timer(ms, () => this.#fire());
  }

  #fire(): void {
    this.#pending = undefined;
    const startedAt = this.#clock.now();
    try {
      this.#scope.runInAsyncScope(this.#callback, this, ...this.#args);
    } finally {
      if (this.#repeats && !this.#isClosed) {
        const ms = Math.max(0, startedAt + this.#ms - this.#clock.now());
        // Each round belongs to whoever began it, who may still wait for one.
        this.#scope.runInAsyncScope(() => this.#start(ms));
      }
      if (this.#pending === undefined) this.#end();
    }
  }

  #end(): void {
    this.#hasEnded = true;
    if (this.#id !== undefined) this.#ids.remove(this.#id);
    this.#id = undefined;
  }

  /** Starts it anew, also after its callback ran; not after it was closed. */
  refresh(): this {
    if (this.#isClosed) return this;
    if (this.#hasEnded) this.#scope = scopeOfNow();
    this.#hasEnded = false;
    this.#start(this.#ms);
    return this;
  }

  /** What is simulated ends by itself and not for want of timers: only `hasRef` tells. */
  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef && this.#pending !== undefined;
  }

  close(): this {
    this.#isClosed = true;
    this.#pending?.cancel();
    this.#pending = undefined;
    this.#end();
    return this;
  }

  [Symbol.toPrimitive](): number {
    this.#id ??= this.#ids.add(this);
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export class Immediate {
  readonly #scope: AsyncResource = scopeOfNow();
  #pending: { cancel(): void } | undefined;
  #isRef = true;

  constructor(clock: VirtualClock, callback: Callback, args: unknown[]) {
    this.#pending = clock.macrotask(() => {
      this.#pending = undefined;
      this.#scope.runInAsyncScope(callback, this, ...args);
    });
  }

  ref(): this {
    this.#isRef = true;
    return this;
  }

  unref(): this {
    this.#isRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isRef && this.#pending !== undefined;
  }

  [Symbol.dispose](): void {
    this.#pending?.cancel();
    this.#pending = undefined;
  }
}
