/**
 * Suspects a member more and more, the longer nothing comes, by how regularly it came before.
 *
 *     phi = -log10(probability that the next heartbeat comes later than now)
 *
 *     phi 1: wrong in one case of 10;  phi 3: in one of 1000;  phi 8: in one of 10^8
 *
 * The times between heartbeats are taken as normal, with the mean and deviation of the last ones.
 * Where they vary it waits longer, so one threshold serves networks that are not alike.
 *
 * Bounds, which the paper has not: a time counts as at most `SAMPLE_MAX` × `expectedMs`, so that
 * one long silence does not make it blind; the mean is taken as `expectedMs` at least, so that a
 * burst of heartbeats that had to wait does not make it nervous. So who has crashed is suspected
 * within `pauseMs` + (8 + 4 z) × `expectedMs`, where z is 5.6 for phi 8; as a rule it takes
 * `pauseMs` + 1.6 × `expectedMs`. (A higher `deviationMinMs` takes the place of 4 × `expectedMs`.)
 *
 * Sums are whole numbers and therefore exact. The logarithm of the normal tail is a table of
 * integers with straight lines between (at most 0.0034 too high), since Math.exp and Math.log
 * differ between versions of Node.
 *
 * @source Hayashibara, Défago, Yared, Katayama, The φ Accrual Failure Detector, SRDS 2004. Least
 *   deviation and acceptable pause as in Akka.
 */

import { InvalidOptions } from "../actors/index.ts";

export interface PhiDetector {
  readonly expectedMs: number;
  readonly threshold: number;
  readonly pauseMs: number;
  readonly deviationMinMs: number;
  readonly samplesMax: number;
  /** The last times between heartbeats, whole milliseconds; a ring. */
  readonly samples: number[];
  /** Where the next one goes, once the ring is full. */
  next: number;
  sum: number;
  /** Of their squares. */
  squares: number;
  heardAt: number;
}

export interface PhiOptions {
  /** Between two heartbeats of a member that is well: whole milliseconds from 1 to 131 072. */
  readonly expectedMs: number;
  /** Suspect from this phi on: from 1 to 18. Default 8. */
  readonly threshold?: number;
  /** What a member may be late without any suspicion. Default 2 × `expectedMs`. */
  readonly pauseMs?: number;
  /** No member is so regular that its deviation is less. Default a tenth of `expectedMs`. */
  readonly deviationMinMs?: number;
  /** Heartbeats that it remembers: from 2 to 1000. Default 200. */
  readonly samplesMax?: number;
}

const THRESHOLD_DEFAULT = 8;
/** At less than phi of the mean (0.3), who has just been heard might be suspect at once. */
const THRESHOLD_MIN = 1;
const THRESHOLD_MAX = 18;
const SAMPLES_DEFAULT = 200;
/** With the next one, sums of squares stay below 2^10 · 2^40, and exact. */
const SAMPLES_MAX = 1000;
const EXPECTED_MS_MAX = 131072;
const PAUSE_MS_MAX = 2147483647;
/** The longest time that is remembered, in `expectedMs`. */
export const SAMPLE_MAX = 8;

/** phi in ten-thousandths for deviations of -4, -3.75, … 9 from the mean: -log10 of the tail. */
// biome-ignore format: a table
const PHI = [
  0, 0, 1, 3, 6, 13, 27, 53, 100, 178, 300, 485, 750, 1116, 1602, 2228, 3010, 3965, 5107, 6447,
  7995, 9761, 11752, 13973, 16430, 19128, 22069, 25258, 28697, 32388, 36333, 40535, 44993, 49711,
  54688, 59926, 65426, 71189, 77215, 83505, 90059, 96878, 103962, 111312, 118929, 126811, 134961,
  143377, 152061, 161013, 170232, 179719, 189475,
];
const PHI_UNIT = 10_000;
const ROWS_PER_DEVIATION = 4;
const FIRST_ROW = -4;

