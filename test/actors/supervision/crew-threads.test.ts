/**
 * Goal: what dies with a thread comes back with it, for children of dynamic supervisors and for
 * partitions, and only whom the thread died of is a failure of its supervisor.
 */

import { describe, expect, test } from "vitest";
import type { DynamicSupervisorProtocol, Ref } from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { until, useSystem } from "../support/systems.ts";

const { childSpec, DynamicSupervisor, PartitionSupervisor, partitionsOf, startChild } = sabeam;
const { Fatal } = await fixture<typeof import("../fixtures/fatal.mjs")>("fatal");
const { Child, Fate } = await fixture<typeof import("../fixtures/pools.mjs")>("pools");
const { Shard } = await fixture<typeof import("../fixtures/shards.mjs")>("shards");

describe("threads that die", () => {
  const running = useSystem({ threads: 2 });

  const lose = async (thread: number): Promise<void> => {
    const fatal = await running.system.spawn(Fatal, [], { thread });
    const down = running.system.whenDown(fatal);
    fatal.cast.exitAfter(0);
    expect(await down).toMatchObject({ type: "lost" });
  };

  const restarts = async (supervisor: Ref<DynamicSupervisorProtocol>): Promise<number[]> =>
    (await supervisor.call.whichChildren())
      .filter(({ status }) => status === "running")
      .map((child) => child.restarts);

  test("children of a dynamic supervisor", { timeout: 60_000 }, async () => {
    const options = [{ intensity: 1 }] as [{ intensity: number }];
    const supervisor = await running.system.spawn(DynamicSupervisor, options, { thread: 0 });
    const placed = { thread: 1 } as const;
    for (let index = 0; index < 30; index += 1) await startChild(supervisor, Child, [1], placed);
    await startChild(supervisor, Child, [1], { ...placed, restart: "temporary" });
    const elsewhere = await startChild(supervisor, Child, [1], { thread: 2 });
    await lose(1);
    const wanted = [0, ...new Array<number>(30).fill(1)];
    await until(
      "all are there again",
      async () => (await restarts(supervisor)).toSorted().join() === wanted.join(),
    );
    expect(await elsewhere.call.args()).toEqual([1]);
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 31, active: 31 });
    await running.system.stopActor(supervisor);
  });

  test("a start whose thread dies fails, and leaves nothing", { timeout: 60_000 }, async () => {
    const supervisor = await running.system.spawn(DynamicSupervisor, [], { thread: 0 });
    const fate = await running.system.spawn(Fate, ["wait"], { thread: 0 });
    const start = startChild(supervisor, Child, [{ fate }], { thread: 1 }).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    await until("it starts", async () => (await fate.call.asked()) === 1);
    await lose(1);
    expect(await start).toBe("ERR_ACTOR_DOWN");
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 0 });
    await running.system.stopActor(supervisor);
  });

  test("partitions, whose refs go on", { timeout: 60_000 }, async () => {
    const child = childSpec(Shard, [{}], { thread: 1 });
    const options = { child, partitions: 8, withIndex: true, intensity: 1 };
    const supervisor = await running.system.spawn(PartitionSupervisor, [options], { thread: 0 });
    const shards = await partitionsOf(Shard, supervisor);
    const places = [0, 1, 2, 3, 4, 5, 6, 7];
    await lose(1);
    await until("all are there again", async () =>
      (await supervisor.call.whichChildren()).every(
        ({ status, restarts: times }) => status === "running" && times === 1,
      ),
    );
    const indexes = await Promise.all(places.map((place) => shards.of(place).call.index()));
    expect(indexes).toEqual(places);
    await running.system.stopActor(supervisor);
  });

  test("with the supervisor on it: its children elsewhere end by their links", async () => {
    const supervisor = await running.system.spawn(DynamicSupervisor, [], { thread: 1 });
    const child = await startChild(supervisor, Child, [1], { thread: 2 });
    const down = running.system.whenDown(child);
    await lose(1);
    expect((await down).type).toBe("lost");
  });
});
