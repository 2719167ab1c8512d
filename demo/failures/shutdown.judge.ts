/** What was promised for the stop of a tree under load, judged by what happened. Pure. */
import type { StopReport } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { judgeMessages } from "./conservation.ts";
import { Promises } from "./promises.ts";
import { nodesOf, type TreeNode } from "./tree.ts";

/** What an actor said as its last words: its label, and what it has counted. */
export type Ended = Readonly<Record<string, unknown>>;

export interface Course {
  readonly tree: TreeNode;
  readonly report: Pick<StopReport, "counters" | "phases">;
  /** Dead letters by reason. */
  readonly letters: Readonly<Record<string, number>>;
  /** In the order in which they ended. */
  readonly ended: readonly Ended[];
  /** The actor that does not end. */
  readonly watchman: string;
}

/** A busy machine may be so late with what a deadline sets off. */
const SLACK_MS = 2000;

export function judge(course: Course): Promises {
  const promises = new Promises();
  judgeMessages(promises, course.report.counters, course.letters);
  judgeOrders(promises, course);
  judgeOrder(promises, course);
  return promises;
}

function sum(ended: readonly Ended[], field: string): number {
  return ended.reduce((total, fields) => total + Number(fields[field] ?? 0), 0);
}

function judgeOrders(promises: Promises, { report, ended }: Course): void {
  const [orders, taken] = [sum(ended, "orders"), sum(ended, "taken")];
  const others = report.counters.deadLettered - (orders - taken);
  const customers = ended.filter((fields) => "orders" in fields).length;
  // A customer's next round may have been sent to itself and not begun.
  const agree = others >= 0 && others <= customers;
  const detail = `${grouped(orders)} placed, ${grouped(taken)} served`;
  promises.check("customers and tills agree on the orders", agree, detail);
  const disorder = sum(ended, "disorder");
  promises.check("no order was served twice or out of turn", disorder === 0, `${disorder} were`);
}

function judgeOrder(promises: Promises, { tree, report, ended, watchman }: Course): void {
  const { phases } = report;
  const leaves = nodesOf(tree).filter(({ children }) => children.length === 0);
  const expected = leaves.map(({ id }) => id).reverse();
  const came = ended.map(({ ended: id }) => String(id));
  const inOrder = came.join() === expected.join();
  promises.check("the tree ended from its last child to its first", inOrder, came.join(", "));
  const late = phases.filter(({ ms, deadlineMs }) => ms > deadlineMs + SLACK_MS);
  const names = late.map(({ name }) => name).join(", ");
  promises.check("each phase kept its deadline", late.length === 0, names || "all of them");
  const rest = phases.find(({ name }) => name === "rest");
  const named = rest?.stillRunning.some((one) => one.startsWith(watchman)) === true;
  promises.check("who would not end is named", named, rest?.stillRunning.join(", ") ?? "");
}
