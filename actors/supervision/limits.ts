/** Checks of how often and how soon a supervisor starts its children again. */

import { type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";
import { type IntensityOptions, wrongIntensity } from "../../runtime/intensity.ts";
import type { Wrong } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";

export type { BackoffOptions, IntensityOptions };

/** Throws InvalidOptions (ERR_INVALID_OPTIONS) that names the wrong one of the two. */
export function checkIntensity(where: string, options: IntensityOptions): void {
  refuse(where, wrongIntensity(options));
}

/** The same for `backoff`, which may be left out. */
export function checkBackoff(where: string, backoff: unknown): void {
  if (backoff !== undefined) refuse(`${where}.backoff`, wrongBackoff(backoff));
}

function refuse(where: string, wrong: Wrong | undefined): void {
  if (wrong === undefined) return;
  const option = wrong.key === "" ? where : `${where}.${wrong.key}`;
  throw new InvalidOptions(option, wrong.allowed, wrong.got);
}
