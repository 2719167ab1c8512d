/** Goal: what an instance has kept goes when it is over, all of it, and not before. */

import { expect, test } from "vitest";
import type { Ref, StoreRef } from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, until, useSystem } from "../support/systems.ts";

const { forgetInstance } = sabeam;
const { Tokens } = await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");
const { Gated } = await fixture<typeof import("../fixtures/gated.mjs")>("gated");
const { Owner } = await fixture<typeof import("../fixtures/owners.mjs")>("owners");

const shared = useSystem({ threads: 1 });
const REFUSED = { code: "ERR_INVALID_OPTIONS", option: "members" };

test("a member that is being started again is not over", async () => {
  const journal = await shared.system.spawn(Gated, [], { thread: 1 });
  const order = { id: "t", journal };
  const home = await shared.system.protocol(Tokens, { ...order, config: {} });
  expect(await home.next()).toBe(1);
  // Its next life cannot begin before this is written.
  await journal.call.hold();
  void home.next().catch(() => {});
  await until("a commit", async () => (await journal.call.seen()).batches.length === 2);
  // Else it is sent again, and ends the next life, too.
  const fails = errorOf(home.handle.ask({ type: "fail" }, { deadlineMs: 50 }));
  const name = "Tokens/t/home";
  await until("it is gone", () => shared.system.whereis(Tokens.actor, name) === undefined);
  for (const members of [undefined, ["home"]]) {
    const forgets = forgetInstance(shared.system, Tokens, {
      ...order,
      ...(members && { members }),
    });
    expect(await errorOf(forgets)).toMatchObject(REFUSED);
  }
  expect(await fails).toMatchObject({ code: "ERR_OUTCOME_UNKNOWN" });
  await journal.call.release();
  expect(await home.next()).toBe(3);
});

test("a store removes logs that nobody has open, behind what was written to them", async () => {
  const store = await sabeam.openStore(shared.system, { memory: true, thread: 1 });
  const { call } = store as unknown as Ref<Removing>;
  const owner = (log: string) => shared.system.spawn(Owner, [store as StoreRef, log]);
  const [a, b] = [await owner("x/a"), await owner("x/b")];
  for (const log of ["x/c", "y/a"]) await shared.system.stopActor(await owner(log));
  const logs = async () => (await store.call.counts()).logs;
  expect(await errorOf(call.remove("x/"))).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
  expect(await logs()).toBe(4);
  await a.call.keep("1");
  await shared.system.stopActor(a);
  await until("its end is known", async () => (await store.call.counts()).open === 1);
  expect(await call.remove("x/", ["x/a", "y/a"])).toBe(1);
  expect(await logs()).toBe(3);
  await shared.system.stopActor(b);
  await until("its end is known", async () => (await store.call.counts()).open === 0);
  expect(await call.remove("x/")).toBe(2);
  expect(await call.remove("x/")).toBe(0);
  expect((await (await owner("x/a")).call.told()).recovered.records).toEqual([]);
});

/** What only `forgetInstance` asks for. */
interface Removing {
  remove(prefix: string, names?: readonly string[]): number;
}
