/** Stopwatch: one clock for all threads of the process, finer than a millisecond. */

/** Microseconds of a clock that only goes forward, and is the same on all threads. */
export function microseconds(): number {
  return Number(process.hrtime.bigint()) / 1000;
}

/** A time for people: `412 µs`, `1.9 ms`, `120 ms`. */
export function shortTime(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  return us < 10_000 ? `${(us / 1000).toFixed(1)} ms` : `${Math.round(us / 1000)} ms`;
}
