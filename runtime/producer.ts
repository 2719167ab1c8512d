/**
 * The sending end of a lane: records go in, batches are published.
 *
 * Data path: encode (actors/outgoing.ts) → **reserve, commit** → **flush** → publish (signals.ts).
 *
 * `reserve` gives the place of a record, the caller writes it through `view`, `commit` ends it.
 * What was committed becomes visible to the other thread with the next `flush`, one compareExchange
 * for the whole batch. A full ring is no error: records then collect in the overflow and move on
 * when the consumer says that it made room (`pump`). A record larger than `inlineMax` is written to
 * a buffer of its own and leaves in parts.
 *
 * Costs per record: the caller's stores and a few integer operations; nothing is allocated.
 */

import { beginsMessage, Outflow } from "./flow.ts";
import {
  alignRecord,
  CLAIM,
  CLAIM_HEIR,
  CLAIM_SENDER,
  FRAGMENT,
  FRAGMENT_HEADER_BYTES,
  HEAD,
  KEPT,
  LAST,
  RECORD_ALIGN_BYTES,
  RING_BYTE,
  SEALED,
  TAIL,
  WANT_SPACE,
} from "./layout.ts";
import { Overflow } from "./overflow.ts";
import { type RecordView, viewOf } from "./record.ts";
import type { Signals } from "./signals.ts";
import { Waiters } from "./waiters.ts";
import { Wholes } from "./wholes.ts";

/** Published at the latest when this many bytes wait for a flush. */
const FLUSH_BYTES = 8 * 1024;
const LAST_PART: number = FRAGMENT | LAST;

type Chunk = NonNullable<ReturnType<Overflow["oldest"]>>;

/** @param taken the other thread had taken the message: that is in its books */
export type Visit = (view: RecordView, at: number, size: number, taken: boolean) => void;

type Unread = (view: RecordView, at: number, size: number, published: boolean) => void;

export class Producer {
  readonly memory: SharedArrayBuffer;
  readonly from: number;
  readonly to: number;
  /** The consumer's generation: a lane never outlives either of its ends. */
  readonly generation: number;
  readonly inlineMax: number;
  /** Where the record reserved last is to be written. */
  view: RecordView;
  open = true;
  /** Records committed since the start. Writer: this thread. */
  records = 0;

  readonly #signals: Signals;
  readonly #ring: RecordView;
  readonly #words: Int32Array;
  readonly #capacity: number;
  readonly #overflow: Overflow;
  readonly #flow: Outflow;
  #tail = 0;
  #published = 0;
  #headSeen = 0;
  #reserved = 0;
  #chunk: Chunk | undefined;
  #large = false;
  #overflowing = false;
  readonly #wholes: Wholes = new Wholes();
  /** Who waits for the overflow to empty. */
  readonly #waiting: Waiters = new Waiters();

  /** @param start where TAIL and HEAD stand already: for tests that bring them near their wrap. */
  constructor(
    signals: Signals,
    lane: { memory: SharedArrayBuffer; from: number; to: number; generation: number },
    overflowBytesMax: number,
    start = 0,
  ) {
    this.memory = lane.memory;
    this.from = lane.from;
    this.to = lane.to;
    this.generation = lane.generation;
    this.#signals = signals;
    this.#ring = viewOf(lane.memory);
    this.#words = this.#ring.words;
    this.#flow = new Outflow(this.#words, signals, lane.from);
    this.view = this.#ring;
    this.#capacity = lane.memory.byteLength - RING_BYTE;
    this.inlineMax = this.#capacity >> 3;
    this.#overflow = new Overflow(overflowBytesMax);
    this.#tail = start;
    this.#published = start;
    this.#headSeen = start;
  }

  /** True while records wait for room: the sender should, too. */
  get congested(): boolean {
    return this.#overflowing;
  }

  get unflushed(): boolean {
    return this.#tail !== this.#published;
  }

