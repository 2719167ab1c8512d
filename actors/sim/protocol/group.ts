/**
 * Members of one instance without actors, threads or time: what is in flight, timers, writes and
 * questions wait until somebody chooses what happens next (acts.ts).
 *
 *     start, command, deliver, lose, fire, acknowledge, answer, crash, …
 *        └─▶ step(state, event) ──▶ effects ──▶ laws ──▶ in flight, timers, writes, replies
 *                                                         └─▶ watch(states)
 *
 * It promises what a shell promises and no more: messages arrive at most once, in no order, or not
 * at all; what a member has not had acknowledged is lost when it crashes, all or the end of it.
 */

import { Digest, type Sink } from "../../../runtime/sim/explore/known.ts";
import type {
  Effect,
  MemberId,
  Protocol,
  ProtocolEvent,
  ProtocolSpec,
  States,
} from "../../protocol/contract.ts";
import { type Client, clientAt, clientsOf } from "./client.ts";
import type { Envelope } from "./envelope.ts";
import { InvalidScenario } from "./errors.ts";
import { Member } from "./member.ts";
import { copy, write } from "./plain.ts";
import { checkScenario, type ProtocolScenario } from "./scenario.ts";

/** Somebody is to hear that a member has died: that never gets lost. */
export interface Death {
  readonly to: MemberId;
  readonly member: MemberId;
  readonly reason: string;
}

/** What a step was asked for and gave. */
export type Listener<S extends ProtocolSpec> = (
  member: MemberId,
  event: ProtocolEvent<S>,
  effects: readonly Effect<S>[],
) => void;

/** How far the clocks of members are apart, and those of two lives: nobody may compare them. */
const CLOCKS_MS = 100_003;

export class ProtocolGroup<S extends ProtocolSpec> {
  readonly protocol: Protocol<S>;
  readonly scenario: ProtocolScenario<S>;
  readonly ids: ReadonlySet<MemberId>;
  readonly members: Map<MemberId, Member<S>>;
  flight: Envelope[];
  deaths: Death[];
  clients: readonly Client<S>[];
  /** Indexes of the scenario's events that have not happened yet. */
  events: readonly number[];
  /** Milliseconds; only timers make it later. */
  at: number;
  /** What `watch` remembers. */
  seen: S["history"] | undefined;
  listener: Listener<S> | undefined = undefined;
  /** Whether to make a step twice, to see whether it gives the same again. */
  doubts: (() => boolean) | undefined = undefined;
  /** Members that may change: those that this group does not share with the one it goes on from. */
  readonly #own: Set<MemberId>;

  /** @param origin the group that this one goes on from; that must not change any more */
  constructor(
    protocol: Protocol<S>,
    scenario: ProtocolScenario<S>,
    origin?: ProtocolGroup<S> | undefined,
  ) {
    this.protocol = protocol;
    this.scenario = scenario;
    if (origin === undefined) checkScenario(scenario);
    this.ids = origin?.ids ?? new Set(Object.keys(scenario.members));
    this.members = new Map(
      origin?.members ?? [...this.ids].map((id, at) => [id, new Member<S>(id, at)]),
    );
    this.flight = [...(origin?.flight ?? [])];
    this.deaths = [...(origin?.deaths ?? [])];
    this.clients = origin?.clients ?? clientsOf(scenario);
    this.events = origin?.events ?? (scenario.events ?? []).map((_, at) => at);
    this.at = origin?.at ?? 0;
    this.seen = copy(origin?.seen);
    this.#own = new Set(origin === undefined ? this.ids : []);
  }

  /** Another group that goes on from here; this one must not change any more. */
  fork(): ProtocolGroup<S> {
    return new ProtocolGroup(this.protocol, this.scenario, this);
  }

  /** States of the members that live. */
  get states(): States<S> {
    const states = new Map<MemberId, Readonly<S["state"]>>();
    for (const { id, isAlive, state } of this.members.values()) {
      if (isAlive && state !== undefined) states.set(id, state);
    }
    return states;
  }

  /** What a client was answered, in order. @throws InvalidScenario for one that there is not */
  replies(client: number): readonly S["reply"][] {
    return clientAt(this.clients, client).replies;
  }

  /** What a member has let be observed, in order, over all its lives. @throws InvalidScenario */
  observations(member: MemberId): readonly S["observation"][] {
    return this.find(member).observations;
  }

  /** To be looked at. @throws InvalidScenario for one that there is not */
  find(id: MemberId): Member<S> {
    const member = this.members.get(id);
    if (member !== undefined) return member;
    const advice = `its members are ${[...this.ids].join(", ")}`;
    throw new InvalidScenario(`there is no member ${JSON.stringify(id)}`, advice);
  }

  /** To be changed. @throws InvalidScenario */
  own(id: MemberId): Member<S> {
    const member = this.find(id);
    if (this.#own.has(id)) return member;
    const own = member.clone();
    this.members.set(id, own);
    this.#own.add(id);
    return own;
  }

  /** The time as a member sees it in this life. */
  clockOf({ index, incarnation }: Member<S>): number {
    return this.at + (index * 7 + incarnation) * CLOCKS_MS;
  }

  /** Lets `watch` look. @throws what it throws */
  look(): void {
    const { protocol } = this;
    if (protocol.watch !== undefined) this.seen = protocol.watch(this.states, this.seen);
  }

  /** All that makes a difference for what comes. This group must not change any more. */
  write(into: Sink): void {
    for (const member of this.members.values()) put(member.digest(), into);
    into.put(this.flight.length);
    for (const digest of this.flight.map((one) => one.digest()).sort(byDigest)) put(digest, into);
    write([this.deaths, this.events, this.at, this.seen], into);
    for (const { replies, asked, deadline } of this.clients)
      write([replies, asked, deadline], into);
  }
}

type Words = Pick<Digest, "low" | "high">;

function put({ low, high }: Words, into: Sink): void {
  into.put(low);
  into.put(high);
}

function byDigest(one: Words, other: Words): number {
  return one.low - other.low || one.high - other.high;
}

/** Sixty-four bits of the states of all members that live. */
export function digestOf<S extends ProtocolSpec>({ states }: ProtocolGroup<S>): string {
  const digest = new Digest();
  digest.start();
  write(states, digest);
  digest.finish();
  return `${digest.low} ${digest.high}`;
}
