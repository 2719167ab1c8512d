/**
 * Goal: what a store has said to be durable is there when the log is opened again; a log has one
 * owner; and writes that come during a commit are in the next one.
 */

import { expect, test } from "vitest";
import type { Ref, StoreRef } from "../../../dist/actors/index.js";
import type { OwnerProtocol } from "../fixtures/owners.mjs";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, until, useSystem } from "../support/systems.ts";

const { openStore } = sabeam;
const { Owner, Stranger } = await fixture<typeof import("../fixtures/owners.mjs")>("owners");

const shared = useSystem({ threads: 1 });
let made = 0;

async function store(): Promise<StoreRef> {
  made += 1;
  return openStore(shared.system, { name: `s${made}`, memory: true, thread: 1 });
}

const owner = (of: StoreRef, log = "a"): Promise<Ref<OwnerProtocol>> =>
  shared.system.spawn(Owner, [of, log], { thread: 0 });

test("what was durable is there when the log is opened again", async () => {
  const kept = await store();
  const first = await owner(kept);
  await first.call.keep({ vote: "yes" }, [1, 2n, new Date(3)], "x", -0);
  expect(await first.call.settled()).toBe(4);
  await shared.system.stopActor(first);
  const second = await owner(kept);
  const { life, recovered } = await second.call.told();
  expect(life).toBe(2);
  const records = [{ vote: "yes" }, [1, 2n, new Date(3)], "x", -0];
  expect(recovered).toEqual({ metadata: undefined, snapshot: undefined, records });
});

test("truncate, snapshot, metadata and remove", async () => {
  const kept = await store();
  const first = await owner(kept);
  await first.call.keep("1", "2", "3", "4");
  await first.call.write("metadata", { term: 7 });
  await first.call.write("truncate", 4);
  await first.call.write("snapshot", 2, ["1", "2"]);
  await first.call.settled();
  const after = { metadata: { term: 7 }, snapshot: { upTo: 2, data: ["1", "2"] }, records: ["3"] };
  const second = await owner(kept);
  expect((await second.call.told()).recovered).toEqual(after);
  await second.call.write("remove");
  await second.call.settled();
  const third = await owner(kept);
  expect((await third.call.told()).recovered.records).toEqual([]);
});

test("who has opened a log is told when somebody else does, and writes no more", async () => {
  const kept = await store();
  const old = await owner(kept);
  await old.call.keep("by the first");
  await old.call.settled();
  const next = await owner(kept);
  await old.call.keep("too late");
  expect(await old.call.told()).toMatchObject({ failures: ["ERR_LOG_TAKEN"], durable: 1 });
  await next.call.keep("by the second");
  await next.call.settled();
  const third = await owner(kept);
  const { records } = (await third.call.told()).recovered;
  expect(records).toEqual(["by the first", "by the second"]);
  expect((await kept.call.counts()).refused).toBe(1);
});

test("writes during a commit go into the next one, together", async () => {
  const kept = await store();
  const first = await owner(kept);
  for (let at = 0; at < 100; at += 1) first.cast.keep(at);
  await first.call.settled();
  const { commits, records } = await kept.call.counts();
  const { acks, durable } = await first.call.told();
  expect({ records, durable }).toEqual({ records: 100, durable: 100 });
  expect(commits).toBeLessThan(100);
  expect(acks).toBe(commits);
});

test("a write that is missing ends the opening", async () => {
  const kept = await store();
  const first = await owner(kept);
  await first.call.keep("a");
  await first.call.settled();
  await first.call.skip(kept);
  await first.call.keep("c", "d");
  await first.call.settled();
  expect((await first.call.told()).failures).toEqual(["ERR_WRITE_LOST"]);
  const second = await owner(kept);
  expect((await second.call.told()).recovered.records).toEqual(["a"]);
});

test("only actors that can be told own logs, and each has one", async () => {
  const kept = await store();
  expect(await errorOf(shared.system.spawn(Stranger, [kept]))).toMatchObject({
    code: "ERR_INVALID_OPTIONS",
  });
  const first = await owner(kept);
  expect(await errorOf(first.call.again(kept, "b"))).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
});

test("what callers do wrong ends neither the store nor anybody's log", async () => {
  const kept = await store();
  const first = await owner(kept);
  const strange = kept as unknown as Ref<Strange>;
  expect(await errorOf(strange.call.open(7))).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  expect(await errorOf(strange.call.parts(99, 0))).toMatchObject({ code: "ERR_STORE_FAILED" });
  for (const args of [[7], ["a", 7], [/a/], []]) {
    const removed = strange.call.remove(...args);
    expect(await errorOf(removed)).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  }
  expect(await errorOf(strange.call.remove(""))).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  strange.cast.open("a");
  strange.cast.worked(undefined);
  strange.cast.worked({ task: undefined });
  await first.call.keep("mine");
  expect(await first.call.settled()).toBe(1);
  expect(await first.call.told()).toMatchObject({ lost: 0, failures: [] });
});

/** What only the store's own code says. */
interface Strange {
  open(log: unknown): unknown;
  remove(...args: unknown[]): unknown;
  parts(session: number, from: number): unknown;
  worked(work: unknown): void;
}

test("a store that is closed has written what had come, and its name is free", async () => {
  const kept = await store();
  const first = await owner(kept);
  for (let at = 0; at < 10; at += 1) first.cast.keep(at);
  expect((await first.call.told()).seq).toBe(10);
  await kept.call.close();
  await first.call.settled();
  expect(await first.call.told()).toMatchObject({ durable: 10 });
});

test("a log whose owner has ended is not open any more", async () => {
  const kept = await store();
  const open = async () => (await kept.call.counts()).open;
  const [first] = [await owner(kept, "a"), await owner(kept, "b")];
  expect(await open()).toBe(2);
  await shared.system.stopActor(first);
  await until("one is open", async () => (await open()) === 1);
  await owner(kept, "a");
  expect(await open()).toBe(2);
});
