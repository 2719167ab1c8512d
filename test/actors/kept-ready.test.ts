/** Goal: who waits for room in a mailbox that survives waits over the death of its thread. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { useSystem } from "./support/systems.ts";

const { Kept } = await fixture<typeof import("./fixtures/kept.mjs")>("kept");

const MAX = 8;
/** Longer than it takes to end the thread; run again if its turn had not begun by then. */
const BLOCKED_MS = 300;
/** The thread is ended in the turn, and before it: its heir then finds a full mailbox. */
const MOMENTS = ["in its turn", "before its turn"] as const;

const running = useSystem({ threads: 1 });

test.each(MOMENTS)("asked before, and asked while the thread is dead, %s", async (moment) => {
  const { system } = running;
  const other = await system.spawn(Kept, [], { thread: 1 });
  const kept = await system.spawn(Kept, [], { thread: 1, mailbox: { max: MAX } });
  if (moment === "before its turn") {
    other.cast.block(10 * BLOCKED_MS);
    await sleep(BLOCKED_MS / 10);
  }
  kept.cast.block(BLOCKED_MS);
  while (kept.cast.add());
  const ready = [kept.ready()];
  const ended = system.terminateThread(1);
  await system.whenDown(kept);
  ready.push(kept.ready());
  await ended;
  expect(await Promise.all(ready)).toEqual([undefined, undefined]);
  expect(await kept.call.add()).toBeGreaterThan(1);
  await Promise.all([kept, other].map((ref) => system.exit(ref, "kill")));
});
