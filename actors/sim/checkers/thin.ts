/**
 * Takes operations out of a violated history as long as what is left is violated, many at once.
 *
 * What is left is closed: a value that somebody shows has somebody who put it in. A read whose
 * write was taken out would look like a read of nothing, and explain nothing.
 *
 * Begins with few operations and takes more, nearest first, because a search through few is quick;
 * then takes out half of them, a quarter, …
 *
 * @source the second half: Zeller & Hildebrandt, "Simplifying and isolating failure-inducing
 *   input", IEEE TSE 28(2), 2002.
 */

import type { Model } from "./model.ts";
import type { Interval } from "./pending.ts";
import { compare, textOf } from "./plain.ts";

type Flows<Operation, Result> = Pick<Model<never, Operation, Result>, "puts" | "shows" | "unshown">;

/**
 * What is left, in the same order; `end` is the operation at the end of the matter. `violated`
 * tells whether a part of the history is.
 */
export function thin<Item extends Interval<Operation, Result>, Operation, Result>(
  items: readonly Item[],
  end: Item,
  model: Flows<Operation, Result>,
  violated: (items: readonly Item[]) => boolean,
): readonly Item[] {
  if (model.puts === undefined || model.shows === undefined) return items;
  const values = new Values<Item, Operation, Result>(items, model);
  const distance = (item: Item): number => (item === end ? -1 : Math.abs(end.begin - item.begin));
  const near = [...items].sort((one, other) => compare(distance(one), distance(other)));
  let left: readonly Item[] = items;
  for (let count = 1; count < near.length; count *= 2) {
    const few = values.closed(near.slice(0, count));
    if (few.length === items.length) break;
    if (!violated(few)) continue;
    left = few;
    break;
  }
  for (let size = left.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < left.length; ) {
      const rest = values.closed(left.filter((_, index) => index < at || index >= at + size));
      if (rest.length > 0 && rest.length < left.length && violated(rest)) left = rest;
      else at += size;
    }
  }
  return left;
}

/** Who puts which values in, and who shows them. */
class Values<Item extends Interval<Operation, Result>, Operation, Result> {
  readonly #items: readonly Item[];
  readonly #put = new Map<Item, string>();
  readonly #shown = new Map<Item, string>();
  /** Whether each of several equal values has to be put in, since showing it takes it out. */
  readonly #each: boolean;
  /** By value; later ones last. */
  readonly #putBy = new Map<string, Item[]>();

  constructor(items: readonly Item[], { puts, shows, unshown }: Flows<Operation, Result>) {
    this.#items = items;
    this.#each = unshown === "stays";
    for (const item of items) {
      const put = puts?.(item.operation, item.answer);
      const shown = shows?.(item.operation, item.answer);
      if (shown !== undefined) this.#shown.set(item, textOf(shown));
      if (put === undefined) continue;
      const text = textOf(put);
      this.#put.set(item, text);
      const others = this.#putBy.get(text);
      if (others === undefined) this.#putBy.set(text, [item]);
      else others.push(item);
    }
  }

  /** Those operations, and others that put in what they show, where none of them does. */
  closed(operations: readonly Item[]): readonly Item[] {
    const kept = new Set(operations);
    const values = new Set(this.#each ? [] : operations.map((item) => this.#put.get(item)));
    // A set is walked through to its end, with what is added on the way.
    for (const item of kept) {
      const text = this.#shown.get(item);
      if (text === undefined || values.has(text)) continue;
      values.add(text);
      const putBy = this.#putBy.get(text) ?? [];
      const latest = putBy.filter(({ begin }) => begin < item.end).slice(-1);
      for (const other of this.#each ? putBy : latest) kept.add(other);
    }
    return this.#items.filter((item) => kept.has(item));
  }
}
