/**
 * Looks for a violation among few values at a time, where leaving values out of a correct history
 * leaves a correct one, as with a queue: 1 value, then 2 that were put in one after the other, …
 *
 *     values   1 2 3 4 5 6 7 8       once lost, doubled or in the wrong order, mostly with a
 *              └─┴─┘ └─┴─┘           neighbour
 *                └─┴─┘ └─┴─┘
 *
 * That a long history of a queue has no order takes exponential time to find out: what is in it has
 * many orders as long as it is not taken out. Among few values it is quick. Finding nothing here
 * means nothing.
 *
 * @source that violations of a queue show among few values: Henzinger, Sezgin, Vafeiadis,
 *   "Aspect-oriented linearizability proofs", CONCUR 2013.
 */

import type { Budget } from "./budget.ts";
import type { Model } from "./model.ts";
import type { Interval } from "./pending.ts";
import { textOf } from "./plain.ts";
import { type Found, search } from "./search.ts";

const VALUES_MAX = 8;
/** Steps for one search. */
const LAP_STEPS = 2_000;

type Violated = Found & { verdict: "violation" };

/** Operations on few values that are violated by themselves; undefined if none were found. */
export function violatedWindow<State, Operation, Result, Item extends Interval<Operation, Result>>(
  items: readonly Item[],
  model: Model<State, Operation, Result>,
  budget: Budget,
): { readonly items: readonly Item[]; readonly found: Violated } | undefined {
  const values = new Map<string, Item[]>();
  const others: Item[] = [];
  for (const item of items) {
    const { operation, answer } = item;
    const value = model.puts?.(operation, answer) ?? model.shows?.(operation, answer);
    const text = value === undefined ? undefined : textOf(value);
    const group = text === undefined ? others : (values.get(text) ?? []);
    if (text !== undefined) values.set(text, group);
    group.push(item);
  }
  const groups = [...values.values()];
  for (let size = 1; size <= VALUES_MAX; size *= 2) {
    for (let at = 0; at < groups.length; at += Math.ceil(size / 2)) {
      const window = windowOf(groups.slice(at, at + size).flat(), others);
      if (!budget.lap(LAP_STEPS)) return undefined;
      const found = search(window, model, budget);
      if (found.verdict === "violation") return { items: window, found };
    }
  }
  return undefined;
}

/**
 * With what has no value and may matter: reads beside them, and all of unknown outcome that began
 * before the last of these ended, since they may have taken a value out.
 */
function windowOf<Item extends Interval<unknown, unknown>>(
  own: readonly Item[],
  others: readonly Item[],
): readonly Item[] {
  const from = Math.min(...own.map(({ begin }) => begin));
  const to = lastOf(own);
  const reads = others.filter(
    ({ answer, begin, end }) => answer !== undefined && begin < to && end > from,
  );
  const last = lastOf([...own, ...reads]);
  const unknown = others.filter(({ answer, begin }) => answer === undefined && begin < last);
  return [...own, ...reads, ...unknown].sort((one, other) => one.begin - other.begin);
}

function lastOf(items: readonly Interval<unknown, unknown>[]): number {
  return Math.max(...items.map(({ begin, end }) => (Number.isFinite(end) ? end : begin)));
}
