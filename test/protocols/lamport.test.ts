/** Goal: what could have caused something comes first, for everybody in the same order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import * as lamport from "../../protocols/lamport.ts";
import { executions, forPairs, isCause, type Member } from "./executions.ts";

test("a cause has the smaller number, in every execution", () => {
  const property = fc.property(executions, (happenings) => {
    const clocks = new Map<Member, number>();
    const times: lamport.LamportTime[] = [];
    for (const { member, received } of happenings) {
      const before = clocks.get(member) ?? 0;
      const remote = received === undefined ? undefined : times[received];
      const counter =
        remote === undefined ? lamport.tick(before) : lamport.receive(before, remote.counter);
      clocks.set(member, counter);
      times.push({ counter, member });
    }
    forPairs(times.length, (first, second) => {
      const [a, b] = [times[first], times[second]];
      if (a === undefined || b === undefined) return;
      const order = lamport.compare(a, b);
      if (isCause(happenings, first, second) && !(a.counter < b.counter)) throw new Error("order");
      // Total: no two events are equal, and each sees the same order.
      if ((order === 0) !== (first === second)) throw new Error("tie");
      if (Math.sign(order) !== -Math.sign(lamport.compare(b, a))) throw new Error("not the same");
    });
  });
  fc.assert(property);
});

test("a stranger cannot bring a clock to its end", () => {
  for (const value of [-1, 1.5, Number.NaN, "7", undefined, null, 2 ** 52 + 1, Infinity, [1]]) {
    expect(lamport.isCounter(value), String(value)).toBe(false);
  }
  expect(lamport.isCounter(0)).toBe(true);
  expect(lamport.isCounter(lamport.COUNTER_MAX)).toBe(true);
  const after = lamport.receive(0, lamport.COUNTER_MAX);
  expect(lamport.tick(after)).toBe(after + 1);
  expect(Number.MAX_SAFE_INTEGER - after).toBeGreaterThan(2 ** 51);
});
