/** The actors of one thread by slot: arrays of a range each, since slots come in ranges. */

import { RANGE_SLOTS } from "../runtime/layout.ts";
import type { Cell } from "./cell.ts";

export class Cells {
  readonly #ranges: ((Cell | undefined)[] | undefined)[] = [];

  get(slot: number): Cell | undefined {
    return this.#ranges[(slot / RANGE_SLOTS) | 0]?.[slot & (RANGE_SLOTS - 1)];
  }

  set(slot: number, cell: Cell): void {
    const range = (slot / RANGE_SLOTS) | 0;
    let cells = this.#ranges[range];
    if (cells === undefined) {
      cells = new Array<Cell | undefined>(RANGE_SLOTS).fill(undefined);
      while (this.#ranges.length <= range) this.#ranges.push(undefined);
      this.#ranges[range] = cells;
    }
    cells[slot & (RANGE_SLOTS - 1)] = cell;
  }

  delete(slot: number): void {
    const cells = this.#ranges[(slot / RANGE_SLOTS) | 0];
    if (cells !== undefined) cells[slot & (RANGE_SLOTS - 1)] = undefined;
  }

  /** How many ranges there may be: of each some or all cells are there. */
  get ranges(): number {
    return this.#ranges.length;
  }

  range(index: number): readonly (Cell | undefined)[] | undefined {
    return this.#ranges[index];
  }

  all(): Cell[] {
    return this.#ranges.flatMap((cells) => cells?.filter((cell) => cell !== undefined) ?? []);
  }
}
