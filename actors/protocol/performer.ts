/**
 * Does what the effects of a core say: for one member, in their order.
 *
 *     send ──▶ peers, or its own next event      ask, timer, cancel ──▶ shell-timers.ts
 *     reply ──▶ commands.ts                      monitor, demonitor ──▶ watches.ts
 *     persist, truncate, snapshot, metadata ──▶ member-writes.ts
 */

import { ProtocolFailed } from "../errors.ts";
import type { AnyRef, Self } from "../types.ts";
import type { Commands } from "./commands.ts";
import type { Effect, MemberId, PeerCodec, ProtocolEvent, ProtocolSpec } from "./contract.ts";
import { coordination } from "./coordination.ts";
import { isMemberId } from "./member-id.ts";
import type { MemberWrites } from "./member-writes.ts";
import type { ShellOrder } from "./order.ts";
import type { Peers } from "./peers.ts";
import type { ShellTimers } from "./shell-timers.ts";
import type { Tally } from "./tally.ts";
import type { Watches } from "./watches.ts";

/** A finished instance answers for as long who asks again. */
export const LINGER_MS_DEFAULT = 5000;

export interface PerformerParts<S extends ProtocolSpec> {
  readonly self: Self<object>;
  /** What the member is called in errors. */
  readonly name: string;
  readonly order: ShellOrder;
  readonly codec: PeerCodec<S["message"]>;
  readonly peers: Peers<S["message"]>;
  readonly commands: Commands;
  readonly timers: ShellTimers;
  readonly watches: Watches;
  readonly writes: MemberWrites<S>;
  readonly tally: Tally;
  /** What the member is to be told next. */
  readonly own: ProtocolEvent<S>[];
  /** All writes up to this one are as durable as they will ever be. */
  readonly isDurable: (seq: number) => void;
}

export class Performer<S extends ProtocolSpec> {
  readonly #parts: PerformerParts<S>;
  isFinished = false;
  /** How often others were told something. */
  said = 0;

  constructor(parts: PerformerParts<S>) {
    this.#parts = parts;
  }

  /** @param at when it is wanted */
  perform(effect: Effect<S>, at: number): void {
    const { commands, name, order, tally, timers, watches, writes } = this.#parts;
    switch (effect.type) {
      case "send":
        return this.#send(effect.to, effect.message, at);
      case "reply":
        tally.replied(commands.reply(effect.id, effect.reply, at));
        return;
      case "timer":
        return timers.set(effect.key, effect.inMs);
      case "cancel":
        return timers.cancel(effect.key);
      case "ask":
        this.said += 1;
        return timers.ask(order.participant, effect);
      case "monitor":
        return this.#watch(effect.member, at);
      case "demonitor":
        return watches.remove(effect.member);
      case "observe":
        return this.#observe(effect.observation);
      case "metric":
        return this.#measure(effect.name, effect.value);
      case "finish":
        return this.#finish(effect.participants, at);
      case "fail":
        throw new ProtocolFailed(name, effect.reason);
      default:
        // Without a journal all is as durable as it will ever be.
        if (!writes.write(effect)) this.#parts.isDurable(effect.seq);
    }
  }

  #watch(member: MemberId, at: number): void {
    const { own, watches } = this.#parts;
    if (isMemberId(member)) return watches.add(member);
    // Nobody can be called so, and that is as if nobody was.
    own.push({ type: "down", at, member, reason: "noproc" });
  }

  #send(to: MemberId | readonly MemberId[], message: S["message"], at: number): void {
    const encoded = this.#parts.codec.encode(message);
    if (typeof to === "string") return this.#sendTo(to, message, encoded, at);
    for (const member of to) this.#sendTo(member, message, encoded, at);
  }

  #sendTo(to: MemberId, message: S["message"], encoded: unknown, at: number): void {
    const { own, peers, tally } = this.#parts;
    tally.sent += 1;
    const { member, incarnation } = peers;
    if (to !== member) {
      this.said += 1;
      return peers.send(to, encoded);
    }
    own.push({ type: "message", at, from: member, incarnation, message });
  }

  #observe(observation: S["observation"]): void {
    this.said += 1;
    const { instance, member, observer } = this.#parts.order;
    (observer as ObserverRef | undefined)?.cast.observed({ instance, member, observation });
  }

  #measure(name: string, value: number): void {
    const { self, tally } = this.#parts;
    self.measure(tally.kind, { [name]: value });
  }

  /** An instance is measured once: by the member that has its config. */
  #finish(participants: number, at: number): void {
    if (this.isFinished) return;
    this.isFinished = true;
    const { self, order, tally, timers } = this.#parts;
    const durationMs = tally.finish(at, participants);
    if (order.config !== undefined) {
      self.measure(tally.kind, coordination(durationMs, participants));
    }
    timers.linger(order.lingerMs ?? LINGER_MS_DEFAULT);
  }
}

type ObserverRef = AnyRef & { readonly cast: { observed(told: unknown): boolean } };
