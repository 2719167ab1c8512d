/** Goal: whole systems run in virtual time, the same seed gives the same run, and faults strike. */

import { expect, test } from "vitest";
import { SimulationFailed, simulate } from "../../dist/actors/sim/index.js";
import { Counter, Ledger, Pump, written } from "./actors.ts";

const SEEDS = [1, 2, 3, 4, 5];

/** Casts and calls across threads for ten virtual seconds, while a thread dies. */
async function story(seed: number): Promise<{ hash: string; sum: number; ms: number }> {
  const { hash, result, ms } = await simulate({ seed, threads: 2 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    const pump = await sim.system.spawn(Pump, [], { thread: 2 });
    sim.at(9_000).kill("a", 2);
    pump.cast.cast(counter, 500);
    const pumped = await pump.call.pump(counter, 100);
    await sim.sleep(10_000);
    expect(sim.state(pump)).toBeUndefined();
    const count = await counter.call.add(0);
    await sim.system.stop();
    return pumped + count;
  });
  return { hash, sum: result, ms };
}

test("a seed gives one run, and another seed another one", async () => {
  const hashes = new Set<string>();
  for (const seed of SEEDS) {
    const first = await story(seed);
    expect(first.sum).toBe(700);
    expect(first.ms).toBeGreaterThan(10_000);
    expect(await story(seed)).toEqual(first);
    hashes.add(first.hash);
  }
  expect(hashes.size).toBe(SEEDS.length);
});

