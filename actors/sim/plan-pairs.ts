/**
 * Which entry of a plan ends which: a `heal` the partitions before it, a `restartNode` the crash.
 *
 * When a plan is shrunk, what ends a fault stays as long as one of the faults that it ends. Alone
 * it makes no sense; and a fault that nothing ends any more is another one, which keeps a program
 * from recovering that would have recovered.
 */

import type { Ways } from "../../runtime/sim/network.ts";
import type { EntryOf, Plan, PlanEntry } from "./plan.ts";

/** For each entry that ends others, by its index, the indexes of those. */
export function endings(plan: Plan): ReadonlyMap<number, readonly number[]> {
  const open: { index: number; entry: PlanEntry }[] = [];
  const found = new Map<number, number[]>();
  for (const [index, entry] of plan.entries()) {
    const ended = open.filter((begun) => ends(entry, begun.entry));
    if (ended.length > 0)
      found.set(
        index,
        ended.map((begun) => begun.index),
      );
    for (const begun of ended) {
      // A way may be mended in parts.
      if (begun.entry.type !== "link") open.splice(open.indexOf(begun), 1);
    }
    if (begins(entry)) open.push({ index, entry });
  }
  return found;
}

function begins(entry: PlanEntry): boolean {
  switch (entry.type) {
    case "crashNode":
    case "pauseNode":
    case "partition":
    case "oneWayPartition":
    case "partialPartition":
    case "link":
    case "slowDisk":
    case "failSync":
    case "fillDisk":
      return true;
    case "driftClock":
      return entry.ppm !== 0;
    default:
      return false;
  }
}

/** Whether `entry` ends what `begun`, earlier, has begun. */
function ends(entry: PlanEntry, begun: PlanEntry): boolean {
  switch (entry.type) {
    case "restartNode":
      return begun.type === "crashNode" && begun.node === entry.node;
    case "resumeNode":
      return begun.type === "pauseNode" && begun.node === entry.node;
    case "driftClock":
      return begun.type === "driftClock" && begun.node === entry.node && entry.ppm === 0;
    case "heal":
      return isCut(begun) && (entry.name === undefined || entry.name === begun.name);
    case "mendLink":
      return begun.type === "link" && overlap(entry, begun);
    case "mendDisk":
      return (
        isOfDisk(begun) && begun.node === entry.node && (entry.of ?? begun.type) === begun.type
      );
    default:
      return false;
  }
}

type Cut = EntryOf<"partition" | "oneWayPartition" | "partialPartition">;

function isCut(entry: PlanEntry): entry is Cut {
  const { type } = entry;
  return type === "partition" || type === "oneWayPartition" || type === "partialPartition";
}

function isOfDisk(entry: PlanEntry): entry is EntryOf<"slowDisk" | "failSync" | "fillDisk"> {
  return entry.type === "slowDisk" || entry.type === "failSync" || entry.type === "fillDisk";
}

function overlap(one: Ways, other: Ways): boolean {
  return meet(one.from, other.from) && meet(one.to, other.to);
}

/** Left out means all. */
function meet(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  return one === undefined || other === undefined || one.some((node) => other.includes(node));
}
