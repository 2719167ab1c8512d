/**
 * Conservation: what became of every message, as a table. Pure.
 *
 *                      before       after
 *     sent          1 204 511   1 310 020
 *     handled       1 204 400   1 290 011
 *     dead-lettered         0      20 009
 *     dropped               0           0
 *     queued              111           0
 *     on its way            0           0
 */
import type { Counters } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { drawTable } from "./table.ts";

export type Balance = Pick<Counters, "sent" | "handled" | "deadLettered" | "dropped" | "queued">;

/** Messages that were sent, and of which nothing is known; those on their way between threads. */
export function unaccounted({ sent, handled, deadLettered, dropped, queued }: Balance): number {
  return sent - handled - deadLettered - dropped - queued;
}

/** With a column for each moment, in order. */
export function conservationLines(
  moments: readonly (readonly [name: string, balance: Balance])[],
  columns: number,
): string[] {
  const row = (name: string, value: (balance: Balance) => number): string[] => [
    name,
    ...moments.map(([, balance]) => grouped(value(balance))),
  ];
  const rows = [
    ["", ...moments.map(([name]) => name)],
    row("sent", ({ sent }) => sent),
    row("handled", ({ handled }) => handled),
    row("dead-lettered", ({ deadLettered }) => deadLettered),
    row("dropped", ({ dropped }) => dropped),
    row("queued", ({ queued }) => queued),
    row("on its way", unaccounted),
  ];
  return drawTable(rows, columns);
}
