/** What was promised for the death of a thread, judged by what happened. Pure. */
import { grouped } from "../progress.ts";
import { type Balance, judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import { shortTime } from "./stopwatch.ts";
import type { Death } from "./thread.scene.ts";

export interface ThreadCourse {
  readonly deaths: readonly Death[];
  /** All that live on the thread, and the desks among them. */
  readonly actors: number;
  readonly desks: number;
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
}

export function judgeThread(course: ThreadCourse): Promises {
  const promises = new Promises();
  judgeEnds(promises, course);
  judgeReturns(promises, course);
  judgeLetters(promises, course);
  judgeMessages(promises, course.counters, course.letters);
  return promises;
}

function judgeEnds(promises: Promises, { deaths, actors }: ThreadCourse): void {
  const ofThread = deaths.filter((death) => death.ofThread);
  const all = ofThread.every(({ ends }) => ends.lost === actors && sum(ends) === actors);
  const times = ofThread.map(({ toldUs }) => shortTime(toldUs)).join(", ");
  promises.check("all actors of a dead thread are told as lost, each once", all, `after ${times}`);
  const others = deaths.filter((death) => !death.ofThread);
  const alone = others.every(({ ends }) => ends.crash === 1 && sum(ends) === 1);
  const stays = others.every(({ generations: [before, after] }) => before === after);
  const word = `${others.length} of ${deaths.length} ends`;
  promises.check("an error that is one actor's ended that one only", alone && stays, word);
  const wrong = deaths.find(
    ({ causes, expected }) => causes.length !== 1 || !causes[0]?.includes(expected),
  );
  const told = wrong?.causes.join("; ") ?? "as shown above";
  promises.check("each end tells its cause", wrong === undefined, told);
  const counts = deaths.map(({ bystander }) => bystander);
  const unmoved = counts.every((count, at) => count === at + 1);
  promises.check("who lives elsewhere did not notice", unmoved, `counted ${counts.join(", ")}`);
}

function judgeReturns(promises: Promises, { deaths, desks }: ThreadCourse): void {
  const back = deaths.filter(({ ofThread }) => ofThread).map(({ backUs }) => shortTime(backUs));
  const all = deaths.every((death) => death.desks === desks);
  promises.check("all work again, and answer to their ids", all, `after ${back.join(", ")}`);
  const moved = deaths.every(({ clerks: [before, after], ofThread }) =>
    ofThread ? before !== after : before === after,
  );
  const lives = [...new Set(deaths.flatMap(({ clerks }) => clerks))];
  promises.check("a name leads to whoever has it now", moved, lives.join(", "));
}

function judgeLetters(promises: Promises, { deaths }: ThreadCourse): void {
  const { arrived, missing, disorder } = deaths.at(-1)?.letters ?? NOTHING;
  const whole = missing === 0 && disorder === 0 && arrived > 0;
  const detail = `${grouped(arrived)} arrived, ${missing} missing, ${disorder} out of turn`;
  promises.check("the mailbox that survives lost nothing, and kept the order", whole, detail);
}

const NOTHING = { arrived: 0, missing: 0, again: 0, disorder: 0, most: 0 };

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
