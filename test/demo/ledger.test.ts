/**
 * Ledger, with an actor that reports to it: it answers when it is so, and a crash ends the waiting.
 * All on one thread, which needs no built files; demo.test.ts has them on several.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RefOf, type System, startSystem } from "../../actors/index.ts";
import { reportCrash } from "../../demo/actors/crash.ts";
import { IndexShard } from "../../demo/actors/indexshard.ts";
import { Ledger } from "../../demo/actors/ledger.ts";

const file = (document: number, batches: number) => ({
  document,
  bytes: 10,
  textBytes: 10,
  length: 1,
  fingerprint: "",
  batches,
});
const quiet = (): void => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

let system: System;
let ledger: RefOf<typeof Ledger>;

beforeEach(async () => {
  system = await startSystem({ threads: 0, log });
  ledger = await system.spawn(Ledger, []);
});
afterEach(() => system.stop());

/** Whether a promise has settled once all messages before it were handled. */
async function settledBy(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await ledger.call.totals();
  return settled;
}

test("ledger: the end is told when the last batch is stored, and not before", async () => {
  const end = ledger.call.settled({ files: 2, bytes: 20 });
  expect(await settledBy(end)).toBe(false);
  ledger.cast.indexed(file(0, 1));
  ledger.cast.skipped({ document: 1, bytes: 10, reason: "binary", detail: "" });
  expect(await settledBy(end)).toBe(false);
  ledger.cast.stored(0);
  await end;
  await ledger.call.settled({ files: 2, bytes: 20 });
});

test("ledger: room is told when there is some", async () => {
  await ledger.call.room({ files: 1, bytes: 10 });
  const room = ledger.call.room({ files: 300, bytes: 10 });
  expect(await settledBy(room)).toBe(false);
  for (let document = 0; document < 45; document += 1) ledger.cast.indexed(file(document, 0));
  await room;
});

test("ledger: a shard stores, and acknowledges each batch", async () => {
  const shard = await system.spawn(IndexShard, [ledger]);
  shard.cast.add(3, 0, ["actor", "await"], Uint32Array.of(2, 1));
  ledger.cast.indexed(file(3, 1));
  await ledger.call.settled({ files: 1, bytes: 10 });
  const [postings] = await shard.call.postings(["actor"]);
  expect([...(postings ?? [])]).toEqual([3 * 2 ** 24 + 2]);
  expect(await shard.call.page(0)).toMatchObject({ terms: ["actor", "await"], next: -1 });
});

test("ledger: what comes twice, since a turn ran again, counts once", async () => {
  const shard = await system.spawn(IndexShard, [ledger]);
  for (let times = 0; times < 2; times += 1) {
    shard.cast.add(0, 0, ["actor"], Uint32Array.of(2));
    shard.cast.add(0, 1, ["await"], Uint32Array.of(1));
    ledger.cast.indexed(file(0, 2));
    ledger.cast.skipped({ document: 1, bytes: 10, reason: "binary", detail: "" });
  }
  await ledger.call.settled({ files: 2, bytes: 20 });
  const [postings] = await shard.call.postings(["actor"]);
  expect(postings).toHaveLength(1);
  const totals = { filesDone: 2, batchesStored: 2, skipped: { binary: 1 } };
  expect(await ledger.call.totals()).toMatchObject(totals);
});

test("ledger: a document is settled when skipped, or when its batches are stored", async () => {
  const end = ledger.call.settled({ files: 3, bytes: 30 });
  ledger.cast.indexed(file(0, 2));
  ledger.cast.stored(0);
  ledger.cast.stored(1);
  expect(await ledger.call.unsettled(10)).toEqual([0, 1, 2]);
  expect(await ledger.call.unsettled(2)).toEqual([0, 1]);
  ledger.cast.stored(0);
  ledger.cast.indexed(file(1, 1));
  expect(await ledger.call.unsettled(10)).toEqual([2]);
  ledger.cast.skipped({ document: 2, bytes: 10, reason: "binary", detail: "" });
  expect(await ledger.call.unsettled(10)).toEqual([]);
  await end;
});

test("ledger: who waits is refused when an actor crashes, and everybody after it", async () => {
  const shard = await system.spawn(IndexShard, [ledger], { label: "shard 7" });
  const end = ledger.call.settled({ files: 1, bytes: 10 });
  // No document has a term zero times.
  shard.cast.add(3, 0, ["actor"], Uint32Array.of(0));
  await expect(end).rejects.toMatchObject({
    code: "ERR_REFUSED",
    message: expect.stringContaining("shard 7 crashed: RangeError: a posting of 0"),
  });
  await expect(ledger.call.room({ files: 0, bytes: 0 })).rejects.toMatchObject({
    code: "ERR_REFUSED",
  });
});

test("ledger: a crash is reported with who and why, and no other end is", () => {
  const told: string[] = [];
  const cast = { crashed: (what: string) => told.push(what) };
  // Of a ref, only this cast is used.
  const receiver = { cast } as unknown as RefOf<typeof Ledger>;
  for (const type of ["normal", "shutdown", "killed", "timeout"] as const) {
    reportCrash(receiver, "shard 7", { type });
  }
  reportCrash(receiver, "shard 7", { type: "crash", cause: "TypeError: planted" });
  expect(told).toEqual(["shard 7 crashed: TypeError: planted"]);
});
