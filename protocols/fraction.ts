/**
 * Parts of a whole, exactly: thresholds of votes.
 *
 *     "2/3"   → 2/3          of 3: 2 are enough
 *     0.67    → 67/100       of 3: 3, since 2/3 is less
 *     2 / 3   ✗ refused: the double nearest to 2/3 is another number
 *
 * A decimal number is read as it is written, digit by digit. What has more digits than a person
 * writes was computed in binary and is not what was meant; it is refused instead of rounded.
 */

import { InvalidQuorum } from "./errors.ts";

/** Above 0 and at most 1, in lowest terms. Both are positive safe integers. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** As a user writes one: `{ numerator: 3, denominator: 5 }`, `"3/5"`, `"60%"`, `"0.6"` or `0.6`. */
export type Threshold = Fraction | string | number;

/** Digits behind the point that are taken at their word; doubles hold 15 of any number. */
const DECIMALS_MAX = 15;

const ALLOWED =
  'above 0 and at most 1, like 0.6, "60%", "3/5" or { numerator: 3, denominator: 5 }, with at ' +
  `most ${DECIMALS_MAX} digits behind the point`;

/**
 * The exact value of what was written.
 *
 * @throws InvalidQuorum (ERR_INVALID_QUORUM) for what is not above 0 and at most 1, or not exact.
 */
export function fraction(threshold: Threshold, name = "threshold"): Fraction {
  const [numerator, denominator] = partsOf(threshold);
  const valid = isPositive(numerator) && isPositive(denominator) && numerator <= denominator;
  if (!valid) throw new InvalidQuorum(name, ALLOWED, threshold);
  const common = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / common, denominator: denominator / common };
}

/**
 * The smallest whole number that is at least this part of `total`: ⌈total · threshold⌉, from 1 to
 * `total`. One division of big integers: for when an instance is created, not for each vote.
 */
export function atLeast({ numerator, denominator }: Fraction, total: number): number {
  const divisor = BigInt(denominator);
  return Number((BigInt(total) * BigInt(numerator) + divisor - 1n) / divisor);
}

/** As people write it: `2/3`; and `fraction` reads it. */
export function fractionText({ numerator, denominator }: Fraction): string {
  return `${numerator}/${denominator}`;
}

/** NaN for what is no number; the caller refuses it. */
function partsOf(threshold: unknown): readonly [numerator: number, denominator: number] {
  if (typeof threshold === "number" || typeof threshold === "string") {
    const text = String(threshold);
    const ratio = /^(\d+)\/(\d+)$/.exec(text);
    return ratio === null ? decimal(text) : [Number(ratio[1]), Number(ratio[2])];
  }
  const { numerator, denominator } = (threshold ?? {}) as Partial<Fraction>;
  return [numerator ?? Number.NaN, denominator ?? Number.NaN];
}

/** `67`, `0.67`, `6.7e-1` and `67%`, the same by their digits. */
function decimal(text: string): readonly [numerator: number, denominator: number] {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3})|(%))?$/.exec(text);
  if (match === null) return [Number.NaN, Number.NaN];
  const [, whole = "", behind = "", exponent = "0", percent = ""] = match;
  const decimals = behind.length - Number(exponent) + 2 * percent.length;
  if (decimals < 0 || decimals > DECIMALS_MAX) return [Number.NaN, Number.NaN];
  return [Number(whole + behind), Number(`1${"0".repeat(decimals)}`)];
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
