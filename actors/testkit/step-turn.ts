/** One run of a handler or callback of the actor under step: who sends, and for whom. */

import type { MessageOptions } from "../types.ts";
import { OpenCall } from "./open-call.ts";
import { textOf } from "./received.ts";
import type { StepActor } from "./step-actor.ts";
import type { StepMessage } from "./step-mail.ts";
import type { Sender, Sent } from "./stub.ts";

export class StepTurn implements Sender {
  readonly message: StepMessage;
  /** It was set aside: what the handler returns is discarded. */
  stashed = false;
  readonly #actor: StepActor;
  #abort: AbortController | undefined;

  constructor(actor: StepActor, message: StepMessage) {
    this.#actor = actor;
    this.message = message;
  }

  cast({ to, handler, args }: Sent, priority: boolean): void {
    const actor = this.#actor;
    actor.live(`the way to ${to}`);
    const copy = actor.copies.send(args, "args");
    const sent = { type: "cast", to, handler, args: copy } as const;
    actor.effect(priority ? { ...sent, priority } : sent);
    if (to === actor.ref) actor.receive({ handler, args: copy, open: undefined });
  }

  call({ to, handler, args }: Sent, options: MessageOptions): Promise<unknown> {
    const actor = this.#actor;
    try {
      actor.live(`the way to ${to}`);
      const copy = actor.copies.send(args, "args");
      const { effect, promise } = actor.calls.begin({ to, handler, args: copy }, options);
      actor.effect(effect);
      if (to !== actor.ref) return promise;
      // Its own answer is the one that it waits for.
      const open = new OpenCall<unknown>(textOf(handler, args));
      const { resolve, reject } = actor.calls.take(effect);
      open.promise.then(resolve, reject);
      actor.receive({ handler, args: copy, open });
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  /** Its caller has given up, or the actor has ended. */
  abort(): void {
    this.#abort?.abort();
  }
}
