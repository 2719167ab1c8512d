/**
 * Tree: a supervision tree as it is now, and as a picture.
 *
 *     shop (Shop) on main
 *     ├─ tills (Tills) on main
 *     │  ├─ till 1 (Till) on thread 1
 *     │  └─ till 2 (Till) on thread 2
 *     └─ printer (Printer) on thread 1
 */
import type {
  ChildInfo,
  ChildStatus,
  Ref,
  SupervisorProtocol,
  System,
} from "../../actors/index.ts";

export interface TreeNode {
  readonly id: string;
  readonly definition: string;
  /** The address of this incarnation; undefined while it does not run. */
  readonly ref: string | undefined;
  readonly thread: number | undefined;
  readonly status: ChildStatus;
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
  const status = { status: "running", restarts: 0, type: "supervisor" } as const;
  const info = { id, definition, ref: supervisor, ...status };
  return await readNode(system, info, DEPTH_MAX);
}

async function readNode(
  system: System,
  info: Pick<ChildInfo, "id" | "definition" | "status" | "restarts" | "type" | "ref">,
  depthLeft: number,
): Promise<TreeNode> {
  const { id, definition, status, restarts, ref, type } = info;
  const known = { id, definition, status, restarts };
  if (ref === undefined) return { ...known, ref: undefined, thread: undefined, children: [] };
  const { thread } = await system.statistics(ref);
  const asks = type === "supervisor" && depthLeft > 0;
  const infos = asks ? await (ref as Ref<SupervisorProtocol>).call.whichChildren() : [];
  const shown = infos.slice(0, CHILDREN_MAX);
  const children = await Promise.all(shown.map((one) => readNode(system, one, depthLeft - 1)));
  return { ...known, ref: String(ref), thread, children };
}

/** @param note what to say of a node besides; "" for nothing. */
export function drawTree(
  root: TreeNode,
  columns: number,
  note: (node: TreeNode) => string = whereIs,
): string[] {
  return branches(root).map(({ branch, node }) => {
    const said = note(node);
    const line = `${branch}${node.id} (${node.definition})${said === "" ? "" : ` ${said}`}`;
    return cut(line, columns);
  });
}

/** Each node, and the branches that lead to it, in the order of the picture. */
export function branches(root: TreeNode): { branch: string; node: TreeNode }[] {
  const all: { branch: string; node: TreeNode }[] = [];
  const draw = (node: TreeNode, branch: string, rest: string): void => {
    all.push({ branch, node });
    node.children.forEach((child, at) => {
      const last = at === node.children.length - 1;
      draw(child, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`);
    });
  };
  draw(root, "", "");
  return all;
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
