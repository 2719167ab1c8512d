/** What `startSystem` is told of its threads: how many, how large, and what their end means. */

import type { ThreadIntensity } from "../runtime/deaths.ts";
import { INTENSITY_MAX } from "../runtime/intensity.ts";
import { THREADS_MAX } from "../runtime/layout.ts";
import { isWhole, type Rule, wrongKey } from "../runtime/wrong.ts";
import { InvalidOptions } from "./errors.ts";

export interface ThreadOptions {
  /** Worker threads besides main, 0 to 63. Default: the number of cores. 0 runs all on main. */
  threads?: number;
  /**
   * Threads that there may be at a time for one actor each (spawn option `thread: "own"`), 0 to
   * 63 - threads. Default: 8, as far as they fit; 0 with `threads: 0`. None exists before it is
   * asked for.
   */
  ownThreads?: number;
  /**
   * Booted threads in reserve, 0 to 4, default 1: one takes the place of a thread that has died
   * within milliseconds. Each costs the memory of a thread that does nothing.
   */
  standbys?: number;
  /**
   * Megabytes that the old generation of each worker thread's heap may have, 16 to 65 536; default:
   * Node's own. More ends the thread and what lives there, with reason `lost`. Young objects (some
   * 50 to 200 MB) and ArrayBuffers come on top.
   */
  heapMb?: number;
  /**
   * How often threads may die within `period` milliseconds: `deaths` (20) in 10 000. One more, and
   * the system stops with SystemFailed. What `terminateThread` ends is not counted.
   */
  threadIntensity?: Partial<ThreadIntensity>;
  /**
   * Milliseconds that a thread may be in one turn, or in any code that does not let go of it: 100
   * to 2^31 - 1, or Infinity; default 5000. After half of it `self.cancelled` is true and a warning
   * is logged, after all of it the thread is ended. A definition or a spawn may say otherwise. No
   * thread is ended while an inspector is attached, and main never.
   */
  stallAfter?: number;
}

export interface ThreadSettings {
  threads: number;
  ownThreads: number;
  standbys: number;
  heapMb: number | undefined;
  threadIntensity: ThreadIntensity;
  stallAfter: number;
}

const OWN_THREADS_DEFAULT = 8;
const STANDBYS_MAX = 4;
const STANDBYS_DEFAULT = 1;
/** Megabytes of heap of a thread; less does not hold the runtime and a module or two. */
export const HEAP_MB: Rule = isWhole(16, 65_536);
const STALL_MS_DEFAULT = 5000;
/** The keeper looks every 50 ms. */
const STALL_MS: Rule = isWhole(100, 2 ** 31 - 1);
const INTENSITY_DEFAULT: ThreadIntensity = { deaths: 20, period: 10_000 };
const PERIOD_MS_MAX = 2 ** 31 - 1;

/** @throws InvalidOptions */
export function checkThreads(options: ThreadOptions, cores: number): ThreadSettings {
  const { standbys = STANDBYS_DEFAULT, heapMb, threadIntensity } = options;
  const { stallAfter = STALL_MS_DEFAULT } = options;
  must("standbys", standbys, isWhole(0, STANDBYS_MAX));
  must("heapMb", heapMb, HEAP_MB);
  checkStall("stallAfter", stallAfter);
  const intensity = checkIntensity(threadIntensity);
  const counts = checkCounts(options, cores);
  return { ...counts, standbys, heapMb, threadIntensity: intensity, stallAfter };
}

/** @throws InvalidOptions */
export function checkStall(where: string, value: unknown): void {
  if (value === Number.POSITIVE_INFINITY || STALL_MS.holds(value)) return;
  throw new InvalidOptions(where, `${STALL_MS.allowed} (milliseconds), or Infinity`, value);
}

/** Own threads and those besides main share its indexes. */
function checkCounts(
  { threads, ownThreads }: ThreadOptions,
  cores: number,
): { threads: number; ownThreads: number } {
  const all = THREADS_MAX - 1;
  const own = ownThreads ?? OWN_THREADS_DEFAULT;
  must("ownThreads", own, isWhole(0, all));
  const checked = threads ?? Math.min(cores, all - own);
  must("threads", checked, isWhole(0, all));
  if (ownThreads !== undefined) {
    must("ownThreads", own, isWhole(0, all - checked));
    return { threads: checked, ownThreads: own };
  }
  return { threads: checked, ownThreads: checked === 0 ? 0 : Math.min(own, all - checked) };
}

function checkIntensity(given: unknown): ThreadIntensity {
  if (given === undefined) return INTENSITY_DEFAULT;
  const allowed = "an object with deaths and period";
  if (typeof given !== "object" || given === null) {
    throw new InvalidOptions("threadIntensity", allowed, given);
  }
  const strange = Object.keys(given).some((key) => key !== "deaths" && key !== "period");
  if (strange) throw new InvalidOptions("threadIntensity", `${allowed} only`, given);
  const checked: ThreadIntensity = { ...INTENSITY_DEFAULT, ...given };
  must("threadIntensity.deaths", checked.deaths, isWhole(0, INTENSITY_MAX));
  must("threadIntensity.period", checked.period, isWhole(1, PERIOD_MS_MAX));
  return checked;
}

function must(where: string, value: unknown, rule: Rule): void {
  const wrong = wrongKey(where, value, rule);
  if (wrong !== undefined) throw new InvalidOptions(wrong.key, wrong.allowed, wrong.got);
}
