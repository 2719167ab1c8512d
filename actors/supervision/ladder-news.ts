/**
 * Who is told of a ladder's changes: the log, a bounded history, and whoever subscribes.
 */

import { InvalidOptions } from "../errors.ts";
import type { LogLevel } from "../log.ts";
import type { AnyRef, Ref, Self } from "../types.ts";
import type { LadderChange } from "./ladder-events.ts";

/** What a subscriber has among its handlers. */
export interface LadderListener {
  /** After each change, in order. */
  ladderChanged(change: LadderChange): void;
}

/** Changes that are kept. */
export const HISTORY_MAX = 256;
export const SUBSCRIBERS_MAX = 1024;

export class LadderNews {
  /** Oldest first. */
  readonly history: LadderChange[] = [];
  readonly #self: Self<unknown>;
  readonly #service: string;
  /** And the monitors that tell of their ends. */
  readonly #subscribers: Map<AnyRef, number> = new Map();

  constructor(self: Self<unknown>, service: string) {
    this.#self = self;
    this.#service = service;
  }

  /** @throws InvalidOptions */
  subscribe(ref: AnyRef): void {
    const casts = (ref as Partial<AnyRef> | undefined)?.cast as Partial<
      Ref<LadderListener>["cast"]
    >;
    if (casts?.ladderChanged === undefined) {
      throw new InvalidOptions("subscribe", "a ref of an actor with a handler ladderChanged", ref);
    }
    if (this.#subscribers.has(ref)) return;
    if (this.#subscribers.size >= SUBSCRIBERS_MAX) {
      throw new InvalidOptions("subscribe", `used by at most ${SUBSCRIBERS_MAX} actors`, ref);
    }
    this.#subscribers.set(ref, this.#self.monitor(ref));
  }

  unsubscribe(ref: AnyRef): boolean {
    const monitor = this.#subscribers.get(ref);
    if (monitor === undefined) return false;
    this.#self.demonitor(monitor, { flush: true });
    return this.#subscribers.delete(ref);
  }

  ended(ref: AnyRef): void {
    this.#subscribers.delete(ref);
  }

  tell(change: LadderChange): void {
    this.history.push(change);
    if (this.history.length > HISTORY_MAX) this.history.shift();
    this.#log(change);
    for (const ref of this.#subscribers.keys()) {
      (ref as Ref<LadderListener>).cast.ladderChanged(change);
    }
  }

  /** A change of rungs is rare and always told; restarts may be many. */
  #log(change: LadderChange): void {
    const { from, to, reason } = change;
    const level = levelOf(change);
    const message = messageOf(change);
    const fields = (): object => ({
      ladder: String(this.#self.ref),
      service: this.#service,
      ...change,
    });
    if (from !== to) this.#self.log[level](fields(), message);
    else this.#self.report({ level, message, definition: this.#service, reason, fields });
  }

  trialFailed(rung: string, cause: string): void {
    this.#self.report({
      level: "info",
      message: "a better rung of a ladder was tried and is not ready",
      definition: this.#service,
      reason: "trial-failed",
      fields: () => ({ ladder: String(this.#self.ref), service: this.#service, rung, cause }),
    });
  }
}

function levelOf({ to, reason }: LadderChange): LogLevel {
  if (to === undefined) return "error";
  const isGood = reason === "start" || reason === "probe-succeeded" || reason === "recovered";
  return isGood || reason === "renewed" ? "info" : "warn";
}

function messageOf({ from, to }: LadderChange): string {
  if (to === undefined) return "a service is unavailable: no rung of its ladder is left";
  return from === to ? "a rung of a ladder was renewed" : "another rung of a ladder is in charge";
}
