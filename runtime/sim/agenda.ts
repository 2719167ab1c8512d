/**
 * What is due on a virtual thread, by time and then by the order in which it was asked for: a
 * binary heap.
 */

export interface Due {
  readonly at: number;
  readonly order: number;
  readonly kind: number;
  /** Undefined once it was taken back. */
  step: (() => void) | undefined;
}

export class Agenda {
  readonly #heap: Due[] = [];

  /** The earliest time; Infinity if nothing is due. Forgets what was taken back. */
  get next(): number {
    const heap = this.#heap;
    while (heap.length > 0 && heap[0]?.step === undefined) this.#pop();
    return heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up] as Due; // Above one that is there.
      if (isBefore(parent, due)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = due;
  }

  /** The earliest that still counts. */
  take(): Due | undefined {
    const heap = this.#heap;
    while (heap.length > 0) {
      const first = this.#pop();
      if (first?.step !== undefined) return first;
    }
    return undefined;
  }

  /** Whether there is anything of another kind. */
  hasBut(kind: number): boolean {
    return this.#heap.some((due) => due.kind !== kind && due.step !== undefined);
  }

  /** The earliest of another kind. */
  takeBut(kind: number): Due | undefined {
    const others = this.#heap.filter((due) => due.kind !== kind && due.step !== undefined);
    const first = others.reduce<Due | undefined>(
      (best, due) => (best === undefined || isBefore(due, best) ? due : best),
      undefined,
    );
    if (first === undefined) return undefined;
    const taken = { ...first };
    // What was taken back is forgotten when its time comes.
    first.step = undefined;
    return taken;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      const left = heap[down];
      if (left === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && isBefore(right, left)) down += 1;
      const child = heap[down] as Due; // One of the two.
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
