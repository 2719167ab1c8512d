/**
 * Persist before speak: effects that may be seen only once a write is durable, until it is.
 *
 *     effect with `after: 7` ──▶ 7 durable? ──yes──▶ carried out
 *                                   └──no──▶ held, in order ──durable 7──▶ carried out
 *
 * What is held keeps the trace context in which it was wanted: who tells that it is durable knows
 * nothing of that.
 */

import type { Trace, TracedTurn } from "../trace.ts";
import type { Effect, ProtocolSpec } from "./contract.ts";

/** Effects that one member may hold back; more is a core that never stops to speak. */
export const HELD_MAX = 1_048_576;

interface Held<S extends ProtocolSpec> {
  readonly after: number;
  readonly effect: Effect<S>;
  readonly context: string | undefined;
}

export class Outbox<S extends ProtocolSpec> {
  readonly #definition: string;
  readonly #trace: Trace | undefined;
  #held: Held<S>[] = [];
  /** The last write that is durable. */
  durable = 0;

  /** @param definition whose spans these are, where there is a trace port */
  constructor(definition: string, trace: Trace | undefined) {
    this.#definition = definition;
    this.#trace = trace;
  }

  get size(): number {
    return this.#held.length;
  }

  /** True if the effect has to wait; it is held then. */
  holds(effect: Effect<S>): boolean {
    const { after } = effect as { readonly after?: number };
    if (after === undefined || after <= this.durable) return false;
    this.#held.push({ after, effect, context: this.#trace?.inject() });
    return true;
  }

  /** Writes up to this one are durable: carries out what was held for them, in order. */
  release(upTo: number, perform: (effect: Effect<S>) => void): void {
    for (const { effect, context } of this.#release(upTo)) {
      if (this.#trace === undefined) perform(effect);
      else this.#trace.run(context, () => perform(effect), this.#factsOf(effect));
    }
  }

  #factsOf({ type }: Effect<S>): TracedTurn {
    return { definition: this.#definition, handler: type, type: "callback" };
  }

  #release(upTo: number): readonly Held<S>[] {
    this.durable = upTo;
    const held = this.#held;
    if (held.length === 0 || (held[0] as Held<S>).after > upTo) return this.#releaseAny(upTo);
    let count = 1;
    while (count < held.length && (held[count] as Held<S>).after <= upTo) count += 1;
    const free = held.splice(0, count);
    return this.#held.length === 0 ? free : [...free, ...this.#releaseAny(upTo)];
  }

  /** Those behind one that has to wait longer: a core need not speak in the order of its writes. */
  #releaseAny(upTo: number): readonly Held<S>[] {
    const free = this.#held.filter(({ after }) => after <= upTo);
    if (free.length > 0) this.#held = this.#held.filter(({ after }) => after > upTo);
    return free;
  }
}
