/** What was promised for turns that do not return, judged by what happened. Pure. */
import { type Balance, judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import { duration } from "./stage.ts";

/** One turn that did not return. */
export interface Stall {
  readonly title: string;
  /** The handler that did it. */
  readonly handler: string;
  /** What the log said before its thread was ended; undefined: nothing. */
  readonly warning: string | undefined;
  /** The exit reason of the staller: its cause, and whether it is told to be at fault. */
  readonly cause: string;
  readonly culprit: boolean;
  /** Whether its neighbour was told to be at fault. */
  readonly accused: boolean;
  /** From the message that it hangs at until it was ended, and from there until both were back. */
  readonly stalledMs: number;
  readonly backMs: number;
  /** What the neighbour counted in its next life, and who lives elsewhere: one more each time. */
  readonly beside: number;
  readonly apart: number;
}

export interface StallCourse {
  readonly stalls: readonly Stall[];
  /** How long the one went on that looked at `self.cancelled`. */
  readonly politeMs: number;
  /** Lives of the thread before and after that one's turn. */
  readonly politeLives: readonly [number, number];
  readonly stallAfterMs: number;
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
}

export function judgeStalls(course: StallCourse): Promises {
  const { stalls, politeMs, politeLives, stallAfterMs } = course;
  const promises = new Promises();
  const count = `${stalls.length} of ${stalls.length} times`;
  const silent = stalls.find(({ warning, handler }) => !warning?.includes(` in ${handler} `));
  const mute = silent === undefined ? count : `${silent.handler}: ${silent.warning ?? "nothing"}`;
  promises.check("a warning named actor and handler before", silent === undefined, mute);
  const odd = stalls.find(({ cause, culprit, handler }) => !isNamed(cause, handler) || !culprit);
  promises.check("the end names them, and how long it was", odd === undefined, odd?.cause ?? count);
  const times = stalls.map(({ stalledMs }) => duration(stalledMs)).join(", ");
  const patient = stalls.every(({ stalledMs }) => stalledMs >= stallAfterMs);
  promises.check(`no turn was ended before ${stallAfterMs} ms`, patient, `after ${times}`);
  const back = stalls.map(({ backMs }) => duration(backMs)).join(", ");
  const returned = stalls.every(({ beside }) => beside === 1);
  promises.check("who lived beside it is back", returned, `after ${back}`);
  const accused = stalls.filter((stall) => stall.accused).length;
  promises.check("only the culprit was charged", accused === 0, `${accused} others were`);
  const unmoved = stalls.every(({ apart }, at) => apart === at + 1);
  const counts = stalls.map(({ apart }) => apart).join(", ");
  promises.check("who lives elsewhere did not notice", unmoved, `counted ${counts}`);
  const spared = politeLives[0] === politeLives[1];
  const polite = `after ${duration(politeMs)}`;
  promises.check("who looks at self.cancelled saves its thread", spared, polite);
  judgeMessages(promises, course.counters, course.letters);
  return promises;
}

function isNamed(cause: string, handler: string): boolean {
  return /^stalled for \d+\.\d s, by Staller</.test(cause) && cause.endsWith(` in ${handler}`);
}
