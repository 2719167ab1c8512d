/** All benchmarks, and which of them a run must play. */

import type { Bench, Derived } from "./plan.ts";
import { BONDS } from "./plan-bonds.ts";
import { GROWTH, GROWTH_DERIVED } from "./plan-growth.ts";
import { LOCAL } from "./plan-local.ts";
import { MICRO } from "./plan-micro.ts";
import { PROTOCOLS } from "./plan-protocols.ts";
import { RECOVERY } from "./plan-recovery.ts";
import { SAVINA, SAVINA_DERIVED } from "./plan-savina.ts";
import { SYSTEM } from "./plan-system.ts";
import { THREADS } from "./plan-threads.ts";

const BENCHES: readonly Bench[] = [
  ...[...LOCAL, ...BONDS, ...GROWTH, ...THREADS, ...SYSTEM, ...PROTOCOLS],
  ...[...RECOVERY, ...SAVINA, ...MICRO],
];
const DERIVED: readonly Derived[] = [...GROWTH_DERIVED, ...SAVINA_DERIVED];

export interface Selection {
  /** Names of the rows to show. */
  readonly names: ReadonlySet<string>;
  /** What must be played for them, in order. */
  readonly benches: readonly Bench[];
  readonly derived: readonly Derived[];
}

/** The rows whose name contains one of the parts (in lower case; none means all). */
export function select(only: readonly string[], micro: boolean): Selection {
  const names = new Set<string>();
  for (const { group, name } of allRows()) {
    const found = only.length === 0 || only.some((part) => name.toLowerCase().includes(part));
    if (found && (!micro || group === "micro")) names.add(name);
  }
  const derived = DERIVED.filter(({ row }) => names.has(row.name));
  const needed = new Set([...names, ...derived.flatMap(({ of }) => of)]);
  const benches = BENCHES.filter(({ rows }) => rows.some(({ name }) => needed.has(name)));
  return { names, benches, derived };
}

function allRows(): { group: string; name: string }[] {
  return [
    ...BENCHES.flatMap(({ group, rows }) => rows.map(({ name }) => ({ group, name }))),
    ...DERIVED.map(({ group, row }) => ({ group, name: row.name })),
  ];
}
