/**
 * Goal: actors that would wait for each other for ever learn it at once, and are told who waits for
 * whom, also when several closed the circle at the same moment; what is no circle is never taken
 * for one. Nothing here may wait for a time-out: the calls have 20 s, and the tests have less.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { GateProtocol } from "./fixtures/basic.mjs";
import type { End, RelayProtocol } from "./fixtures/circles.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, until, useSystem } from "./support/systems.ts";

const { Gate } = basic;
const { Relay } = await fixture<typeof import("./fixtures/circles.mjs")>("circles");

const path = (...refs: Ref<RelayProtocol>[]): End => ({
  name: "CallCycle",
  code: "ERR_CALL_CYCLE",
  path: refs.map(String),
});
const isCycle = (end: End): boolean => typeof end === "object" && end.code === "ERR_CALL_CYCLE";
const came = (gate: Ref<GateProtocol>, count: number): Promise<void> =>
  until(`${count} came`, async () => (await gate.call.came()) === count);

// On one thread; all on one worker; each on one of its own.
describe.each([0, 1, 2])("threads: %i", (threads) => {
  const running = useSystem({ threads, callTimeout: 20_000 });

  const relays = (count: number): Promise<Ref<RelayProtocol>[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        running.system.spawn(Relay, [], threads < 2 ? {} : { thread: index % 3 }),
      ),
    );

  test.each(["relay", "adopt"] as const)("%s: itself, two, three", async (way) => {
    const [a, b, c] = (await relays(3)) as [
      Ref<RelayProtocol>,
      Ref<RelayProtocol>,
      Ref<RelayProtocol>,
    ];
    expect(await a.call[way]([a])).toEqual(path(a, a));
    expect(await a.call[way]([b, a])).toEqual(path(b, a, b));
    expect(await a.call[way]([b, c, a])).toEqual(path(c, a, b, c));
    expect(await a.call[way]([b, c, b])).toEqual(path(c, b, c));
    // And nothing is left of it.
    expect(await a.call[way]([b, c])).toBe("end");
    expect(await c.call[way]([b, a])).toBe("end");
  });

  test("concurrent handlers may call in a circle", async () => {
    const [a, b] = (await relays(2)) as [Ref<RelayProtocol>, Ref<RelayProtocol>];
    expect(await a.call.open([a, a])).toBe("end");
    expect(await a.call.open([b, a, b])).toBe("end");
  });

  test("uncaught, it ends who closed the circle, and the callers learn why", async () => {
    const [a, b] = (await relays(2)) as [Ref<RelayProtocol>, Ref<RelayProtocol>];
    const error = await errorOf(a.call.strict([b, a]));
    expect(error).toBeInstanceOf(sabeam.CallCycle);
    expect(error).toMatchObject({ path: [String(b), String(a), String(b)] });
    expect(error.message).toContain(`${b} → ${a} → ${b}`);
    expect(error.message).toContain("cast instead of call");
  });

  test.each(["together", "togetherAdopted"] as const)("two at once: %s", async (way) => {
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = (await relays(2)) as [Ref<RelayProtocol>, Ref<RelayProtocol>];
      const gate = await running.system.spawn(Gate);
      const ends = [a.call[way](gate, [b]), b.call[way](gate, [a])];
      await came(gate, 2);
      await gate.call.open();
      const [first, second] = await Promise.all(ends);
      // Adopted turns begin anew after the gate, so one may be over before the other begins.
      if (way === "together") expect([first, second].some((end) => isCycle(end as End))).toBe(true);
      for (const end of [first, second]) {
        expect(end === "end" || isCycle(end as End), JSON.stringify(end)).toBe(true);
      }
    }
  });

  test("three at once", async () => {
    for (let round = 0; round < 15; round += 1) {
      const all = await relays(3);
      const gate = await running.system.spawn(Gate);
      const ends = all.map((relay, index) =>
        relay.call.together(gate, [all[(index + 1) % 3] as Ref<RelayProtocol>]),
      );
      await came(gate, 3);
      await gate.call.open();
      const results = await Promise.all(ends);
      expect(results.some(isCycle), JSON.stringify(results)).toBe(true);
      for (const end of results) expect(end === "end" || isCycle(end)).toBe(true);
    }
  });

  test("ready() counts as waiting", async () => {
    const { system } = running;
    const [a, gate] = [await system.spawn(Relay), await system.spawn(Gate)];
    const thread = threads < 2 ? {} : { thread: 2 };
    const b = await system.spawn(Relay, [], { mailbox: { max: 8 }, ...thread });
    b.cast.waitThenCall(gate, a);
    await came(gate, 1);
    await until("b is congested", () => !b.cast.nothing());
    const room = a.call.waitForRoom(b);
    await a.ready();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await gate.call.open();
    expect(await room).toBe(undefined);
    const [end] = await b.call.outcomes();
    expect(end).toEqual(path(b, a, b));
  });

  test.each(["ask", "askAdopted"] as const)(
    "%s: an answer on its way is no circle",
    async (way) => {
      const [a, b] = (await relays(2)) as [Ref<RelayProtocol>, Ref<RelayProtocol>];
      for (let round = 0; round < 300; round += 1) {
        // b calls a as soon as it has answered, when the answer may be anywhere on its way.
        expect(await a.call[way](b)).toBe("answered");
        expect(await b.call.outcomes()).toEqual(["pong"]);
      }
      expect(await a.call.answered()).toBe(300);
    },
  );

  test("a call that its turn did not wait for is no circle", async () => {
    const [a, b] = (await relays(2)) as [Ref<RelayProtocol>, Ref<RelayProtocol>];
    const gate = await running.system.spawn(Gate);
    await a.call.fireAndForget(b, gate);
    await came(gate, 1);
    await gate.call.open();
    await quiet(running.system);
    expect(await b.call.outcomes()).toEqual(["pong"]);
  });
});
