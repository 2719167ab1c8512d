/** Numbers for people. */

import { type Amount, HOUR_MS } from "./tally.ts";

/** 12345.6 ──▶ "12 346" */
export function whole(number: number): string {
  return Math.round(number).toLocaleString("en").replaceAll(",", " ");
}

/** Milliseconds ──▶ hours, with as many digits as tell something. */
export function hours(ms: number): string {
  return few(ms / HOUR_MS);
}

/** Milliseconds ──▶ "320 ms", "42 s", "3.2 min", "1 250 h" */
export function duration(ms: number): string {
  const [, size, unit] = UNITS.find(([below]) => ms < below) ?? [0, HOUR_MS, "h"];
  return `${few(ms / size)} ${unit}`;
}

const UNITS: readonly (readonly [below: number, size: number, unit: string])[] = [
  [1_000, 1, "ms"],
  [60_000, 1_000, "s"],
  [HOUR_MS, 60_000, "min"],
];

/** 0.012345 ──▶ "0.0123"; large ones whole. */
export function few(number: number): string {
  return number >= 100 ? whole(number) : String(Number(number.toPrecision(3)));
}

/** Milliseconds ──▶ "2:31" */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** An amount of a coverage, in its unit. */
export function amountText(amount: Amount, value: number): string {
  return amount === "virtualMs" ? hours(value) : few(value);
}
