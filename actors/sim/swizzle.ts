/**
 * Swizzle-clogging: a random part of the network is cut off piece by piece, in random order, and
 * comes back piece by piece, in another one.
 *
 *     a   ────────┐                    ┌─────────
 *     b   ───┐                 ┌─────────────────
 *     c   ──────────────────────────────────────   not chosen
 *     d   ─────────────┐            ┌────────────
 *             cut one by one    healed one by one
 *
 * So a cluster goes through many shapes in one incident, each for a short time; a partition alone
 * has two. The pieces are nodes, each cut off from all others, or single ways from one to another.
 *
 * @source "Simulation and Testing" in the documentation of FoundationDB.
 */

import type { Random } from "../../runtime/random.ts";
import { type Incident, someOf } from "./incident.ts";
import type { PlanEntry } from "./plan.ts";

/** Single ways that one incident cuts at most. */
const WAYS_MAX = 16;

type Cut = { readonly name: string; readonly cut: (at: number, name: string) => PlanEntry };

/** The pieces are cut in the first third of the time and healed in the last. */
export function swizzle({ random, startMs, endMs, name, options }: Incident): PlanEntry[] {
  const thirdMs = Math.floor((endMs - startMs) / 3);
  const cuts = random.chance(50) ? nodeCuts(random, options.nodes) : wayCuts(random, options.nodes);
  return cuts.flatMap(({ name: piece, cut }) => {
    // Times that do not depend on each other come in any order.
    const times = random.fork(piece);
    const whole = `${name}-${piece}`;
    return [
      cut(startMs + times.int(thirdMs + 1), whole),
      { at: endMs - times.int(thirdMs + 1), type: "heal", name: whole },
    ];
  });
}

function nodeCuts(random: Random, nodes: readonly string[]): Cut[] {
  return someOf(random, nodes).map((node) => {
    const others = nodes.filter((one) => one !== node);
    const groups = [[node], others];
    return { name: node, cut: (at, name) => ({ at, type: "partition", groups, name }) };
  });
}

function wayCuts(random: Random, nodes: readonly string[]): Cut[] {
  const ways = nodes.flatMap((from) =>
    nodes.filter((to) => to !== from).map((to): [string, string] => [from, to]),
  );
  return someOf(random, ways, WAYS_MAX).map(([from, to]) => ({
    name: `${from}-${to}`,
    cut: (at, name) => ({ at, type: "oneWayPartition", from: [from], to: [to], name }),
  }));
}
