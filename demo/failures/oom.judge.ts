/** What was promised for a heap that is full, judged by what happened. Pure. */
import { type Balance, judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import { shortTime } from "./stopwatch.ts";

/** One time that the heap was filled. */
export interface Meal {
  readonly cause: string;
  /** The exit reason names the eater as the one at fault. */
  readonly culprit: boolean;
  readonly eatUs: number;
  /** From the end of the thread until its successor answered. */
  readonly backUs: number;
  /** What an actor beside it counted, who counted once before: 1 in a new life. */
  readonly beside: number;
  /** What one on another thread has counted: one more each time. */
  readonly apart: number;
}

export interface HeapCourse {
  readonly meals: readonly Meal[];
  readonly heapMb: number;
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
}

export function judgeHeap({ meals, heapMb, counters, letters }: HeapCourse): Promises {
  const promises = new Promises();
  const told = `heap limit reached: heapMb ${heapMb}`;
  const odd = meals.find(({ cause, culprit }) => !cause.startsWith(told) || !culprit);
  const count = `${meals.length} of ${meals.length} times`;
  promises.check("the end names the limit, and who had filled it", !odd, odd?.cause ?? count);
  const unmoved = meals.every(({ apart }, at) => apart === at + 1);
  const counts = meals.map(({ apart }) => apart).join(", ");
  promises.check("who lives on another thread did not notice", unmoved, `counted ${counts}`);
  const back = meals.map(({ backUs }) => shortTime(backUs)).join(", ");
  const innocent = meals.every(({ beside }) => beside === 1);
  promises.check("who lived beside it is back, and was not charged", innocent, `after ${back}`);
  judgeMessages(promises, counters, letters);
  return promises;
}
