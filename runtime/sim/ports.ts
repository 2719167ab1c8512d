/**
 * Channels of a simulated machine: what is posted is cloned, as a real port does, and comes later,
 * in order. A port belongs to the thread that holds it, and closes with that.
 */

import { POST } from "./delays.ts";
import type { VirtualThread } from "./virtual-thread.ts";
import type { World } from "./world.ts";

type Listener = (event: { readonly data: unknown }) => void;

export class VirtualPort {
  #world: World | undefined;
  #peer: VirtualPort | undefined;
  #owner: VirtualThread | undefined;
  #listeners: Listener[] = [];
  #onClose: (() => void)[] = [];
  #closed = false;
  #started = false;
  #waiting: unknown[] = [];
  /** What was posted last arrives then. */
  #lastNs = 0;

  /** Told of all that is posted. */
  #posted: ((value: unknown) => void) | undefined;

  constructor(world: World, posted: (value: unknown) => void) {
    this.#world = world;
    this.#posted = posted;
    this.#owner = world.current;
    world.whenOver(() => this.#forget());
  }

  static pair(
    world: World,
    posted: (value: unknown) => void,
  ): { port1: VirtualPort; port2: VirtualPort } {
    const port1 = new VirtualPort(world, posted);
    const port2 = new VirtualPort(world, posted);
    port1.#peer = port2;
    port2.#peer = port1;
    return { port1, port2 };
  }

  /** It goes to another thread. */
  moveTo(owner: VirtualThread): void {
    this.#owner = owner;
  }

  get owner(): VirtualThread | undefined {
    return this.#owner;
  }

  postMessage(value: unknown): void {
    const peer = this.#peer;
    if (this.#closed || peer === undefined || peer.#closed) return;
    // What a thread posts that has died in this step never left it.
    if (this.#world?.death?.struck) return;
    const data: unknown = structuredClone(value);
    this.#posted?.(data);
    this.#later(() => peer.#take(data));
  }

  /** What comes before anybody listens waits, as it does at a real port. */
  #take(data: unknown): void {
    if (this.#closed) return;
    if (!this.#started) this.#waiting.push(data);
    else for (const listener of [...this.#listeners]) listener({ data });
  }

  #later(step: () => void): void {
    const world = this.#world;
    const from = this.#owner;
    const to = this.#peer?.owner;
    if (world === undefined || from === undefined || to === undefined) return;
    const dueNs = world.current.nowNs + POST.draw(from.random);
    this.#lastNs = Math.max(this.#lastNs, dueNs);
    world.deliver(to, this.#lastNs - world.current.nowNs, step);
  }

  addEventListener(type: string, listener: Listener): void {
    if (type === "message") this.#listeners.push(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    if (type === "message") this.#listeners = this.#listeners.filter((one) => one !== listener);
  }

  once(type: "close", listener: () => void): this {
    if (type === "close") this.#onClose.push(listener);
    return this;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const data of waiting) this.#soon(() => this.#take(data));
  }

  unref(): void {}
  ref(): void {}

  /** Both ends; what has been posted still arrives. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tellClosed();
    const peer = this.#peer;
    this.#later(() => {
      if (peer === undefined || peer.#closed) return;
      peer.#closed = true;
      peer.#tellClosed();
    });
  }

  #tellClosed(): void {
    const listeners = this.#onClose;
    this.#onClose = [];
    for (const listener of listeners) this.#soon(listener);
  }

  #soon(step: () => void): void {
    if (this.#owner !== undefined) this.#world?.deliver(this.#owner, 0, step);
  }

  /**
   * Comlink keeps the port of every proxy until that is collected, which it never is as long as
   * the port leads to it.
   */
  #forget(): void {
    this.#closed = true;
    this.#listeners = [];
    this.#onClose = [];
    this.#waiting = [];
    this.#world = undefined;
    this.#owner = undefined;
    this.#peer = undefined;
    this.#posted = undefined;
  }
}
