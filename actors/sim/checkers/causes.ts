/**
 * Which operations are causes of which: the transitive closure of sessions and sources.
 *
 * A chain is a process in its order; a write of unknown outcome is a chain by itself, since nothing
 * in its process comes after it. For each operation a row says how many operations of each chain
 * are among its causes, itself included (a vector clock), so that a question costs one look.
 */

import type { ProcessName } from "./history.ts";

/** What it needs of an operation. */
interface Link {
  readonly process: ProcessName;
  readonly operation: { readonly type: string; readonly key: string | number };
  readonly outcome: string;
}

/** Numbers in the table, of 4 bytes each: operations times chains. */
const CELLS_MAX = 64_000_000;

interface Spot {
  readonly row: number;
  readonly chain: number;
  /** Its place in the chain, from 1. */
  readonly place: number;
  /** The operation before it in its session; -1 for none. */
  readonly before: number;
  readonly source: number;
}

/** The writes to one key in one chain. */
interface Writes<Item> {
  readonly chain: number;
  readonly places: number[];
  readonly items: Item[];
}

export class Causes<Item extends Link> {
  /** Operations each of which is a cause of the next, and the last of the first. */
  readonly cycle: readonly Item[] | undefined;
  readonly #items: readonly Item[];
  readonly #spots = new Map<Item, Spot>();
  readonly #chains: number;
  readonly #table: Int32Array;
  readonly #writes = new Map<string | number, Writes<Item>[]>();

  /** Undefined if the table would be too large. */
  static of<Item extends Link>(
    items: readonly Item[],
    sources: ReadonlyMap<Item, Item>,
  ): Causes<Item> | undefined {
    const processes = new Set(items.filter(({ outcome }) => outcome === "ok").map(processOf));
    const alone = items.filter(({ outcome }) => outcome !== "ok").length;
    const chains = processes.size + alone;
    return items.length * chains > CELLS_MAX ? undefined : new Causes(items, sources, chains);
  }

  private constructor(items: readonly Item[], sources: ReadonlyMap<Item, Item>, chains: number) {
    this.#items = items;
    this.#chains = chains;
    this.#table = new Int32Array(items.length * chains);
    this.#place(sources);
    const order = this.#order();
    this.cycle = order.length < items.length ? this.#cycleWithout(order) : undefined;
    for (const spot of order) this.#fill(spot);
  }

  /** Whether `cause` is one of `effect`, or is it itself. */
  has(effect: Item, cause: Item): boolean {
    const spot = this.#spots.get(cause);
    return spot !== undefined && this.#count(effect, spot.chain) >= spot.place;
  }

  /** Among the causes of an operation, the latest write of each chain to its key. */
  latestWrites(effect: Item): Item[] {
    const latest: Item[] = [];
    for (const { chain, places, items } of this.#writes.get(effect.operation.key) ?? []) {
      const count = this.#count(effect, chain);
      const item = items[countUpTo(places, count) - 1];
      if (item !== undefined && item !== effect) latest.push(item);
    }
    return latest;
  }

  #count(effect: Item, chain: number): number {
    const row = this.#spots.get(effect)?.row ?? -1;
    return this.#table[row * this.#chains + chain] ?? 0;
  }

  #place(sources: ReadonlyMap<Item, Item>): void {
    const sessions = new Map<ProcessName, { chain: number; length: number; last: number }>();
    const rows = new Map(this.#items.map((item, row) => [item, row]));
    let chains = 0;
    this.#items.forEach((item, row) => {
      const session = sessions.get(item.process) ?? { chain: -1, length: 0, last: -1 };
      sessions.set(item.process, session);
      const source = rows.get(sources.get(item) as Item) ?? -1;
      const before = session.last;
      let [chain, place] = [session.chain, 1];
      if (item.outcome !== "ok") {
        chain = chains;
        chains += 1;
      } else {
        if (chain < 0) {
          chain = session.chain = chains;
          chains += 1;
        }
        session.length += 1;
        session.last = row;
        place = session.length;
      }
      this.#spots.set(item, { row, chain, place, before, source });
      if (item.operation.type === "write") this.#addWrite(item, chain, place);
    });
  }

  #addWrite(item: Item, chain: number, place: number): void {
    const { key } = item.operation;
    const all = this.#writes.get(key) ?? [];
    this.#writes.set(key, all);
    let own = all.find((writes) => writes.chain === chain);
    if (own === undefined) {
      own = { chain, places: [], items: [] };
      all.push(own);
    }
    own.places.push(place);
    own.items.push(item);
  }

  /** Causes before effects; without those that are on a cycle or come after one. */
  #order(): Spot[] {
    const spots = [...this.#spots.values()];
    const waiting = spots.map(({ before, source }) => Number(before >= 0) + Number(source >= 0));
    const effects: number[][] = spots.map(() => []);
    for (const { row, before, source } of spots) {
      effects[before]?.push(row);
      effects[source]?.push(row);
    }
    const order = spots.filter(({ row }) => waiting[row] === 0);
    // Walks through to the end, with what is added on the way.
    for (const { row } of order) {
      for (const effect of effects[row] ?? []) {
        const left = (waiting[effect] ?? 0) - 1;
        waiting[effect] = left;
        const spot = spots[effect];
        if (left === 0 && spot !== undefined) order.push(spot);
      }
    }
    return order;
  }

  /** From any operation that is left, back from cause to cause until one comes again. */
  #cycleWithout(order: readonly Spot[]): Item[] {
    const done = new Set(order.map(({ row }) => row));
    const spots = [...this.#spots.values()];
    const path: number[] = [];
    let row = spots.find((spot) => !done.has(spot.row))?.row ?? -1;
    while (!path.includes(row)) {
      path.push(row);
      const spot = spots[row];
      const open = [spot?.source ?? -1, spot?.before ?? -1].find(
        (cause) => cause >= 0 && !done.has(cause),
      );
      row = open ?? -1;
    }
    const cycle = path.slice(path.indexOf(row)).reverse();
    return cycle.flatMap((at) => this.#items[at] ?? []);
  }

  #fill({ row, chain, place, before, source }: Spot): void {
    const start = row * this.#chains;
    for (const cause of [before, source]) {
      if (cause < 0) continue;
      for (let at = 0; at < this.#chains; at += 1) {
        const count = this.#table[cause * this.#chains + at] ?? 0;
        if (count > (this.#table[start + at] ?? 0)) this.#table[start + at] = count;
      }
    }
    this.#table[start + chain] = place;
  }
}

function processOf({ process }: Link): ProcessName {
  return process;
}

/** How many of some sorted numbers are not greater. */
function countUpTo(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
