/**
 * Goal: each monitor brings one down, with the reason and what it was made with, or none if it was
 * taken back in time; on one thread and across threads, in whatever order that happens.
 */
import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { ended, quiet, until, useSystem } from "../actors/support/systems.ts";
import type { ProcessRef, Step, Wish } from "./fixtures/processes.mjs";
import {
  Bare,
  builtActors,
  calm,
  hears,
  PLACES,
  Process,
  pair,
  processes,
  settled,
} from "./support/places.ts";

interface Down {
  down: { type: string; cause?: string };
  monitor: number;
  ref: string | undefined;
  name: string | undefined;
  tag: unknown;
}

const running = useSystem({ threads: 1 });
let names = 0;

const downs = async (watcher: ProcessRef, count: number): Promise<Down[]> =>
  (await hears(watcher, count)) as Down[];

const ENDS: [Step, { type: string; cause?: string }][] = [
  [["stop"], { type: "normal" }],
  [["stop", "shutdown"], { type: "shutdown" }],
  [["stop", { type: "shutdown", cause: "moved" }], { type: "shutdown", cause: "moved" }],
  [["crash", "no good"], { type: "crash", cause: "Error: no good" }],
  [["exitSelf", { type: "timeout" }], { type: "timeout" }],
  [["exitSelf", "kill"], { type: "killed" }],
];

