/**
 * Everything through which a thread of the system meets the outside: the clock, the event loop,
 * timers and randomness. The real one is here; a simulated one can stand in its place, since
 * nothing in runtime/ or actors/ reaches past this interface for any of them.
 *
 * Times are milliseconds since the system started, on the monotonic clock that all threads share.
 */

import { AsyncResource } from "node:async_hooks";
import { performance } from "node:perf_hooks";
import { Random } from "./random.ts";

export interface Env {
  /** Milliseconds since the system's epoch, fractional, never going back. About 40 ns. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** A function that makes `step` run as a microtask, in the async context of this very call. */
  microtask(step: () => void): () => void;
  /** Runs `step` once all microtasks have run, still before the event loop goes on. */
  afterMicrotasks(step: () => void): void;
  /** Runs `step` in a turn of the event loop of its own, after timers and I/O had theirs. */
  macrotask(step: () => void): void;
  /** Runs `step` after so many milliseconds; does not keep the process alive. */
  timer(ms: number, step: () => void): { cancel(): void };
  /**
   * Calls `wake` once the word is notified. False, and nothing waits, if it is not `value` any
   * more. Cannot be taken back.
   */
  wait(words: Int32Array, word: number, value: number, wake: () => void): boolean;
  /** Spins at most this long, 0 = never (simulation, or `spin: false`). */
  readonly spinMs: number;
  /** Cores that threads of this system compete for. */
  readonly cores: number;
  /** Threads of the system, main included. */
  readonly threads: number;
}

export interface RealEnvOptions {
  /** The epoch, as `process.hrtime` milliseconds: the same clock on all threads of a process. */
  epochMs: number;
  seed: string;
  spinMs: number;
  cores: number;
  threads: number;
}

const SETTLED: Promise<void> = Promise.resolve();

/** Longest delay that Node's timers take. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export function realEnv({ epochMs, seed, spinMs, cores, threads }: RealEnvOptions): Env {
  const offset = hrtimeMs() - performance.now() - epochMs;
  const random = new Random(seed);
  // Asked for from within user code too, whose AsyncLocalStorage must not reach other actors.
  const root = new AsyncResource("sabeam");
  return {
    spinMs,
    cores,
    threads,
    now: () => performance.now() + offset,
    random: () => random.float(),
    microtask: realMicrotask,
    afterMicrotasks(step) {
      // A tick that is asked for inside a tick runs before the microtasks; from one, after all of
      // them.
      void SETTLED.then(() => process.nextTick(step));
    },
    macrotask: (step) => void setImmediate(() => root.runInAsyncScope(step)),
    wait(words, word, value, wake) {
      const wait = Atomics.waitAsync(words, word, value);
      if (wait.async) void wait.value.then(wake);
      return wait.async;
    },
    timer(ms, step) {
      const timer = setTimeout(
        () => root.runInAsyncScope(step),
        Math.min(Math.max(ms, 0), TIMER_MS_MAX),
      );
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

/**
 * A gate that is armed before it is needed: the reaction belongs to the async context in which it
 * was registered, so a burst that user code sets off does not run in the user's context (and its
 * AsyncLocalStorage does not leak into other actors). `queueMicrotask` would capture it, and makes
 * an AsyncResource besides.
 */
function realMicrotask(step: () => void): () => void {
  let open: () => void = () => {};
  const arm = (): void => {
    void new Promise<void>((resolve) => {
      open = resolve;
    }).then(run);
  };
  const run = (): void => {
    arm();
    step();
  };
  arm();
  return () => open();
}
