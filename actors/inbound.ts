/**
 * Calls from other threads whose caller may give them up: found by who asked and which call it is.
 */

import type { Request } from "./request.ts";

export class Inbound {
  readonly #requests: Map<string, Request> = new Map();

  add(request: Request): void {
    this.#requests.set(keyOf(request.origin, request.index, request.seq), request);
  }

  find(origin: number, index: number, seq: number): Request | undefined {
    return this.#requests.get(keyOf(origin, index, seq));
  }

  delete(request: Request): void {
    this.#requests.delete(keyOf(request.origin, request.index, request.seq));
  }

  get size(): number {
    return this.#requests.size;
  }
}

function keyOf(origin: number, index: number, seq: number): string {
  return `${origin} ${index} ${seq}`;
}
