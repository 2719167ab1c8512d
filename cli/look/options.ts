/** Options: what `top` and `tree` are told by flags, checked before anything is asked. */

import { EVERY_MS, LISTED_MAX, TOP_ORDERS, type TopOrder } from "../../runtime/index.ts";
import { type Arguments, usage } from "../arguments.ts";
import { nearest } from "../nearest.ts";
import { parseTarget, type Target } from "./find.ts";

export interface LookOptions {
  /** Undefined: the only system there is. */
  readonly target: Target | undefined;
  readonly filter: string;
  readonly sort: TopOrder;
  /** Undefined: as many as fit, or the default. */
  readonly limit: number | undefined;
  readonly everyMs: number | undefined;
}

/** Throws CliError ERR_CLI_USAGE. */
export function lookOptions(verb: string, { values, rest }: Arguments): LookOptions {
  const [pid, more] = rest;
  if (more !== undefined) throw usage(verb, `${verb} takes one process, not also ${more}`);
  const target = pid === undefined ? undefined : parseTarget(pid);
  if (pid !== undefined && target === undefined) {
    throw usage(verb, `${JSON.stringify(pid)} is not the number of a process, like 4711`);
  }
  const seconds = numberOf(verb, values, "interval", EVERY_MS.min / 1000, EVERY_MS.max / 1000);
  return {
    target,
    filter: values.get("filter") ?? "",
    sort: sortOf(verb, values.get("sort")),
    limit: numberOf(verb, values, "limit", 1, LISTED_MAX, 1),
    everyMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
  };
}

function sortOf(verb: string, given: string | undefined): TopOrder {
  if (given === undefined) return "trouble";
  const found = TOP_ORDERS.find((name) => name === given);
  if (found !== undefined) return found;
  const meant = nearest(given, TOP_ORDERS) ?? `one of ${TOP_ORDERS.join(", ")}`;
  throw usage(verb, `there is no sort ${JSON.stringify(given)}`, meant);
}

function numberOf(
  verb: string,
  values: ReadonlyMap<string, string>,
  flag: string,
  min: number,
  max: number,
  step?: number,
): number | undefined {
  const text = values.get(flag);
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const whole = step === undefined || Number.isInteger(value);
  if (value >= min && value <= max && whole) return value;
  throw usage(verb, `--${flag} takes a number from ${min} to ${max}, not ${JSON.stringify(text)}`);
}
