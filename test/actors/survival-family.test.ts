/**
 * Goal: whoever starts a lost actor again, a supervisor or the thread, goes on with its mailbox;
 * and where nobody does, each of its messages is told.
 */
import { describe, expect, test } from "vitest";
import type { ChildSpec, Ref, SupervisorSpec } from "../../dist/actors/index.js";
import type { KeepProtocol } from "./fixtures/survivors.mjs";
import { fixture, sabeam } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, keepingLog, until } from "./support/systems.ts";

const { Family, Frail, Keep } =
  await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");
const { Fate } = await fixture<typeof import("./fixtures/pools.mjs")>("pools");
const { childRef, childSpec, defineActor, DynamicSupervisor, PartitionSupervisor } = sabeam;
const { partitionsOf, startChild } = sabeam;

const ON = { thread: 1 } as const;
const limits = { intensity: 0 };

describe("who goes on", () => {
  const world = new Survivals();

  const family = async (spec: SupervisorSpec) =>
    world.system.spawn(Family, [{ ...limits, ...spec }], { thread: 0 });

  const child = (id: string, options: Partial<ChildSpec> = {}) =>
    childSpec(Keep, [], { id, ...ON, ...options });

  /** What waits for it is answered by the next life, under the same address. */
  async function goesOn(keep: Ref<KeepProtocol>, lose = () => world.lose()): Promise<void> {
    const text = String(keep);
    await world.held(keep, await world.gate());
    const waits = [1, 2, 3].map((value) => keep.call.echo(value));
    await lose();
    expect(await Promise.all(waits)).toEqual([1, 2, 3]);
    expect(String(keep)).toBe(text);
    expect(await world.reasons()).toEqual(["wait crashed-while-handling"]);
  }

  async function refOf(supervisor: Ref<import("../../dist/actors/index.js").SupervisorProtocol>) {
    const [info] = await supervisor.call.whichChildren();
    return info?.ref as Ref<KeepProtocol>;
  }

  test.each(["permanent", "transient"] as const)("a %s child", async (restart) => {
    const supervisor = await family({ children: [child("a", { restart })] });
    const keep = await refOf(supervisor);
    await goesOn(keep);
    await goesOn(keep);
    const byId = childRef(supervisor, Keep, "a");
    expect(await (await byId).call.echo(4)).toBe(4);
    expect(await refOf(supervisor)).toBe(keep);
    await world.system.stopActor(supervisor);
    expect(await errorOf(keep.call.echo(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    await world.reasons();
  });

  test("one for all: the others end, and it goes on", async () => {
    const children = [child("a"), child("b", { thread: 2 })];
    const supervisor = await family({ strategy: "one-for-all", children });
    await goesOn(await refOf(supervisor));
    await world.system.stopActor(supervisor);
  });

  test("children of a dynamic supervisor, and partitions", async () => {
    const { system } = world;
    const pool = await system.spawn(DynamicSupervisor, [limits], { thread: 0 });
    await goesOn(await startChild(pool, Keep, [], ON));
    const options = { ...limits, child: childSpec(Keep, [], ON), partitions: 2 };
    const parts = await system.spawn(PartitionSupervisor, [options], { thread: 0 });
    const shards = await partitionsOf(Keep, parts);
    await goesOn(shards.of(0) as Ref<KeepProtocol>);
    await Promise.all([system.stopActor(pool), system.stopActor(parts)]);
  });

  test("a temporary child is not started again: dead letters `lost`", async () => {
    const supervisor = await family({ children: [child("a", { restart: "temporary" })] });
    const keep = await refOf(supervisor);
    await world.held(keep, await world.gate());
    keep.cast.note(1);
    const call = errorOf(keep.call.echo(1));
    await world.lose();
    expect(await call).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const reasons = await world.reasons();
    expect(reasons).toEqual(["wait crashed-while-handling", "note lost", "echo lost"]);
    await world.system.stopActor(supervisor);
  });

  test("its supervisor dies with it: it ends, and its messages are told", async () => {
    const spec = { ...limits, children: [child("a")] };
    const supervisor = await world.system.spawn(Family, [spec], ON);
    const keep = await refOf(supervisor);
    await world.held(keep, await world.gate());
    keep.cast.note(1);
    const call = errorOf(keep.call.echo(1));
    await world.lose();
    expect(await call).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const reasons = await world.reasons();
    expect(reasons).toEqual(["wait crashed-while-handling", "note lost", "echo lost"]);
  });

  test("an init that throws ends it", async () => {
    const book = await world.book();
    const throws = await world.system.spawn(Fate, ["up", "fail"], { thread: 0 });
    const frail = await world.system.spawn(Frail, [book, throws], ON);
    frail.cast.note(1);
    await frail.call.echo(1);
    const down = world.system.whenDown(frail);
    await world.lose();
    expect(await down).toMatchObject({ type: "lost" });
    await until("it has failed", async () => (await throws.call.asked()) === 2);
    expect(await errorOf(frail.call.echo(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    await world.reasons();
  });

  test("an init that ends its thread has `attempts`", async () => {
    const book = await world.book();
    const dies = ["up", "refuse", "up"] as const;
    const fate = await world.system.spawn(Fate, [...dies], { thread: 0 });
    const again = await world.system.spawn(Frail, [book, fate], ON);
    const generation = world.generation();
    await goesOn(again, async () => {
      await world.system.terminateThread(1);
      await until("two lives later", () => world.generation() === generation + 2);
    });
    await world.system.stopActor(again);

    const always = await world.system.spawn(Fate, ["up", "refuse", "refuse"], { thread: 0 });
    const never = await world.system.spawn(Frail, [book, always], ON);
    await world.held(never, await world.gate());
    never.cast.note(1);
    await world.system.terminateThread(1);
    const given = "an actor is not started again";
    await until("it is given up", () => world.lines.some(({ message }) => message === given));
    await world.reasons();
    expect(await errorOf(never.call.echo(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    await world.reasons();
  });
});

describe("where nothing survives", () => {
  const spec = { init: () => 0, handlers: { one: () => 1, two: () => 2 } };
  const survives = true;
  let count = 0;
  const refused = (more: object, problem: RegExp) => () => {
    count += 1;
    const define = () =>
      defineActor(import.meta.url, `Refused${count}`, { ...spec, ...more } as never);
    expect(define).toThrow(problem);
  };
  test("concurrent", refused({ survives, concurrent: ["one"] }, /survives with concurrent/));
  test("stashMax", refused({ survives, stashMax: 5 }, /survives with stashMax/));
  test("idempotent alone", refused({ idempotent: ["one"] }, /idempotent is for/));
  test("idempotent nobody", refused({ survives, idempotent: ["three"] }, /three/));
  test("something else", refused({ survives: "yes" }, /must be true, false or/));
  test("an unknown key", refused({ survives: { attemps: 2 } }, /attemps/));
  test.each([0, -1, 1.5, 101, "3", Number.NaN])("attempts: %s", (attempts) =>
    refused({ survives: { attempts } }, /attempts of survives must be a whole number/)(),
  );
  test.each([1000, 2048, 5000, 2 ** 27, "4096"])("bytes: %s", (bytes) =>
    refused({ survives: { bytes } }, /bytes of survives must be a power of two/)(),
  );

  test("on main nothing changes, and own threads are refused", async () => {
    const { log } = keepingLog();
    const system = await sabeam.startSystem({ threads: 0, log });
    const keep = await system.spawn(Keep);
    expect(await keep.call.echo(1)).toBe(1);
    expect(await errorOf(keep.call.stash())).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await system.stop();
    const threads = await sabeam.startSystem({ threads: 1, log });
    const own = errorOf(threads.spawn(Keep, [], { thread: "own" }));
    expect(await own).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "thread" });
    await threads.stop();
  });
});
