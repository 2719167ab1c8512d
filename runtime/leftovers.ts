/**
 * A sealed lane to a thread that has died, as its successor reads it: the messages behind HEAD that
 * are marked as surviving. Nothing is taken away, since the sender takes back what is for others;
 * how many were taken is written down (INHERITED), so that none is counted twice, and how far the
 * successor has come (PASSED), so that whoever goes on for it takes none twice.
 *
 *     HEAD … taken by the dead one … │ … inherited … PASSED │ … left …  TAIL
 *
 * What was taken belongs to the books of the dead thread, whether or not it got further.
 */

import { countersOf, MESSAGES_IN } from "./counters.ts";
import { beginsMessage, takenBehind } from "./flow.ts";
import {
  CLAIM,
  CLAIM_HEIR,
  CLAIM_SENDER,
  FRAGMENT,
  HEAD,
  INHERITED,
  PASSED,
  PASSED_BIT,
  READ_AT,
  READS,
  RECORD_BYTES_MIN,
  RING_BYTE,
  SEALED,
  TAIL,
} from "./layout.ts";
import { type RecordView, viewOf } from "./record.ts";
import type { Signals } from "./signals.ts";
import type { Lane } from "./thread.ts";

export interface Leftover {
  readonly view: RecordView;
  /** The record's first word in `view`. */
  readonly at: number;
  readonly bytes: number;
  /** Its place in the lane. */
  readonly position: number;
  /** It is in the books of a life that is over, and in nobody's lane. */
  readonly counted: boolean;
}

export class Leftovers {
  readonly #words: Int32Array;
  readonly #view: RecordView;
  readonly #counts: Float64Array;
  readonly #capacity: number;
  #tail = 0;

  constructor(lane: Lane, signals: Signals) {
    this.#view = viewOf(lane.memory);
    this.#words = this.#view.words;
    this.#counts = countersOf(signals, lane.to);
    this.#capacity = lane.memory.byteLength - RING_BYTE;
  }

  /**
   * Those for which `survives` says so of their head, in order; parts of large ones are none.
   * @returns also whether all of the lane could be read
   */
  read(survives: (head: number) => boolean): { records: Leftover[]; whole: boolean } {
    const words = this.#words;
    // Pairs with the compareExchange in producer.ts: a sender that knows of a stop may be first.
    if (Atomics.compareExchange(words, CLAIM, 0, CLAIM_HEIR) === CLAIM_SENDER) {
      return { records: [], whole: true };
    }
    const head = Atomics.load(words, HEAD);
    // Pairs with the compareExchange of TAIL in producer.ts: nothing is published any more.
    const tail = Atomics.load(words, TAIL) & ~SEALED;
    this.#tail = tail;
    const waiting = (tail - head) | 0;
    if (waiting < 0 || waiting > this.#capacity || ((tail | head) & 7) !== 0) {
      return { records: [], whole: false };
    }
    const records: Leftover[] = [];
    let taken = takenBehind(words, head);
    let inherited = words[INHERITED] ?? 0;
    for (let position = head; position !== tail; ) {
      const offset = position & (this.#capacity - 1);
      const at = (RING_BYTE + offset) >> 2;
      const size = words[at] ?? 0;
      const step = Math.abs(size);
      const left = Math.min(this.#capacity - offset, (tail - position) | 0);
      const sound = step >= 8 && (step & 7) === 0 && step <= left;
      if (!sound || (size > 0 && size < RECORD_BYTES_MIN)) return { records, whole: false };
      if (size > 0 && beginsMessage(this.#view, at)) {
        const wasTaken = taken > 0;
        taken -= 1;
        const kind = words[at + 1] ?? 0;
        if ((kind & 255) !== FRAGMENT && survives(kind)) {
          const counted = wasTaken || inherited > 0;
          if (!wasTaken) inherited -= 1;
          if (!this.#isPassed(position)) {
            records.push({ view: this.#view, at, bytes: size, position, counted });
          }
        }
      }
      position = (position + step) | 0;
    }
    return { records, whole: true };
  }

  #isPassed(position: number): boolean {
    const passed = this.#words[PASSED] ?? 0;
    return passed !== 0 && ((position - (passed & ~PASSED_BIT)) | 0) < 0;
  }

  /** It is in a backlog, or accounted for, and so is all before it. */
  pass({ position, bytes }: Leftover): void {
    this.#words[PASSED] = (position + bytes) | 0 | PASSED_BIT;
  }

  /**
   * It is about to be read, which may be the end of this thread. Returns how often that was begun
   * before and not followed by `pass`.
   */
  reads({ position }: Leftover): number {
    const words = this.#words;
    const name = position | PASSED_BIT;
    if (words[READ_AT] !== name) {
      words[READS] = 0;
      words[READ_AT] = name;
    }
    const before = words[READS] ?? 0;
    words[READS] = before + 1;
    return before;
  }

  /** Nothing more is to be taken out of the lane. */
  finish(): void {
    this.#words[PASSED] = this.#tail | PASSED_BIT;
  }

  /** One that was not counted comes out of the lane. Two stores. */
  inherit(): void {
    const words = this.#words;
    const counts = this.#counts;
    const inherited = (words[INHERITED] ?? 0) + 1;
    const came = (counts[MESSAGES_IN] ?? 0) + 1;
    words[INHERITED] = inherited;
    counts[MESSAGES_IN] = came;
  }
}
