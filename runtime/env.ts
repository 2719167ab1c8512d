/**
 * Everything through which a thread of the system meets the outside: the clock, the event loop,
 * timers, randomness and the disk. The real one is here; a simulated one can stand in its place,
 * since nothing in runtime/ or actors/ reaches past this interface for any of them.
 *
 * Times are milliseconds since the system started, on the monotonic clock that all threads share.
 * Every `step` and `wake` runs in the root context (root.ts), whoever asked for it.
 */

import { performance } from "node:perf_hooks";
import type { Disk } from "./disk.ts";
import { realFolder } from "./folder.ts";
import { Random } from "./random.ts";
import { RootContext } from "./root.ts";

export interface Env {
  /** Milliseconds since the system's epoch, fractional, never going back. About 40 ns. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Runs `step` now. */
  root<Result>(step: () => Result): Result;
  /** A function that makes `step` run as a microtask. */
  microtask(step: () => void): () => void;
  /** One that makes it run once all microtasks have run, still before the event loop goes on. */
  afterMicrotasks(step: () => void): () => void;
  /** Runs `step` in a turn of the event loop of its own, after timers and I/O had theirs. */
  macrotask(step: () => void): void;
  /** Runs `step` after so many milliseconds; does not keep the process alive. */
  timer(ms: number, step: () => void): { cancel(): void };
  /**
   * Calls `wake` once the word is notified. False, and nothing waits, if it is not `value` any
   * more. Cannot be taken back.
   */
  wait(words: Int32Array, word: number, value: number, wake: () => void): boolean;
  /**
   * Turns that the thread runs before it lets go of the JavaScript thread and asks for a microtask
   * to go on in: a simulated one, so that others run between its turns. Left out: as many as there
   * are.
   */
  turns?(): number;
  /** What is in a folder, which is made if it is not there. Rejects with DiskError. */
  disk(folder: string): Promise<Disk>;
  /**
   * Of a simulated node: which of its lives this is, in place of a process. What others of them
   * have left on its disk is nobody's.
   */
  readonly life?: string;
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

/** Longest delay that Node's timers take. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export function realEnv({ epochMs, seed, spinMs, cores, threads }: RealEnvOptions): Env {
  const offset = hrtimeMs() - performance.now() - epochMs;
  const random = new Random(seed);
  const root = new RootContext();
  return {
    spinMs,
    cores,
    threads,
    now: () => performance.now() + offset,
    random: () => random.float(),
    root: (step) => root.run(step),
    disk: realFolder,
    microtask: (step) => root.gate(step),
    // A tick that is asked for inside a tick runs before the microtasks; from one, after all of
    // them.
    afterMicrotasks: (step) => root.gate(() => process.nextTick(step)),
    macrotask: (step) => void setImmediate(() => root.run(step)),
    wait(words, word, value, wake) {
      const wait = Atomics.waitAsync(words, word, value);
      if (wait.async) void wait.value.then(() => root.run(wake));
      return wait.async;
    },
    timer(ms, step) {
      const timer = setTimeout(() => root.run(step), Math.min(Math.max(ms, 0), TIMER_MS_MAX));
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
