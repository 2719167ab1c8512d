/**
 * What a supervisor has to do, one after the other in the order in which it came.
 *
 *     push ──▶ job job job ──▶ the one at work ──▶ step ──▶ whoever carries it out
 *                                     ▲                          │
 *                                     └───────── outcome ◀───────┘
 *
 * A job is a procedure of the family's rules. It begins at once if none is at work.
 */

import type { Outcome, Procedure, Step } from "./procedure.ts";

export interface Job<Result> {
  readonly procedure: Procedure<Result>;
  done(result: Result): void;
  /** Not open any more: nobody waits for it, so it is not begun. */
  readonly answer?: { readonly open: boolean };
}

/** What was taken out is kept until so many places are free, and then half of the list. */
const FREE_MIN = 64;

export class Jobs {
  readonly #perform: (step: Step) => void;
  #waiting: Job<never>[] = [];
  #next = 0;
  #current: Job<never> | undefined;

  /** @param perform carries a step out and then calls `go` with its outcome, never at once. */
  constructor(perform: (step: Step) => void) {
    this.#perform = perform;
  }

  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  push<Result>(job: Job<Result>): void {
    this.#waiting.push(job as Job<never>);
    if (this.#current === undefined) this.go(undefined);
  }

  /** Goes on with what came of the last step. */
  go(outcome: Outcome | undefined): void {
    let result = outcome;
    for (;;) {
      this.#current ??= this.#take();
      const job = this.#current;
      if (job === undefined) return;
      const next = job.procedure.next(result);
      if (next.done !== true) return this.#perform(next.value);
      this.#current = undefined;
      result = undefined;
      job.done(next.value as never);
    }
  }

  #take(): Job<never> | undefined {
    while (this.#next < this.#waiting.length) {
      const job = this.#waiting[this.#next];
      this.#next += 1;
      if (this.#next >= FREE_MIN && this.#next * 2 >= this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      if (job?.answer?.open !== false) return job;
    }
    return undefined;
  }
}