test("an invariant is looked at after every step, and ends the run with a report", async () => {
  const failed = await simulate({ seed: 1 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    sim.always("stays below three", () => (sim.state<{ count: number }>(counter)?.count ?? 0) < 3);
    for (let index = 0; index < 10; index += 1) counter.cast.add(1);
    await sim.sleep(1000);
  }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(SimulationFailed);
  const { message, atMs } = failed as SimulationFailed;
  expect(message).toContain("stays below three: it does not hold (seed 1, step ");
  expect(message).toContain("→ a/1 Counter<");
  expect(atMs).toBeLessThan(500);
});

test("a body that waits for ever hangs, and the report says who waits", async () => {
  const failed = simulate({ seed: 1, limitMs: 60_000 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    await counter.with({ timeout: 1e9 }).call.never();
  });
  await expect(failed).rejects.toThrow(
    /has not ended after 60000 virtual ms[\s\S]*in never for 5\d/,
  );
});

test("a node crashes and starts again, and boot runs for each life", async () => {
  const lives: string[] = [];
  const outcome = await simulate(
    { seed: 7, nodes: 2, threads: 1, boot: (_, node) => lives.push(`${node.name}${node.lives}`) },
    async (sim) => {
      sim.at(1_000).crashNode("b");
      sim.at(2_000).restartNode("b");
      const there = await sim.node("b").system.spawn(Counter, [1], { thread: 1 });
      const waits = there.call.never().catch((error: Error) => error.name);
      await sim.sleep(1_500);
      expect(() => sim.node("b").system).toThrow("node b does not run");
      await sim.sleep(1_500);
      const again = await sim.node("b").system.spawn(Counter, [1], { thread: 1 });
      return [await waits, await again.call.add(1)];
    },
  );
  expect(outcome.result).toEqual(["NodeDown", 2]);
  expect(lives.sort()).toEqual(["a1", "b1", "b2"]);
  expect(outcome.faults).toEqual({ crashNode: 1, restartNode: 1 });
});

test("a stalled actor costs its thread, which the keeper replaces", async () => {
  const { result } = await simulate({ seed: 3, threads: 1 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    sim.stall(counter);
    const answer = counter.with({ timeout: 60_000 }).call.add(1);
    return answer.catch((error: Error) => [error.message, sim.now > 5_000, sim.now < 8_000]);
  });
  expect(result).toEqual([
    expect.stringContaining("(stalled for 5.0 s, by Counter<1.1> in add)"),
    true,
    true,
  ]);
});

test("an actor that is slow is slow, and crashes when it is told to", async () => {
  const { result, faults } = await simulate({ seed: 3, threads: 1 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    sim.slow(counter, { type: "fixed", ms: 40 });
    const before = sim.now;
    await counter.call.add(1);
    const took = sim.now - before;
    sim.crash(counter);
    await sim.sleep(1);
    return [took >= 40 && took < 60, sim.state(counter)];
  });
  expect(result).toEqual([true, undefined]);
  expect(faults).toEqual({ slow: 1, crash: 1 });
});

test("what must come true has its time from the last fault, or from being stated", async () => {
  const times = async (forMs: number, laterMs: number): Promise<unknown> => {
    const run = simulate({ seed: 1, threads: 1 }, async (sim) => {
      const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
      await sim.sleep(10_000);
      sim.stall(counter, forMs);
      const dueMs = sim.now + laterMs;
      sim.within(500, "its time comes", () => sim.now >= dueMs);
      for (let index = 0; index < 40; index += 1) await sim.sleep(50);
    });
    return run.then(
      () => "in time",
      ({ message }: Error) => message.match(/not within 500 ms [\w ]+/)?.[0],
    );
  };
  expect(await times(0, 400)).toBe("in time");
  expect(await times(0, 600)).toBe("not within 500 ms after it was stated");
  expect(await times(1_000, 1_400)).toBe("in time");
  expect(await times(1_000, 1_600)).toBe("not within 500 ms of the last fault");
});

test("what makes no sense is refused, with a code", async () => {
  const codes: unknown[] = [];
  const { result } = await simulate({ seed: 1, threads: 1 }, async (sim) => {
    const counter = await sim.system.spawn(Counter, [0], { thread: 1 });
    for (const wrong of [
      () => sim.sleep(-1),
      () => sim.within(-1, "no time", () => true),
      () => sim.always("never", () => true, { every: 0 }),
      () => sim.always("nothing", undefined as never),
      () => sim.node("z"),
      () => sim.stall(counter, -1),
      () => sim.slow(counter, { type: "fixed", ms: -1 }),
      () => sim.at(1e6).kill("a", 9),
      () => sim.at(0).kill("a", 1),
    ]) {
      try {
        wrong();
      } catch (error) {
        codes.push((error as { code?: string }).code);
      }
    }
    return counter.call.add(1);
  });
  const options = Array.from({ length: 5 }, () => "ERR_INVALID_OPTIONS");
  expect(codes).toEqual([...options, ...Array.from({ length: 4 }, () => "ERR_INVALID_PLAN")]);
  expect(result).toBe(1);
  const never = simulate({ seed: Number.NaN }, () => undefined);
  await expect(never).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
});

test("a thread dies before a write, and each message is accounted for", async () => {
  for (const writes of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
    written.length = 0;
    const { result, faults } = await simulate({ seed: writes, threads: 2 }, async (sim) => {
      let letters = 0;
      sim.system.deadLetters(({ suppressed = 0 }) => {
        letters += 1 + suppressed;
      });
      const ledger = await sim.system.spawn(Ledger, [], { thread: 1 });
      const pump = await sim.system.spawn(Pump, [], { thread: 2 });
      sim.at(Math.ceil(sim.now) + 5).kill("a", 1, writes);
      for (let from = 0; from < 100; from += 5) {
        pump.cast.write(ledger, from, from + 5);
        await sim.sleep(1);
      }
      await sim.sleep(2000);
      const { sent, handled, deadLettered, dropped, queued } = sim.system.counters();
      return { letters, balance: sent - handled - deadLettered - dropped - queued };
    });
    expect(faults).toEqual({ kill: 1 });
    expect(result).toEqual({ letters: 100 - written.length, balance: 0 });
    expect(written).toEqual([...new Set(written)].sort((one, other) => one - other));
  }
});
