/**
 * The rules of a crew, one by one, against a world without actors. crew.model.test.ts has them all
 * together.
 */

import { describe, expect, test } from "vitest";
import { ActorDown, Refusal } from "../../../actors/errors.ts";
import type { ExitReason } from "../../../actors/exit.ts";
import { UNBORN } from "../../../actors/request.ts";
import { type Crew, WAITERS_MAX } from "../../../actors/supervision/crew.ts";
import type { Member } from "../../../actors/supervision/member.ts";
import type { AnyRef, RestartType, ShutdownTime } from "../../../actors/types.ts";
import {
  CRASH,
  type FakeWorld,
  GUILTY,
  LOST,
  make,
  NORMAL,
  SHUTDOWN,
  type specOf,
  start,
} from "../support/crew-world.ts";

/** A crew with one child that is up. */
async function withOne(
  restart: RestartType,
  more: Parameters<typeof specOf>[1] = {},
  limits: { intensity?: number } = {},
): Promise<[Crew, FakeWorld, Member]> {
  const [crew, world] = make(limits);
  const { member } = start(crew, restart, more);
  await world.settle(0);
  return [crew, world, member];
}

describe("start", () => {
  test("a child is a member from the beginning, and answered once it is up", async () => {
    const [crew, world] = make();
    const child = start(crew);
    expect([crew.size, child.member.info().status, child.ref()]).toEqual([
      1,
      "starting",
      undefined,
    ]);
    await world.settle(0);
    expect(child.ref()).toBe(world.actors[0]?.ref);
    expect(crew.find(child.ref() as AnyRef)).toBe(child.member);
    expect(child.member.info()).toMatchObject({ status: "running", restarts: 0, ref: child.ref() });
  });

  test("one whose init takes long holds up nobody", async () => {
    const [crew, world] = make();
    const slow = start(crew);
    const fast = start(crew);
    await world.settle(1);
    expect([slow.ref(), fast.ref()]).toEqual([undefined, world.actors[0]?.ref]);
  });

  test("one that fails is none, and restarts of others are not charged for it", async () => {
    const [crew, world] = make({ intensity: 0 });
    const boom = new Error("boom");
    const child = start(crew);
    await world.settle(0, boom);
    expect([crew.size, child.error(), world.told, world.stopped]).toEqual([0, boom, [], undefined]);
  });
});

describe("ends", () => {
  const rows: [RestartType, ExitReason, restarted: boolean][] = [
    ["permanent", NORMAL, true],
    ["permanent", SHUTDOWN, true],
    ["permanent", CRASH, true],
    ["permanent", LOST, true],
    ["transient", NORMAL, false],
    ["transient", SHUTDOWN, false],
    ["transient", { type: "shutdown", cause: "done" }, false],
    ["transient", CRASH, true],
    ["transient", { type: "killed" }, true],
    ["transient", { type: "noproc" }, true],
    ["transient", LOST, true],
    ["temporary", NORMAL, false],
    ["temporary", SHUTDOWN, false],
    ["temporary", CRASH, false],
    ["temporary", LOST, false],
  ];
  for (const [restart, reason, restarted] of rows) {
    const what = restarted ? "restarted" : "dropped";
    test(`${restart}, ${JSON.stringify(reason)}: ${what}`, async () => {
      const [crew, world, member] = await withOne(restart);
      world.die(world.one(0), reason);
      expect([crew.size, world.open.length]).toEqual(restarted ? [1, 1] : [0, 0]);
      if (!restarted) return;
      expect(member.info()).toMatchObject({ status: "restarting", ref: undefined });
      await world.settle(0);
      expect(member.info()).toMatchObject({
        status: "running",
        restarts: 1,
        ref: world.one(1).ref,
      });
      expect(crew.find(world.one(0).ref)).toBeUndefined();
    });
  }

  test("before its crew has heard that it is up: as after", async () => {
    const [crew, world] = make();
    const child = start(crew);
    await world.settle(0, undefined, (actor) => world.die(actor, CRASH));
    expect(child.ref()).toBe(world.one(0).ref);
    expect([crew.size, child.member.info().status]).toEqual([1, "restarting"]);
    await world.settle(0);
    expect(child.member.info()).toMatchObject({ status: "running", ref: world.one(1).ref });
  });

  test("the same at the address that it had", async () => {
    const [crew, world, member] = await withOne("permanent");
    const { ref } = world.one(0);
    crew.exited(ref, LOST);
    world.open.pop()?.resolve(ref);
    crew.exited(ref, CRASH);
    await new Promise((done) => setImmediate(done));
    expect([member.info().restarts, world.open.length]).toEqual([2, 1]);
  });

  test("of a stranger are nothing", async () => {
    const [crew, world, member] = await withOne("permanent");
    const other = start(crew);
    world.crew?.exited({} as AnyRef, CRASH);
    world.crew?.down({} as AnyRef, CRASH);
    await world.settle(0);
    expect([crew.size, member.phase, other.member.phase]).toEqual([2, "running", "running"]);
  });
});

