/** One member of a group: its core's state, and what a shell would hold for it. */

import { Digest } from "../../../runtime/sim/explore/known.ts";
import type { Effect, MemberId, ProtocolSpec, RequestId } from "../../protocol/contract.ts";
import { type Kept, nothingKept, type PendingWrite } from "./kept.ts";
import { copy, write } from "./plain.ts";

/** It was not started yet; it lives; it has crashed; it has finished, and its time is over. */
export type Status = "absent" | "alive" | "down" | "over";

/** An effect that is to wait for a write. */
export interface Held<S extends ProtocolSpec> {
  readonly after: number;
  readonly effect: Effect<S>;
}

export class Member<S extends ProtocolSpec> {
  readonly id: MemberId;
  readonly index: number;
  status: Status = "absent";
  /** Of the life that it lives or has lived last; from 1 on. */
  incarnation = 0;
  /** Undefined before the first life. */
  state: S["state"] | undefined = undefined;
  /** Of the last write in this life, and of the last one that is durable. */
  seq = 0;
  durable = 0;
  kept: Kept<S> = nothingKept();
  writes: PendingWrite<S>[] = [];
  held: Held<S>[] = [];
  /** By key: when they are due, on the clock of the group. */
  readonly timers = new Map<string, number>();
  readonly asks = new Map<string, S["question"]>();
  readonly monitored = new Set<MemberId>();
  /** Commands of this life: true for those that are answered. */
  readonly commands = new Map<RequestId, boolean>();
  /** By peer: the newest incarnation that a message was from. */
  readonly newest = new Map<MemberId, number>();
  readonly observations: S["observation"][] = [];
  /** Until when it answers after its core has finished, on the clock of the group. */
  over: number | undefined = undefined;
  /** Encoded messages to itself; empty between two steps. */
  readonly mine: unknown[] = [];
  #digest: { readonly low: number; readonly high: number } | undefined = undefined;

  constructor(id: MemberId, index: number) {
    this.id = id;
    this.index = index;
  }

  get isAlive(): boolean {
    return this.status === "alive";
  }

  /** A copy that shares nothing that changes. */
  clone(): Member<S> {
    const other = new Member<S>(this.id, this.index);
    other.status = this.status;
    other.incarnation = this.incarnation;
    other.state = copy(this.state);
    other.seq = this.seq;
    other.durable = this.durable;
    const { metadata, snapshot, records, requests } = this.kept;
    other.kept = { metadata, snapshot, records: [...records], requests: [...requests] };
    other.writes = [...this.writes];
    other.held = [...this.held];
    for (const [key, due] of this.timers) other.timers.set(key, due);
    for (const [key, question] of this.asks) other.asks.set(key, question);
    for (const id of this.monitored) other.monitored.add(id);
    for (const [id, answered] of this.commands) other.commands.set(id, answered);
    for (const [id, incarnation] of this.newest) other.newest.set(id, incarnation);
    other.observations.push(...this.observations);
    other.over = this.over;
    return other;
  }

  /** Sixty-four bits that tell it from others. Counted once: it must not change any more. */
  digest(): { readonly low: number; readonly high: number } {
    if (this.#digest === undefined) {
      const digest = new Digest();
      digest.start();
      const { status, incarnation, state, seq, durable, kept, writes, held } = this;
      const { timers, asks, monitored, commands, newest, observations } = this;
      const life = [status, incarnation, state, seq, durable, kept, writes, held, this.over];
      write([...life, timers, asks, monitored, commands, newest, observations], digest);
      digest.finish();
      this.#digest = { low: digest.low, high: digest.high };
    }
    return this.#digest;
  }

  /** A new life, in which nothing is held of the last one but what is kept. */
  begin(): void {
    this.status = "alive";
    this.incarnation += 1;
    this.seq = 0;
    this.durable = 0;
    this.newest.clear();
  }

  /** The end of a life. */
  end(status: "down" | "over"): void {
    this.status = status;
    this.over = undefined;
    this.writes = [];
    this.held = [];
    this.timers.clear();
    this.asks.clear();
    this.monitored.clear();
    this.commands.clear();
    this.mine.length = 0;
  }
}
