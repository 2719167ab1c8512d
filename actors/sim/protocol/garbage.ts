/** What nobody should send: values that were right, with something wrong in them. */

import type { Random } from "../../../runtime/random.ts";

const DEPTH_MAX = 8;

/** Values that decoders, thresholds and indexes stumble over. */
const ODD: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53)],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 9n],
  ...["", "home", "__proto__", "constructor", "x".repeat(10_000)],
  ...[[], {}, [[]], { type: "constructor" }, { length: 2 ** 32 }],
];

/** A copy of plain data in which one place is another. */
export function spoiled(value: unknown, random: Random): unknown {
  return spoil(value, random, 0);
}

function spoil(value: unknown, random: Random, depth: number): unknown {
  const isDeep = typeof value === "object" && value !== null && depth < DEPTH_MAX;
  if (!isDeep || random.chance(15)) return odd(random);
  if (Array.isArray(value)) return spoilList(value, random, depth);
  const fields: Record<string, unknown> = { ...value };
  const keys = Object.keys(fields);
  const key = keys[random.int(Math.max(1, keys.length))];
  if (key === undefined) return odd(random);
  if (random.chance(20)) delete fields[key];
  else fields[key] = spoil(fields[key], random, depth + 1);
  return fields;
}

function spoilList(list: readonly unknown[], random: Random, depth: number): unknown[] {
  const other = [...list];
  const at = random.int(Math.max(1, other.length));
  if (random.chance(15)) other.splice(at, 1);
  else if (random.chance(20)) other.splice(at, 0, odd(random));
  else other[at] = spoil(other[at], random, depth + 1);
  return other;
}

function odd(random: Random): unknown {
  return ODD[random.int(ODD.length)];
}
