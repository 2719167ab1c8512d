/** What was promised for a service that falls and climbs, judged by what happened. Pure. */
import type { LadderChange } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { type Balance, judgeMessages } from "./conservation.ts";
import { BEST, GUARANTEES, type Late, MINIMUM } from "./ladder.actors.ts";
import type { Answers } from "./ladder.watchers.ts";
import { Promises } from "./promises.ts";

export type ChangeSummary = Pick<LadderChange, "from" | "to" | "epoch" | "reason">;

export interface LadderCourse {
  readonly changes: readonly ChangeSummary[];
  /** From rung to rung, as `model → neighbour: intensity`, as it was to come. */
  readonly expected: readonly string[];
  /** What each rung promises. */
  readonly guarantees: Readonly<Record<string, string>>;
  /** Of those who take any forecast that is promised, and of those who need a computed one. */
  readonly anyone: Answers;
  readonly pilots: Answers;
  readonly board: {
    readonly epochs: readonly number[];
    readonly late: readonly Late[];
    readonly refused: number;
  };
  readonly counters: Balance;
  readonly letters: Readonly<Record<string, number>>;
}

/** `model → neighbour: intensity` */
export function summaryOf({ from, to, reason }: Omit<ChangeSummary, "epoch">): string {
  return `${from ?? "nobody"} → ${to ?? "nobody"}: ${reason}`;
}

export function judgeLadder(course: LadderCourse): Promises {
  const promises = new Promises();
  judgeChanges(promises, course);
  judgeAnswers(promises, course);
  judgeBoard(promises, course);
  judgeMessages(promises, course.counters, course.letters);
  return promises;
}

function judgeChanges(promises: Promises, { changes, expected }: LadderCourse): void {
  const moves = changes.filter(({ from, to }) => from !== to).map(summaryOf);
  const odd = expected.findIndex((one, at) => one !== moves[at]);
  const same = odd < 0 && moves.length === expected.length;
  const at = odd < 0 ? expected.length : odd;
  const detail = same ? `${moves.length} changes` : `${moves[at] ?? "nothing"}`;
  promises.check("it fell and climbed step by step, each for its reason", same, detail);
  const epochs = changes.filter(({ to }) => to !== undefined).map(({ epoch }) => epoch);
  const grow = epochs.every((epoch, index) => index === 0 || epoch > (epochs[index - 1] ?? 0));
  const range = `${epochs.length} epochs, ${epochs[0]} to ${epochs.at(-1)}`;
  promises.check("whoever took charge had a higher epoch", grow, range);
}

function judgeAnswers(promises: Promises, course: LadderCourse): void {
  const { anyone, pilots, guarantees } = course;
  const less = below(MINIMUM, anyone, guarantees) + below(MINIMUM, pilots, guarantees);
  const unavailable = anyone.unavailable;
  promises.check(
    `nobody was told less than a ${MINIMUM} forecast`,
    less === 0 && unavailable > 0,
    `${grouped(unavailable)} were rather told nothing`,
  );
  const worse = below(BEST, pilots, guarantees);
  const best = grouped(sumOf(pilots.by) - worse);
  promises.check(`who needs a ${BEST} one got nothing else`, worse === 0, `${best} of them`);
  const open = [anyone, pilots].map(
    ({ asked, by, unavailable: none, refused, failed }) =>
      asked - sumOf(by) - none - refused - failed,
  );
  const asked = grouped(anyone.asked + pilots.asked);
  promises.check("each question had one answer", open.join() === "0,0", `${asked} questions`);
}

function judgeBoard(promises: Promises, { board }: LadderCourse): void {
  const { epochs, late, refused } = board;
  const inOrder = epochs.every((epoch, at) => at === 0 || epoch > (epochs[at - 1] ?? 0));
  const kept = inOrder && refused > 0 && late.every(({ epoch, now }) => epoch < now);
  promises.check("what a replaced rung did late had no effect", kept, `${refused} times`);
}

/** Answers of rungs that promise less. */
function below(
  least: string,
  { by }: Answers,
  guarantees: Readonly<Record<string, string>>,
): number {
  const order: readonly string[] = GUARANTEES;
  const isLess = (rung: string): boolean =>
    order.indexOf(guarantees[rung] ?? "") < order.indexOf(least);
  return sumOf(Object.fromEntries(Object.entries(by).filter(([rung]) => isLess(rung))));
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
