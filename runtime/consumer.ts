/**
 * The receiving end of a lane: takes whole records, in order, at most a bounded number at a time.
 *
 * Data path: wake (doorbell.ts) → **drain** → receive (actors/incoming.ts).
 *
 * Nothing that lies in the ring is believed: sizes, positions and parts are checked, since another
 * thread of the process may have scribbled over the memory. What no producer can have written
 * closes the lane (`bad`), and nothing after it is read.
 */

import { Inflow, isMessage } from "./flow.ts";
import {
  FRAGMENT,
  FRAGMENT_HEADER_BYTES,
  HEAD,
  RECORD_BYTES_MIN,
  RING_BYTE,
  SEALED,
  TAIL,
  WANT_SPACE,
} from "./layout.ts";
import { type Receiver, type RecordView, viewOf } from "./record.ts";
import { ENTRIES_MAX } from "./recorder.ts";
import type { Signals } from "./signals.ts";

export interface ConsumerLane {
  readonly memory: SharedArrayBuffer;
  readonly from: number;
  readonly to: number;
  /** The sender's generation, and the receiver's. */
  readonly generation: number;
  readonly life?: number;
}

export class Consumer {
  readonly memory: SharedArrayBuffer;
  readonly from: number;
  readonly to: number;
  /** The producer's generation. */
  readonly generation: number;
  /** The receiver's generation. */
  readonly life: number;
  /** Set for ever when the ring held bytes that no codec wrote. */
  bad = false;
  /** Records taken since the start, parts of large ones not counted. Writer: this thread. */
  records = 0;

  readonly #signals: Signals;
  readonly #view: RecordView;
  readonly #words: Int32Array;
  readonly #capacity: number;
  readonly #recordBytesMax: number;
  readonly #flow: Inflow;
  #head = 0;
  #freed = 0;
  /** Where the records begin that `#show` is to show; and later, when more have come. */
  #unseen = 0;
  #later = 0;
  #large: { view: RecordView; filled: number } | undefined;
  /** Where the last part of the large record lies that is being received. */
  #largeAt = 0;

  /** @param start where TAIL and HEAD stand already: for tests that bring them near their wrap. */
  constructor(signals: Signals, lane: ConsumerLane, recordBytesMax: number, start = 0) {
    this.memory = lane.memory;
    this.from = lane.from;
    this.to = lane.to;
    this.generation = lane.generation;
    this.life = lane.life ?? 1;
    this.#signals = signals;
    this.#view = viewOf(lane.memory);
    this.#words = this.#view.words;
    this.#flow = new Inflow(this.#words, signals, lane.to);
    this.#capacity = lane.memory.byteLength - RING_BYTE;
    this.#recordBytesMax = recordBytesMax;
    this.#head = start;
  }

