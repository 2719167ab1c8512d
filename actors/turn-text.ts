/** Turns that take long, in words: whose, which handler, how long, and what they wait for. */

import { HANDLER_UNKNOWN } from "../runtime/layout.ts";
import type { Stall } from "../runtime/stalls.ts";
import type { Turn } from "./ambient.ts";
import type { Host } from "./host.ts";

/** An async turn: `Waiter<1.1> in wait for 5.0 s, waits for Gate<2.1>`. */
export function describeTurn(
  host: Host,
  { cell, name, since, concurrent }: Turn,
  now: number,
): string {
  // The directory has one word per actor, that of the turn which is not concurrent.
  const target = concurrent ? undefined : host.thread.directory.waitsFor(cell.slot);
  const waits = target === undefined ? "" : `, waits for ${host.describe(target)}`;
  return `${cell} in ${name} for ${seconds(since < 0 ? 0 : now - since)}${waits}`;
}

/** A synchronous one on another thread: `Counter<1.1> in add on thread 1 for 5.0 s`. */
export function describeStall(host: Host, { thread, slot, handler, ms }: Stall): string {
  if (!host.thread.directory.inRange(slot)) return `thread ${thread} for ${seconds(ms)}`;
  const names = host.phonebook.facts(host.thread.directory.definition(slot))?.handlers;
  const name = handler === HANDLER_UNKNOWN ? undefined : names?.[handler];
  const where = name === undefined ? "" : ` in ${name}`;
  return `${host.describe(slot)}${where} on thread ${thread} for ${seconds(ms)}, does not return`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