describe("restarts", () => {
  test("N within the period, and one more ends the supervisor with shutdown", async () => {
    const [crew, world, member] = await withOne("permanent", {}, { intensity: 2 });
    for (const round of [0, 1]) {
      world.die(world.one(round), CRASH);
      await world.settle(0);
    }
    expect(world.stopped).toBeUndefined();
    world.die(world.one(2), CRASH);
    expect(world.stopped).toMatchObject({ type: "shutdown" });
    expect(world.told.map(([context]) => context)).toEqual([
      ...["child-terminated", "child-terminated", "child-terminated", "intensity-reached"],
    ]);
    expect(world.told.at(-1)).toEqual(["intensity-reached", CRASH]);
    expect([crew.size, member.phase, world.open.length]).toEqual([0, "running", 0]);
  });

  test("are given the arguments again, and temporary children keep none", async () => {
    const [crew, world] = make();
    const args = ["a", 1];
    const permanent = start(crew, "permanent", {}, args);
    const temporary = start(crew, "temporary", {}, args);
    expect(world.open.map((start) => start.args)).toEqual([args, args]);
    await world.settle(0);
    await world.settle(0);
    world.die(world.one(0), CRASH);
    expect(world.open.map((start) => start.args)).toEqual([args]);
    expect([permanent.member.args, temporary.member.args]).toEqual([args, []]);
  });

  test("that fail are tried again, not at once, and each attempt counts", async () => {
    const [crew, world, member] = await withOne("permanent", {}, { intensity: 2 });
    world.die(world.one(0), CRASH);
    await world.settle(0, new Error("no"));
    expect([member.info().status, world.open.length, crew.size]).toEqual(["restarting", 0, 1]);
    world.pass(1);
    expect(world.open.length).toBe(1);
    await world.settle(0, new Error("no"));
    expect(world.stopped).toMatchObject({ type: "shutdown" });
    expect(world.told.map(([context]) => context)).toEqual([
      ...["child-terminated", "start-error", "start-error", "intensity-reached"],
    ]);
    expect(world.told.at(-1)).toEqual(world.told.at(-2)?.with(0, "intensity-reached"));
  });

  test("that the child refuses drop it", async () => {
    const [crew, world] = await withOne("permanent");
    world.die(world.one(0), CRASH);
    await world.settle(0, new Refusal("not any more"));
    expect([crew.size, world.stopped]).toEqual([0, undefined]);
    expect(world.told.map(([context]) => context)).toEqual(["child-terminated", "refused"]);
  });

  test("wait by the back-off, longer each time, and anew after a quiet period", async () => {
    const backoff = { min: 10, factor: 3, jitter: 0, resetAfter: 100 };
    const [, world] = await withOne("permanent", { backoff }, { intensity: 100 });
    const waits: number[] = [];
    for (const [index, quiet] of [0, 0, 0, 99, 100].entries()) {
      world.pass(quiet);
      world.die(world.one(index), CRASH);
      const from = world.now();
      while (world.open.length === 0) world.pass(1);
      waits.push(world.now() - from);
      await world.settle(0);
    }
    expect(waits).toEqual([10, 30, 90, 270, 10]);
  });

  test("are charged for whom a thread died of", async () => {
    const [crew, world] = make({ intensity: 1 });
    let dead = 0;
    for (let index = 0; index < 5; index += 1) start(crew);
    for (let index = 0; index < 5; index += 1) await world.settle(0);
    for (const reason of [LOST, LOST, GUILTY, LOST, LOST]) world.die(world.one(dead++), reason);
    expect([world.open.length, world.stopped, crew.size]).toEqual([5, undefined, 5]);
    for (let index = 0; index < 5; index += 1) await world.settle(0);
    expect(world.stopped).toBeUndefined();
    for (; dead < 9; dead += 1) world.die(world.one(dead), LOST);
    expect([world.open.length, world.stopped]).toEqual([4, undefined]);
    world.die(world.one(dead), GUILTY);
    expect(world.stopped).toMatchObject({ type: "shutdown" });
  });

  test("cut off by the death of a thread begin anew, and are charged in the end", async () => {
    const [, world] = await withOne("permanent", {}, { intensity: 0 });
    world.die(world.one(0), LOST);
    const cut = new ActorDown(UNBORN, LOST, "maybe");
    for (let losses = 0; losses < 1000; losses += 1) await world.settle(0, cut);
    expect([world.open.length, world.stopped]).toEqual([1, undefined]);
    await world.settle(0, cut);
    expect(world.stopped).toMatchObject({ type: "shutdown" });
  });

  test("cut off by what its own init did are charged", async () => {
    const [, world] = await withOne("permanent", {}, { intensity: 0 });
    world.die(world.one(0), LOST);
    await world.settle(0, new ActorDown(UNBORN, GUILTY, "maybe"));
    expect(world.stopped).toMatchObject({ type: "shutdown" });
  });

  test("first ones that were cut off are told, and no more", async () => {
    const [crew, world] = make();
    const child = start(crew);
    const cut = new ActorDown(UNBORN, LOST, "maybe");
    await world.settle(0, cut);
    expect([crew.size, child.error(), world.open.length]).toEqual([0, cut, 0]);
  });
});

