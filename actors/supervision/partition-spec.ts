/** What partition supervisors are told, its checks, and which partition a key belongs to. */

import { availableParallelism } from "node:os";
import { type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";
import { hashText } from "../../runtime/hash.ts";
import { type IntensityOptions, wrongIntensity } from "../../runtime/intensity.ts";
import { isWhole, wrongKey } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { type CheckedChild, checkKnown, failIn, refuse } from "./child-spec.ts";
import { type DynamicChildSpec, SpecCheck } from "./dynamic-spec.ts";

export interface PartitionSupervisorOptions extends IntensityOptions {
  /** What each partition is, without a `name`; `childSpec()` makes it. */
  child: DynamicChildSpec;
  /** 1 to 65 536; default: the number of cores. They are spread over the threads. */
  partitions?: number | undefined;
  /** `init` is given the number of its partition, from 0, after the other arguments. */
  withIndex?: boolean | undefined;
  /** For a child that says nothing else. */
  backoff?: BackoffOptions | undefined;
}

/** What can be routed by. */
export type PartitionKey = string | number | bigint | boolean | null | undefined;

export interface CheckedPartitions {
  readonly child: CheckedChild;
  readonly args: readonly unknown[];
  readonly partitions: number;
  readonly withIndex: boolean;
  readonly limits: IntensityOptions;
}

const OPTIONS = ["child", "partitions", "withIndex", "intensity", "period", "backoff"];
export const PARTITIONS_MAX = 65_536;
const PARTITIONS_RULE = isWhole(1, PARTITIONS_MAX);
const FLAG_RULE = {
  allowed: "true or false",
  holds: (value: unknown): boolean => typeof value === "boolean",
};

/** @throws InvalidSpec (ERR_INVALID_SPEC) */
export function checkPartitions(
  supervisor: string,
  options: PartitionSupervisorOptions,
): CheckedPartitions {
  const fail = failIn({ supervisor, path: "" });
  if (typeof options !== "object" || options === null) {
    fail("options", `an object with ${OPTIONS.join(", ")}`, options);
  }
  checkKnown(options, OPTIONS, fail);
  const { child, partitions, withIndex, backoff, ...limits } = options;
  refuse("", wrongKey("partitions", partitions, PARTITIONS_RULE), fail);
  refuse("", wrongKey("withIndex", withIndex, FLAG_RULE), fail);
  refuse("", wrongIntensity(limits), fail);
  if (backoff !== undefined) refuse("backoff", wrongBackoff(backoff), fail);
  const checked = new SpecCheck(supervisor, backoff).check(child);
  const { name } = checked.options;
  if (name !== undefined) fail("child.name", "left out: partitions would share it", name);
  return {
    child: checked,
    args: child.args ?? [],
    partitions: partitions ?? Math.min(availableParallelism(), PARTITIONS_MAX),
    withIndex: withIndex ?? false,
    limits,
  };
}

/**
 * A key's place among `count`: a whole number's remainder, else that of a hash that is the same
 * everywhere. Takes some ns, and one more for each character.
 *
 * @throws InvalidOptions (ERR_INVALID_OPTIONS) for keys that are objects, functions or symbols.
 */
export function placeOf(key: PartitionKey, count: number): number {
  if (typeof key === "number" && Number.isSafeInteger(key)) {
    return ((key % count) + count) % count;
  }
  if (typeof key === "bigint") {
    const all = BigInt(count);
    return Number(((key % all) + all) % all);
  }
  if (typeof key === "string") return hashText(key) % count;
  if (key === null || (typeof key !== "object" && typeof key !== "function")) {
    if (typeof key !== "symbol") return hashText(String(key)) % count;
  }
  throw new InvalidOptions(
    "key",
    "a text, a number, a bigint, true, false, null or undefined",
    key,
  );
}
