/** A message on its way, as it looks there. */

import { Digest } from "../../../runtime/sim/explore/known.ts";
import type { MemberId, PeerCodec, ProtocolSpec } from "../../protocol/contract.ts";
import { LawBroken } from "./errors.ts";
import { copy, equal, write } from "./plain.ts";
import { taggedText, valueText } from "./text.ts";

export class Envelope {
  readonly from: MemberId;
  /** Of its sender. */
  readonly incarnation: number;
  readonly to: MemberId;
  /** Encoded. */
  readonly wire: unknown;
  /** For people: nobody may change it. */
  readonly message: unknown;
  #digest: { readonly low: number; readonly high: number } | undefined = undefined;

  constructor(from: MemberId, incarnation: number, to: MemberId, wire: unknown, message: unknown) {
    this.from = from;
    this.incarnation = incarnation;
    this.to = to;
    this.wire = wire;
    this.message = message;
  }

  /** The same for messages that make no difference. */
  digest(): { readonly low: number; readonly high: number } {
    if (this.#digest === undefined) {
      const digest = new Digest();
      digest.start();
      write([this.from, this.incarnation, this.to, this.wire], digest);
      digest.finish();
      this.#digest = { low: digest.low, high: digest.high };
    }
    return this.#digest;
  }
}

/** @throws LawBroken if what is decoded is another message */
export function encoded<S extends ProtocolSpec>(
  peers: PeerCodec<S["message"]>,
  message: S["message"],
): unknown {
  const wire = copy(peers.encode(message));
  const back = peers.decode(peers.version, copy(wire));
  if (equal(back, message)) return wire;
  const texts = `${taggedText(message)} became ${valueText(back)}`;
  throw new LawBroken("what is encoded is decoded again", texts);
}

/** @throws LawBroken if nothing is decoded */
export function decoded<S extends ProtocolSpec>(
  peers: PeerCodec<S["message"]>,
  wire: unknown,
): S["message"] {
  const message = peers.decode(peers.version, copy(wire));
  if (message !== undefined) return message;
  throw new LawBroken("what is encoded is decoded again", `${valueText(wire)} is not decoded`);
}
