/**
 * The actors of one thread that have work, first in first out: nobody is served twice before all.
 */

import type { Cell } from "./cell.ts";

const CAPACITY_START = 256;

export class ReadyQueue {
  #cells: (Cell | undefined)[] = new Array(CAPACITY_START).fill(undefined);
  #head = 0;
  count = 0;
  /** States seen by `warm`: a result, since the compiler leaves out what comes to nothing. */
  warmed = 0;

  push(cell: Cell): void {
    if (this.count === this.#cells.length) this.#grow();
    this.#cells[(this.#head + this.count) & (this.#cells.length - 1)] = cell;
    this.count += 1;
  }

  /** Whose turn is next. */
  get first(): Cell | undefined {
    return this.#cells[this.#head];
  }

  shift(): Cell | undefined {
    if (this.count === 0) return undefined;
    const cell = this.#cells[this.#head];
    this.#cells[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#cells.length - 1);
    this.count -= 1;
    return cell;
  }

  /**
   * Reads a word of the next cells and of their states, all in one go: what is not in the cache
   * then comes together, instead of one by one when their turns come. A few ns for each.
   */
  warm(cellsMax: number): void {
    const cells = this.#cells;
    const mask = cells.length - 1;
    const end = this.#head + Math.min(cellsMax, this.count);
    let seen = 0;
    for (let at = this.#head; at < end; at += 1) {
      if (typeof cells[at & mask]?.state === "object") seen += 1;
    }
    this.warmed = seen;
  }

  #grow(): void {
    const cells = this.#cells;
    const larger: (Cell | undefined)[] = new Array(cells.length * 2).fill(undefined);
    for (let index = 0; index < this.count; index += 1) {
      larger[index] = cells[(this.#head + index) & (cells.length - 1)];
    }
    this.#cells = larger;
    this.#head = 0;
  }
}
