/** What one thread still has to do while its system stops: in numbers, and in words for people. */

import { noCounts, readCounts } from "../runtime/counters.ts";
import type { Remains } from "../runtime/quiet.ts";
import type { Turn } from "./ambient.ts";
import { type Cell, DEAD } from "./cell.ts";
import type { Host } from "./host.ts";
import { describeTurn } from "./turn-text.ts";

/** Names of a thread, or of a phase of the stop; the rest is a number. */
const TOLD_MAX = 20;

/** Of a thread that has not begun. */
export const NOTHING: Remains = { counts: noCounts(), openTurns: 0, busy: false, who: [] };

const MORE = /^and (\d+) more$/;

/** The first ones, and how many more there are; lists that this has shortened may be joined. */
export function few(names: readonly string[]): string[] {
  const told = names.filter((name) => !MORE.test(name));
  const untold = names.reduce((sum, name) => sum + Number(MORE.exec(name)?.[1] ?? 0), 0);
  const more = untold + Math.max(0, told.length - TOLD_MAX);
  return more > 0 ? [...told.slice(0, TOLD_MAX), `and ${more} more`] : told;
}

/**
 * What is left on a thread once it has taken what was on its way to it.
 *
 * @param tell names who works and whose mailboxes are not empty: costs a look at every actor.
 * @param besides a turn that is left out.
 */
export async function remainsOf(host: Host, tell: boolean, besides?: Turn): Promise<Remains> {
  await host.quiesce();
  const { openTurns, thread } = host;
  const now = thread.env.now();
  openTurns.date(now);
  const turns = [...openTurns.all()].filter(
    (turn) => turn.cell.status !== DEAD && turn !== besides,
  );
  return {
    counts: readCounts(thread.signals, thread.index),
    openTurns: turns.length,
    busy: thread.busy,
    who: tell ? few(whoRemains(host, turns, now)) : [],
  };
}

function whoRemains(host: Host, turns: readonly Turn[], now: number): string[] {
  const waiting = (cell: Cell): string => `${cell}: ${cell.count} messages wait`;
  return [
    ...turns.map((turn) => describeTurn(host, turn, now)),
    ...host.cells
      .all()
      .filter(({ count }) => count > 0)
      .map(waiting),
  ];
}
