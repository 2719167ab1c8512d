/**
 * `setTimeout` and its relatives, as globals and in node:timers, `AbortSignal.timeout`, and
 * `process.nextTick`, which stays real and is counted.
 *
 * Handles and numbers from before the simulation are passed on to the real functions, so that what
 * was started outside can be cleared inside.
 */

import timers from "node:timers";
import { promisify } from "node:util";
import type { AnyFunction, Stage } from "./stage.ts";
import { type Callback, Immediate, Timeout, TimeoutIds } from "./timeout.ts";
import { type TimerPromises, timerPromises } from "./timer-promises.ts";

/** Longest delay that Node takes; what is longer becomes 1. */
const DELAY_MS_MAX = 2 ** 31 - 1;
/** Longest delay that AbortSignal.timeout takes. */
const SIGNAL_MS_MAX = 2 ** 32 - 1;

export class TimerFunctions {
  readonly #stage: Stage;
  readonly #ids = new TimeoutIds();
  // As they were when the simulation began.
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;
  readonly #setImmediate = globalThis.setImmediate;
  readonly #clearImmediate = globalThis.clearImmediate;
  /** The class of Node's immediates. */
  readonly #Immediate: new () => NodeJS.Immediate;

  constructor(stage: Stage) {
    this.#stage = stage;
    const immediate = setImmediate(() => {});
    clearImmediate(immediate);
    this.#Immediate = immediate.constructor as new () => NodeJS.Immediate;
  }

  replace(): void {
    const promises = timerPromises(this.#stage, {
      timeout: (callback, ms, repeats) => this.#timeout(callback, ms, [], repeats),
      immediate: (callback) => this.#immediate(callback, []),
    });
    this.#replaceGlobals(promises);
    this.#replaceSignals();
  }

  #replaceGlobals(promises: TimerPromises): void {
    const clear = (handle?: unknown): void => this.#clear(handle);
    const virtual: Record<string, AnyFunction> = {
      setTimeout: (callback: Callback, ms: unknown, ...args: unknown[]) =>
        this.#timeout(callback, ms, args, false),
      setInterval: (callback: Callback, ms: unknown, ...args: unknown[]) =>
        this.#timeout(callback, ms, args, true),
      setImmediate: (callback: Callback, ...args: unknown[]) => this.#immediate(callback, args),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: (handle?: unknown) => this.#clearOneImmediate(handle),
    };
    for (const [name, method] of Object.entries(virtual)) {
      const real = Reflect.get(globalThis, name) as AnyFunction;
      const standIn = this.#stage.standIn(/^set/.test(name) ? name : undefined, real, method);
      const promise = Reflect.get(promises, name);
      if (Object.hasOwn(real, promisify.custom) && promise !== undefined) {
        Object.defineProperty(standIn, promisify.custom, { value: promise, enumerable: true });
      }
      this.#stage.patches.value(globalThis, name, name, standIn);
      this.#stage.patches.value(timers, name, `timers.${name}`, standIn);
    }
  }

  #timeout(callback: Callback, after: unknown, args: unknown[], repeats: boolean): Timeout {
    // Refused here as there, with the same error.
    if (typeof callback !== "function") this.#setTimeout(callback);
    const scene = { clock: this.#stage.clock, ids: this.#ids };
    return new Timeout(scene, { callback, args, ms: this.#wholeMs(after), repeats });
  }

  /** Node's rules: whole milliseconds, and 1 for whatever cannot be. */
  #wholeMs(after: unknown): number {
    // Throws for a bigint or a symbol, as Node does.
    const ms = (after as number) * 1;
    if (ms >= 1 && ms <= DELAY_MS_MAX) return Math.trunc(ms);
    // Node warns of some of them, in each version of others.
    if (!(ms >= 0 && ms < 1) && after !== undefined) {
      this.#clearTimeout(this.#setTimeout(() => {}, ms));
    }
    return 1;
  }

  #clear(handle: unknown): void {
    const isId = typeof handle === "number" || typeof handle === "string";
    const own = isId ? this.#ids.find(handle) : handle;
    if (own instanceof Timeout) own.close();
    else this.#clearTimeout(handle as NodeJS.Timeout);
  }

  #clearOneImmediate(handle: unknown): void {
    if (handle instanceof Immediate) handle[Symbol.dispose]();
    // Node's count of immediates would be wrong for ever if it got anything else.
    else if (handle instanceof this.#Immediate) this.#clearImmediate(handle);
  }

  #immediate(callback: Callback, args: unknown[]): Immediate {
    if (typeof callback !== "function") this.#setImmediate(callback);
    return new Immediate(this.#stage.clock, callback, args);
  }

  #replaceSignals(): void {
    const real = AbortSignal.timeout;
    this.#stage.method(AbortSignal, "timeout", "AbortSignal.timeout", (ms: number) => {
      const isValid = Number.isInteger(ms) && ms >= 0 && ms <= SIGNAL_MS_MAX;
      if (!isValid) return real.call(AbortSignal, ms);
      const controller = new AbortController();
      const late = (): void => controller.abort(new DOMException(LATE, "TimeoutError"));
      this.#timeout(late, ms, [], false).unref();
      return controller.signal;
    });
  }
}

const LATE = "The operation was aborted due to timeout";

/** Replaces `process.nextTick` by itself, counted. */
export class Ticks {
  /** Asked for and not yet over. */
  count = 0;
  /** Asked for so far. */
  asked = 0;

  replace(stage: Stage): void {
    const real = process.nextTick;
    const over = (): void => {
      this.count -= 1;
    };
    const virtual = (callback: Callback, ...args: unknown[]): void => {
      real(callback, ...args);
      // A tick of its own, which is next in the queue, leaves the stack of the user's as it is.
      this.count += 1;
      this.asked += 1;
      real(over);
    };
    const standIn = stage.standIn(undefined, real, virtual);
    // vitest assigns the real one a tick after each of its messages.
    stage.patches.lasting(process, "nextTick", "process.nextTick", standIn);
  }
}
