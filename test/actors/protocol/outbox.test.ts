/** Goal: nothing is said before its write is durable, and all is said then, in order. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Effect, ProtocolSpec } from "../../../actors/protocol/contract.ts";
import { Outbox } from "../../../actors/protocol/outbox.ts";

test("effects after writes, in any order of both", () => {
  const moves = fc.array(fc.record({ after: fc.nat(8), isDurable: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(moves, (given) => {
      const outbox = new Outbox<ProtocolSpec>("Any", undefined);
      const held: { id: string; after: number }[] = [];
      let durable = 0;
      given.forEach(({ after, isDurable }, at) => {
        if (isDurable) {
          durable = Math.max(durable, after);
          const free: string[] = [];
          outbox.release(durable, (effect) => void free.push((effect as { id: string }).id));
          expect(free).toEqual(held.filter((one) => one.after <= durable).map(({ id }) => id));
          held.splice(0, held.length, ...held.filter((one) => one.after > durable));
          return;
        }
        const effect: Effect<ProtocolSpec> = { type: "reply", id: `${at}`, reply: at, after };
        expect(outbox.holds(effect)).toBe(after > durable);
        if (after > durable) held.push({ id: `${at}`, after });
      });
      expect(outbox.size).toBe(held.length);
    }),
    { numRuns: 500 },
  );
});

test("what needs no write never waits", () => {
  const outbox = new Outbox<ProtocolSpec>("Any", undefined);
  expect(outbox.holds({ type: "cancel", key: "x" })).toBe(false);
});
