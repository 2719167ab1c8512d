/**
 * The monotonic clock under its several names: `performance`, `process.hrtime`, `process.uptime`.
 *
 * Left out: `performance.toJSON`, `nodeTiming` and `eventLoopUtilization`, which tell about the
 * real process, and what Node measures itself (`console.time`, `process.cpuUsage`).
 */

import type { MarkOptions, MeasureOptions } from "node:perf_hooks";
import { performance } from "node:perf_hooks";
import { holderOf } from "./patches.ts";
import { likeReal, type Stage } from "./stage.ts";

export function replaceMonotonic(stage: Stage): void {
  const { clock } = stage;
  replacePerformance(stage);
  replaceHrtime(stage);
  stage.method(process, "uptime", "process.uptime", () => clock.now() / 1000);
}

/** The same object is the global `performance` and the one of node:perf_hooks. */
function replacePerformance(stage: Stage): void {
  const { clock, patches } = stage;
  const { mark, measure } = performance;
  const method = (key: string, virtual: (...args: never[]) => unknown): void =>
    stage.method(holderOf(performance, key), key, `performance.${key}`, virtual);

  method("now", () => clock.now());
  method("mark", (name: string, options: MarkOptions = {}) =>
    mark.call(performance, name, withDefault(options, "startTime", clock.now())),
  );
  method("measure", (name: string, start: string | MeasureOptions, end?: string) => {
    const hasEnd = end !== undefined || hasAny(start, "end", "duration");
    if (hasEnd) return Reflect.apply(measure, performance, [name, start, end]);
    const from = typeof start === "object" ? start : { start: start ?? 0 };
    return measure.call(performance, name, { ...from, end: clock.now() });
  });

  const holder = holderOf(performance, "timeOrigin");
  const real = holder && Reflect.getOwnPropertyDescriptor(holder, "timeOrigin")?.get;
  if (holder === undefined || real === undefined) return;
  const get = stage.standIn("performance.timeOrigin", real, () => clock.origin());
  patches.getter(holder, "timeOrigin", "performance.timeOrigin", get);
}

function hasAny(value: unknown, ...keys: string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return keys.some((key) => Reflect.get(value, key) !== undefined);
}

/** What is no object is left to Node, which refuses it. */
function withDefault<Value>(value: Value, key: string, standard: unknown): Value {
  if (typeof value !== "object" || value === null || hasAny(value, key)) return value;
  return { ...value, [key]: standard };
}

function replaceHrtime(stage: Stage): void {
  const { clock, patches } = stage;
  const real = process.hrtime;
  const nanoseconds = (): number => Math.round(clock.now() * 1e6);
  const hrtime = (before?: [number, number]): [number, number] => {
    // Refused here as there, with the same error.
    if (before !== undefined && !isPair(before)) return real(before);
    const now = nanoseconds();
    const seconds = Math.floor(now / 1e9) - (before?.[0] ?? 0);
    const rest = (now % 1e9) - (before?.[1] ?? 0);
    return rest < 0 ? [seconds - 1, rest + 1e9] : [seconds, rest];
  };
  const standIn = stage.standIn("process.hrtime", real, hrtime);
  const bigint = stage.standIn("process.hrtime.bigint", real.bigint, () => BigInt(nanoseconds()));
  Object.defineProperties(standIn, {
    bigint: { value: bigint, writable: true, configurable: true, enumerable: true },
  });
  likeReal(standIn, real);
  patches.value(process, "hrtime", "process.hrtime", standIn);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2;
}
