/** What a kit is told: how its system is started, how long it waits, and what fails a test. */

import { InvalidOptions } from "../errors.ts";
import { known, type SystemOptions } from "../options.ts";

export interface KitOptions extends SystemOptions {
  /**
   * Every wait of the kit and its probes is so many times as long: 0.01 to 1000. Default: the
   * environment's SABEAM_TIME_FACTOR, else 1. For machines slower than the test's author's.
   */
  timeFactor?: number;
  /**
   * Milliseconds in which the actors of a test must end, all together, 0 to 2^31 - 1, default 5000,
   * times `timeFactor`. Whoever has not is killed, and the test fails.
   */
  teardownTimeout?: number;
  /** True: crashes that nobody expects do not fail the test. */
  allowCrashes?: boolean;
  /**
   * True: time stands still until the test lets it pass (`kit.advance`), for actors, timers and the
   * globals (Date, setTimeout, …) of the whole JavaScript thread, until `kit.stop`. One such kit at
   * a time, with `threads: 0`.
   */
  virtual?: boolean;
  /** With `virtual`: of all random numbers, globals included. Default 1. */
  seed?: string | number;
  /** False: dead letters fail the test. Default true: they are in `kit.deadLetters`. */
  allowDeadLetters?: boolean;
}

/** Those of the kit itself; all others are of `startSystem`. */
const OWN = [
  ...["timeFactor", "teardownTimeout", "allowCrashes", "allowDeadLetters"],
  ...["virtual", "seed"],
];

/** How a system of a test differs from others, unless the test says so: it starts and ends fast. */
const SYSTEM: SystemOptions = {
  threads: 0,
  standbys: 0,
  socket: false,
  drainTimeout: 100,
};

export interface KitSettings {
  readonly timeFactor: number | undefined;
  readonly teardownTimeout: number | undefined;
  readonly allowCrashes: boolean;
  readonly allowDeadLetters: boolean;
  /** The seed of a virtual kit. */
  readonly virtual: string | number | undefined;
  readonly system: SystemOptions;
}

/** What is of the system is checked where it is started. @throws InvalidOptions */
export function checkKitOptions(options: KitOptions): KitSettings {
  if (typeof options !== "object" || options === null) known("testKit", options, OWN);
  if ("root" in options) {
    const allowed = "left out: kit.start(definition, args) is for what a test starts";
    throw new InvalidOptions("root", allowed, options.root);
  }
  const { timeFactor, teardownTimeout, allowCrashes, allowDeadLetters, ...others } = options;
  const { virtual, seed = 1, ...system } = others;
  const isVirtual = flag("virtual", virtual, false);
  if (isVirtual) checkVirtual(system);
  return {
    timeFactor,
    teardownTimeout,
    allowCrashes: flag("allowCrashes", allowCrashes, false),
    allowDeadLetters: flag("allowDeadLetters", allowDeadLetters, true),
    virtual: isVirtual ? seed : undefined,
    system: { ...SYSTEM, ...system },
  };
}

function checkVirtual({ threads = 0 }: SystemOptions): void {
  if (threads === 0) return;
  const allowed = "0 in virtual time; simulate() of sabeam/sim is for more of them";
  throw new InvalidOptions("threads", allowed, threads);
}

function flag(where: string, value: unknown, or: boolean): boolean {
  if (value === undefined) return or;
  if (typeof value === "boolean") return value;
  throw new InvalidOptions(where, "true or false", value);
}
