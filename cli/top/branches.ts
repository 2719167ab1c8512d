/**
 * Branches: a tree as lines, from actors of which each knows its depth and follows its parent.
 *
 *     Shop<2.1> shop
 *     ├─ Cart<3.1>
 *     │  └─ Line<9.1>
 *     └─ … 480 more
 */

import type { TreeActor } from "../../runtime/index.ts";
import { count } from "./amounts.ts";
import { filtered } from "./sorts.ts";

/** A line: an actor, or how many children of one are not listed. */
export interface Branch {
  /** Spaces and box characters. */
  readonly box: string;
  readonly actor: TreeActor | undefined;
  readonly more: number;
}

/** Deeper ones are drawn at this depth: a window is only so wide. */
const DEPTH_MAX = 32;

interface Node {
  readonly depth: number;
  readonly actor: TreeActor | undefined;
  readonly more: number;
}

/**
 * With a filter: those that have the text in them, and whoever is above one.
 *
 * @param omittedRoots so many roots are not among the actors
 */
export function branches(
  actors: readonly TreeActor[],
  filter: string,
  omittedRoots: number,
): Branch[] {
  const nodes = filter === "" ? withOmitted(actors, omittedRoots) : withAncestors(actors, filter);
  /** At each depth: a later node belongs to the same parent. */
  const goesOn: boolean[] = [];
  const lines: Branch[] = [];
  for (const { depth, actor, more } of nodes.toReversed()) {
    const box = Array.from({ length: depth }, (_, at) => {
      const level = at + 1;
      if (level < depth) return goesOn[level] ? "│  " : "   ";
      return goesOn[level] ? "├─ " : "└─ ";
    });
    goesOn.length = depth + 1;
    goesOn[depth] = true;
    lines.push({ box: box.join(""), actor, more });
  }
  return lines.reverse();
}

/** What stands after the box. */
export function labelOf({ actor, more }: Branch): string {
  if (actor === undefined) return `… ${count(more)} more`;
  return actor.name === undefined ? actor.address : `${actor.address} ${actor.name}`;
}

/** A node for the children that are not listed, after those that are. */
function withOmitted(actors: readonly TreeActor[], omittedRoots: number): Node[] {
  const nodes: Node[] = [];
  /** Nodes that come as soon as something of their depth, or above it, does. */
  const later: Node[] = [];
  const closeBelow = (depth: number): void => {
    for (let last = later.at(-1); last !== undefined && last.depth > depth; last = later.at(-1)) {
      nodes.push(last);
      later.pop();
    }
  };
  for (const actor of actors) {
    const depth = depthOf(actor);
    closeBelow(depth);
    nodes.push({ depth, actor, more: 0 });
    if (actor.omitted > 0) later.push({ depth: depth + 1, actor: undefined, more: actor.omitted });
  }
  closeBelow(-1);
  if (omittedRoots > 0) nodes.push({ depth: 0, actor: undefined, more: omittedRoots });
  return nodes;
}

function withAncestors(actors: readonly TreeActor[], filter: string): Node[] {
  const found = new Set(filtered(actors, filter));
  /** Backwards, whoever comes first at this depth is above somebody who was found. */
  let parentDepth = -1;
  const nodes: Node[] = [];
  for (const actor of actors.toReversed()) {
    const depth = depthOf(actor);
    if (!found.has(actor) && depth !== parentDepth) continue;
    nodes.push({ depth, actor, more: 0 });
    parentDepth = depth - 1;
  }
  return nodes.reverse();
}

function depthOf({ depth }: TreeActor): number {
  return Math.min(Math.max(0, Math.trunc(depth)), DEPTH_MAX);
}
