/**
 * The globals through which user code meets time and chance, virtualised for the whole JavaScript
 * thread while a simulation runs in it.
 *
 *     dates.ts            Date, Temporal.Now                          ─┐
 *     monotonic.ts        performance, process.hrtime, process.uptime  ├─▶ VirtualClock, which
 *     chance.ts           Math.random, crypto                          │   the world implements
 *     timer-functions.ts  setTimeout …, AbortSignal.timeout, nextTick  │
 *     timer-promises.ts   node:timers/promises                        ─┘
 *
 * Objects are patched and not replaced, so that named imports from Node's modules follow. Whatever
 * was taken from them before (`const { now } = Date`) stays real: test runners live on that.
 *
 * Left out: `queueMicrotask` and promises, which are deterministic as they are; real I/O, which
 * foreign.ts finds; what each of the files above leaves out.
 */

import { syncBuiltinESMExports } from "node:module";
import { replaceChance } from "./chance.ts";
import { replaceDate, replaceTemporal } from "./dates.ts";
import { NestedSimulation } from "./errors.ts";
import { replaceMonotonic } from "./monotonic.ts";
import { Patches } from "./patches.ts";
import { Stage, type VirtualClock } from "./stage.ts";
import { Ticks, TimerFunctions } from "./timer-functions.ts";

export type { VirtualClock } from "./stage.ts";
export type { CallSite } from "./uses.ts";

/** What was there before, for the simulator itself. */
export interface RealGlobals {
  readonly setTimeout: typeof setTimeout;
  readonly clearTimeout: typeof clearTimeout;
  readonly setImmediate: typeof setImmediate;
  readonly clearImmediate: typeof clearImmediate;
  readonly nextTick: typeof process.nextTick;
  readonly Date: DateConstructor;
  readonly random: () => number;
  /** `performance.now`. */
  readonly now: () => number;
}

export interface VirtualGlobals {
  /** Puts back what was there, exactly. Does nothing when it is called again. */
  restore(): void;
  /** `process.nextTick` calls that are not over yet; Node's own, of streams for example, count. */
  readonly ticks: number;
  /** How many there were so far. */
  readonly ticksAsked: number;
  readonly real: RealGlobals;
}

/** Present on the global object while a simulation runs, whichever copy of this module runs it. */
const MARK = Symbol.for("sabeam.simulation");

/**
 * Replaces the globals until `restore`. Costs 0.5 ms.
 *
 * @throws NestedSimulation (ERR_NESTED_SIMULATION) if they are replaced already; GlobalNotReplaced
 *   (ERR_GLOBAL_NOT_REPLACED). Nothing is replaced then.
 */
export function installGlobals(clock: VirtualClock): VirtualGlobals {
  if (MARK in globalThis) throw new NestedSimulation();
  // This makes Node load what its modules export lazily, which must find the real globals.
  syncBuiltinESMExports();
  const patches = new Patches();
  const stage = new Stage(clock, patches);
  const ticks = new Ticks();
  const real = realGlobals();
  const restore = (): void => {
    stage.running = false;
    patches.restore();
    syncBuiltinESMExports();
  };
  try {
    patches.value(globalThis, MARK, "the mark of simulations", true);
    replaceDate(stage);
    replaceTemporal(stage);
    replaceMonotonic(stage);
    replaceChance(stage);
    new TimerFunctions(stage).replace();
    ticks.replace(stage);
    syncBuiltinESMExports();
  } catch (error) {
    restore();
    throw error;
  }
  return {
    restore,
    real,
    get ticks() {
      return ticks.count;
    },
    get ticksAsked() {
      return ticks.asked;
    },
  };
}

function realGlobals(): RealGlobals {
  const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis;
  return {
    ...{ setTimeout, clearTimeout, setImmediate, clearImmediate },
    nextTick: process.nextTick,
    Date: globalThis.Date,
    random: Math.random,
    now: performance.now.bind(performance),
  };
}
