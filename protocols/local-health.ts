/**
 * How well a member itself is, so that it does not suspect others of its own faults.
 *
 *     wall       0    100   200   300 ─────────────────────── 5300   5400
 *     looks      ●─────●─────●─────●      (garbage collection)   ●──────●
 *     awake      0    100   200   300                          500    600
 *
 * A thread that stood still for five seconds has not heard from anybody for five seconds, and the
 * messages wait in front of it. So detectors do not count time but time awake: of a gap between two
 * looks only as much counts as a look may be late. Whatever was at fault, a member of which
 * heartbeats wait is not suspected before they could be read.
 *
 * What is slow all the time is no stall. For that there is patience, a factor for time-outs: one
 * more after each look that was late, one less after each that was not. Protocols move it too:
 * down for probes that went well, up for an accusation that was wrong.
 *
 * `now` is `at` of a protocol's events: call `look` on each `health` event. Plain data.
 *
 * @source Dadgar, Phillips, Currey, Lifeguard: Local Health Awareness for More Accurate Failure
 *   Detection, 2017 (arXiv:1707.00788), "LHA-Probe". Time awake is ours.
 */

import { InvalidOptions } from "../actors/index.ts";

export interface LocalHealth {
  /** Between two looks, if nothing is in the way. */
  readonly everyMs: number;
  /** By how much a look may be late, and is not. */
  readonly lateMs: number;
  readonly scoreMax: number;
  /** From 0, which is well, to `scoreMax`. */
  score: number;
  lookedAt: number;
  /** Time awake at the last look. */
  awakeMs: number;
}

export interface LocalHealthOptions {
  /** Between two looks; whole milliseconds from 1 to 60 000. Default 100. */
  readonly everyMs?: number;
  /** By how much a look may be late; whole milliseconds from 0 to 60 000. Default `everyMs`. */
  readonly lateMs?: number;
  /** The most that patience adds; from 0 to 100. Default 8, as in Lifeguard. */
  readonly scoreMax?: number;
}

const EVERY_MS_DEFAULT = 100;
const EVERY_MS_MAX = 60_000;
const SCORE_MAX_DEFAULT = 8;
const SCORE_MAX_MAX = 100;

/** @throws InvalidOptions (ERR_INVALID_OPTIONS) */
export function create(now: number, options: LocalHealthOptions = {}): LocalHealth {
  const everyMs = options.everyMs ?? EVERY_MS_DEFAULT;
  const { lateMs = everyMs, scoreMax = SCORE_MAX_DEFAULT } = options;
  checkWhole("everyMs", everyMs, 1, EVERY_MS_MAX);
  checkWhole("lateMs", lateMs, 0, EVERY_MS_MAX);
  checkWhole("scoreMax", scoreMax, 0, SCORE_MAX_MAX);
  return { everyMs, lateMs, scoreMax, score: 0, lookedAt: now, awakeMs: 0 };
}

/** To be called every `everyMs`. @returns how long the thread stood still; 0 if it was in time. */
export function look(health: LocalHealth, now: number): number {
  const stoodMs = Math.max(0, now - health.lookedAt - health.everyMs - health.lateMs);
  health.awakeMs = awakeAt(health, now);
  health.lookedAt = Math.max(now, health.lookedAt);
  adjust(health, stoodMs > 0 ? 1 : -1);
  return stoodMs;
}

/** Time awake: what detectors take for their time. Never goes back. */
export function awakeAt({ everyMs, lateMs, lookedAt, awakeMs }: LocalHealth, now: number): number {
  return awakeMs + Math.min(Math.max(0, now - lookedAt), everyMs + lateMs);
}

/** By what time-outs are multiplied: 1 if all is well, up to `scoreMax` + 1. */
export function patience({ score }: LocalHealth): number {
  return score + 1;
}

/** Something went wrong here (above 0), or well (below 0); whole numbers. */
export function adjust(health: LocalHealth, by: number): void {
  health.score = Math.min(Math.max(0, health.score + by), health.scoreMax);
}

function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidOptions(option, `a whole number from ${min} to ${max}`, value);
}
