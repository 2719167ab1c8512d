/** Goal: parties on real threads pass together, and hear of every death and time-out. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { BarrierClient, BarrierConfig, PhasePassed } from "../../../dist/protocols/index.js";
import { protocols, sabeam } from "../../actors/support/native.ts";
import { keepingLog } from "../../actors/support/systems.ts";

const { Barrier } = protocols;

describe.each([0, 2])("threads: %i", (threads) => {
  let system: Awaited<ReturnType<typeof sabeam.startSystem>>;
  /** Of the instance: another one for each test. */
  let id = "";
  let tests = 0;

  beforeAll(async () => {
    system = await sabeam.startSystem({ threads, log: keepingLog().log });
  });
  beforeEach(() => {
    tests += 1;
    id = `b${tests}`;
  });
  afterAll(async () => {
    await system.stop();
  });

  const home = (config: BarrierConfig, more = {}): Promise<BarrierClient> =>
    system.protocol(Barrier, { id, config, ...more });

  /** Members w1, w2, … on all threads in turn. */
  const join = (count: number): Promise<BarrierClient[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const thread = threads === 0 ? 0 : 1 + (index % threads);
        return system.protocol(Barrier, { id, member: `w${index + 1}`, thread });
      }),
    );

  const kill = (member: string): void => {
    const shell = system.whereis(Barrier.actor, `Barrier/${id}/${member}`);
    if (shell !== undefined) system.exit(shell, "kill");
  };

  test("all pass three phases with the same results, and home comes last", async () => {
    const parties = await join(4);
    const passed: PhasePassed[][] = [];
    const phases = (async () => {
      for (let phase = 0; phase < 3; phase += 1) {
        passed.push(
          await Promise.all(parties.map((party, index) => party.arriveAndAwait(index + phase))),
        );
      }
    })();
    await home({ count: 4 });
    await phases;
    for (const [phase, all] of passed.entries()) {
      expect(all[0]).toMatchObject({ phase, arrived: 4 });
      expect([...(all[0]?.results ?? [])]).toEqual(
        [0, 1, 2, 3].map((i) => [`w${i + 1}`, i + phase]),
      );
      expect(new Set(all.map((one) => JSON.stringify([...one.results]))).size).toBe(1);
    }
  });

  test("one that is killed breaks the phase for all, and a reset opens the next", async () => {
    const first = await home({ members: ["w1", "w2", "w3"] });
    const [w1, w2, w3] = (await join(3)) as [BarrierClient, BarrierClient, BarrierClient];
    await Promise.all([w1, w2, w3].map((party) => party.arriveAndAwait()));
    const waits = Promise.allSettled([w1.arriveAndAwait(), w2.arriveAndAwait()]);
    await first.awaitPhase(0);
    kill("w3");
    for (const outcome of await waits) {
      expect(outcome).toMatchObject({
        reason: { code: "ERR_BARRIER_BROKEN", breakCause: "member-down", phase: 1 },
      });
    }
    await expect(w1.arriveAndAwait()).rejects.toMatchObject({ code: "ERR_BARRIER_BROKEN" });
    expect(await first.reset()).toBe(2);
    const again = await system.protocol(Barrier, { id, member: "w3" });
    const all = await Promise.all([w1, w2, again].map((party) => party.arriveAndAwait()));
    expect(all.map(({ phase }) => phase)).toEqual([2, 2, 2]);
  });

  test("those that are left go on without one that is killed", async () => {
    await home({ members: ["w1", "w2", "w3"], onDown: "deregister" });
    const [w1, w2, w3] = (await join(3)) as [BarrierClient, BarrierClient, BarrierClient];
    await w3.status();
    const waits = Promise.all([w1.arriveAndAwait("a"), w2.arriveAndAwait("b")]);
    kill("w3");
    expect(await waits).toMatchObject([{ arrived: 2 }, { arrived: 2 }]);
  });

  test("a time-out breaks the phase, and tells who was missing", async () => {
    await home({ members: ["w1", "w2", "w3"], timeoutMs: 50 });
    const [w1, w2] = await join(2);
    const waits = await Promise.allSettled([w1?.arriveAndAwait(), w2?.arriveAndAwait()]);
    expect(waits).toMatchObject([
      { reason: { code: "ERR_BARRIER_BROKEN", breakCause: "timeout", missing: ["w3"] } },
      { reason: { code: "ERR_BARRIER_BROKEN", breakCause: "timeout", missing: ["w3"] } },
    ]);
    expect(String((waits[0] as PromiseRejectedResult).reason)).toMatch(
      "phase 0 is broken (timeout: after 50 ms); not arrived: w3; undo what belongs",
    );
  });

  test("the death of a home that keeps nothing breaks it for all", async () => {
    await home({ members: ["w1", "w2"] });
    const [w1] = await join(1);
    const wait = w1?.arriveAndAwait();
    await w1?.status();
    kill("home");
    await expect(wait).rejects.toMatchObject({ breakCause: "home-lost", phase: 0 });
  });

  test("a home with a journal goes on where it was", async () => {
    const journal = await sabeam.openStore(system, { memory: true });
    const first = await home({ count: 2, valueBytesMax: 64 }, { journal });
    const [w1, w2] = (await join(2)) as [BarrierClient, BarrierClient];
    await Promise.all([w1.arriveAndAwait(1), w2.arriveAndAwait(2)]);
    const wait = w1.arriveAndAwait(3);
    await first.status();
    kill("home");
    const passed = await Promise.all([wait, w2.arriveAndAwait(4)]);
    expect(passed.map(({ phase, results }) => [phase, [...results.values()]])).toEqual([
      [1, [3, 4]],
      [1, [3, 4]],
    ]);
    expect((await w2.awaitPhase(0)).results.get("w1")).toBe(1);
  });
});
