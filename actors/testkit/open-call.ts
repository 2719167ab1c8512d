/**
 * A call to the actor under step, which may be answered in this turn or in a later one; and the
 * `Deferred` that the actor holds of it.
 */

import type { Deferred } from "../types.ts";
import { CannotStep } from "./errors.ts";

export type Outcome<Value> =
  | { readonly type: "open" }
  | { readonly type: "answered"; readonly value: Value }
  | { readonly type: "failed"; readonly error: unknown };

/** What the caller would see. */
export class OpenCall<Value> {
  /** `take(2)` */
  readonly text: string;
  /** Settles as the call does. */
  readonly promise: Promise<Value>;
  #outcome: Outcome<Value> = { type: "open" };
  #resolve: (value: Value) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(text: string) {
    this.text = text;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever wants to know looks at it, or at `outcome`.
    this.promise.catch(() => {});
  }

  get outcome(): Outcome<Value> {
    return this.#outcome;
  }

  get open(): boolean {
    return this.#outcome.type === "open";
  }

  /** What it was answered with. @throws CannotStep while it is open; what it failed with */
  get value(): Value {
    const outcome = this.#outcome;
    if (outcome.type === "answered") return outcome.value;
    if (outcome.type === "failed") throw outcome.error;
    throw new CannotStep(`${this.text} is not answered yet`, "step what answers it first");
  }

  /** For the stepper. False if it is over. */
  settle(outcome: Outcome<Value>): boolean {
    if (!this.open) return false;
    this.#outcome = outcome;
    if (outcome.type === "answered") this.#resolve(outcome.value);
    if (outcome.type === "failed") this.#reject(outcome.error);
    return true;
  }
}

/** What `self.defer()` gives. */
export class StepDeferred implements Deferred<unknown> {
  /** Undefined: nobody waits, since it was no call. */
  readonly call: OpenCall<unknown> | undefined;
  readonly #settle: (outcome: Outcome<unknown>) => boolean;

  constructor(call: OpenCall<unknown> | undefined, settle: (outcome: Outcome<unknown>) => boolean) {
    this.call = call;
    this.#settle = settle;
  }

  get open(): boolean {
    return this.call?.open ?? true;
  }

  /** Made at each look, so that `promise.then(deferred.resolve)` works. */
  get resolve(): (value: unknown) => boolean {
    return (value) => this.#settle({ type: "answered", value });
  }

  get reject(): (error: Error) => boolean {
    return (error) => this.#settle({ type: "failed", error });
  }
}
