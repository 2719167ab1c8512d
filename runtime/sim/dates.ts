/**
 * The wall clock: `Date`, and `Temporal.Now` where there is one.
 *
 * `Date` of a simulation makes real dates: it has the real prototype, so that `instanceof`, dates
 * from before and dates from structuredClone are as always.
 *
 * Left out, since they read the engine's clock in a place that cannot be replaced: a class that was
 * declared before the simulation began and extends Date (`super()` without arguments), and
 * `Intl.DateTimeFormat` without a date.
 */

import type { Stage, VirtualClock } from "./stage.ts";

export function replaceDate(stage: Stage): void {
  const { clock, patches } = stage;
  const Real = globalThis.Date;
  const use = stage.use("Date");

  const VirtualDate = function (...args: unknown[]): unknown {
    if (new.target === undefined) {
      if (!stage.running) return Real();
      use.note(VirtualDate);
      return new Real(wholeMs(clock)).toString();
    }
    if (args.length > 0 || !stage.running) return Reflect.construct(Real, args, new.target);
    use.note(VirtualDate);
    return Reflect.construct(Real, [wholeMs(clock)], new.target);
  };
  Object.defineProperties(VirtualDate, Object.getOwnPropertyDescriptors(Real));
  const now = stage.standIn("Date.now", Real.now, () => wholeMs(clock));
  Object.defineProperty(VirtualDate, "now", { value: now });

  patches.value(globalThis, "Date", "Date", VirtualDate);
  patches.value(Real.prototype, "constructor", "Date.prototype.constructor", VirtualDate);
}

function wholeMs(clock: VirtualClock): number {
  return Math.floor(clock.wall());
}

interface Zoned {
  toPlainDateTime(): unknown;
  toPlainDate(): unknown;
  toPlainTime(): unknown;
}

interface Temporal {
  readonly Instant: {
    fromEpochNanoseconds(nanoseconds: bigint): { toZonedDateTimeISO(zone: unknown): Zoned };
  };
  readonly Now: { timeZoneId(): string };
}

/** From Node 26 on. */
export function replaceTemporal(stage: Stage): void {
  const { Temporal } = globalThis as { Temporal?: Temporal };
  if (Temporal === undefined) return;
  const { Now, Instant } = Temporal;
  const instant = () => Instant.fromEpochNanoseconds(wallNanoseconds(stage.clock));
  const zoned = (zone: unknown = Now.timeZoneId()) => instant().toZonedDateTimeISO(zone);
  const virtual = {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone?: unknown) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone?: unknown) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone?: unknown) => zoned(zone).toPlainTime(),
  };
  for (const [name, method] of Object.entries(virtual)) {
    stage.method(Now, name, `Temporal.Now.${name}`, method);
  }
}

function wallNanoseconds(clock: VirtualClock): bigint {
  const wall = clock.wall();
  const whole = Math.floor(wall);
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((wall - whole) * 1e6));
}
