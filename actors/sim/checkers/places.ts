/**
 * Places that a search need not go to again.
 *
 * One covers another if the same operations are pending in the same state, and every operation of
 * unknown outcome that the one has spent was spent by the other as well: what the other could still
 * do, the one can do too.
 *
 * Bounded: when it is full it forgets all, which costs time and never a verdict.
 */

import type { Used } from "./unknowns.ts";

/** Bytes of memory it takes at most, roughly. */
const BYTES_MAX = 64_000_000;
/** What an entry takes besides its text and its list. */
const ENTRY_BYTES = 120;

export class Places {
  /** Which unknown operations were spent, by what is pending and the state. */
  readonly #spent = new Map<string, Used[]>();
  #bytes = 0;

  get empty(): boolean {
    return this.#spent.size === 0;
  }

  add(pending: readonly number[], state: string | number, used: Used): void {
    const text = textOfPlace(pending, state);
    const bytes = ENTRY_BYTES + text.length + 8 * used.length;
    if (this.#bytes + bytes > BYTES_MAX) {
      this.#spent.clear();
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    const others = this.#spent.get(text);
    if (others === undefined) this.#spent.set(text, [used]);
    else others.push(used);
  }

  has(pending: readonly number[], state: string | number, used: Used): boolean {
    if (this.#spent.size === 0) return false;
    const others = this.#spent.get(textOfPlace(pending, state));
    return others?.some((other) => within(other, used)) ?? false;
  }
}

/** Both are sorted. */
function within(one: Used, other: Used): boolean {
  let at = 0;
  for (const ordinal of one) {
    while (at < other.length && (other[at] ?? 0) < ordinal) at += 1;
    if (other[at] !== ordinal) return false;
  }
  return true;
}

function textOfPlace(pending: readonly number[], state: string | number): string {
  return `${pending.join()}|${typeof state === "number" ? "n" : "s"}${state}`;
}