  /**
   * The first word, in `view.words`, of a place for `size` bytes (a multiple of 8), whose size word
   * is already written. -1 if the lane is closed or the overflow is at its bound.
   */
  reserve(size: number): number {
    if (!this.open) return -1;
    if (size > this.inlineMax) return this.#reserveLarge(size);
    if (this.#overflowing) return this.#reserveOverflow(size);
    const offset = this.#tail & (this.#capacity - 1);
    const left = this.#capacity - offset;
    const padding = size <= left ? 0 : left;
    if (!this.#hasRoom(padding + size)) {
      this.#overflowing = true;
      return this.#reserveOverflow(size);
    }
    let at = (RING_BYTE + offset) >> 2;
    if (padding > 0) {
      this.#words[at] = -padding;
      this.#tail = (this.#tail + padding) | 0;
      at = RING_BYTE >> 2;
    }
    this.view = this.#ring;
    this.#reserved = size;
    this.#words[at] = size;
    return at;
  }

  /** The same for an answer or a signal, which no bound and no policy may refuse. */
  reserveSignal(size: number): number {
    const at = this.reserve(size);
    if (at >= 0 || !this.open) return at;
    return size > this.inlineMax ? this.#largeView(size) : this.#reserveOverflow(size, false);
  }

  /**
   * @param isMessage a cast or a call: counted before anybody can see it
   * @param survives the other thread's death: if it is large, it is kept until it has come whole
   */
  commit(isMessage = false, survives = false): void {
    this.records += 1;
    if (isMessage) this.#flow.add(1);
    if (this.#large) return this.#sendLarge(survives);
    if (this.#chunk !== undefined) {
      this.#overflow.commit(this.#chunk, this.#reserved);
      this.#chunk = undefined;
      return;
    }
    this.#tail = (this.#tail + this.#reserved) | 0;
    if (((this.#tail - this.#published) | 0) >= FLUSH_BYTES) this.flush();
  }

  /** Publishes what was committed. One atomic exchange, and a notify if the other thread sleeps. */
  flush(): void {
    if (this.#tail === this.#published || !this.open) return;
    // Pairs with the load of TAIL in consumer.ts, and with the or that seals a lane: what fails
    // here was never visible and still belongs to this thread. Writer: this thread.
    const seen = Atomics.compareExchange(this.#words, TAIL, this.#published, this.#tail);
    if (seen !== this.#published) {
      this.open = false;
      return;
    }
    this.#published = this.#tail;
    this.#signals.publish(this.from, this.to);
  }

  /** Moves what waits into the ring, as far as it fits. True if nothing waits any more. */
  pump(): boolean {
    while (this.open && this.#overflowing) {
      if (!this.#wholes.passed(this.#headSeen)) {
        if (this.#askForSpace()) continue;
        break;
      }
      const chunk = this.#overflow.oldest();
      if (chunk === undefined) {
        this.#overflowing = false;
        break;
      }
      if (!this.#move(chunk) && !this.#askForSpace()) break;
    }
    this.flush();
    if (!this.#overflowing && this.#waiting.count > 0) this.#waiting.tell();
    return !this.#overflowing;
  }

  /** Calls `run` once nothing waits for room any more, or the lane is closed. */
  whenRoom(run: () => void, isOver: () => boolean): void {
    this.#waiting.add(run, isOver);
  }

  /** Asks to be told of room; true if there is some after all, so that no wake-up is owed. */
  #askForSpace(): boolean {
    this.flush();
    // Pairs with the exchange of WANT_SPACE in consumer.ts: set before HEAD is read again.
    Atomics.store(this.#words, WANT_SPACE, 1);
    const head = this.#headSeen;
    this.#readHead();
    return head !== this.#headSeen;
  }

  /** Copies the longest run of whole records that fits. False if not even one does. */
  #move(chunk: Chunk): boolean {
    const words = chunk.view.words;
    let offset = this.#tail & (this.#capacity - 1);
    const first = words[chunk.read >> 2] ?? 0;
    if (first > this.#capacity - offset) {
      const padding = this.#capacity - offset;
      if (!this.#hasRoom(padding + first)) return false;
      this.#words[(RING_BYTE + offset) >> 2] = -padding;
      this.#tail = (this.#tail + padding) | 0;
      offset = 0;
    }
    if (!this.#hasRoom(first)) return false;
    const used = (this.#tail - this.#headSeen) | 0;
    const room = Math.min(this.#capacity - offset, this.#capacity - used);
    let end = chunk.read;
    let last = false;
    while (end < chunk.written) {
      const size = words[end >> 2] ?? 0;
      if (end + size - chunk.read > room) break;
      end += size;
      last = this.#wholes.count > 0 && ((words[(end - size + 4) >> 2] ?? 0) & ~KEPT) === LAST_PART;
      if (last) break;
    }
    this.#ring.bytes.set(chunk.view.bytes.subarray(chunk.read, end), RING_BYTE + offset);
    this.#tail = (this.#tail + (end - chunk.read)) | 0;
    this.#overflow.consume(chunk, end - chunk.read);
    if (last) this.#wholes.sent(this.#tail);
    return true;
  }

  #hasRoom(size: number): boolean {
    if (((this.#tail - this.#headSeen) | 0) + size <= this.#capacity) return true;
    this.#readHead();
    return ((this.#tail - this.#headSeen) | 0) + size <= this.#capacity;
  }

  #readHead(): void {
    // Pairs with the store of HEAD in consumer.ts: what lies before it may be written again.
    const head = Atomics.load(this.#words, HEAD);
    const used = (this.#tail - head) | 0;
    // A head that no consumer wrote is not believed; the lane then stays full until it is closed.
    const plausible = used >= 0 && used <= this.#capacity && (head & 7) === 0;
    if (plausible) this.#headSeen = head;
  }

  #reserveOverflow(size: number, bounded = true): number {
    if (bounded && !this.#overflow.hasRoom(size)) return -1;
    const chunk = this.#overflow.reserve(size);
    this.view = chunk.view;
    this.#chunk = chunk;
    this.#reserved = size;
    const at = chunk.written >> 2;
    chunk.view.words[at] = size;
    return at;
  }

  #reserveLarge(size: number): number {
    return this.#overflow.hasRoom(size) ? this.#largeView(size) : -1;
  }

  #largeView(size: number): number {
    this.view = viewOf(new ArrayBuffer(size));
    this.view.words[0] = size;
    this.#reserved = size;
    this.#large = true;
    return 0;
  }

  #sendLarge(survives: boolean): void {
    this.#large = false;
    const whole = this.view;
    const source = whole.bytes;
    if (survives) this.#wholes.keep(whole);
    const kind = survives ? FRAGMENT | KEPT : FRAGMENT;
    const partMax = this.inlineMax - FRAGMENT_HEADER_BYTES - RECORD_ALIGN_BYTES;
    for (let offset = 0; offset < source.length; offset += partMax) {
      const part = source.subarray(offset, offset + partMax);
      const at = this.#reservePart(alignRecord(FRAGMENT_HEADER_BYTES + part.length));
      const isLast = offset + partMax >= source.length;
      this.view.words[at + 1] = isLast && survives ? kind | LAST : kind;
      this.view.words[at + 2] = source.length;
      this.view.words[at + 3] = offset;
      this.view.bytes.set(part, at * 4 + FRAGMENT_HEADER_BYTES);
      this.commit();
      this.records -= 1;
    }
    if (!survives || this.#overflowing) return;
    this.#wholes.sent(this.#tail);
    // What comes now waits until it has been taken.
    this.#overflowing = true;
  }

  #reservePart(size: number): number {
    const at = this.reserve(size);
    // The bound was checked for the whole record; its parts are never left out in the middle. And
    // when the lane closed meanwhile they go where its other unread records are collected from.
    return at >= 0 ? at : this.#reserveOverflow(size, false);
  }

  /** False if whoever takes over for the other thread has begun to take what lies there. */
  claim(): boolean {
    // Pairs with the compareExchange in leftovers.ts: one of both takes it.
    return Atomics.compareExchange(this.#words, CLAIM, 0, CLAIM_SENDER) !== CLAIM_HEIR;
  }

  /**
   * Closes the lane and visits every record that the other thread will not handle: what it had not
   * taken from the ring, what was not published, what waited in the overflow. Returns how many
   * messages more it had not taken, which cannot be read: large ones that it has in part.
   *
   * @param isLeft of a message that the other thread could have seen: whoever takes over for it
   *   takes the message, too
   */
  close(visit: Visit, isLeft: (view: RecordView, at: number) => boolean = () => false): number {
    this.open = false;
    // Pairs with the load of TAIL in consumer.ts; after it nobody publishes into this ring. The
    // keeper may have done it already.
    Atomics.or(this.#words, TAIL, SEALED);
    this.#readHead();
    this.#wholes.passed(this.#headSeen);
    let left = 0;
    const back = this.#takesBack(visit, (view, at) => {
      const stays = isLeft(view, at);
      if (stays) left += 1;
      return stays;
    });
    this.#visitRing(back);
    this.#overflow.drop((view, at, size) => back(view, at, size, false));
    this.#overflowing = false;
    const unread = Math.max(0, this.#flow.left - left);
    this.#flow.add(-unread);
    this.#flow.finish();
    this.#waiting.tell();
    return unread;
  }

  /** A message is this thread's again before it is visited, unless the other one has taken it. */
  #takesBack(visit: Visit, stays: (view: RecordView, at: number) => boolean): Unread {
    let takenLeft = this.#flow.takenBehind(this.#headSeen);
    return (view, at, size, published) => {
      const whole = this.#wholes.begins(view, at);
      const isMessage = whole !== undefined || beginsMessage(view, at);
      const taken = isMessage && takenLeft > 0;
      if (taken) takenLeft -= 1;
      else if (isMessage && published && stays(view, at)) return;
      else if (isMessage) this.#flow.add(-1);
      if (whole === undefined) visit(view, at, size, taken);
      else visit(whole, 0, whole.words[0] ?? 0, taken);
    };
  }

  /** Another thread may have scribbled over the ring, so sizes are not believed here either. */
  #visitRing(visit: Unread): void {
    for (let at = this.#headSeen; at !== this.#tail; ) {
      const offset = at & (this.#capacity - 1);
      const size = this.#words[(RING_BYTE + offset) >> 2] ?? 0;
      const step = Math.abs(size);
      const left = Math.min((this.#tail - at) | 0, this.#capacity - offset);
      if (step === 0 || (step & 7) !== 0 || step > left) return;
      const published = ((at - this.#published) | 0) < 0;
      if (size > 0) visit(this.#ring, (RING_BYTE + offset) >> 2, size, published);
      at = (at + step) | 0;
    }
  }
}
