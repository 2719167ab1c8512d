/**
 * Goal: a write is said to be durable after its commit and not before; what comes during a commit
 * is in the next one; and a commit that fails costs nobody who had no part in it.
 */

import { expect, test } from "vitest";
import { InvalidWrite, JournalFull, StoreFailed } from "../../../dist/actors/errors.js";
import type { Ref, StoreRef } from "../../../dist/actors/index.js";
import type { GatedProtocol } from "../fixtures/gated.mjs";
import type { OwnerProtocol } from "../fixtures/owners.mjs";
import { fixture } from "../support/native.ts";
import { errorOf, THREADS, until, useSystem } from "../support/systems.ts";

const { Owner } = await fixture<typeof import("../fixtures/owners.mjs")>("owners");
const { Gated } = await fixture<typeof import("../fixtures/gated.mjs")>("gated");

const shared = useSystem({ threads: 1 });
const gated = (): Promise<Ref<GatedProtocol>> => shared.system.spawn(Gated, [], { thread: 1 });
const owner = (store: Ref<GatedProtocol>, log: string, thread = 0): Promise<Ref<OwnerProtocol>> =>
  shared.system.spawn(Owner, [store as unknown as StoreRef, log], { thread });
const recovered = async (store: Ref<GatedProtocol>, log: string): Promise<readonly unknown[]> =>
  (await (await owner(store, log)).call.told()).recovered.records;

test.each(THREADS)("nothing is durable before its commit; owners on thread %i", async (thread) => {
  const store = await gated();
  const [a, b] = [await owner(store, "a", thread), await owner(store, "b", thread)];
  await store.call.hold();
  await a.call.keep("a1");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  await a.call.keep("a2", "a3");
  await b.call.keep("b1");
  await a.call.keep("a4");
  expect(await a.call.told()).toMatchObject({ durable: 0 });
  await store.call.release();
  expect([await a.call.settled(), await b.call.settled()]).toEqual([4, 1]);
  expect(await store.call.seen()).toEqual({ batches: [["a 1"], ["a 3", "b 1"]], overlaps: 0 });
  // Once for each batch.
  expect([(await a.call.told()).acks, (await b.call.told()).acks]).toEqual([2, 1]);
});

test("a log is opened behind all that was written to it before", async () => {
  const store = await gated();
  const old = await owner(store, "a");
  await store.call.hold();
  await old.call.keep("in the commit");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  await old.call.keep("waits");
  const next = recovered(store, "a");
  await until("told", async () => (await old.call.told()).failures.length === 1);
  await store.call.release();
  expect(await next).toEqual(["in the commit"]);
  expect((await store.call.seen()).overlaps).toBe(0);
});

test("what was on its way to a log that is removed goes with it, and ends nobody", async () => {
  const store = await gated();
  const [a, b] = [await owner(store, "a"), await owner(store, "b")];
  await store.call.hold();
  await b.call.keep("in the commit");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  const removed = (store as unknown as Ref<Removing>).call.remove("a");
  await until("it waits", async () => (await store.call.counts()).pending === 2);
  // Told, and then dead: the store hears of both while it is at work.
  await a.call.keep("late");
  await shared.system.stopActor(a);
  await store.call.release();
  expect(await removed).toBe(1);
  await b.call.keep("more");
  expect(await b.call.settled()).toBe(2);
  expect((await b.call.told()).failures).toEqual([]);
  expect((await store.call.seen()).batches).toEqual([["b 1"], ["a 0"], ["b 1"]]);
});

test("an owner may open its log again; what is said of before does not count", async () => {
  const store = await gated();
  const first = await owner(store, "a");
  await store.call.hold();
  await first.call.keep("1", "2");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  await first.call.reopen(store, "a", "3", "4", "5");
  expect(await first.call.told()).toMatchObject({ durable: 0, failures: [] });
  await store.call.release();
  expect(await first.call.settled()).toBe(3);
  expect(await recovered(store, "a")).toEqual(["1", "2", "3", "4", "5"]);
});

test("what an owner wrote before it ended is written", async () => {
  const store = await gated();
  const first = await owner(store, "a");
  await store.call.hold();
  await first.call.keep("1");
  first.cast.keep("2");
  await shared.system.stopActor(first);
  await store.call.release();
  expect(await recovered(store, "a")).toEqual(["1", "2"]);
});

test("whoever writes nothing while there is no room learns that there is room again", async () => {
  const store = await gated();
  const first = await owner(store, "a");
  const record = "x".repeat(20_000);
  await store.call.hold();
  while (await first.call.keep(record));
  await store.call.release();
  await first.call.settled();
  await until("there is room again", () => first.call.hasRoom());
});

test("while there is no room the batch waits, and takes along what comes meanwhile", async () => {
  const store = await gated();
  const [a, b] = [await owner(store, "a"), await owner(store, "b")];
  await store.call.fail(new JournalFull("the gated journal", "a test"));
  await a.call.keep("a1");
  await until("it has failed", async () => (await store.call.seen()).batches.length > 0);
  await b.call.keep("b1");
  expect([await a.call.settled(), await b.call.settled()]).toEqual([1, 1]);
  const { batches } = await store.call.seen();
  expect(batches.at(0)).toEqual(["a 1"]);
  expect(batches.flat().filter((write) => write === "a 1").length).toBe(2);
});

test("a wrong write costs its owner the log, and nobody else", async () => {
  const store = await gated();
  const [a, b] = [await owner(store, "a"), await owner(store, "b")];
  await store.call.hold();
  await a.call.keep("a1");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  await a.call.write("truncate", 99);
  await b.call.keep("b1");
  await store.call.fail(undefined, new InvalidWrite("a", "a test"));
  await store.call.release();
  expect(await b.call.settled()).toBe(1);
  expect(await a.call.told()).toMatchObject({ durable: 1, failures: ["ERR_INVALID_WRITE"] });
  expect((await store.call.seen()).batches).toEqual([["a 1"], ["a 0", "b 1"], ["b 1"]]);
});

test("so does one of an owner that has ended, while another one waits for the log", async () => {
  const store = await gated();
  const [a, b] = [await owner(store, "a"), await owner(store, "b")];
  await store.call.hold();
  await store.call.fail(new InvalidWrite("a", "a test"));
  await a.call.keep("wrong");
  await until("a commit", async () => (await store.call.seen()).batches.length === 1);
  await shared.system.stopActor(a);
  const next = recovered(store, "a");
  await until("it waits", async () => (await store.call.counts()).pending === 2);
  await store.call.release();
  expect(await next).toEqual([]);
  await b.call.keep("b1");
  expect(await b.call.settled()).toBe(1);
});

test("a journal that fails ends the store, and everybody hears why", async () => {
  const store = await gated();
  const [a, b] = [await owner(store, "a"), await owner(store, "b")];
  await b.call.keep("b1");
  await b.call.settled();
  await store.call.fail(new StoreFailed("the gated journal", "a test"));
  await a.call.keep("a1");
  await a.call.settled();
  await until("told", async () => (await b.call.told()).lost === 1);
  const failures = ["ERR_STORE_FAILED"];
  expect(await a.call.told()).toMatchObject({ durable: 0, failures });
  expect(await b.call.told()).toMatchObject({ durable: 1, failures });
  expect(await errorOf(store.call.seen())).toMatchObject({ code: "ERR_ACTOR_DOWN" });
});

/** What only `forgetInstance` asks for. */
interface Removing {
  remove(prefix: string): number;
}
