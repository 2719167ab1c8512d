/**
 * Thousands of children that lose their thread.
 *
 * Goal: each comes back exactly once, with its own arguments, also if the thread that they come
 * back on dies in the middle of that. How long it took is printed, and nothing depends on it.
 */

import { describe, expect, test } from "vitest";
import type { AnyRef, PartitionSupervisorProtocol, Ref } from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { until, useSystem } from "../support/systems.ts";

const { childSpec, DynamicSupervisor, PartitionSupervisor, partitionsOf, startChild } = sabeam;
const { Plain } = await fixture<typeof import("../fixtures/pools.mjs")>("pools");

const CHILDREN = 2000;
/** Deaths of the thread, the second of them while children come back. */
const DEATHS = 2;
const numbers = Array.from({ length: CHILDREN }, (_, number) => number);
/** Not one of them has failed. */
const limits = { intensity: 0 };

describe("thousands of children that lose their thread", () => {
  const running = useSystem({ threads: 2, development: false });

  /** What it takes along is on its way back when the next one ends the thread. */
  const lose = async (): Promise<void> => {
    const down = running.system.whenDown(await running.system.spawn(Plain, [], { thread: 1 }));
    await running.system.terminateThread(1);
    expect(await down).toMatchObject({ type: "lost" });
  };

  const back = async (what: string, supervisor: Ref<PartitionSupervisorProtocol>) => {
    const begin = performance.now();
    for (let death = 0; death < DEATHS; death += 1) await lose();
    await until(`all ${what} are back`, async () => {
      const { active } = await supervisor.call.countChildren();
      return active === CHILDREN;
    });
    const ms = (performance.now() - begin).toFixed();
    console.log(`${CHILDREN} ${what} back after ${DEATHS} deaths of their thread: ${ms} ms`);
  };

  test("children of a dynamic supervisor", { timeout: 60_000 }, async () => {
    const { system } = running;
    const pool = await system.spawn(DynamicSupervisor, [limits], { thread: 0 });
    const before = system.counters().actors;
    const placed = { thread: 1 } as const;
    await Promise.all(numbers.map((number) => startChild(pool, Plain, [number], placed)));
    await back("children", pool as never);

    const children = await pool.call.whichChildren();
    expect(children.every(({ restarts }) => restarts >= 1)).toBe(true);
    const refs = children.map(({ ref }) => ref as AnyRef as Ref<{ args(): unknown[] }>);
    const args = await Promise.all(refs.map((ref) => ref.call.args()));
    expect(args.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers);
    // Nobody else is there: no start was repeated that had come to its end.
    await until("counted", () => system.counters().actors === before + CHILDREN);
    await system.stopActor(pool);
  });

  test("partitions, by refs that go on", { timeout: 60_000 }, async () => {
    const { system } = running;
    const child = childSpec(Plain, [], { thread: 1 });
    const options = { ...limits, child, partitions: CHILDREN, withIndex: true };
    const before = system.counters().actors;
    const supervisor = await system.spawn(PartitionSupervisor, [options], { thread: 0 });
    const shards = await partitionsOf(Plain, supervisor);
    await back("partitions", supervisor);
    const args = await Promise.all(numbers.map((number) => shards.of(number).call.args()));
    expect(args.flat()).toEqual(numbers);
    await until("counted", () => system.counters().actors === before + CHILDREN + 1);
    await system.stopActor(supervisor);
  });
});
