/** One thing that goes wrong in a drawn plan: when, to whom, and how it chooses. */

import { assert } from "../../runtime/assert.ts";
import type { Random } from "../../runtime/random.ts";
import type { PlanScope } from "./plan.ts";

export interface Incident {
  /** Its own stream. */
  readonly random: Random;
  readonly startMs: number;
  /** At or after `startMs`. */
  readonly endMs: number;
  /** One that no other incident of its kind has. */
  readonly name: string;
  readonly entity: string;
  readonly options: Surroundings;
}

export interface Surroundings extends PlanScope {
  readonly actors?: readonly string[];
}

/** One of them, all equally likely. */
export function pick<One>(random: Random, all: readonly One[]): One {
  assert(all.length > 0, "there is nothing to pick from");
  // It is below the length.
  return all[random.int(all.length)] as One;
}

/** At least one and at most `max` of them, each number equally likely, in random order. */
export function someOf<One>(random: Random, all: readonly One[], max = all.length): One[] {
  return shuffled(random, all).slice(0, 1 + random.int(Math.min(max, all.length)));
}

/** All of them in two groups, neither empty; at least two must be given. */
export function splitInTwo(random: Random, all: readonly string[]): [string[], string[]] {
  const order = shuffled(random, all);
  const cut = 1 + random.int(all.length - 1);
  return [order.slice(0, cut), order.slice(cut)];
}

/** @source the shuffle of Fisher and Yates, as Durstenfeld gave it, CACM 7(7), 1964. */
function shuffled<One>(random: Random, all: readonly One[]): One[] {
  const order = [...all];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.int(last + 1);
    [order[last], order[other]] = [order[other] as One, order[last] as One];
  }
  return order;
}
