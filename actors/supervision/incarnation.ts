/**
 * One incarnation of a ladder's rung, as the ladder deals with it: started, told its epoch, probed,
 * and ended.
 */

import { summarise } from "../../runtime/errors.ts";
import { ActorDown } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { AnyRef, Ref, Self } from "../types.ts";
import type { Outcome } from "./budget.ts";
import type { CheckedRung, Health, RungProtocol } from "./ladder-spec.ts";
import { stopActor } from "./stopping.ts";

/** What a rung may have besides. */
interface Activated {
  activate(epoch: number): unknown;
}

export class Incarnation {
  readonly number: number;
  readonly index: number;
  readonly rung: CheckedRung;
  ref: AnyRef | undefined;
  /** Its start took too long: once it has started, it is killed. */
  unwanted = false;
  /** As it has said itself. */
  #served = 0;
  #failed = 0;

  constructor(number: number, index: number, rung: CheckedRung) {
    this.number = number;
    this.index = index;
    this.rung = rung;
  }

  /** Settles once the rung knows its epoch; undefined: it does not want to. */
  activate(epoch: number, timeout: number): Promise<unknown> | undefined {
    const ref = this.ref as Ref<Activated>; // Only who runs is given an epoch.
    const call: Partial<Ref<Activated>["call"]> = ref.with({ timeout }).call;
    return call.activate?.(epoch);
  }

  /** What came of a probe; undefined: the rung is down, of which the ladder hears otherwise. */
  async probe(self: Self<unknown>, timeout: number): Promise<Outcome | undefined> {
    const asked = self.now();
    try {
      const ref = this.ref as Ref<RungProtocol>; // Only who runs is probed.
      const health = await ref.with({ timeout }).call.health();
      return this.#outcomeOf(health, self.now() - asked);
    } catch (error) {
      return this.isDown(error) ? undefined : failureOf(error);
    }
  }

  /** A call failed because the rung itself is down, and not one whom the rung has asked. */
  isDown(error: unknown): boolean {
    return error instanceof ActorDown && error.target === String(this.ref);
  }

  #outcomeOf(health: unknown, ms: number): Outcome {
    const { ready, reason, served, failed } = (health ?? {}) as Health;
    if (ready === false) return { type: "not-ready", cause: String(reason || "it says so") };
    const before = { served: this.#served, failed: this.#failed };
    this.#served = grown(before.served, served);
    this.#failed = Math.min(this.#served, grown(before.failed, failed));
    const fails = Math.max(0, this.#failed - before.failed);
    return { type: "answered", ms, served: this.#served - before.served, failed: fails };
  }

  /** Told to shut down, and killed if that takes longer than its `shutdown`. */
  async end(self: Self<unknown>): Promise<ExitReason | undefined> {
    const { ref } = this;
    return ref === undefined ? undefined : stopActor(self, ref, this.rung.child.shutdown);
  }
}

/** A number that only grows; what is no such number changes nothing. */
function grown(before: number, now: unknown): number {
  return typeof now === "number" && Number.isFinite(now) ? Math.max(before, now) : before;
}

function failureOf(error: unknown): Outcome {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === "ERR_CALL_TIMEOUT") return { type: "timeout" };
  if (code === "ERR_REFUSED") return { type: "not-ready", cause: String(message) };
  return { type: "error", cause: summarise(error) };
}