/** @throws InvalidOptions (ERR_INVALID_OPTIONS) */
export function create(at: number, options: PhiOptions): PhiDetector {
  const { expectedMs, threshold = THRESHOLD_DEFAULT, samplesMax = SAMPLES_DEFAULT } = options;
  const { pauseMs = 2 * expectedMs, deviationMinMs = expectedMs / 10 } = options;
  check("expectedMs", expectedMs, 1, EXPECTED_MS_MAX, true);
  check("threshold", threshold, THRESHOLD_MIN, THRESHOLD_MAX, false);
  check("pauseMs", pauseMs, 0, PAUSE_MS_MAX, false);
  check("deviationMinMs", deviationMinMs, Number.MIN_VALUE, PAUSE_MS_MAX, false);
  check("samplesMax", samplesMax, 2, SAMPLES_MAX, true);
  const bounds = { expectedMs, threshold, pauseMs, deviationMinMs, samplesMax };
  return { ...bounds, samples: [], next: 0, sum: 0, squares: 0, heardAt: at };
}

/** Something came that comes regularly: a heartbeat. */
export function heard(detector: PhiDetector, at: number): void {
  const elapsedMs = Math.max(0, at - detector.heardAt);
  detector.heardAt += elapsedMs;
  const sample = Math.min(Math.round(elapsedMs), SAMPLE_MAX * detector.expectedMs);
  const { samples, samplesMax } = detector;
  const oldest = samples.length < samplesMax ? 0 : (samples[detector.next] ?? 0);
  samples[detector.next] = sample;
  detector.next = (detector.next + 1) % samplesMax;
  detector.sum += sample - oldest;
  detector.squares += sample * sample - oldest * oldest;
}

/**
 * How much it is suspected: 0 and up; grows with time until something is heard.
 *
 * @param patience of `local-health.ts`: stretches the time. 1 without it.
 */
export function phi(detector: PhiDetector, at: number, patience = 1): number {
  const elapsedMs = Math.max(0, at - detector.heardAt) / patience;
  return phiOf((elapsedMs - startMs(detector)) / deviationMs(detector));
}

export function isSuspect(detector: PhiDetector, at: number, patience = 1): boolean {
  return phi(detector, at, patience) >= detector.threshold;
}

/** When to ask again, if nothing is heard until then: whole milliseconds, 0 for a suspect. */
export function suspectInMs(detector: PhiDetector, at: number, patience = 1): number {
  if (isSuspect(detector, at, patience)) return 0;
  const silentMs = startMs(detector) + deviationOf(detector.threshold) * deviationMs(detector);
  return Math.max(1, Math.ceil(detector.heardAt + silentMs * patience - at));
}

/** The silence at which phi is that of the mean. */
function startMs({ samples, sum, expectedMs, pauseMs }: PhiDetector): number {
  const mean = samples.length === 0 ? expectedMs : sum / samples.length;
  return Math.max(mean, expectedMs) + pauseMs;
}

function deviationMs({ samples, sum, squares, deviationMinMs }: PhiDetector): number {
  if (samples.length === 0) return deviationMinMs;
  const mean = sum / samples.length;
  return Math.max(deviationMinMs, Math.sqrt(Math.max(0, squares / samples.length - mean * mean)));
}

/** phi at so many deviations from the mean. Beyond the table the last line goes on. */
function phiOf(deviations: number): number {
  const place = (deviations - FIRST_ROW) * ROWS_PER_DEVIATION;
  if (place <= 0) return 0;
  const row = Math.min(Math.floor(place), PHI.length - 2);
  const [low = 0, high = 0] = [PHI[row], PHI[row + 1]];
  return (low + (high - low) * (place - row)) / PHI_UNIT;
}

/** The other way round; `wanted` lies within the table. */
function deviationOf(wanted: number): number {
  const units = wanted * PHI_UNIT;
  const row = PHI.findLastIndex((low) => low < units);
  const [low = 0, high = 0] = [PHI[row], PHI[row + 1]];
  return FIRST_ROW + (row + (units - low) / (high - low)) / ROWS_PER_DEVIATION;
}

function check(option: string, value: number, min: number, max: number, isWhole: boolean): void {
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return;
  const from = min === Number.MIN_VALUE ? "above 0 and up" : `from ${min}`;
  throw new InvalidOptions(option, `a ${isWhole ? "whole " : ""}number ${from} to ${max}`, value);
}
