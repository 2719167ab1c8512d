/**
 * Changes: what has become of a supervision tree between two moments, as a table. Pure.
 *
 *         station          Station<1.1>  main      running
 *         ├─ sensors       Sensors<2.1>  main      running
 *       ● │  └─ barometer  Sensor<4.3>   thread 2  running
 *       ○ └─ calibration   -             -         stopped
 */
import type { Style } from "../style.ts";
import { drawTable } from "./table.ts";
import { branches, cut, nodesOf, type TreeNode } from "./tree.ts";

export type Change = "same" | "new" | "ended";

/** Of each node, by its id, which is to be unique in the tree. */
export function changesOf(before: TreeNode, after: TreeNode): ReadonlyMap<string, Change> {
  const refs = new Map(nodesOf(before).map(({ id, ref }) => [id, ref]));
  return new Map(
    nodesOf(after).map(({ id, ref }) => {
      if (ref === refs.get(id)) return [id, "same"];
      return [id, ref === undefined ? "ended" : "new"];
    }),
  );
}

/** Ids of those that are not the same any more, in the order of the tree. */
export function changedIds(before: TreeNode, after: TreeNode): string[] {
  return [...changesOf(before, after)].filter(([, change]) => change !== "same").map(([id]) => id);
}

const MARKS = { same: " ", new: "●", ended: "○" } as const;

/** What the marks mean. */
export const LEGEND = "● another incarnation runs now   ○ has ended, and stays so";

/** The tree as it is; with `before`, what has changed since then is marked. */
export function drawChanges(
  after: TreeNode,
  columns: number,
  style: Style,
  before: TreeNode = after,
): string[] {
  const changes = changesOf(before, after);
  const nodes = branches(after);
  const rows = nodes.map(({ branch, node }) => [
    `${branch}${node.id}`,
    node.ref ?? "-",
    placeOf(node),
    node.status,
  ]);
  return drawTable(rows, columns - 2, "left").map((row, at) => {
    const change = changes.get(nodes[at]?.node.id ?? "") ?? "same";
    const line = cut(`${MARKS[change]} ${row}`, columns);
    if (change === "same") return line;
    return change === "new" ? style.good(line) : style.faint(line);
  });
}

function placeOf({ thread }: TreeNode): string {
  if (thread === undefined) return "-";
  return thread === 0 ? "main" : `thread ${thread}`;
}
