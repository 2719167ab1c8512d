/** What was promised for a storm, judged by what happened. Pure. */
import { grouped } from "../progress.ts";
import { type Balance, judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import type { StormFigures } from "./storm.lightning.ts";
import type { Account } from "./storm.tally.ts";

export interface StormCourse {
  readonly account: Account;
  readonly figures: StormFigures;
  /** Workers that there should be, and those that run. */
  readonly workers: number;
  readonly running: number;
  /** Restarts by the books of the supervisors. */
  readonly restarts: number;
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
}

export function judgeStorm(course: StormCourse): Promises {
  const promises = new Promises();
  judgeWorkers(promises, course);
  judgeQuestions(promises, course);
  judgeMessages(promises, course.counters, course.letters);
  return promises;
}

function judgeWorkers(promises: Promises, { figures, workers, running, restarts }: StormCourse) {
  const crashes = figures.thrown + figures.killed;
  const one = figures.restarts === crashes && restarts === crashes;
  const detail = `${grouped(crashes)} crashes, ${grouped(restarts)} restarts`;
  promises.check("each crash was followed by one restart, and no other", one, detail);
  const all = running === workers && figures.down === 0;
  promises.check("all workers run again", all, `${running} of ${workers}`);
}

function judgeQuestions(promises: Promises, { account, counters }: StormCourse): void {
  const { asked, answered, failed, refused, open, twice, denied } = account;
  const sum = answered + failed + refused;
  promises.check(
    "each numbered question was answered, failed or refused",
    open === 0 && sum === asked,
    `${grouped(sum)} of ${grouped(asked)}`,
  );
  promises.check("none was handled twice", twice === 0, `${grouped(twice)} were`);
  promises.check(
    "those who asked and those who answered tell the same",
    denied === 0,
    `${grouped(denied)} differ`,
  );
  promises.check(
    "what was refused is a dead letter, one for one",
    refused === counters.deadLettered,
    `${grouped(refused)} and ${grouped(counters.deadLettered)}`,
  );
}
