/**
 * The death of a thread in the middle of a step: before its n-th atomic write from now on, as
 * `terminate` would hit it there.
 *
 *     armed ─ n writes of the thread ─▶ memory is copied ─▶ the step unwinds
 *                                            └───────────▶ memory is put back, the thread ends
 *
 * JavaScript cannot be stopped where it is. So what the thread does from that write on is undone:
 * shared memory is as it was at that moment, posts and wake-ups are swallowed, and the error that
 * is thrown there ends the step soon. Nobody else runs meanwhile. What remains is what user code
 * of that step did outside of shared memory after that point, if it caught the error.
 */

import type { VirtualThread } from "./virtual-thread.ts";

/** Thrown where a thread died; nobody should catch it. */
export class Cut extends Error {
  override readonly name = "Cut";
  constructor() {
    super("the simulated thread died here");
  }
}

const WRITES = ["store", "or", "and", "exchange", "compareExchange", "add", "sub"] as const;
type Write = (words: Int32Array, index: number, ...values: number[]) => number;
type Writes = Record<(typeof WRITES)[number], Write>;

const atomics = Atomics as unknown as Writes;

export class Death {
  readonly thread: VirtualThread;
  /** It has died in this step, of which the rest does not count. */
  struck = false;
  readonly #current: () => VirtualThread;
  readonly #memories: () => readonly SharedArrayBuffer[];
  readonly #real: Writes = {} as Writes;
  readonly #copies: { readonly memory: SharedArrayBuffer; readonly copy: Uint8Array }[] = [];
  #left: number;

  /** @param writes from 1 */
  constructor(
    thread: VirtualThread,
    writes: number,
    current: () => VirtualThread,
    memories: () => readonly SharedArrayBuffer[],
  ) {
    this.thread = thread;
    this.#left = writes;
    this.#current = current;
    this.#memories = memories;
    for (const name of WRITES) this.#real[name] = atomics[name];
    for (const name of WRITES) {
      const real = this.#real[name];
      atomics[name] = (...args) => {
        this.#write();
        return real(...args);
      };
    }
  }

  #write(): void {
    if (this.#current() !== this.thread) return;
    // Whatever is written from here on is undone, so that reports of the cut come to nothing.
    if (this.struck) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    for (const memory of this.#memories()) {
      this.#copies.push({ memory, copy: new Uint8Array(memory).slice() });
    }
    this.struck = true;
    throw new Cut();
  }

  /** After the step in which it struck. */
  undo(): void {
    this.disarm();
    for (const { memory, copy } of this.#copies) new Uint8Array(memory).set(copy);
  }

  disarm(): void {
    Object.assign(atomics, this.#real);
  }
}
