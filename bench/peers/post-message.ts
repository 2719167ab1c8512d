/**
 * Worker threads with `postMessage`: what everybody has without a library.
 *
 * The worker (post-message-worker.ts) adds numbers, sends balls back and answers. Nothing bounds
 * the queue of a port, so the sender of a flood simply sends: waiting for answers in between is
 * slower.
 */

import { Worker } from "node:worker_threads";
import { type Contender, type Options, payload, type Sample, secondsSince } from "../contender.ts";
import { quantile } from "../statistics.ts";

const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./post-message-worker.ts" : "./post-message-worker.js",
  import.meta.url,
);

/** What the worker understands. */
export type Request =
  | number
  | Order
  | { readonly type: "bytes"; readonly data: Uint8Array }
  | { readonly type: "sum" }
  | { readonly type: "echo"; readonly value: number }
  | { readonly type: "tick"; readonly ticks: number; readonly everyMs: number };

export interface Order {
  readonly type: "order";
  readonly symbol: string;
  readonly price: number;
  readonly amount: number;
}

/** Starts a worker and waits until it answers. */
async function startWorker(): Promise<Worker> {
  const worker = new Worker(WORKER);
  await ask<number>(worker, { type: "echo", value: 0 });
  return worker;
}

/** One question, one answer; nothing else may be under way. */
function ask<T>(worker: Worker, request: Request): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: T) => {
      worker.off("error", reject);
      resolve(answer);
    });
    worker.postMessage(request);
  });
}

async function flood(options: Options, message: (index: number) => Request): Promise<Contender> {
  const worker = await startWorker();
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    for (let index = 0; index < options.count; index += 1) worker.postMessage(message(index));
    const checksum = await ask<number>(worker, { type: "sum" });
    return { checksum, values: { rate: options.count / secondsSince(begin) } };
  };
  return { round, close: () => closeAll([worker]) };
}

export function cast(options: Options): Promise<Contender> {
  return flood(options, payload);
}

export function castObject(options: Options): Promise<Contender> {
  return flood(options, (index) => ({
    type: "order",
    symbol: "SABM",
    price: 12.5,
    amount: payload(index),
  }));
}

/** Bytes posted before the sender waits until the worker has seen half of them. */
const FLOOD_BYTES = 32 * 1024 * 1024;

/** Bytes in messages of one size; unbounded, large ones would fill the memory. */
export async function bytes(options: Options): Promise<Contender> {
  const worker = await startWorker();
  const data = new Uint8Array(options.bytes ?? 1).fill(1);
  const batch = Math.ceil(FLOOD_BYTES / 2 / data.length);
  const round = async (): Promise<Sample> => {
    const begin = performance.now();
    let seen: Promise<unknown> = Promise.resolve();
    for (let index = 0; index < options.count; index += 1) {
      worker.postMessage({ type: "bytes", data });
      if (index % batch !== batch - 1) continue;
      await seen;
      seen = ask<number>(worker, { type: "echo", value: 0 });
    }
    await seen;
    const checksum = await ask<number>(worker, { type: "sum" });
    const rate = (options.count * data.length) / 1e6 / secondsSince(begin);
    return { checksum, values: { rate } };
  };
  return { round, close: () => closeAll([worker]) };
}

/** Round trips without a pause. */
export async function pingpong(options: Options): Promise<Contender> {
  const worker = await startWorker();
  const round = (): Promise<Sample> =>
    new Promise((resolve) => {
      let trips = 0;
      const begin = performance.now();
      const onBall = () => {
        trips += 1;
        if (trips < options.count) return worker.postMessage({ type: "echo", value: trips });
        worker.off("message", onBall);
        resolve({ checksum: trips, values: { rate: trips / secondsSince(begin) } });
      };
      worker.on("message", onBall);
      worker.postMessage({ type: "echo", value: 0 });
    });
  return { round, close: () => closeAll([worker]) };
}

/** After this silence both threads sleep in the kernel. */
const SILENCE_MS = 3;

/** As for our own row: compiled code is measured. */
const WARM_TRIPS = 100;

export async function parked(options: Options): Promise<Contender> {
  const worker = await startWorker();
  const round = async (): Promise<Sample> => {
    const trips: number[] = [];
    for (let index = 0; index < options.count * WARM_TRIPS; index += 1) {
      await ask<number>(worker, { type: "echo", value: index });
    }
    for (let index = 0; index < options.count; index += 1) {
      await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
      const begin = performance.now();
      await ask<number>(worker, { type: "echo", value: index });
      trips.push(secondsSince(begin) * 1e6);
    }
    const values = { p50: quantile(trips, 0.5), p99: quantile(trips, 0.99) };
    return { checksum: trips.length, values };
  };
  return { round, close: () => closeAll([worker]) };
}

/** Messages that main posts before it waits until the worker has seen the batch before. */
const FLOOD_BATCH = 5000;

/**
 * How late timers of the worker are while main keeps it busy with numbers. Without a bound the
 * queue of the port, and with it the lateness, would grow for as long as the flood lasts.
 */
export async function lateness(options: Options): Promise<Contender> {
  const worker = await startWorker();
  const round = (): Promise<Sample> =>
    new Promise((resolve) => {
      const postBatch = () => {
        for (let index = 0; index < FLOOD_BATCH; index += 1) worker.postMessage(0);
        worker.postMessage({ type: "echo", value: 0 });
      };
      let late: readonly number[] | undefined;
      let batches = 2;
      const onAnswer = (answer: number | readonly number[]) => {
        if (typeof answer !== "number") late = answer;
        else if (late === undefined) return postBatch();
        else batches -= 1;
        if (batches > 0 || late === undefined) return;
        worker.off("message", onAnswer);
        resolve({ checksum: late.length, values: { p99: quantile(late, 0.99) } });
      };
      worker.on("message", onAnswer);
      worker.postMessage({ type: "tick", ticks: options.count, everyMs: TICK_MS });
      for (let batch = 0; batch < batches; batch += 1) postBatch();
    });
  return { round, close: () => closeAll([worker]) };
}

/** Milliseconds from one timer to the next. */
const TICK_MS = 5;

/** Two workers from nothing to their first answers. */
export async function boot(options: Options): Promise<Contender> {
  const round = async (): Promise<Sample> => {
    const times: number[] = [];
    for (let index = 0; index < options.count; index += 1) {
      const begin = performance.now();
      const workers = await Promise.all([startWorker(), startWorker()]);
      times.push(performance.now() - begin);
      await closeAll(workers);
    }
    return { checksum: times.length, values: { boot: quantile(times, 0.5) } };
  };
  return { round, close: () => {} };
}

/** What two workers that have nothing to do cost, in per cent of one core. */
export async function idle(options: Options): Promise<Contender> {
  const workers = await Promise.all([startWorker(), startWorker()]);
  const round = async (): Promise<Sample> => {
    await new Promise((resolve) => setTimeout(resolve, options.count / 3));
    const before = process.cpuUsage();
    const begin = performance.now();
    await new Promise((resolve) => setTimeout(resolve, options.count));
    const { user, system } = process.cpuUsage(before);
    const share = (100 * (user + system)) / 1e6 / secondsSince(begin);
    return { checksum: workers.length, values: { cpu: share } };
  };
  return { round, close: () => closeAll(workers) };
}

async function closeAll(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.terminate()));
}
