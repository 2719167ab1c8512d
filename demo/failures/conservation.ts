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
import type { Promises } from "./promises.ts";
import { drawTable } from "./table.ts";

export type Balance = Pick<Counters, "sent" | "handled" | "deadLettered" | "dropped" | "queued">;

/** Messages that were sent, and of which nothing is known; those on their way between threads. */
export function unaccounted({ sent, handled, deadLettered, dropped, queued }: Balance): number {
  return sent - handled - deadLettered - dropped - queued;
}

/** That nothing was lost silently. @param letters dead letters that were told, by reason. */
export function judgeMessages(
  promises: Promises,
  balance: Balance,
  letters: Readonly<Record<string, number>>,
): void {
  const { sent, deadLettered, queued } = balance;
  const whole = unaccounted(balance) === 0 && queued === 0;
  promises.check("every message is accounted for", whole, `${grouped(sent)} sent`);
  const reasons = Object.entries(letters).map(([name, count]) => `${grouped(count)} ${name}`);
  const told = Object.values(letters).reduce((total, count) => total + count, 0);
  const detail = reasons.join(", ") || "there are none";
  promises.check("every dead letter has a reason", told === deadLettered, detail);
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
