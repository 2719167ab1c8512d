/**
 * node:timers/promises, and through it `util.promisify(setTimeout)`.
 *
 * Arguments that Node refuses are passed on to it, so that the rejection is the same.
 */

import promises from "node:timers/promises";
import { holderOf } from "./patches.ts";
import type { Stage } from "./stage.ts";
import type { Callback, Immediate, Timeout } from "./timeout.ts";

/** What they are made of. */
export interface TimerParts {
  timeout(callback: Callback, ms: unknown, repeats: boolean): Timeout;
  immediate(callback: Callback): Immediate;
}

interface Options {
  signal?: AbortSignal;
  ref?: boolean;
}

/** The stand-ins that functions with callbacks lead to. */
export type TimerPromises = Pick<typeof promises, "setTimeout" | "setImmediate">;

/** Replaces all of the module, and returns what is in its place. */
export function timerPromises(stage: Stage, parts: TimerParts): TimerPromises {
  const real = { ...promises };
  const sleep = (ms: number, value: unknown, options: Options = {}): Promise<unknown> =>
    isValid(ms, options)
      ? settled(options.signal, (resolve) => parts.timeout(() => resolve(value), ms, false))
      : real.setTimeout(ms, value, options);
  const immediate = (value: unknown, options: Options = {}): Promise<unknown> =>
    isValid(undefined, options)
      ? settled(options.signal, (resolve) => parts.immediate(() => resolve(value)))
      : real.setImmediate(value, options);
  const every = (ms: number, value: unknown, options: Options = {}): AsyncIterable<unknown> =>
    isValid(ms, options)
      ? rounds(parts, ms, value, options.signal)
      : real.setInterval(ms, value, options);

  const module = "timers/promises";
  stage.method(promises, "setTimeout", `${module}.setTimeout`, sleep);
  stage.method(promises, "setImmediate", `${module}.setImmediate`, immediate);
  stage.method(promises, "setInterval", `${module}.setInterval`, every);
  const scheduler = holderOf(promises.scheduler, "wait");
  const wait = (ms: number, options?: Options) => sleep(ms, undefined, options);
  stage.method(scheduler, "wait", `${module}.scheduler.wait`, wait);
  stage.method(scheduler, "yield", `${module}.scheduler.yield`, () => immediate(undefined));
  return { setTimeout: promises.setTimeout, setImmediate: promises.setImmediate };
}

function isValid(ms: unknown, options: unknown): boolean {
  if (ms !== undefined && typeof ms !== "number") return false;
  if (typeof options !== "object" || options === null || Array.isArray(options)) return false;
  const { signal, ref } = options as { signal?: unknown; ref?: unknown };
  if (ref !== undefined && typeof ref !== "boolean") return false;
  return signal === undefined || signal instanceof AbortSignal;
}

/** What Node rejects with; its own class is not to be had. */
class AbortError extends Error {
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(signal: AbortSignal) {
    super("The operation was aborted", { cause: signal.reason });
  }
}

/** Resolves as `start` says, unless the signal comes first. */
function settled(
  signal: AbortSignal | undefined,
  start: (resolve: (value: unknown) => void) => Disposable,
): Promise<unknown> {
  if (signal?.aborted) return Promise.reject(new AbortError(signal));
  return new Promise((resolve, reject) => {
    const handle = start((value) => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    const abort = (): void => {
      handle[Symbol.dispose]();
      reject(new AbortError(signal as AbortSignal));
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Gives `value` each time an interval is due, as often as it was due meanwhile. */
async function* rounds(
  parts: TimerParts,
  ms: number,
  value: unknown,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void> {
  if (signal?.aborted) throw new AbortError(signal);
  let due = 0;
  let wake = (): void => {};
  const interval = parts.timeout(
    () => {
      due += 1;
      wake();
    },
    ms,
    true,
  );
  const abort = (): void => {
    interval.close();
    wake();
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    while (!signal?.aborted) {
      if (due === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      for (; due > 0; due -= 1) yield value;
    }
    throw new AbortError(signal);
  } finally {
    interval.close();
    signal?.removeEventListener("abort", abort);
  }
}
