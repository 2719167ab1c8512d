/** Where an actor comes from: who spawned it, who spawned that one, and so on, for reports. */

import type { Cell } from "./cell.ts";
import type { ActorRef } from "./ref.ts";

/** Generations that reports name; the oldest are left out. */
export const ANCESTORS_MAX = 16;

export interface Lineage {
  readonly parent: ActorRef;
  /** Name or address each, nearest first. */
  readonly ancestors: readonly string[];
}

/** What the children of `cell` are told; made once, and once more if it has got its name since. */
export function descentOf(cell: Cell): Lineage {
  const extra = cell.more();
  const known = extra.descent;
  const { name } = cell;
  if (known !== undefined && (name === undefined || known.ancestors[0] === name)) return known;
  const own = name ?? cell.toString();
  const above = cell.lineage?.ancestors.slice(0, ANCESTORS_MAX - 1) ?? [];
  extra.descent = { parent: cell.ref, ancestors: [own, ...above] };
  return extra.descent;
}
