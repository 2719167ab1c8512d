/** Rounds of deaths at random points for survival-faults.mjs, the same for the same seed. */

import { Random } from "../../runtime/random.ts";
import { type Arm, POINTS } from "./survival-faults.ts";

export interface Round {
  readonly arms: readonly Arm[];
  readonly pauseMs: number;
  readonly ends: boolean;
}

/** Passings until a point does something: most of them come with each message. */
const PASSES_MAX = 500;
const FEW_PASSES_MAX = 6;
const TIMES_MAX = 3;
const PAUSE_MS_MAX = 60;

/** A death of the consumer, and whatever else chance adds to it. */
export function randomRound(seed: string): Round {
  const random = new Random(seed);
  const one = (points: readonly string[]): string => points[random.int(points.length)] ?? "";
  const some = (most: number): number => 1 + random.int(most);
  const passes = (): number => some(random.chance(50) ? PASSES_MAX : FEW_PASSES_MAX);
  const arms: Arm[] = [[1, one(POINTS.consumer), passes(), some(2)]];
  if (random.chance(60)) arms.push([1, one(POINTS.heir), some(FEW_PASSES_MAX), some(TIMES_MAX)]);
  if (random.chance(30)) arms.push([-1, one(POINTS.keeper), some(2), some(TIMES_MAX)]);
  if (random.chance(20)) arms.push([2, one(POINTS.sender), some(FEW_PASSES_MAX), 1]);
  const ends = random.chance(20);
  if (ends) arms[0] = [1, one(POINTS.ending), some(2), some(2)];
  return { arms, ends, pauseMs: random.chance(10) ? random.int(PAUSE_MS_MAX) : 0 };
}
