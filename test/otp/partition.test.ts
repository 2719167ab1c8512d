/**
 * Goal: what Elixir's suite says of partition supervisors, as far as it is not seen in
 * actors/supervision/partition.test.ts.
 */
import { describe, expect, test } from "vitest";
import type {
  AnyDefinition,
  AnyRef,
  DynamicSupervisorProtocol,
  PartitionSupervisorOptions,
  PartitionSupervisorProtocol,
  Ref,
} from "../../dist/actors/index.js";
import { supervised } from "../actors/support/families.ts";
import { sabeam } from "../actors/support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "../actors/support/systems.ts";
import { Process, Slow } from "./support/places.ts";

const { childSpec, DynamicSupervisor, PartitionSupervisor, partitionsOf, startChild } = sabeam;
let names = 0;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });
  const make = (
    partitions: number,
    more: Partial<PartitionSupervisorOptions> = {},
    name?: string,
  ): Promise<Ref<PartitionSupervisorProtocol>> =>
    running.system.spawn(
      PartitionSupervisor,
      [{ child: childSpec(Process), partitions, ...more }],
      name === undefined ? {} : { name },
    );
  const stop = (ref: AnyRef) => running.system.stopActor(ref, { reason: "shutdown" });

  test("with a name: found by it, the only one, free again at its end", async () => {
    const { system } = running;
    const name = `partitions ${(names += 1)} ${threads}`;
    const one = await make(2, {}, name);
    expect(system.whereis(PartitionSupervisor, name)).toBe(one);
    expect(await errorOf(make(2, {}, name))).toMatchObject({ code: "ERR_NAME_TAKEN" });
    const shards = await partitionsOf(Process, one);
    const [first, second] = await Promise.all([0, 1].map((key) => shards.of(key).call.me()));
    expect(first).not.toBe(second);
    await stop(one);
    expect(system.whereis(PartitionSupervisor, name)).toBe(undefined);
    for (const gone of [first, second]) await ended(gone as AnyRef);
  });

  test("once it is stopped all partitions have ended, also slow ones", async () => {
    const child = childSpec(Slow, [40], { shutdown: "infinity" });
    const one = await make(3, { child });
    const refs = (await one.call.whichChildren()).map(({ ref }) => ref as AnyRef);
    const downs = refs.map((ref) => running.system.whenDown(ref));
    await stop(one);
    for (const down of downs) expect(await down).toEqual({ type: "shutdown" });
    for (const ref of refs) expect(await running.system.whenDown(ref)).toEqual({ type: "noproc" });
  });

  test("whoever asks one that has ended is told so", async () => {
    const one = await make(1);
    await stop(one);
    const down = { code: "ERR_ACTOR_DOWN", handled: "no" };
    expect(await errorOf(one.call.size())).toMatchObject(down);
    expect(await errorOf(one.call.countChildren())).toMatchObject(down);
    expect(await errorOf(partitionsOf(Process, one))).toMatchObject(down);
  });

  test("partitions that are supervisors: counted as such, each with its own", async () => {
    const child = childSpec(DynamicSupervisor as AnyDefinition, [{}]);
    const one = await make(4, { child });
    expect(await one.call.countChildren()).toEqual({
      specs: 4,
      active: 4,
      supervisors: 4,
      workers: 0,
    });
    const pools = await partitionsOf(DynamicSupervisor, one);
    const keys = [0, 1, 2, 3, 4, 5];
    const poolOf = (key: number): Ref<DynamicSupervisorProtocol> => pools.of(key) as never;
    await Promise.all(keys.map((key) => startChild(poolOf(key), Process)));
    const sizes = await Promise.all(
      [0, 1, 2, 3].map(async (key) => (await poolOf(key).call.countChildren()).active),
    );
    expect(sizes).toEqual([2, 2, 1, 1]);
    await stop(one);
  });

  test("two in one supervisor, by ids of their own", async () => {
    const { App } = supervised;
    const children = ["one", "two"].map((id) =>
      childSpec(
        PartitionSupervisor as AnyDefinition,
        [{ child: childSpec(Process), partitions: 2 }],
        {
          id,
        },
      ),
    );
    const app = await running.system.spawn(App, [{ children }]);
    const infos = await app.call.whichChildren();
    expect(infos.map(({ id, type }) => [id, type])).toEqual([
      ["one", "supervisor"],
      ["two", "supervisor"],
    ]);
    await stop(app);
  });

  test("beyond its intensity it ends of shutdown", async () => {
    const one = await make(2, { intensity: 1 });
    const shards = await partitionsOf(Process, one);
    const other = await shards.of(1).call.me();
    const downs = [one, other].map((ref) => running.system.whenDown(ref));
    for (let restarts = 0; restarts <= 1; restarts += 1) {
      const before = await shards.of(0).call.me();
      before.cast.run([["crash", "again"]]);
      await ended(before);
      const isBack = async (): Promise<boolean> =>
        (await one.call.whichChildren())[0]?.status === "running";
      if (restarts === 0) await until("it is back", isBack);
    }
    expect(await Promise.all(downs.map(async (down) => (await down).type))).toEqual([
      "shutdown",
      "shutdown",
    ]);
    await quiet(running.system);
  });

  test("through a row of sizes: as many as were asked for, and all answer", async () => {
    const one = await make(6);
    const shards = await partitionsOf(Process, one);
    for (const size of [3, 6, 1, 5, 2, 4, 6, 2, 5]) {
      await shards.resize(size);
      expect(await one.call.size()).toBe(size);
      const refs = await Promise.all(
        Array.from({ length: size }, (_, key) => shards.of(key).call.me()),
      );
      expect(new Set(refs).size).toBe(size);
    }
    await stop(one);
  });
});
