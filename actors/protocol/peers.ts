/**
 * The other members of an instance, as one member reaches and believes them.
 *
 *     send ──▶ who has that name now? ──▶ message(from, incarnation, number, version, …) there
 *     message ──▶ of this group? of that caller? of its present life? for the first time?
 *                 well-formed? ──▶ the core
 *
 * At most once and in no order, as over a network: who has no name at the moment gets nothing.
 * What is not believed is counted by its reason and dropped; nothing that comes can do more.
 */

import type { Cell } from "../cell.ts";
import type { Host } from "../host.ts";
import type { ActorRef } from "../ref.ts";
import type { AnyDefinition, AnyRef, Ref, Self } from "../types.ts";
import type { MemberId, PeerCodec, Tagged } from "./contract.ts";
import { isSuccessor } from "./incarnation.ts";
import { isMemberId } from "./member-id.ts";
import { Window } from "./window.ts";

/** Members that one member knows. */
export const PEERS_MAX = 65_536;

/** Of a member that has said nothing yet. */
const UNHEARD = -1;

/** What shells say to each other. */
export interface PeerProtocol {
  message(
    from: MemberId,
    incarnation: number,
    number: number,
    version: number,
    message: unknown,
  ): void;
}

/** Why a message of a peer was dropped. */
export const DROP_REASONS = [
  /** Of a member more than one member knows. */
  "stranger",
  /** Whoever sent it is not the member it names. */
  "forged",
  /** Of a life of that member that is over. */
  "stale",
  /** Of one that has lost what it had kept: its journal is another one than before. */
  "lost",
  /** It has come before, or is too old to tell. */
  "replayed",
  /** Neither this version nor the one before. */
  "version",
  /** Not what a member makes: wrong fields, or too large. */
  "malformed",
  /** This member's journal had no room for its next life. */
  "closed",
] as const;

export type DropReason = (typeof DROP_REASONS)[number];
export type Dropped = Record<DropReason, number>;

export function noneDropped(): Dropped {
  return Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Dropped;
}

interface Peer {
  readonly name: string;
  /** Who had that name when it was last looked for. */
  holder: ActorRef | undefined;
  /** On another node; undefined: found by its name. */
  readonly away: Ref<PeerProtocol> | undefined;
  /** Of its present life; undefined: nothing has come of it. */
  window: Window | undefined;
  /** The actor that was found to be this member. */
  caller: AnyRef | undefined;
  incarnation: number;
  sent: number;
}

export interface PeersParts<Message extends Tagged> {
  readonly self: Self<object>;
  readonly definition: AnyDefinition;
  readonly codec: PeerCodec<Message>;
  readonly member: MemberId;
  readonly incarnation: number;
  readonly nameOf: (member: MemberId) => string;
  readonly away: { readonly [member: MemberId]: AnyRef };
  /** What was dropped before it began; it goes on. */
  readonly dropped: Dropped;
}

export class Peers<Message extends Tagged> {
  readonly #host: Host;
  readonly #self: Self<object>;
  readonly #codec: PeerCodec<Message>;
  readonly #peers: Map<MemberId, Peer> = new Map();
  /** Who this member is, and in which life. */
  readonly member: MemberId;
  readonly incarnation: number;
  /** What is needed for a new peer only. */
  readonly #parts: PeersParts<Message>;
  readonly dropped: Dropped;
  /** Sent where nobody had the name. */
  unreachable = 0;

  constructor(parts: PeersParts<Message>) {
    this.#parts = parts;
    // What an actor is given as `self` is its cell.
    this.#host = (parts.self as unknown as Cell).host;
    this.#self = parts.self;
    this.#codec = parts.codec;
    this.member = parts.member;
    this.incarnation = parts.incarnation;
    this.dropped = parts.dropped;
  }

  /** Hands the message on; nothing is said of what becomes of it. */
  send(to: MemberId, message: unknown): void {
    const known = this.#peers.get(to);
    const peer = known ?? this.#make(to);
    const ref = peer.away ?? this.#holder(peer);
    if (ref === undefined || (known === undefined && !this.#keep(to, peer))) {
      this.unreachable += 1;
      return;
    }
    peer.sent += 1;
    ref.cast.message(this.member, this.incarnation, peer.sent, this.#codec.version, message);
  }

  /** The message, if it is one; else it is counted. */
  receive(
    from: unknown,
    incarnation: unknown,
    number: unknown,
    version: unknown,
    message: unknown,
  ): Message | undefined {
    const reason = this.#refusal(from, incarnation, number);
    if (reason !== undefined) return this.refuse(reason);
    const codec = this.#codec;
    if (version !== codec.version && version !== codec.version - 1) return this.refuse("version");
    return codec.decode(version, message) ?? this.refuse("malformed");
  }

  /** Counts what was not believed, here or by the shell. */
  refuse(reason: DropReason): undefined {
    this.dropped[reason] += 1;
  }

  #refusal(from: unknown, incarnation: unknown, number: unknown): DropReason | undefined {
    const known = this.#peers.get(from as MemberId);
    if (known === undefined && !isMemberId(from)) return "malformed";
    if (!isNumber(incarnation) || !isNumber(number)) return "malformed";
    if (from === this.member) return "forged";
    const peer = known ?? this.#make(from as MemberId);
    const { caller } = this.#self;
    if (!this.#isFrom(peer, caller)) return "forged";
    if (known === undefined && !this.#keep(from as MemberId, peer)) return "stranger";
    const over = this.#isOver(peer, incarnation, caller);
    if (over !== undefined) return over;
    return number > 0 && peer.window?.take(number) === true ? undefined : "replayed";
  }

  /**
   * Whoever sent what is handled now is that member. One on another node is spoken for by what
   * brings its messages; nobody on this node may say to be it.
   */
  #isFrom(peer: Peer, caller: AnyRef | undefined): boolean {
    if (peer.away !== undefined) return caller === undefined;
    if (caller === undefined) return false;
    return caller === peer.caller || this.#holder(peer) === caller;
  }

  /** Undefined: it is the member's present life, from now on. Another actor is another life. */
  #isOver(
    peer: Peer,
    incarnation: number,
    caller: AnyRef | undefined,
  ): "stale" | "lost" | undefined {
    if (peer.incarnation === incarnation) return peer.caller === caller ? undefined : "stale";
    if (peer.incarnation !== UNHEARD && !isSuccessor(peer.incarnation, incarnation)) return "lost";
    if (incarnation < peer.incarnation) return "stale";
    peer.window = new Window();
    peer.incarnation = incarnation;
    peer.caller = caller;
    return undefined;
  }

  /** Who has the name: as long as that one lives, nothing is looked up. */
  #holder(peer: Peer): Ref<PeerProtocol> | undefined {
    const { named } = this.#host;
    if (peer.holder === undefined || !named.lives(peer.holder)) {
      peer.holder = named.holder(this.#parts.definition, peer.name);
    }
    return peer.holder as Ref<PeerProtocol> | undefined;
  }

  #make(id: MemberId): Peer {
    const { away, nameOf } = this.#parts;
    return {
      name: nameOf(id),
      holder: undefined,
      away: Object.hasOwn(away, id) ? (away[id] as Ref<PeerProtocol>) : undefined,
      window: undefined,
      caller: undefined,
      incarnation: UNHEARD,
      sent: 0,
    };
  }

  /** False if there are too many already. */
  #keep(id: MemberId, peer: Peer): boolean {
    if (this.#peers.size >= PEERS_MAX) return false;
    this.#peers.set(id, peer);
    return true;
  }
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
