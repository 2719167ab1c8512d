/** Turns that take long, in words: whose, which handler, how long, and what they wait for. */

import { seconds } from "../runtime/stall.ts";
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
