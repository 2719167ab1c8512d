/**
 * Operations of unknown outcome, in the order in which they began. Each may take effect once, at
 * any time after that, or never.
 *
 * Reads are left out, since nobody learnt what
 * they answered. Of several that are equal only the one that began first may be next: whatever
 * a later one could do, it can do as well.
 */

import type { Model } from "./model.ts";
import type { Interval } from "./pending.ts";
import { textOf } from "./plain.ts";

/** Which of them have taken effect: their ordinals, sorted. Short, for few do. */
export type Used = readonly number[];

export class Unknowns<Operation> {
  readonly #indexes: number[] = [];
  readonly #begins: number[] = [];
  /** For each the equal one before it; -1 where there is none. */
  readonly #twins: number[] = [];

  constructor(
    intervals: readonly Interval<Operation, unknown>[],
    { reads }: Pick<Model<unknown, Operation, never>, "reads">,
  ) {
    intervals.forEach(({ operation, answer }, index) => {
      if (answer === undefined && reads?.(operation, undefined) !== true) this.#indexes.push(index);
    });
    const begin = (index: number): number => intervals[index]?.begin ?? 0;
    this.#indexes.sort((one, other) => begin(one) - begin(other));
    const last = new Map<string, number>();
    this.#indexes.forEach((index, ordinal) => {
      const text = textOf(intervals[index]?.operation);
      this.#begins.push(begin(index));
      this.#twins.push(last.get(text) ?? -1);
      last.set(text, ordinal);
    });
  }

  /** Its place among all operations. */
  index(ordinal: number): number {
    return this.#indexes[ordinal] ?? -1;
  }

  /** Whether one that began before `end` has not been used. */
  anyLeft(end: number, used: Used): boolean {
    return this.#begunBefore(end) > used.length;
  }

  /** Those that may take effect before `end`, besides what was used. */
  available(end: number, used: Used): number[] {
    const spent = new Set(used);
    const found: number[] = [];
    const count = this.#begunBefore(end);
    for (let ordinal = 0; ordinal < count; ordinal += 1) {
      const twin = this.#twins[ordinal] ?? -1;
      if (!spent.has(ordinal) && (twin < 0 || spent.has(twin))) found.push(ordinal);
    }
    return found;
  }

  /** The same and one more. */
  static with(used: Used, ordinal: number): Used {
    return [...used, ordinal].sort((one, other) => one - other);
  }

  #begunBefore(end: number): number {
    let low = 0;
    let high = this.#begins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#begins[middle] ?? end) < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
