/**
 * Tree: a supervision tree as it is now, and as a picture.
 *
 *     shop (Shop) on main
 *     ├─ tills (Tills) on main
 *     │  ├─ till 1 (Till) on thread 1
 *     │  └─ till 2 (Till) on thread 2
 *     └─ printer (Printer) on thread 1
 */
import type { ChildInfo, Ref, SupervisorProtocol, System } from "../../actors/index.ts";

export interface TreeNode {
  readonly id: string;
  readonly definition: string;
  /** The address of this incarnation; undefined while it does not run. */
  readonly ref: string | undefined;
  readonly thread: number | undefined;
  readonly restarts: number;
  readonly children: readonly TreeNode[];
}

/** Deeper trees, and further children of one supervisor, are not shown. */
const DEPTH_MAX = 8;
const CHILDREN_MAX = 100;

/** Reads the tree below a supervisor, by asking each supervisor for its children. */
export async function readTree(
  system: System,
  id: string,
  supervisor: Ref<SupervisorProtocol>,
  definition: string,
): Promise<TreeNode> {
  const info = { id, definition, restarts: 0, type: "supervisor", ref: supervisor } as const;
  return await readNode(system, info, DEPTH_MAX);
}

async function readNode(
  system: System,
  info: Pick<ChildInfo, "id" | "definition" | "restarts" | "type" | "ref">,
  depthLeft: number,
): Promise<TreeNode> {
  const { id, definition, restarts, ref, type } = info;
  if (ref === undefined) {
    return { id, definition, restarts, ref: undefined, thread: undefined, children: [] };
  }
  const { thread } = await system.statistics(ref);
  const asks = type === "supervisor" && depthLeft > 0;
  const infos = asks ? await (ref as Ref<SupervisorProtocol>).call.whichChildren() : [];
  const shown = infos.slice(0, CHILDREN_MAX);
  const children = await Promise.all(shown.map((one) => readNode(system, one, depthLeft - 1)));
  return { id, definition, restarts, ref: String(ref), thread, children };
}

/** @param note what to say of a node besides; "" for nothing. */
export function drawTree(
  root: TreeNode,
  columns: number,
  note: (node: TreeNode) => string = whereIs,
): string[] {
  const lines: string[] = [];
  const draw = (node: TreeNode, first: string, rest: string): void => {
    const said = note(node);
    lines.push(
      cut(`${first}${node.id} (${node.definition})${said === "" ? "" : ` ${said}`}`, columns),
    );
    node.children.forEach((child, at) => {
      const last = at === node.children.length - 1;
      draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    });
  };
  draw(root, "", "");
  return lines;
}

/** Of all nodes, a parent before its children. */
export function nodesOf(root: TreeNode): TreeNode[] {
  return [root, ...root.children.flatMap(nodesOf)];
}

export function whereIs({ thread }: TreeNode): string {
  if (thread === undefined) return "does not run";
  return thread === 0 ? "on main" : `on thread ${thread}`;
}

/** A line that fits. */
export function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
