/** What a shell is started with, and what it is called. */

import { InvalidOptions } from "../errors.ts";
import type { AnyRef } from "../types.ts";
import type { MemberId } from "./contract.ts";
import { ID_RULE, isMemberId } from "./member-id.ts";

/** The member that creates an instance. */
export const HOME = "home";

/** Travels in messages, so all of it is plain data and refs. */
export interface ShellOrder {
  readonly instance: string;
  readonly member: MemberId;
  readonly config?: unknown;
  /** Whom effect `ask` asks. By name, if it is to be found again after a restart. */
  readonly participant?: AnyRef | undefined;
  /** Whose handler `observed` is cast each observation. */
  readonly observer?: AnyRef | undefined;
  /** Members on other nodes. */
  readonly away?: { readonly [member: MemberId]: AnyRef } | undefined;
  /** The store that keeps its log; undefined: what it knows ends with it. */
  readonly store?: AnyRef | undefined;
  /** Milliseconds for which a finished instance answers who asks again. */
  readonly lingerMs?: number | undefined;
}

/** By what the shells of an instance find each other. */
export function shellName(protocol: string, instance: string, member: MemberId): string {
  return `${protocol}/${instance}/${member}`;
}

/** @throws InvalidOptions (ERR_INVALID_OPTIONS) */
export function checkIds(instance: unknown, member: unknown): void {
  if (!isMemberId(instance)) throw new InvalidOptions("id", ID_RULE, instance);
  if (!isMemberId(member)) throw new InvalidOptions("member", ID_RULE, member);
}
