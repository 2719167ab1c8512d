/**
 * Callbacks that wait for one event. Those whose waiting is over for another reason (a deadline)
 * are swept whenever the number has doubled, so the list is bounded by twice those that really
 * wait.
 */

const SWEEP_MIN = 64;

interface Waiter {
  readonly run: () => void;
  readonly isOver: () => boolean;
}

export class Waiters {
  #waiting: Waiter[] = [];
  #sweepAt: number = SWEEP_MIN;

  get count(): number {
    return this.#waiting.length;
  }

  add(run: () => void, isOver: () => boolean): void {
    this.#waiting.push({ run, isOver });
    if (this.#waiting.length < this.#sweepAt) return;
    this.#waiting = this.#waiting.filter((waiter) => !waiter.isOver());
    this.#sweepAt = Math.max(SWEEP_MIN, this.#waiting.length * 2);
  }

  /** Calls everybody once, in the order they came. */
  tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { run } of waiting) run();
  }
}
