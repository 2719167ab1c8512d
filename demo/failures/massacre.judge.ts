/** What was promised for a massacre, judged by what happened. Pure. */
import { grouped } from "../progress.ts";
import type { Arrivals } from "./books.ts";
import { type Balance, judgeMessages } from "./conservation.ts";
import { ATTEMPTS } from "./massacre.actors.ts";
import { Promises } from "./promises.ts";

export interface MassacreCourse {
  readonly kills: number;
  /** Threads that took the place of another one. */
  readonly replaced: number;
  readonly sent: number;
  readonly arrivals: Arrivals;
  /** Dead letters that were letters to a box. */
  readonly deadPuts: number;
  /** One for each box of a thread that was killed, each time; undefined: it did not come back. */
  readonly recoveries: readonly (number | undefined)[];
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
}

export function judgeMassacre(course: MassacreCourse): Promises {
  const promises = new Promises();
  judgeThreads(promises, course);
  judgeNumbers(promises, course);
  judgeMessages(promises, course.counters, course.letters);
  return promises;
}

function judgeThreads(promises: Promises, { kills, replaced, recoveries }: MassacreCourse): void {
  const detail = `${grouped(kills)} killed, ${grouped(replaced)} replaced`;
  promises.check("each thread that was killed was replaced", kills === replaced, detail);
  const back = recoveries.filter((one) => one !== undefined).length;
  const all = back === recoveries.length;
  const word = `${grouped(back)} of ${grouped(recoveries.length)} times`;
  promises.check("the actors on it worked again, each time", all, word);
}

function judgeNumbers(promises: Promises, { sent, arrivals, deadPuts }: MassacreCourse): void {
  const { arrived, missing, again, disorder, most } = arrivals;
  promises.check(
    "each numbered letter was handled, or is a dead letter",
    missing === deadPuts && arrived + missing === sent,
    `${grouped(sent)} sent, ${grouped(arrived)} handled, ${grouped(deadPuts)} dead`,
  );
  promises.check(
    "in the order of its sender",
    disorder === 0,
    `${grouped(disorder)} came out of turn`,
  );
  promises.check(
    "a turn that was cut off was run again, within its attempts",
    most <= ATTEMPTS,
    `${grouped(again)} times, one letter at most ${most} times`,
  );
}
