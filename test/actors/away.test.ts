/** Messages that wait for a thread that is being replaced, and for the one after that. */

import { expect, test } from "vitest";
import { Away } from "../../actors/away.ts";
import type { HeldCast } from "../../actors/held.ts";
import { Holding } from "../../actors/holding.ts";
import type { Host } from "../../actors/host.ts";
import type { ActorRef } from "../../actors/ref.ts";
import { Request } from "../../actors/request.ts";

const ref = { thread: 1, held: undefined } as ActorRef;
const cast: HeldCast = {
  ...{ handler: 0, argc: 0, arg: undefined, from: 0 },
  ...{ urgent: false, context: undefined },
};

test("a thread that dies again before it has what waits: it waits again, once", () => {
  let released = 0;
  const release = (): void => {
    released += 1;
    // What would go on for ever ends here.
    if (released < 10) away.cast(ref, cast);
  };
  const orders = { release: () => {} };
  const thread = { heldBack: 0 };
  const host = { counts: { sent: 1 }, sending: { release }, spawner: { orders }, thread };
  const away = new Away(host as unknown as Host);
  away.cast(ref, cast);
  for (const times of [1, 2]) {
    away.replaced(1);
    expect(released).toBe(times);
    expect(away.holds(ref)).toBe(true);
    // So the turns that have sent it are not over.
    expect(thread.heldBack).toBe(1);
  }
  away.replaced(2);
  expect(released).toBe(2);
});

test("what waits for room waits for the next life, and asks the dead one only once", async () => {
  let asked = 0;
  let sent = 0;
  const dispatch = (_ref: ActorRef, _request: Request, ready: boolean): void => {
    if (ready) asked += 1;
    else sent += 1;
  };
  const host: Record<string, unknown> = {
    calls: { enter: () => {} },
    sending: { dispatch, promiseOf: () => Promise.reject(new Error("its thread died")) },
    spawner: { orders: { release: () => {} } },
    thread: { directory: { isKept: () => true }, scheduler: { wake: () => {} } },
  };
  const away = new Away(host as unknown as Host);
  host.away = away;
  const holding = new Holding(host as unknown as Host);
  const target = { thread: 1, held: undefined } as ActorRef;
  holding.call(target, new Request());
  holding.call(target, new Request());
  await new Promise((resolve) => setImmediate(resolve));
  expect([asked, sent, holding.targets, away.holds(target)]).toEqual([1, 0, 0, true]);
  away.replaced(1);
  expect([asked, sent, target.held]).toEqual([1, 2, undefined]);
});
