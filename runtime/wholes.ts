/**
 * Large messages that must survive their receiver, on the sender's side (producer.ts).
 *
 * Such a message crosses in parts, and is in no backlog before its last part has come. So the
 * sender keeps it whole until the lane's HEAD has passed it, and lets nothing follow it until then:
 * if the other thread dies before that, the message is the sender's again, and so is all behind it.
 *
 *     keep ──▶ parts … last part in the ring: sent ──▶ HEAD beyond it: passed ──▶ forgotten
 *                └── the lane is closed: begins ──▶ whole again, in its place
 *
 * Costs memory for one more copy, and one round trip before the next message to that thread.
 */

import { FRAGMENT, KEPT } from "./layout.ts";
import type { RecordView } from "./record.ts";

export class Wholes {
  /** Oldest first; bounded by the overflow, which holds their parts. */
  readonly #kept: RecordView[] = [];
  /** Where the last part of the oldest ends in the lane, once it is there. */
  #end: number | undefined;
  #begun = false;

  get count(): number {
    return this.#kept.length;
  }

  keep(whole: RecordView): void {
    this.#kept.push(whole);
  }

  /** The last part of the oldest is in the ring, and nothing lies behind it. */
  sent(tail: number): void {
    this.#end = tail;
  }

  /** True if records may follow: none of these is under way. */
  passed(head: number): boolean {
    if (this.#end === undefined) return true;
    if (((head - this.#end) | 0) < 0) return false;
    this.#end = undefined;
    this.#kept.shift();
    return true;
  }

  /**
   * The lane is closed, and its records are visited in order: the whole message, where this is the
   * first part that is left of one.
   */
  begins({ words }: RecordView, at: number): RecordView | undefined {
    const kind = words[at + 1] ?? 0;
    if ((kind & (KEPT | 255)) !== (KEPT | FRAGMENT)) return undefined;
    // Of the oldest some parts may have been taken; of the others none.
    if (this.#begun && words[at + 3] !== 0) return undefined;
    this.#begun = true;
    return this.#kept.shift();
  }
}
