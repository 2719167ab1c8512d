/**
 * Sleep and wake of one thread, without ever blocking its event loop.
 *
 * Data path: publish (signals.ts) → **park, wake** → drain (thread.ts).
 *
 * A thread that has nothing to do announces that it sleeps (PARKED = 1), makes sure that it has a
 * waiter, and looks once more for work. At most one waiter is outstanding, on one address, re-used
 * until it fires: a waiter cannot be cancelled, and every one that nobody wakes is kept for ever.
 *
 * A pending waiter does not keep a thread alive; the control port does (thread-entry.ts).
 */

import type { Env } from "./env.ts";
import { BLOCK_WORDS, PARKED } from "./layout.ts";
import type { Signals } from "./signals.ts";

export class Doorbell {
  /** How often a waiter was made: a test holds it against the number of wake-ups. */
  arms = 0;

  readonly #env: Env;
  readonly #signals: Signals;
  readonly #words: Int32Array;
  readonly #word: number;
  readonly #thread: number;
  readonly #wake: () => void;
  #armed = false;
  #announced = false;
  #closed = false;

  constructor(env: Env, signals: Signals, thread: number, wake: () => void) {
    this.#env = env;
    this.#signals = signals;
    this.#words = signals.words;
    this.#word = thread * BLOCK_WORDS + PARKED;
    this.#thread = thread;
    this.#wake = wake;
  }

  /** False if there is work after all, and the thread must not sleep. */
  park(): boolean {
    if (this.#closed) return true;
    // Pairs with the load of PARKED in `ring`: stored before the bits are looked at below.
    // Writer: this thread; ringers only take it.
    Atomics.store(this.#words, this.#word, 1);
    this.#announced = true;
    if (!this.#armed && !this.#arm()) return false;
    if (!this.#signals.pending(this.#thread)) return true;
    this.unpark();
    return false;
  }

  /** Takes the announcement back. The waiter stays armed and serves the next park. */
  unpark(): void {
    if (!this.#announced) return;
    this.#announced = false;
    // Pairs with the exchange of PARKED in `ring`. Writer: this thread.
    Atomics.store(this.#words, this.#word, 0);
  }

  #arm(): boolean {
    if (!this.#env.wait(this.#words, this.#word, 1, this.#onWake)) {
      this.unpark();
      return false;
    }
    this.arms += 1;
    this.#armed = true;
    return true;
  }

  readonly #onWake = (): void => {
    this.#armed = false;
    this.unpark();
    if (!this.#closed) this.#wake();
  };

  /** Fires the outstanding waiter, so that nothing keeps this thread's memory after its end. */
  close(): void {
    this.#closed = true;
    this.unpark();
    this.#signals.ringAnyway(this.#thread);
  }
}