describe.each(PLACES)("from thread %i to thread %i", (from, to) => {
  const two = (options = {}) => pair(running.system, [from, to], options);
  const end = (process: ProcessRef, wish: Wish = "shutdown") => {
    running.system.exit(process, wish);
    return ended(process);
  };

  test.each(ENDS)("after %j one down says why", async (step, reason) => {
    const { system } = running;
    const [watcher, other] = await two();
    const [monitor] = await watcher.call.run([["monitor", other]]);
    await settled(watcher, other);
    other.cast.run([step]);
    const down = { down: reason, monitor, ref: String(other), name: undefined, tag: undefined };
    expect(await downs(watcher, 1)).toEqual([down]);
    await calm(watcher);
    expect(await watcher.call.heard()).toHaveLength(1);
    await quiet(system);
  });

  test("the dead are noproc, at once", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    await end(other);
    const [monitor] = await watcher.call.run([["monitor", other, "late"]]);
    expect(await downs(watcher, 1)).toMatchObject([
      { down: { type: "noproc" }, monitor, ref: String(other), tag: "late" },
    ]);
    await quiet(system);
  });

  test("monitors stack: each has a number of its own and a down of its own", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    const many = Array.from({ length: 20 }, (_, tag): Step => ["monitor", other, tag]);
    const ids = await watcher.call.run(many);
    expect(new Set(ids).size).toBe(20);
    await end(other);
    const heard = await downs(watcher, 20);
    expect(heard.map(({ monitor }) => monitor).sort()).toEqual([...ids].sort());
    for (const { monitor, tag } of heard) expect(tag).toBe(ids.indexOf(monitor));
    await calm(watcher);
    expect(await watcher.call.heard()).toHaveLength(20);
    await quiet(system);
  });

  test("demonitor in time: true, and nothing comes", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    await watcher.call.run([["monitor", other]]);
    await settled(watcher, other);
    expect(await watcher.call.run([["demonitor", 0]])).toEqual([true]);
    expect(await watcher.call.run([["demonitor", 0]])).toEqual([false]);
    await end(other);
    await calm(watcher);
    expect(await watcher.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("demonitor of what has fired, of nothing, of somebody else's: false", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    const [third] = await processes(system, [from]);
    const [first] = await watcher.call.run([["monitor", other]]);
    expect(await third?.call.run([["demonitorId", first]])).toEqual([false]);
    expect(await watcher.call.run([["demonitorId", 1_000_000]])).toEqual([false]);
    await end(other);
    expect(await downs(watcher, 1)).toMatchObject([{ monitor: first }]);
    expect(await watcher.call.run([["demonitor", 0]])).toEqual([false]);
    expect(await watcher.call.run([["demonitor", 0, true]])).toEqual([false]);
    await quiet(system);
  });

  /** A watcher in whose mailbox two downs wait behind a turn that takes them back, or not. */
  const waiting = async (flush: boolean): Promise<unknown[]> => {
    const { system } = running;
    const watcher = await system.spawn(Process, [], { thread: from });
    const others = await processes(system, [to, to]);
    await watcher.call.run(others.map((other): Step => ["monitor", other, String(other)]));
    for (const other of others) await settled(watcher, other);
    await system.suspend(watcher);
    const taken = watcher.call.run([["demonitor", 0, flush]]);
    await until("it waits", async () => (await system.statistics(watcher)).queued === 1);
    for (const other of others) system.exit(other, "shutdown");
    await until("downs wait", async () => (await system.statistics(watcher)).queued === 3);
    await system.resume(watcher);
    expect(await taken).toEqual([false]);
    await calm(watcher);
    const heard = (await watcher.call.heard()) as Down[];
    await quiet(system);
    return heard.map(({ ref }) => others.findIndex((other) => String(other) === ref));
  };

  test("flush takes the down that waits in the mailbox, and no other one", async () => {
    expect(await waiting(true)).toEqual([1]);
  });

  test("without flush a down that waits is still handled", async () => {
    expect((await waiting(false)).sort()).toEqual([0, 1]);
  });

  test("some of many are taken back, in any order: the others remain", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    const many = Array.from({ length: 40 }, (_, tag): Step => ["monitor", other, tag]);
    await watcher.call.run(many);
    const gone = [39, 0, 17, 18, 3, 20, 1, 38, 19];
    await watcher.call.run(gone.map((nth): Step => ["demonitor", nth]));
    await end(other);
    const left = many.map((_, tag) => tag).filter((tag) => !gone.includes(tag));
    const tags = (await downs(watcher, left.length)).map(({ tag }) => Number(tag));
    expect(tags.sort((a, b) => a - b)).toEqual(left);
    await quiet(system);
  });

  test("by name: the down tells the name, which is free by then", async () => {
    const { system } = running;
    const name = `watched ${(names += 1)}`;
    const [watcher] = await two();
    const other = await system.spawn(Process, [], { thread: to, name });
    await watcher.call.run([["monitor", name, "by name"]]);
    await settled(watcher, other);
    other.cast.run([["stop"]]);
    expect(await downs(watcher, 1)).toMatchObject([
      { down: { type: "normal" }, name, ref: String(other), tag: "by name" },
    ]);
    expect(await watcher.call.run([["sendNamed", name, "x"]])).toEqual(["nobody"]);
    await quiet(system);
  });

  test("by name: it is the present holder that is watched, not the next one", async () => {
    const { system } = running;
    const name = `held ${(names += 1)}`;
    const [watcher] = await two();
    const first = await system.spawn(Process, [], { thread: to, name });
    await watcher.call.run([["monitor", name]]);
    await settled(watcher, first);
    await system.stopActor(first);
    expect(await downs(watcher, 1)).toMatchObject([{ ref: String(first) }]);
    const second = await system.spawn(Process, [], { thread: to, name });
    await end(second);
    await calm(watcher);
    expect(await watcher.call.heard()).toHaveLength(1);
    await quiet(system);
  });

  test("a name that nobody has is noproc, with its tag", async () => {
    const [watcher] = await two();
    const [monitor] = await watcher.call.run([["monitor", `nobody ${(names += 1)}`, { a: [1] }]]);
    const name = `nobody ${names}`;
    const down = { down: { type: "noproc" }, monitor, name, ref: undefined, tag: { a: [1] } };
    expect(await downs(watcher, 1)).toEqual([down]);
    await quiet(running.system);
  });

  test("tags of any kind come back, each to its own monitor", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    const tags = [null, 0, "text", true, { deep: { list: [1, "a"] } }, [[]], 2 ** 60];
    await watcher.call.run(tags.map((tag): Step => ["monitor", other, tag]));
    await end(other);
    const heard = (await downs(watcher, tags.length)).map(({ tag }) => tag);
    expect(heard).toHaveLength(tags.length);
    for (const tag of tags) expect(heard).toContainEqual(tag);
    await quiet(system);
  });

  test("two watch each other: who lives longer learns of the other's end", async () => {
    const { system } = running;
    const [one, other] = await two();
    await one.call.run([["monitor", other]]);
    await other.call.run([["monitor", one]]);
    await settled(one, other);
    await end(one);
    expect(await downs(other, 1)).toMatchObject([{ ref: String(one) }]);
    await end(other);
    await quiet(system);
  });

  test("the watcher's end is no news to whom it watched", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    await watcher.call.run([
      ["monitor", other],
      ["monitor", other],
    ]);
    await settled(watcher, other);
    await end(watcher);
    expect(await other.call.heard()).toEqual([]);
    await end(other);
    await quiet(system);
  });

  test("many pairs, half of the monitors taken back: the other half fire, once", async () => {
    const { system } = running;
    const watchers = await processes(system, Array(6).fill(from));
    const others = await processes(system, Array(6).fill(to));
    const each = others.map((other): Step => ["monitor", other]);
    await Promise.all(watchers.map((watcher) => watcher.call.run([...each, ...each])));
    const back = others.map((_, index): Step => ["demonitor", index * 2]);
    await Promise.all(watchers.map((watcher) => watcher.call.run(back)));
    for (const other of others) system.exit(other, "shutdown");
    for (const watcher of watchers) {
      const refs = (await downs(watcher, 6)).map(({ ref }) => ref);
      const expected = [0, 0, 2, 2, 4, 4].map((_, index) => String(others[(index * 2 + 1) % 6]));
      expect([...refs].sort()).toEqual(expected.sort());
    }
    await quiet(system);
  });

  test("demonitor against the end: true means that no down comes", async () => {
    const { system } = running;
    const watcher = await system.spawn(Process, [], { thread: from });
    let fired = 0;
    for (let round = 0; round < 40; round += 1) {
      const other = await system.spawn(Process, [], { thread: to });
      await watcher.call.run([["monitor", other]]);
      system.exit(other, "shutdown");
      if (round % 3 === 0) await ended(other);
      const [taken] = await watcher.call.run([["demonitor", -1]]);
      if (taken === false) fired += 1;
      await ended(other);
    }
    await calm(watcher);
    expect(await downs(watcher, fired)).toHaveLength(fired);
    await quiet(system);
  });

  test("through an alias it is the actor behind it that is watched", async () => {
    const { system } = running;
    const [watcher, other] = await two();
    const alias = await watcher.call.alias(other);
    await watcher.call.run([["monitor", alias]]);
    await watcher.call.endAlias();
    await end(other);
    expect(await downs(watcher, 1)).toMatchObject([{ ref: String(other) }]);
    await quiet(system);
  });

  test("whoever waits with whenDown learns it, however many they are", async () => {
    const { system } = running;
    const [one, other] = await two();
    const [beside] = await processes(system, [from]);
    const waiters = [
      ...Array.from({ length: 5 }, () => system.whenDown(other)),
      one.call.whenDown(other),
    ];
    await until("it waits", async () => (await system.statistics(one)).status === "busy");
    await beside?.call.ask(other);
    system.exit(other, { type: "crash", cause: "seen" });
    for (const reason of await Promise.all(waiters)) {
      expect(reason).toEqual({ type: "crash", cause: "seen" });
    }
    expect(await one.call.whenDown(other)).toEqual({ type: "noproc" });
    await quiet(system);
  });

  test("to watch oneself brings nothing", async () => {
    const { system } = running;
    const [one, other] = await two();
    await one.call.run([["monitorSelf"]]);
    await other.call.run([["monitor", one]]);
    await end(one);
    expect(await downs(other, 1)).toHaveLength(1);
    await quiet(system);
  });

  test("who has no down() cannot watch, and is told so", async () => {
    const bare = await running.system.spawn(Bare, [], { thread: from });
    const failed = bare.call.monitor(bare);
    await expect(failed).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  });
});