  /** Where the lane has the record that is being received. */
  positionOf(view: RecordView, at: number): number {
    if (view !== this.#view) return this.#largeAt;
    const mask = this.#capacity - 1;
    const offset = (at << 2) - RING_BYTE;
    return (this.#head + ((offset - (this.#head & mask)) & mask)) | 0;
  }

  /** Hands up to `limit` records to the receiver. True if more are waiting. */
  drain(receiver: Receiver, limit: number): boolean {
    if (this.bad) return false;
    const words = this.#words;
    const tail = this.#tail();
    const start = this.#head;
    let head = start;
    let taken = 0;
    if (!this.#plausible((tail - head) | 0)) return this.#reject();
    this.#unseen = head;
    this.#later = head;
    try {
      while (head !== tail && taken < limit) {
        const offset = head & (this.#capacity - 1);
        const at = (RING_BYTE + offset) >> 2;
        const size = words[at] ?? 0;
        const left = this.#capacity - offset;
        if (size < 0) {
          if (-size !== left || left > ((tail - head) | 0)) return this.#reject();
          head = (head + left) | 0;
          continue;
        }
        const fits = size >= RECORD_BYTES_MIN && size <= left && size <= ((tail - head) | 0);
        if (!fits || (size & 7) !== 0) return this.#reject();
        head = (head + size) | 0;
        taken += 1;
        if ((taken & (ENTRIES_MAX - 1)) === 0) {
          this.#unseen = this.#later;
          this.#later = head;
        }
        if (!this.#take(receiver, at, size, head)) return this.#reject();
      }
    } finally {
      if (head !== start) {
        this.#show(receiver, head);
        this.#release(head, tail);
      }
    }
    return head !== tail;
  }

  #take(receiver: Receiver, at: number, size: number, end: number): boolean {
    if (((this.#words[at + 1] ?? 0) & 255) === FRAGMENT) {
      // A large message can be the end of the thread that decodes it: seen before that.
      this.#show(receiver, end);
      return this.#collect(receiver, at, size);
    }
    return this.#receive(receiver, this.#view, at, size);
  }

  /** A message is this thread's before it is received; one that nobody has sent is not. */
  #receive(receiver: Receiver, view: RecordView, at: number, size: number): boolean {
    this.records += 1;
    const counts = isMessage(view.words[at + 1] ?? 0);
    if (counts) this.#flow.add(1);
    const good = receiver.receive(this.from, view, at, size);
    if (counts && !good) this.#flow.add(-1);
    return good;
  }

  /**
   * The producer has died, and what it published has been taken: how many messages it had
   * committed besides. They are this thread's to account for now.
   */
  takeRest(): number {
    return this.#flow.takeRest();
  }

  /**
   * Shows the newest records up to `end` before any of them has its turn: ENTRIES_MAX of them at
   * least, or all. What would not be kept in any case is not walked through again.
   */
  #show(receiver: Receiver, end: number): void {
    const batch = { words: this.#words, head: this.#unseen, left: (end - this.#unseen) | 0 };
    receiver.taken?.(this.from, batch);
    this.#unseen = end;
    this.#later = end;
  }

  /** Puts a large record together; its parts follow each other with nothing else in between. */
  #collect(receiver: Receiver, at: number, size: number): boolean {
    const total = this.#words[at + 2] ?? 0;
    const offset = this.#words[at + 3] ?? 0;
    if (offset === 0) {
      if (this.#large !== undefined || total <= size || total > this.#recordBytesMax) return false;
      this.#large = { view: viewOf(new ArrayBuffer((total + 7) & ~7)), filled: 0 };
    }
    const large = this.#large;
    if (large === undefined || large.filled !== offset) return false;
    const bytes = large.view.bytes;
    const part = Math.min(size - FRAGMENT_HEADER_BYTES, bytes.length - offset);
    if (total !== bytes.length || part <= 0) return false;
    const from = at * 4 + FRAGMENT_HEADER_BYTES;
    bytes.set(this.#view.bytes.subarray(from, from + part), offset);
    large.filled += part;
    if (large.filled < total) return true;
    this.#large = undefined;
    this.#largeAt = this.positionOf(this.#view, at);
    if (large.view.words[0] !== total) return false;
    return this.#receive(receiver, large.view, 0, total);
  }

  #tail(): number {
    // Pairs with the compareExchange of TAIL in producer.ts: the bytes before it are written.
    return Atomics.load(this.#words, TAIL) & ~SEALED;
  }

  #plausible(waiting: number): boolean {
    return waiting >= 0 && waiting <= this.#capacity && (waiting & 7) === 0;
  }

  #release(head: number, tail: number): void {
    this.#freed += (head - this.#head) | 0;
    this.#head = head;
    this.#flow.reached(head);
    // Pairs with the load of HEAD in producer.ts. Writer: this thread.
    Atomics.store(this.#words, HEAD, head);
    if (this.#freed < this.#capacity >> 2 && head !== tail) return;
    this.#freed = 0;
    if (Atomics.load(this.#words, WANT_SPACE) !== 1) return;
    // Pairs with the store of WANT_SPACE in producer.ts: HEAD was stored before it is taken.
    if (Atomics.exchange(this.#words, WANT_SPACE, 0) === 1) this.#signals.freed(this.to, this.from);
  }

  #reject(): false {
    this.bad = true;
    return false;
  }
}
