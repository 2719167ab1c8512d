/**
 * Both ends of one lane in one JavaScript thread, with numbered records that show any mix-up.
 *
 *     record   size | kind | number | size again | bytes, all equal to the number's low byte
 *
 * `send` writes and commits, `drain` takes and checks; what came lies in `received`, in order.
 */

import { Consumer } from "../../runtime/consumer.ts";
import { HEAD, PENDING_SPACE, RING_BYTE, SEALED, TAIL } from "../../runtime/layout.ts";
import { Producer } from "../../runtime/producer.ts";
import type { RecordView } from "../../runtime/record.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

/** Any kind but FRAGMENT. */
const KIND = 2;

/** What one record says of itself. */
export interface Seen {
  readonly number: number;
  readonly size: number;
}

export interface LaneOptions {
  /** Bytes of the ring, a power of two. */
  ringBytes?: number;
  overflowBytesMax?: number;
  recordBytesMax?: number;
  /** Where TAIL and HEAD begin. */
  start?: number;
  from?: number;
  to?: number;
}

/** Reads a record and says what is wrong with it by throwing. */
function read(view: RecordView, at: number, size: number): Seen {
  const { words, bytes } = view;
  const number = words[at + 2] ?? -1;
  if (words[at] !== size || words[at + 3] !== size) {
    throw new Error(`record ${number}: ${words[at]} and ${words[at + 3]} bytes in one of ${size}`);
  }
  const end = at * 4 + size;
  for (let byte = at * 4 + 16; byte < end; byte += 1) {
    if (bytes[byte] !== (number & 255)) throw new Error(`record ${number}: byte ${byte} is wrong`);
  }
  return { number, size };
}

export class LaneEnds {
  readonly signals: Signals = new Signals(allocateSignals());
  readonly words: Int32Array;
  readonly producer: Producer;
  readonly consumer: Consumer;
  /** What the consumer took, in order. */
  readonly received: Seen[] = [];
  readonly from: number;
  readonly to: number;
  #next = 0;

  constructor(options: LaneOptions = {}) {
    const { ringBytes = 16 * 1024, overflowBytesMax = 2 ** 20, start = 0 } = options;
    const { recordBytesMax = 2 ** 20, from = 1, to = 2 } = options;
    const memory = new SharedArrayBuffer(RING_BYTE + ringBytes);
    this.words = new Int32Array(memory);
    this.words[TAIL] = start;
    this.words[HEAD] = start;
    this.from = from;
    this.to = to;
    const lane = { memory, from, to, generation: 1 };
    this.producer = new Producer(this.signals, lane, overflowBytesMax, start);
    this.consumer = new Consumer(this.signals, lane, recordBytesMax, start);
  }

  /** The record that was sent, or undefined if there was no room. Not flushed. */
  send(size: number): Seen | undefined {
    const at = this.producer.reserve(size);
    if (at < 0) return undefined;
    const number = this.#next;
    this.#next += 1;
    const { words, bytes } = this.producer.view;
    words[at + 1] = KIND;
    words[at + 2] = number;
    words[at + 3] = size;
    bytes.fill(number & 255, at * 4 + 16, at * 4 + size);
    this.producer.commit();
    return { number, size };
  }

  /** What the producer's thread does after each batch of turns. */
  publish(): void {
    if (this.producer.congested) this.producer.pump();
    else this.producer.flush();
  }

  /** True if more is waiting. */
  drain(limit: number = Number.POSITIVE_INFINITY): boolean {
    return this.consumer.drain(
      {
        receive: (_from, view, at, bytes) => {
          this.received.push(read(view, at, bytes));
          return true;
        },
      },
      limit,
    );
  }

  /** What the producer's thread does when the bit of space is set. True if it was. */
  pumpIfTold(): boolean {
    const bits = this.signals.take(this.from, PENDING_SPACE + (this.to >>> 5));
    if ((bits & (1 << (this.to & 31))) === 0) return false;
    this.producer.pump();
    return true;
  }

  /** True if a published record waits. */
  get waiting(): boolean {
    return this.words[TAIL] !== this.words[HEAD];
  }

  /** Publishes, drains and pumps until nothing moves any more. */
  settle(): void {
    this.publish();
    for (let rounds = 0; rounds < 10_000; rounds += 1) {
      this.drain();
      if (!this.pumpIfTold() && !this.waiting) return;
    }
    throw new Error("the lane does not come to rest");
  }

  /** As a keeper does it for a consumer that died. */
  seal(): void {
    Atomics.or(this.words, TAIL, SEALED);
  }

  /** What comes back at the end; a large record counts once, by its first part. */
  close(): Seen[] {
    const back: Seen[] = [];
    this.producer.close((view, at, size) => {
      const whole = ((view.words[at + 1] ?? 0) & 255) === KIND;
      if (whole) back.push(read(view, at, size));
      else if (view.words[at + 3] === 0) {
        back.push({ number: view.words[at + 4 + 2] ?? -1, size: view.words[at + 4] ?? -1 });
      }
    });
    return back;
  }
}
