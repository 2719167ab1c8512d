/**
 * The calls of one thread that wait for an answer: a table by index, with deadlines in the wheel.
 *
 * A call within the thread is mostly answered before the clock is next read. So its time begins to
 * run with that reading, or one within a millisecond of it (`date`): until then it costs neither a
 * look at the clock nor an entry of the wheel, and whatever blocked the thread in between is not
 * counted against the target.
 *
 * An index is re-used as soon as its call has settled; `seq` counts over all calls of the thread,
 * so an answer that comes too late finds another number and is dropped.
 */

import type { Wheel } from "../runtime/wheel.ts";
import { type Request, SETTLED } from "./request.ts";

/** Calls within the thread are dated at most this often. */
const DATE_MS = 1;
const FRESH_KEPT_MAX = 4096;

export class Calls {
  readonly #wheel: Wheel;
  readonly #table: (Request | undefined)[] = [];
  readonly #free: number[] = [];
  #seq = 0;
  /** Indices entered since the last `date`; who is still there then has no deadline yet. */
  #fresh: number[] = [];
  #dateAt = Number.NEGATIVE_INFINITY;

  /** Calls that another thread is to answer. */
  far = 0;
  readonly #thread: number;

  constructor(wheel: Wheel, thread: number) {
    this.#wheel = wheel;
    this.#thread = thread;
  }

  get size(): number {
    return this.#table.length - this.#free.length;
  }

  /**
   * Enters a request; its deadline fires as `payload = index * 2` of the wheel. One without a
   * deadline but with a `timeoutMs` gets it at the next `date`.
   */
  enter(request: Request): void {
    if (request.thread !== this.#thread) this.far += 1;
    const index = this.#free.pop() ?? this.#table.length;
    this.#table[index] = request;
    // Never 0, which says "does not wait" in the directory.
    this.#seq = (this.#seq + 1) & 0x7fffffff || 1;
    request.index = index;
    request.seq = this.#seq;
    if (request.deadline !== Number.POSITIVE_INFINITY) {
      request.timer = this.#wheel.insert(request.deadline, index * 2);
    } else if (request.timeoutMs > 0) {
      this.#fresh.push(index);
    }
  }

  /** The clock was read: now and then, sets the deadlines of the calls that came before. */
  date(now: number): void {
    if (this.#fresh.length === 0 || now < this.#dateAt) return;
    this.#dateAt = now + DATE_MS;
    for (const index of this.#fresh) {
      const request = this.#table[index];
      // Most have left; and who came to the index instead may be dated already.
      if (request === undefined || request.timer >= 0 || request.timeoutMs === 0) continue;
      request.deadline = now + request.timeoutMs;
      request.timer = this.#wheel.insert(request.deadline, index * 2);
    }
    // A list that grew large is not kept.
    if (this.#fresh.length > FRESH_KEPT_MAX) this.#fresh = [];
    else this.#fresh.length = 0;
  }

  /** The thread may sleep: the next `date` leaves nobody without a deadline. */
  dateAll(): void {
    this.#dateAt = Number.NEGATIVE_INFINITY;
  }

  at(index: number): Request | undefined {
    return this.#table[index];
  }

  find(index: number, seq: number): Request | undefined {
    const request = this.#table[index];
    return request?.seq === seq ? request : undefined;
  }

  /** Takes a request out, once: false if it was settled before. */
  leave(request: Request): boolean {
    if (request.status === SETTLED) return false;
    request.status = SETTLED;
    this.#table[request.index] = undefined;
    this.#free.push(request.index);
    if (request.thread !== this.#thread) this.far -= 1;
    if (request.timer >= 0) this.#wheel.remove(request.timer);
    request.timer = -1;
    request.unwatch?.();
    return true;
  }

  /** Its entry in the wheel has fired and must not be removed again. */
  fired(request: Request): void {
    request.timer = -1;
  }

  *all(): Generator<Request> {
    for (const request of this.#table) if (request !== undefined) yield request;
  }
}