test("links and monitors of the dead leave nothing in memory", async () => {
  const { system } = running;
  const { Bonds } = await builtActors<{ Bonds: new () => object }>("bonds");
  const alive = (): number => queryObjects(Bonds, { format: "count" });
  const [watcher, idle] = await pair(system, [0, 0]);
  await watcher.call.run([
    ["monitor", idle],
    ["link", idle],
  ]);
  const before = alive();
  const rounds = 300;
  for (let round = 0; round < rounds; round += 1) {
    const other = await system.spawn(Process, [], { thread: 0 });
    await watcher.call.run([
      ["monitor", other],
      ["monitor", other],
      ["link", other],
    ]);
    await other.call.run([
      ["monitor", watcher],
      ["monitor", idle],
    ]);
    await watcher.call.run([
      ["unlink", other],
      ["demonitor", -1],
    ]);
    // One way of each two, the other ends with its partner.
    if (round % 2 === 0) await watcher.call.run([["demonitor", -2]]);
    other.cast.run([["stop"]]);
  }
  await hears(watcher, rounds / 2);
  await quiet(system);
  await until("they are forgotten", () => alive() < before + rounds / 10);
});

test("a thread that dies: its actors are lost, for each monitor one down", async () => {
  const { system } = running;
  const watcher = await system.spawn(Process, [{ traps: true }], { thread: 0 });
  const [one, two] = await processes(system, [1, 1]);
  if (one === undefined || two === undefined) throw new Error("two were spawned");
  await watcher.call.run([
    ["monitor", one, 1],
    ["monitor", two, 2],
    ["monitor", two, 3],
  ]);
  await settled(watcher, two);
  one.cast.run([["dieWithThread"]]);
  const heard = await downs(watcher, 3);
  expect(heard.map(({ tag }) => tag).sort()).toEqual([1, 2, 3]);
  for (const { down } of heard) expect(down.type).toBe("lost");
  await watcher.call.run([["monitor", two, 4]]);
  expect((await downs(watcher, 4))[3]).toMatchObject({ down: { type: "noproc" }, tag: 4 });
  await until("the thread is back", async () => system.threads[1]?.running === true);
});