describe("end", () => {
  async function ended(
    shutdown: ShutdownTime,
    obeys: boolean | ExitReason,
  ): Promise<[FakeWorld, () => boolean]> {
    const [crew, world, member] = await withOne("permanent", { shutdown });
    world.one(0).obeys = obeys;
    let done = false;
    crew.end(member, { resolve: () => void (done = true), reject: () => {} });
    return [world, () => done];
  }

  test("an obedient child ends at once, and is not restarted", async () => {
    const [world, done] = await ended(5000, true);
    expect([done(), world.one(0).ended, world.open.length]).toEqual([true, SHUTDOWN, 0]);
    // Or its exit would come after all is over, and look like that of a child to be.
    expect([world.told, world.one(0).linked]).toEqual([[], false]);
  });

  test("a deaf one is killed when its time is over", async () => {
    const [world, done] = await ended(50, false);
    world.pass(49);
    expect([done(), world.one(0).ended]).toEqual([false, undefined]);
    world.pass(1);
    expect([done(), world.one(0).ended]).toEqual([true, { type: "killed" }]);
    expect(world.told.map(([context]) => context)).toEqual(["shutdown-error"]);
  });

  test("no more wait for the end of one child than the bound says", async () => {
    const [crew, world, member] = await withOne("permanent", { shutdown: "infinity" });
    world.one(0).obeys = false;
    const waiter = { resolve: () => {}, reject: () => {} };
    const taken = Array.from({ length: WAITERS_MAX + 1 }, () => crew.end(member, waiter));
    expect(taken.filter((one) => one)).toHaveLength(WAITERS_MAX);
  });

  test("infinity waits, brutal-kill does not", async () => {
    const [patient, waits] = await ended("infinity", false);
    patient.pass(100_000);
    expect([waits(), patient.one(0).ended]).toEqual([false, undefined]);
    const [brutal, done] = await ended("brutal-kill", false);
    expect([done(), brutal.one(0).ended, brutal.told]).toEqual([true, { type: "killed" }, []]);
  });

  test("a child that ends otherwise is reported, its own reason kept", async () => {
    const [world] = await ended(5000, CRASH);
    expect(world.told).toEqual([["shutdown-error", CRASH]]);
    const [normal] = await ended(5000, NORMAL);
    expect(normal.told).toEqual([["shutdown-error", NORMAL]]);
  });

  test("a child that has unlinked itself does not hang it", async () => {
    const [crew, world, member] = await withOne("permanent");
    world.one(0).linked = false;
    let done = false;
    crew.end(member, { resolve: () => void (done = true), reject: () => {} });
    expect([done, crew.size]).toEqual([true, 0]);
  });

  test("one that waits to be restarted is gone at once", async () => {
    const [crew, world, member] = await withOne("permanent", { backoff: { min: 1000 } });
    world.die(world.one(0), CRASH);
    expect(crew.find(world.one(0).ref)).toBe(member);
    crew.end(member);
    expect([crew.size, crew.find(world.one(0).ref)]).toEqual([0, undefined]);
    world.pass(10_000);
    expect(world.open.length).toBe(0);
  });

  test("one that starts is ended once it is up", async () => {
    const [crew, world] = make();
    const { member } = start(crew);
    crew.end(member);
    expect(crew.size).toBe(1);
    await world.settle(0);
    expect([crew.size, world.one(0).ended]).toEqual([0, SHUTDOWN]);
  });
});

