/**
 * Goal: when the thread of a store dies, its owners hear of it; the store comes back by itself, and
 * what it had said to be durable is there, whatever it is kept in.
 */

import { cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StoreOptions } from "../../../dist/actors/index.js";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, until, useSystem } from "../support/systems.ts";

const { openStore } = sabeam;
const { Owner } = await fixture<typeof import("../fixtures/owners.mjs")>("owners");

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sabeam-stores-"));
});
afterAll(() => rm(root, { recursive: true }));

const shared = useSystem({ threads: 1, ownThreads: 1 });

const PLACES: [name: string, place: () => StoreOptions][] = [
  ["memory", () => ({ memory: true })],
  ["files", () => ({ folder: join(root, "a", "journal") })],
];
const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;
if (hasSqlite) PLACES.push(["sqlite", () => ({ sqlite: join(root, "b", "journal.db") })]);

test.each(PLACES)("a store over %s outlives its thread", async (name, place) => {
  const { system } = shared;
  const store = await openStore(system, { name, ...place() });
  const owner = await system.spawn(Owner, [store, "a"], { thread: 0 });
  await owner.call.keep("1", "2", "3");
  await owner.call.settled();
  const own = system.threads.find((thread) => thread.own);
  for (let at = 0; at < 100; at += 1) owner.cast.keep(at);
  await system.terminateThread(own?.index ?? 0);
  await until("told", async () => (await owner.call.told()).lost === 1);
  const { durable } = await owner.call.told();
  const next = await system.spawn(Owner, [store, "a"], { thread: 0 });
  const { life, recovered } = await next.call.told();
  expect(life).toBe(2);
  expect(recovered.records.length).toBeGreaterThanOrEqual(durable);
  const all = ["1", "2", "3", ...Array.from({ length: 100 }, (_, at) => at)];
  expect(recovered.records).toEqual(all.slice(0, recovered.records.length));
  await next.call.keep("after");
  expect(await next.call.settled()).toBe(1);
  await store.call.close();
});

test("files belong to the store that is open; closed, they are there for the next", async () => {
  const { system } = shared;
  const folder = join(root, "shared");
  const first = await openStore(system, { name: "first", folder, thread: 1 });
  const owner = await system.spawn(Owner, [first, "a"]);
  await owner.call.keep({ rationale: "x".repeat(3_000_000) }, "y".repeat(2_000_000), "z");
  await owner.call.write("metadata", "beside");
  await owner.call.settled();
  const taken = await errorOf(openStore(system, { name: "second", folder, thread: 1 }));
  expect(taken).toMatchObject({ code: "ERR_JOURNAL_LOCKED" });
  expect(await errorOf(openStore(system, { name: "first", memory: true }))).toMatchObject({
    code: "ERR_NAME_TAKEN",
  });
  await first.call.close();
  const foreign = await errorOf(
    openStore(system, { name: "second", folder, node: "b", thread: 1 }),
  );
  expect(foreign).toMatchObject({ code: "ERR_JOURNAL_FOREIGN" });
  const second = await openStore(system, { name: "second", folder, thread: 1 });
  const later = await system.spawn(Owner, [second, "a"]);
  const { metadata, records } = (await later.call.told()).recovered;
  const [first3M, first2M, last] = records as [{ rationale: string }, string, string];
  // More than one message of the store holds.
  const lengths = [first3M.rationale.length, first2M.length];
  expect([metadata, lengths, last]).toEqual(["beside", [3_000_000, 2_000_000], "z"]);
  await second.call.close();
});

test("a store comes back with its journal, however long that was not there", async () => {
  const { system, lines } = shared;
  const [folder, copy] = [join(root, "lost"), join(root, "copy")];
  const store = await openStore(system, { name: "lost", folder, thread: 1 });
  const owner = await system.spawn(Owner, [store, "a"]);
  await owner.call.keep("1", "2");
  await owner.call.settled();
  await cp(folder, copy, { recursive: true });
  await rm(folder, { recursive: true });
  await writeFile(folder, "in its place");
  await owner.call.keep("3");
  await owner.call.settled();
  expect(await owner.call.told()).toMatchObject({ durable: 2, failures: ["ERR_STORE_FAILED"] });
  const told = (what: string) => lines.filter(({ fields }) => text(fields).includes(what)).length;
  await until("more attempts than one gives up after", () => told("JournalFolder") > 5);
  // A new one would be as if nothing had been kept.
  await rm(folder);
  await until("it is another one", () => told("another journal is in its place") > 0);
  const putBack = async () => {
    await rm(folder, { recursive: true, force: true });
    return await rename(copy, folder).then(
      () => true,
      () => false,
    );
  };
  await until("it is put back", putBack);
  const next = await system.spawn(Owner, [store, "a"]);
  expect((await next.call.told()).recovered.records).toEqual(["1", "2"]);
  await store.call.close();
});

const text = (fields: object): string => inspect(fields);

test("what cannot be a store is refused before anything is made", async () => {
  const wrong: [options: unknown, option: string][] = [
    [{}, "openStore"],
    [{ memory: true, folder: "x" }, "openStore"],
    [{ memory: 100 }, "memory"],
    [{ folder: "" }, "folder"],
    [{ sqlite: 7 }, "sqlite"],
    [{ memory: true, name: "" }, "name"],
    [{ memory: true, name: "é".repeat(100) }, "name"],
    [{ memory: true, folders: "x" }, "openStore"],
    [{ memory: true, node: "n".repeat(300) }, "node"],
  ];
  for (const [options, option] of wrong) {
    const error = await errorOf(openStore(shared.system, options as StoreOptions));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option });
  }
});

test("a journal where none can be says why", async () => {
  const long = join(root, "x".repeat(300));
  const wrong: [place: StoreOptions, reason: string | undefined][] = [
    [{ folder: "/dev/null/journal" }, "ENOTDIR"],
    [{ folder: "/dev/null/a/journal" }, "ENOTDIR"],
    [{ folder: "/dev/null" }, "ENOTDIR"],
    [{ sqlite: "/dev/null/journal.db" }, "ENOTDIR"],
    [{ folder: join(long, "journal") }, undefined],
    [{ folder: long }, undefined],
  ];
  for (const [place, reason] of wrong) {
    const error = await errorOf(openStore(shared.system, { name: "none", thread: 1, ...place }));
    const folder = place.folder ?? place.sqlite;
    expect(error).toMatchObject({ code: "ERR_JOURNAL_FOLDER", folder });
    expect((error.cause as { reason?: string }).reason).toBe(reason);
  }
});
