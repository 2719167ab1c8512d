/**
 * What a contender is: one program that can play one benchmark, ours or a peer's.
 *
 * Each contender lives in a process of its own (host.ts serves it, subject.ts talks to it, and
 * pool.ts says when they share one). It sets up once and then plays rounds; a round times itself,
 * so that the way to the process is not measured.
 */

import type { Shared } from "./shared.ts";

/** What one round found. */
export interface Sample {
  /** Proves that the work was done; must equal what the plan expects. */
  readonly checksum: number;
  /** Figures by the key of their row, in the unit of the row. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Sizes and choices of a contender; a plan gives what the benchmark needs, the rest is 1 or true.
 */
export interface Options {
  /** Messages, calls, actors or samples of one round. */
  readonly count: number;
  /** Calls of one round that are measured with many in flight. */
  readonly flight?: number;
  /** Actors that the messages are spread over. */
  readonly actors?: number;
  /** Threads that jobs are spread over. */
  readonly workers?: number;
  /** Bytes of one message. */
  readonly bytes?: number;
  /** Pairs of threads that do the same work side by side. */
  readonly pairs?: number;
  /** Busy processes beside each round (host.ts starts them). */
  readonly neighbours?: number;
  /** False forbids our threads to spin before they park. */
  readonly spin?: boolean;
}

/** Threads of a system that plays whole programs, and schedulers of Erlang in every row. */
export const THREADS = 2;

export interface Contender {
  round(): Promise<Sample>;
  close?(): Promise<void> | void;
}

export type Setup = (options: Options, shared: Shared) => Promise<Contender> | Contender;

/** The number that message `index` carries: small, and not always the same. */
export function payload(index: number): number {
  return index & 7;
}

/** What `payload` of the first `count` messages adds up to. */
export function payloadSum(count: number): number {
  const rest = count % 8;
  return Math.floor(count / 8) * 28 + (rest * (rest - 1)) / 2;
}

/** Calls in flight at once in the rows that are named after it. */
export const CALLS_IN_FLIGHT = 1000;

/** What `echo`, which answers its argument + 1, answers to `count` calls in all. */
export function echoSum(count: number): number {
  return payloadSum(count) + count;
}

/** Jobs in flight at once in the rows about jobs. */
export const JOBS_IN_FLIGHT = 256;

const JOB_STEPS = 10_000;

/** A job: so many steps of a random generator, about 20 µs, and where they lead. */
export function job(seed: number): number {
  let state = seed | 1;
  for (let step = 0; step < JOB_STEPS; step += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state >>> 0;
}

/** Hands out `count` jobs, so many at a time, and adds up what they answer. */
export async function playJobs(
  run: (seed: number) => Promise<number>,
  count: number,
): Promise<Sample> {
  let next = 0;
  let checksum = 0;
  const hand = async () => {
    while (next < count) {
      next += 1;
      const result = await run(next);
      checksum += result;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: JOBS_IN_FLIGHT }, hand));
  return { checksum, values: { rate: count / secondsSince(begin) } };
}

/** Seconds since `start`, which is a `performance.now()`. */
export function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

/** Calls `echo` one after the other, then with many callers at once. */
export async function playCalls(
  echo: (value: number) => Promise<number>,
  options: Options,
): Promise<Sample> {
  const alone = await callers(echo, 1, options.count);
  const calls = options.flight ?? options.count;
  const width = Math.min(CALLS_IN_FLIGHT, calls);
  const together = await callers(echo, width, Math.floor(calls / width));
  return {
    checksum: alone.sum + together.sum,
    values: { sequential: alone.rate, flight: together.rate },
  };
}

/** What `playCalls` must answer. */
export function callsSum(options: Options): number {
  const calls = options.flight ?? options.count;
  const width = Math.min(CALLS_IN_FLIGHT, calls);
  return echoSum(options.count) + width * echoSum(Math.floor(calls / width));
}

async function callers(
  echo: (value: number) => Promise<number>,
  width: number,
  each: number,
): Promise<{ sum: number; rate: number }> {
  const caller = async () => {
    let sum = 0;
    for (let index = 0; index < each; index += 1) sum += await echo(payload(index));
    return sum;
  };
  const start = performance.now();
  const sums = await Promise.all(Array.from({ length: width }, caller));
  const seconds = secondsSince(start);
  return { sum: sums.reduce((total, sum) => total + sum, 0), rate: (width * each) / seconds };
}
