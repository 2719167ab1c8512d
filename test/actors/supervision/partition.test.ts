/**
 * Goal: a key leads to the same partition on every thread, through restarts and resizes, and what
 * is wrong is told before a partition starts. Partitions are children of a crew, whose rules have
 * tests of their own.
 */

import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import type {
  PartitionSupervisorOptions,
  PartitionSupervisorProtocol,
  Ref,
} from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "../support/systems.ts";

const { childRef, childSpec, PartitionSupervisor, partitionsOf } = sabeam;
const { Fate, Plain } = await fixture<typeof import("../fixtures/pools.mjs")>("pools");
const { Router, Shard, Tree } = await fixture<typeof import("../fixtures/shards.mjs")>("shards");

const KEYS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 15, "ann", "bob", "cat", "dog", 1.5, true, null];

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  const make = (
    partitions: number,
    more: Partial<PartitionSupervisorOptions> = {},
  ): Promise<Ref<PartitionSupervisorProtocol>> =>
    running.system.spawn(
      PartitionSupervisor,
      [{ child: childSpec(Shard, [{}]), partitions, withIndex: true, ...more }],
      { thread: 0 },
    );

  test("a key always leads to its partition, whoever routes", async () => {
    const supervisor = await make(8);
    const shards = await partitionsOf(Shard, supervisor);
    expect(shards.count).toBe(8);
    const places = await Promise.all(KEYS.map((key) => shards.of(key).call.index()));
    expect(places.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 7]);
    expect(new Set(places).size).toBe(8);
    const router = await running.system.spawn(Router, []);
    expect(await router.call.routed(supervisor, KEYS)).toEqual(places);
    await shards.of("ann").call.add("ann");
    expect(await shards.of("ann").call.add("ann")).toEqual([expect.any(Number), 2]);
    await running.system.stopActor(supervisor);
  });

  test("a partition that crashes is started again, and its ref goes on", async () => {
    const supervisor = await make(2);
    const shards = await partitionsOf(Shard, supervisor);
    const [even, odd] = [shards.of(0), shards.of(1)];
    await odd.call.add("x");
    await errorOf(odd.call.crash());
    await until("it is there again", () =>
      odd.call.index().then(
        () => true,
        () => false,
      ),
    );
    expect(await odd.call.add("x")).toEqual([1, 1]);
    expect(await even.call.index()).toBe(0);
    expect(await supervisor.call.whichChildren()).toMatchObject([
      { partition: 0, definition: "Shard", status: "running", restarts: 0 },
      { partition: 1, definition: "Shard", status: "running", restarts: 1 },
    ]);
    expect(await supervisor.call.countChildren()).toEqual({
      ...{ specs: 2, active: 2, supervisors: 0, workers: 2 },
    });
    await running.system.stopActor(supervisor);
  });

  test("resized: every size down to 0 and up again, for new and old holders", async () => {
    const supervisor = await make(8);
    const old = await partitionsOf(Shard, supervisor);
    const kept = old.of(7);
    for (const size of [8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 3, 8, 0, 5]) {
      await supervisor.call.resize(size);
      expect([await supervisor.call.size(), (await supervisor.call.countChildren()).specs]).toEqual(
        [...[size, size]],
      );
      const fresh = await partitionsOf(Shard, supervisor);
      if (size === 0) {
        expect(() => fresh.of(7)).toThrow(expect.objectContaining({ code: "ERR_NO_PARTITIONS" }));
        expect(await errorOf(kept.call.index())).toMatchObject({
          ...{ code: "ERR_ACTOR_DOWN", handled: "no" },
        });
        continue;
      }
      for (const shards of [old, fresh]) {
        const places = await Promise.all(
          [0, 1, 2, 3, 4, 5, 6, 7].map((key) => shards.of(key).call.index()),
        );
        expect(places).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((key) => key % size));
      }
      expect(await kept.call.index()).toBe(7 % size);
    }
    await old.resize(0);
    expect(() => old.of("ann")).toThrow(expect.objectContaining({ code: "ERR_NO_PARTITIONS" }));
    await old.resize(8);
    expect(await old.of(6).call.index()).toBe(6);
    await running.system.stopActor(supervisor);
  });

  test("resizes that are asked for at once are done one after the other", async () => {
    const supervisor = await make(6);
    const sizes = [2, 6, 0, 4, 1, 5];
    await Promise.all(sizes.map((size) => supervisor.call.resize(size)));
    expect((await supervisor.call.whichChildren()).map(({ status }) => status)).toEqual(
      new Array(5).fill("running"),
    );
    await running.system.stopActor(supervisor);
  });

  test("while one hangs, no more than a bound wait", async () => {
    const fate = await running.system.spawn(Fate, ["up", "up", "wait"]);
    const supervisor = await make(2, { child: childSpec(Shard, [{ fate }]) });
    await supervisor.call.resize(1);
    const asked = Array.from({ length: 1025 }, () => supervisor.call.resize(2));
    expect(await errorOf(asked.at(-1) as Promise<void>)).toMatchObject({
      ...{ code: "ERR_SUPERVISOR_BUSY", waiting: 1024 },
    });
    await until("the one that hangs asks", async () => (await fate.call.asked()) === 3);
    await fate.call.release();
    await Promise.all(asked.slice(0, -1));
    expect(await supervisor.call.size()).toBe(2);
    await running.system.stopActor(supervisor);
  });

  test("no more than at first, and no nonsense", async () => {
    const supervisor = await make(3);
    const odd = await errorOf(supervisor.call.partitions({ toString: 1, valueOf: 1 } as never));
    expect(odd).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "definition" });
    for (const size of [4, -1, 1.5, "2" as never, undefined as never]) {
      const error = await errorOf(supervisor.call.resize(size));
      expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "size" });
    }
    const shards = await partitionsOf(Shard, supervisor);
    expect(() => shards.of({} as never)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS", option: "key" }),
    );
    expect(await errorOf(partitionsOf(Plain, supervisor))).toMatchObject({
      code: "ERR_NO_SUCH_ACTOR",
    });
    expect(await supervisor.call.size()).toBe(3);
    await running.system.stopActor(supervisor);
  });

  test("wrong options start nothing", async () => {
    const child = childSpec(Shard, [{}]);
    const table: [options: unknown, path: string][] = [
      [undefined, "options"],
      [{}, "child"],
      [{ child: {} }, "child.definition"],
      [{ child: { ...child, name: "x" } }, "child.name"],
      [{ child, partitions: 0 }, "partitions"],
      [{ child, partitions: 65_537 }, "partitions"],
      [{ child, partitions: "all" }, "partitions"],
      [{ child, withIndex: 1 }, "withIndex"],
      [{ child, intensity: -1 }, "intensity"],
      [{ child, backoff: { max: 0 } }, "backoff.max"],
      [{ child, strategy: "one-for-all" }, "strategy"],
    ];
    const { actors } = await quiet(running.system);
    for (const [options, path] of table) {
      const error = await errorOf(running.system.spawn(PartitionSupervisor, [options as never]));
      expect(error, path).toMatchObject({ code: "ERR_INVALID_SPEC", path });
    }
    expect(running.system.counters().actors).toBeLessThanOrEqual(actors);
  });

  test("one that does not start is told with its number, and all others are ended", async () => {
    const { system } = running;
    const fate = await system.spawn(Fate, ["up", "up", "fail"]);
    const child = childSpec(Shard, [{ fate }]);
    // Its thread tells of its birth with what it has handled at the latest.
    await fate.call.asked();
    const { actors } = await quiet(system);
    const error = await errorOf(make(4, { child }));
    expect(error).toMatchObject({ code: "ERR_CHILD_FAILED", cause: { message: "no luck" } });
    expect(error.child).toMatch(/^partition [0-3]$/);
    await until("the others are gone", () => system.counters().actors <= actors);

    const supervisor = await make(2, { child });
    await supervisor.call.resize(1);
    const unlucky = await system.spawn(Fate, ["up", "up", "fail"]);
    const other = await make(2, { child: childSpec(Shard, [{ fate: unlucky }]) });
    await other.call.resize(0);
    expect((await errorOf(other.call.resize(2))).code).toBe("ERR_CHILD_FAILED");
    expect(await other.call.size()).toBe(0);
    await other.call.resize(2);
    expect(await other.call.countChildren()).toMatchObject({ specs: 2, active: 2 });
    for (const ref of [supervisor, other]) await system.stopActor(ref);
  });

  test("as many as there are cores, and supervised", async () => {
    const supervisor = await running.system.spawn(PartitionSupervisor, [
      { child: childSpec(Plain) },
    ]);
    expect((await partitionsOf(Plain, supervisor)).count).toBe(availableParallelism());
    await running.system.stopActor(supervisor);
    const tree = await running.system.spawn(Tree, [3]);
    const shards = await partitionsOf(Shard, await childRef(tree, PartitionSupervisor, "shards"));
    expect(await shards.of(5).call.index()).toBe(2);
    await running.system.stopActor(tree);
    expect(await errorOf(shards.of(5).call.index())).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  });
});
