/** What was promised for a tree in which one thing after the other fails. Pure. */
import { type Balance, judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import { shortTime } from "./stopwatch.ts";
import { nodesOf, type TreeNode } from "./tree.ts";

/** One failure, and what became of it. */
export interface Incident {
  readonly title: string;
  /** Who failed. */
  readonly id: string;
  /** Ids of those that are to be others afterwards. */
  readonly expected: readonly string[];
  readonly changed: readonly string[];
  /** False: it has done its work, and shall not be started again. */
  readonly returns: boolean;
  /** From the failure to the first message that its successor has handled. */
  readonly recoveryUs: number | undefined;
  /** How often it threw. */
  readonly throws: number;
}

export interface CrashCourse {
  readonly incidents: readonly Incident[];
  readonly after: TreeNode;
  readonly counters: Balance;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
  /** Crash reports in the log. */
  readonly reports: number;
}

export function judgeCrash(course: CrashCourse): Promises {
  const { incidents, after, counters, letters, reports } = course;
  const promises = new Promises();
  const stray = incidents.filter(({ expected, changed }) => expected.join() !== changed.join());
  const named = stray.map(({ id, changed }) => `${id}: ${changed.join(", ") || "nothing"}`);
  promises.check(
    "each failure ended what it had to, and nothing else",
    stray.length === 0,
    named.join("; ") || `${incidents.length} of ${incidents.length}`,
  );
  const returning = incidents.filter(({ returns }) => returns);
  const times = returning.map(({ id, recoveryUs }) =>
    recoveryUs === undefined ? `${id} never` : shortTime(recoveryUs),
  );
  const back = returning.every(({ recoveryUs }) => recoveryUs !== undefined);
  promises.check("what failed works again", back, times.join(", "));
  const gone = nodesOf(after).filter(({ ref }) => ref === undefined);
  const done = incidents.filter(({ returns }) => !returns).map(({ id }) => id);
  const asMeant = gone.map(({ id }) => id).join() === done.join();
  const names = gone.map(({ id }) => id).join(", ") || "all run";
  promises.check("only what was done was left alone", asMeant, names);
  const throws = incidents.reduce((sum, one) => sum + one.throws, 0);
  promises.check("every throw is told in the log", reports === throws, `${reports} crash reports`);
  judgeMessages(promises, counters, letters);
  return promises;
}
