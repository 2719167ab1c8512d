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

/** Picks the operations on some values out of a history, and on those of one more operation. */
export type Picking<Item> = (items: readonly Item[], also?: Item) => readonly Item[];

/** Which operations are violated by themselves, for they are on few values; if any were found. */
export function violatedWindow<State, Operation, Result, Item extends Interval<Operation, Result>>(
  items: readonly Item[],
  model: Model<State, Operation, Result>,
  budget: Budget,
): { readonly pick: Picking<Item>; readonly found: Violated } | undefined {
  const parts = byValue(items, model);
  const texts = [...parts.values.keys()];
  for (let size = 1; size <= VALUES_MAX; size *= 2) {
    for (let at = 0; at < texts.length; at += Math.ceil(size / 2)) {
      const few = texts.slice(at, at + size);
      if (!budget.lap(LAP_STEPS)) return undefined;
      const found = search(windowOf(few, parts, model), model, budget);
      if (found.verdict !== "violation") continue;
      const pick: Picking<Item> = (some, also) => {
        const text = also === undefined ? undefined : valueTextOf(also, model);
        const more = text === undefined || few.includes(text) ? few : [...few, text];
        const picked = windowOf(more, byValue(some, model), model);
        return also === undefined || picked.includes(also) ? picked : [...picked, also];
      };
      return { pick, found };
    }
  }
  return undefined;
}

type Flows<Operation, Result> = Pick<Model<never, Operation, Result>, "puts" | "shows">;

interface ByValue<Item> {
  readonly values: ReadonlyMap<string, readonly Item[]>;
  /** Those that tell of no value. */
  readonly others: readonly Item[];
}

function byValue<Operation, Result, Item extends Interval<Operation, Result>>(
  items: readonly Item[],
  model: Flows<Operation, Result>,
): ByValue<Item> {
  const values = new Map<string, Item[]>();
  const others: Item[] = [];
  for (const item of items) {
    const text = valueTextOf(item, model);
    const group = text === undefined ? others : (values.get(text) ?? []);
    if (text !== undefined) values.set(text, group);
    group.push(item);
  }
  return { values, others };
}

function valueTextOf<Operation, Result>(
  { operation, answer }: Interval<Operation, Result>,
  { puts, shows }: Flows<Operation, Result>,
): string | undefined {
  const value = puts?.(operation, answer) ?? shows?.(operation, answer);
  return value === undefined ? undefined : textOf(value);
}

/**
 * With what has no value and may matter: reads beside them, or after a value that is not known to
 * be out again; and all of unknown outcome that began before the last of these ended, since they
 * may have taken a value out.
 */
function windowOf<Operation, Result, Item extends Interval<Operation, Result>>(
  few: readonly string[],
  { values, others }: ByValue<Item>,
  { puts, shows }: Flows<Operation, Result>,
): readonly Item[] {
  const own = few.flatMap((text) => values.get(text) ?? []);
  const count = (tells: typeof puts): number =>
    own.filter(({ operation, answer }) => tells?.(operation, answer) !== undefined).length;
  const from = Math.min(...own.map(({ begin }) => begin));
  const to = count(puts) > count(shows) ? Number.POSITIVE_INFINITY : lastOf(own);
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
