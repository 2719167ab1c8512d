/**
 * What a supervisor has to do later, in the order in which it is due.
 *
 * An actor has a bounded number of timers and a supervisor may have any number of children that
 * wait, so all of them share one: it is set for `nextDue`. A binary heap over entries that know
 * their place in it, so that adding, removing and taking cost O(log n), and nothing outlives the
 * child it is for.
 */

/** What can be entered: once at a time. */
export interface Entry {
  /** Where it stands in the heap; -1 = nowhere. Belongs to the agenda. */
  place: number;
  /** Milliseconds of the supervisor's clock. Belongs to the agenda. */
  due: number;
}

export class Agenda<Item extends Entry> {
  readonly #heap: Item[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one is due; Infinity if there is none. */
  get nextDue(): number {
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  /** Enters it, or moves it if it is entered already. */
  add(item: Item, due: number): void {
    this.remove(item);
    item.due = due;
    this.#up(item, this.#heap.length);
  }

  /** False if it was not entered. */
  remove(item: Item): boolean {
    const { place } = item;
    if (place < 0) return false;
    item.place = -1;
    const last = this.#heap.pop();
    // It was the last one itself, or that one takes its place and goes where it belongs.
    if (last === undefined || last === item) return true;
    this.#down(last, this.#up(last, place));
    return true;
  }

  /** Takes the next one that is due by `now`, the earliest first; undefined if there is none. */
  take(now: number): Item | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.due > now) return undefined;
    this.remove(first);
    return first;
  }

  /** Puts it at `place`, or nearer to the top; returns where. */
  #up(item: Item, place: number): number {
    let at = place;
    while (at > 0) {
      const above = this.#heap[(at - 1) >> 1] as Item;
      if (above.due <= item.due) break;
      this.#put(above, at);
      at = (at - 1) >> 1;
    }
    this.#put(item, at);
    return at;
  }

  /** The same away from the top. */
  #down(item: Item, place: number): void {
    let at = place;
    for (;;) {
      const left = this.#heap[2 * at + 1];
      const right = this.#heap[2 * at + 2];
      if (left === undefined) break;
      const below = right !== undefined && right.due < left.due ? right : left;
      if (below.due >= item.due) break;
      const next = below.place;
      this.#put(below, at);
      at = next;
    }
    this.#put(item, at);
  }

  #put(item: Item, place: number): void {
    this.#heap[place] = item;
    item.place = place;
  }
}
