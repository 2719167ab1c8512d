/**
 * The calls of one thread that wait for an answer: a table by index, with deadlines in the wheel.
 *
 * An index is re-used as soon as its call has settled; `seq` counts over all calls of the thread, so
 * an answer that comes too late finds another number and is dropped.
 */

import type { Wheel } from "../runtime/wheel.ts";
import { Request, SETTLED } from "./request.ts";

export class Calls {
  readonly #wheel: Wheel;
  readonly #table: (Request | undefined)[] = [];
  readonly #free: number[] = [];
  #seq = 0;

  constructor(wheel: Wheel) {
    this.#wheel = wheel;
  }

  get size(): number {
    return this.#table.length - this.#free.length;
  }

  /** Enters a request; its deadline fires as `payload = index * 2` of the wheel. */
  enter(request: Request): void {
    const index = this.#free.pop() ?? this.#table.length;
    this.#table[index] = request;
    // Never 0, which says "does not wait" in the directory.
    this.#seq = (this.#seq + 1) & 0x7fffffff || 1;
    request.index = index;
    request.seq = this.#seq;
    if (request.deadline !== Number.POSITIVE_INFINITY) {
      request.timer = this.#wheel.insert(request.deadline, index * 2);
    }
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
