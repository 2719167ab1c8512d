/**
 * Requests of one actor that began and are not answered: mostly one, which lies in the object
 * itself. A Set that is emptied again and again makes its table anew each time.
 */

import type { Request } from "./request.ts";

export class OpenRequests {
  #one: Request | undefined;
  #more: Set<Request> | undefined;

  get size(): number {
    return (this.#one === undefined ? 0 : 1) + (this.#more?.size ?? 0);
  }

  add(request: Request): void {
    if (this.#one === request) return;
    if (this.#one === undefined && this.#more?.has(request) !== true) this.#one = request;
    else {
      this.#more ??= new Set();
      this.#more.add(request);
    }
  }

  delete(request: Request): void {
    if (this.#one === request) this.#one = undefined;
    else this.#more?.delete(request);
  }

  clear(): void {
    this.#one = undefined;
    this.#more = undefined;
  }

  /** Any may be deleted meanwhile. */
  *[Symbol.iterator](): Generator<Request> {
    if (this.#one !== undefined) yield this.#one;
    if (this.#more !== undefined) yield* this.#more;
  }
}
