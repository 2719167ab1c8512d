/**
 * Orders for actors on other threads: sent at once, or kept while the thread is being replaced or
 * its lane has no room, and then sent together, in the order in which they came.
 *
 *     spawner.ts ──▶ **send** ──▶ outgoing.ts ──▶ lane
 *                      │ ▲
 *                 kept ▼ │ the thread is replaced, an answer of it came, or LOOK_MS have passed
 *                    orders ◀── came back: the thread died before it took them (undelivered.ts)
 *
 * So thousands of children that have lost their thread wait for its replacement as one, and a
 * supervisor need not try again.
 */

import { MailboxFull, ThreadUnavailable } from "./errors.ts";
import type { Host } from "./host.ts";
import { FULL, GONE } from "./outgoing.ts";
import { type Request, SETTLED } from "./request.ts";
import type { Order } from "./terms.ts";

/** What is kept longer than this fails; a thread is replaced within milliseconds. */
export const KEPT_MS = 5000;
/** On one thread, for all others; more fail at once. */
export const KEPT_MAX: number = 2 ** 20;
/** How often is looked whether there is room, or something has been kept too long. */
const LOOK_MS = 10;

interface Kept {
  readonly definition: number;
  readonly request: Request;
  /** Kept until then, on the runtime's clock. */
  readonly until: number;
}

export class Orders {
  readonly #host: Host;
  /** By thread, in the order in which they came; none is empty. */
  readonly #kept: Map<number, Set<Kept>> = new Map();
  #count = 0;
  #timed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Settles the request if its order can neither be sent nor kept. */
  send(thread: number, definition: number, request: Request): void {
    // What came before goes first.
    const waits = this.#count > 0 && this.#kept.has(thread);
    const sent = waits ? FULL : this.#try(thread, definition, request);
    if ((sent === FULL || sent === GONE) && this.#copy(request)) {
      this.#keep(thread, definition, request, sent);
    }
  }

  /** It was sent, but its thread has died before it took it: it goes to the next life of that. */
  cameBack(thread: number, definition: number, request: Request): void {
    // Of no life: what fails with one of them is not yet this.
    request.generation = 0;
    this.#keep(thread, definition, request, GONE);
  }

  /** The thread runs, or its lane has room: what is kept for it is sent as far as there is room. */
  release(thread: number): void {
    const orders = this.#kept.get(thread);
    if (orders === undefined) return;
    const now = this.#host.thread.env.now();
    for (const order of orders) {
      const { definition, request, until } = order;
      const isOver = request.status === SETTLED;
      const sent = isOver ? undefined : this.#try(thread, definition, request);
      if (sent === FULL || sent === GONE) {
        if (now < until && this.#mayKeep(thread, sent)) return;
        this.#fail(thread, request, sent);
      }
      orders.delete(order);
      this.#count -= 1;
    }
    this.#kept.delete(thread);
  }

  /** The thread has answered an order: there may be room for those that are kept. */
  answered(thread: number): void {
    if (this.#count === 0 || !this.#kept.has(thread)) return;
    if (this.#host.thread.producerTo(thread)?.congested !== true) this.release(thread);
  }

  /** Settles the request if what it asks for cannot travel. */
  #try(thread: number, definition: number, request: Request): number | undefined {
    const { outgoing, settings, codec } = this.#host;
    try {
      const sent = outgoing.spawn(thread, definition, request);
      if (settings.development) codec.freeze((request.arg as Order).args);
      return sent;
    } catch (error) {
      this.#host.answers.settle(request, false, error);
      return undefined;
    }
  }

  /** It will be sent later; but what cannot travel is refused here and now. */
  #copy(request: Request): boolean {
    const { settings, codec } = this.#host;
    const { terms, args } = request.arg as Order;
    try {
      if (args.length > 0) request.arg = { terms, args: codec.copy(args, "spawn.args") };
      if (settings.development) codec.freeze(args);
      return true;
    } catch (error) {
      this.#host.answers.settle(request, false, error);
      return false;
    }
  }

  #keep(thread: number, definition: number, request: Request, sent: number): void {
    if (this.#count >= KEPT_MAX || !this.#mayKeep(thread, sent)) {
      return this.#fail(thread, request, sent);
    }
    const orders = this.#kept.get(thread) ?? new Set();
    this.#kept.set(thread, orders);
    const until = this.#host.thread.env.now() + KEPT_MS;
    orders.add({ definition, request, until });
    this.#count += 1;
    this.#look();
  }

  /** Main and own threads are replaced by nobody, and none is while the system stops. */
  #mayKeep(thread: number, sent: number): boolean {
    const { spawner, settings } = this.#host;
    if (spawner.closed) return false;
    return sent === FULL || (thread >= 1 && thread <= settings.threads);
  }

  #fail(thread: number, request: Request, sent: number): void {
    const full = sent === FULL;
    const error = full ? new MailboxFull(`thread ${thread}`, 0) : new ThreadUnavailable(thread);
    this.#host.answers.settle(request, false, error);
  }

  #look(): void {
    if (this.#timed) return;
    this.#timed = true;
    this.#host.thread.env.timer(LOOK_MS, () => {
      this.#timed = false;
      for (const thread of [...this.#kept.keys()]) this.release(thread);
      if (this.#count > 0) this.#look();
    });
  }
}