describe("endAll", () => {
  test("all are told at once and have the same time; stragglers are killed", async () => {
    const [crew, world] = make();
    for (let index = 0; index < 20; index += 1) {
      start(crew, "permanent", { shutdown: index % 2 === 0 ? 100 : 200 });
      await world.settle(0);
      world.one(index).obeys = index >= 10;
    }
    let done = false;
    world.ends(() => void (done = true));
    expect(world.alive().length).toBe(10);
    world.pass(99);
    expect([world.alive().length, world.wakes]).toEqual([10, 1]);
    world.pass(1);
    expect(world.alive().length).toBe(5);
    world.pass(100);
    expect([world.alive().length, done, crew.size]).toEqual([0, true, 0]);
  });

  test("with nobody there it ends at once", () => {
    const [, world] = make();
    let done = false;
    world.ends(() => void (done = true));
    expect(done).toBe(true);
  });

  test("those that start have their time for that, then nobody waits for them", async () => {
    const [crew, world] = make();
    start(crew, "permanent", { shutdown: 100 });
    start(crew, "permanent", { shutdown: 100 });
    start(crew, "permanent", { shutdown: "brutal-kill" });
    let done = false;
    world.ends(() => void (done = true));
    await world.settle(0);
    expect([crew.size, done, world.one(0).ended]).toEqual([1, false, SHUTDOWN]);
    world.pass(100);
    expect([crew.size, done]).toEqual([0, true]);
  });

  test("those that were stopping already keep their time, and none is restarted", async () => {
    const [crew, world, member] = await withOne("permanent", { shutdown: 100 });
    start(crew, "permanent", { backoff: { min: 10 } });
    await world.settle(0);
    world.one(0).obeys = false;
    world.die(world.one(1), CRASH);
    crew.end(member);
    world.pass(5);
    let done = false;
    world.ends(() => void (done = true));
    expect(crew.size).toBe(1);
    world.pass(95);
    expect([world.one(0).ended, done, world.open.length]).toEqual([{ type: "killed" }, true, 0]);
  });
});
