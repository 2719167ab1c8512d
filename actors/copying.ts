/**
 * Copies for a target on this thread: what it would get on another one. Made of every message in
 * development, and of casts that wait on the sender's side.
 *
 * Left out: answers (answers.ts), and what production hands over as it is.
 */

import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";
import { undecodableCopy } from "./undecodable.ts";

/** A message of which a copy is made. */
interface Sent {
  readonly handler: number;
  readonly argc: number;
  readonly arg: unknown;
  readonly from: number;
}

/** There is no copy, and the message is a dead letter already. */
export const UNDECODABLE: unique symbol = Symbol("undecodable");

/** For a cast in development, whose sender's own value is frozen. @throws NotSendable */
export function copyOfCast(host: Host, ref: ActorRef, sent: Sent): unknown {
  try {
    return frozenCopy(host, sent);
  } catch (error) {
    undecodableCopy(host, ref, "cast", sent, error);
    return UNDECODABLE;
  }
}

/** For a cast that is sent later. @throws NotSendable */
export function copyOfHeld(host: Host, ref: ActorRef, sent: Sent): unknown {
  try {
    return copy(host, sent);
  } catch (error) {
    undecodableCopy(host, ref, "cast", sent, error);
    return UNDECODABLE;
  }
}

/** For a call in development. @throws what the caller is to get */
export function copyOfCall(host: Host, ref: ActorRef, sent: Sent): unknown {
  try {
    return frozenCopy(host, sent);
  } catch (error) {
    undecodableCopy(host, ref, "call", sent, error);
    throw error;
  }
}

function frozenCopy(host: Host, sent: Sent): unknown {
  const { argc, arg } = sent;
  if (argc === 0 || (argc === 1 && host.codec.isScalar(arg))) return arg;
  const made = copy(host, sent);
  host.codec.freeze(arg);
  return made;
}

function copy(host: Host, { argc, arg }: Sent): unknown {
  return argc === 0 ? undefined : host.codec.copy(arg, argc === 1 ? "args[0]" : "args");
}
