/** Goal: who waits for room in a mailbox that survives waits over the death of its thread. */

import { expect, test } from "vitest";
import { fixture } from "./support/native.ts";
import { useSystem } from "./support/systems.ts";

const { Kept } = await fixture<typeof import("./fixtures/kept.mjs")>("kept");

const MAX = 8;
/** Longer than it takes to end the thread; run again if its turn had not begun by then. */
const BLOCKED_MS = 300;

const running = useSystem({ threads: 1 });

test("asked before, and asked while the thread is dead", async () => {
  const { system } = running;
  const kept = await system.spawn(Kept, [], { thread: 1, mailbox: { max: MAX } });
  kept.cast.block(BLOCKED_MS);
  while (kept.cast.add());
  const ready = [kept.ready()];
  const ended = system.terminateThread(1);
  await system.whenDown(kept);
  ready.push(kept.ready());
  await ended;
  expect(await Promise.all(ready)).toEqual([undefined, undefined]);
  expect(await kept.call.add()).toBeGreaterThan(1);
});
