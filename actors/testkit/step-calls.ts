/** Calls that the actor under step has made, and that wait until the test answers them. */

import { Aborted } from "../errors.ts";
import type { MessageOptions } from "../types.ts";
import type { CallEffect } from "./effects.ts";
import { CannotStep } from "./errors.ts";
import { textOf } from "./received.ts";

/** That may wait for their answers at a time. */
const OPEN_CALLS_MAX = 1024;

interface Open {
  readonly effect: CallEffect;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class StepCalls {
  #next = 1;
  readonly #open: Map<number, Open> = new Map();

  /** Numbers the call; what it gives settles when the test says so. @throws CannotStep */
  begin(
    sent: Omit<CallEffect, "id" | "type" | "timeout">,
    { timeout, signal }: MessageOptions,
  ): { effect: CallEffect; promise: Promise<unknown> } {
    if (this.#open.size >= OPEN_CALLS_MAX) {
      throw new CannotStep(`${OPEN_CALLS_MAX} calls wait for answers`, "answer some of them");
    }
    const id = this.#next;
    this.#next += 1;
    const within = timeout === undefined ? {} : { timeout };
    const effect: CallEffect = { type: "call", id, ...sent, ...within };
    const promise = new Promise<unknown>((resolve, reject) => {
      this.#open.set(id, { effect, resolve, reject });
      const giveUp = (): void => {
        if (!this.#open.delete(id)) return;
        reject(new Aborted(String(sent.to), sent.handler, signal?.reason));
      };
      if (signal?.aborted) giveUp();
      else signal?.addEventListener("abort", giveUp, { once: true });
    });
    return { effect, promise };
  }

  get all(): readonly CallEffect[] {
    return [...this.#open.values()].map(({ effect }) => effect);
  }

  /** @param which the effect, or the handler: the oldest open call to it. @throws CannotStep */
  take(which: CallEffect | string): Open {
    const open = [...this.#open.values()].find(({ effect }) =>
      typeof which === "string" ? effect.handler === which : effect.id === which.id,
    );
    if (open === undefined) {
      const waiting = this.all.map(({ handler, args }) => textOf(handler, args)).join(", ");
      const wanted = typeof which === "string" ? which : textOf(which.handler, which.args);
      throw new CannotStep(
        `no call of ${wanted} waits for an answer`,
        `there waits: ${waiting || "none"}`,
      );
    }
    this.#open.delete(open.effect.id);
    return open;
  }

  /** The actor is dead: nobody waits any more. */
  clear(): void {
    this.#open.clear();
  }
}
