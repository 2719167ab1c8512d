/**
 * Goal: a member whose journal has no room says so at once; nothing that it could not write was
 * applied; what needs no room goes on; and all goes on once there is room.
 */

import { expect, test } from "vitest";
import type { Ref } from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, until, useSystem } from "../support/systems.ts";

const { Tokens, Juror } = await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");
const { Gated } = await fixture<typeof import("../fixtures/gated.mjs")>("gated");
const { Owner } = await fixture<typeof import("../fixtures/owners.mjs")>("owners");

const FULL = { code: "ERR_JOURNAL_FULL", journal: "the gated journal", why: "a test" };

const shared = useSystem({ threads: 1 });
const gated = () => shared.system.spawn(Gated, [], { thread: 1 });
let made = 0;
const fresh = (): { id: string; config: object } => {
  made += 1;
  return { id: `t${made}`, config: {} };
};

test("what could not be written was not applied, and its clients hear why", async () => {
  const journal = await gated();
  const home = await shared.system.protocol(Tokens, { ...fresh(), journal });
  expect(await home.next()).toBe(1);
  await journal.call.hold();
  const waiting = [home.next(), home.next()].map(errorOf);
  await until("a commit", async () => (await journal.call.seen()).batches.length === 2);
  waiting.push(errorOf(home.next()));
  await home.handle.status();
  await journal.call.fill("a test");
  await journal.call.release();
  for (const error of await Promise.all(waiting)) {
    expect(error).toMatchObject(FULL);
    expect(error).toBeInstanceOf(sabeam.JournalFull);
  }
  // Its next life cannot begin, and says that.
  await until("it is closed", async () => (await errorOf(home.next())).code === FULL.code);
  expect(await errorOf(home.next())).toMatchObject(FULL);
  expect(await home.handle.status()).toMatchObject({ isDurable: true, events: 0 });
  await journal.call.fill(undefined);
  const next = async () => await home.next().catch(() => undefined);
  let token: number | undefined;
  await until("there is room", async () => (token = await next()) !== undefined);
  expect(token).toBe(2);
});

test("of what a member may have spoken too early nobody knows, and that is told", async () => {
  const journal = await gated();
  const participant = await shared.system.spawn(Juror, []);
  const home = await shared.system.protocol(Tokens, { ...fresh(), journal, participant });
  await journal.call.hold();
  const told = errorOf(home.next());
  await until("a commit", async () => (await journal.call.seen()).batches.length === 1);
  expect(await home.say("ask")).toMatchObject({ value: 42 });
  await journal.call.fill("a test");
  await journal.call.release();
  expect(await told).toMatchObject({ code: "ERR_OUTCOME_UNKNOWN", cause: FULL });
});

test("a client of a member whose home has no room learns nothing wrong", async () => {
  const journal = await gated();
  const { id, config } = fresh();
  const home = await shared.system.protocol(Tokens, { id, config, journal });
  const member = await shared.system.protocol(Tokens, { id, member: "a", journal });
  await journal.call.fill("a test");
  // It is home that cannot write.
  const told = errorOf(member.next({ deadlineMs: 1500 }));
  expect((await told).code).toBe("ERR_OUTCOME_UNKNOWN");
  expect((await home.handle.status()).dropped.closed).toBeGreaterThan(0);
});

test("a member is not started where there is no room, and says why", async () => {
  const journal = await gated();
  await journal.call.fill("a test");
  const started = errorOf(shared.system.protocol(Tokens, { ...fresh(), journal }));
  expect(await started).toMatchObject(FULL);
});

test("while a journal in memory is full, members go on with what needs no room", async () => {
  const journal = await sabeam.openStore(shared.system, { memory: 65_536, thread: 1 });
  const home = await shared.system.protocol(Tokens, { ...fresh(), journal });
  const filler = await shared.system.spawn(Owner, [journal, "filler"]);
  for (const records of [20, 60]) {
    await filler.call.keep(...Array.from({ length: records }, () => "x".repeat(1000)));
    await filler.call.settled();
  }
  expect((await filler.call.told()).failures).toEqual(["ERR_JOURNAL_FULL"]);
  let given = 0;
  let error: Error | undefined;
  while (error === undefined) {
    const answer = await home.next().catch((thrown: Error) => thrown);
    if (answer instanceof Error) error = answer;
    else given = answer;
  }
  expect(error).toMatchObject({ code: "ERR_JOURNAL_FULL" });
  // Its next life has begun, and knows what it cannot.
  expect(await home.say("watch", { member: "nobody" })).toBe("watched");
  const { events } = await home.handle.status();
  expect(await errorOf(home.next())).toMatchObject({ code: "ERR_JOURNAL_FULL" });
  // Nothing of that has reached the core.
  expect((await home.handle.status()).events).toBe(events);
  await shared.system.stopActor(filler);
  const { call } = journal as unknown as Ref<{ remove(prefix: string): number }>;
  expect(await call.remove("filler")).toBe(1);
  // Whoever opens a log from now on need not be careful.
  const later = await shared.system.protocol(Tokens, { ...fresh(), journal });
  expect(await later.next()).toBe(1);
  const token = async () => await home.next().catch(() => undefined);
  let after: number | undefined;
  await until("there is room", async () => (after = await token()) !== undefined);
  expect(after).toBe(given + 1);
});
