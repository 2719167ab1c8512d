/**
 * Which operations of known outcome are still to be put in order, as a list of their beginnings and
 * ends in the order of the history:
 *
 *     ▢ ─ begin 0 ─ begin 1 ─ end 1 ─ begin 2 ─ end 0 ─ end 2 ─ ▢
 *         └────────────────┘ └ the first end
 *           what may be next
 *
 * Whatever begins before the first end may be next, and nothing else: what begins later comes
 * after the operation that ends there. Taking one out and putting it back cost two links each.
 *
 * @source the list of Lowe, "Testing for linearizability", CCPE 29(4), 2017, section 2; Knuth's
 *   dancing links.
 */

import type { Answer } from "./model.ts";

/** One operation as the search needs it; its place in the list of all is its number. */
export interface Interval<Operation, Result> {
  readonly operation: Operation;
  /** Undefined where the outcome is unknown. */
  readonly answer: Answer<Result>;
  readonly begin: number;
  /** Infinity where the outcome is unknown. */
  readonly end: number;
  /** Asked instead of the model whether a result is right. */
  accepts?(result: Result): boolean;
}

const ENDS = 0;

export class Pending {
  // Node 2i + 1 is the beginning of operation i, node 2i + 2 its end; node 0 joins both ends.
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(intervals: readonly Interval<unknown, unknown>[]) {
    const nodes: { at: number; node: number }[] = [];
    intervals.forEach(({ answer, begin, end }, index) => {
      if (answer === undefined) return;
      nodes.push({ at: begin, node: 2 * index + 1 }, { at: end, node: 2 * index + 2 });
    });
    nodes.sort((one, other) => one.at - other.at);
    this.#next = new Int32Array(2 * intervals.length + 1);
    this.#previous = new Int32Array(2 * intervals.length + 1);
    let last = ENDS;
    for (const { node } of nodes) {
      this.#link(last, node);
      last = node;
    }
    this.#link(last, ENDS);
  }

  get empty(): boolean {
    return this.#at(this.#next, ENDS) === ENDS;
  }

  /** Those that may be next: first the one that ends first, then the others as they began. */
  candidates(): number[] {
    const found = [0];
    let node = this.#at(this.#next, ENDS);
    for (; node % 2 === 1; node = this.#at(this.#next, node)) found.push((node - 1) / 2);
    const first = node / 2 - 1;
    found[0] = first;
    // Its beginning was found as well, at this place.
    const again = found.indexOf(first, 1);
    found.splice(again, 1);
    return found;
  }

  take(index: number): void {
    this.#unlink(2 * index + 1);
    this.#unlink(2 * index + 2);
  }

  /** Only in the reverse order of `take`. */
  putBack(index: number): void {
    this.#relink(2 * index + 2);
    this.#relink(2 * index + 1);
  }

  #at(links: Int32Array, node: number): number {
    return links[node] ?? ENDS;
  }

  #link(one: number, other: number): void {
    this.#next[one] = other;
    this.#previous[other] = one;
  }

  #unlink(node: number): void {
    this.#link(this.#at(this.#previous, node), this.#at(this.#next, node));
  }

  #relink(node: number): void {
    this.#next[this.#at(this.#previous, node)] = node;
    this.#previous[this.#at(this.#next, node)] = node;
  }
}
