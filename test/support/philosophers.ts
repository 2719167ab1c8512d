/**
 * Philosophers at a round table, each of whom eats once: a program for the explorer in which only
 * neighbours have to do with each other.
 *
 *     place   0 hungry ► 1 has one fork ► 2 eats ► 3 has put one down ► 4 thinks
 */

import type { Footprints, Program, Step } from "../../runtime/sim/explore/program.ts";

/** Forks, 1 being taken; then the places of the philosophers. */
type Table = readonly number[];

export function philosophers(
  count: number,
  habit: "left first" | "one right first",
): Program<Table> & { readonly footprints: Footprints<Table> } {
  const rightFirst = (who: number): boolean => habit === "one right first" && who === 0;
  const forks = (who: number): [first: number, second: number] => {
    const [left, right] = [who, (who + 1) % count];
    return rightFirst(who) ? [right, left] : [left, right];
  };
  /** The fork of the next step; there is none after the last. */
  const forkAt = (who: number, place: number): number | undefined => {
    const [first, second] = forks(who);
    return [first, second, second, first][place];
  };
  const masks = (who: number, from: number, to: number): number => {
    let mask = 0;
    for (let place = from; place < to; place += 1) mask |= 1 << (forkAt(who, place) ?? 31);
    return mask;
  };
  const stepOf = (table: Table, who: number): Step<Table>[] => {
    const place = table[count + who] ?? 0;
    const fork = forkAt(who, place);
    const takes = place < 2 ? 1 : 0;
    if (fork === undefined || table[fork] === takes) return [];
    const next = table.slice();
    next[fork] = takes;
    next[count + who] = place + 1;
    return [{ label: `${who} ${takes ? "takes" : "leaves"} ${fork}`, next, process: who }];
  };
  const everybody = [...new Array(count).keys()];
  return {
    initial: new Array<number>(2 * count).fill(0),
    steps: (table) => everybody.flatMap((who) => stepOf(table, who)),
    invariant: () => undefined,
    terminalCheck: (table) => {
      const waiting = everybody.filter((who) => (table[count + who] ?? 0) < DONE);
      return waiting.length === 0 ? undefined : `${waiting.length} wait for each other`;
    },
    key: (table) => table.join(""),
    footprints: {
      processes: count,
      watched: [],
      next: (table, who) => {
        const place = table[count + who] ?? 0;
        return { reads: 0, writes: masks(who, place, Math.min(place + 1, DONE)) };
      },
      future: (table, who) => ({ reads: 0, writes: masks(who, table[count + who] ?? 0, DONE) }),
    },
  };
}

const DONE = 4;
