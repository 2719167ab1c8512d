/** What a journal over files refuses, and what it says then. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readHead, type SegmentHead, writeHead } from "../../../actors/journal/format.ts";
import type { Write } from "../../../actors/journal/journal.ts";
import { type FileJournal, openFileJournal } from "../../../actors/journal/journal-files.ts";
import type { FileJournalOptions } from "../../../actors/journal/journal-options.ts";
import { processOwner } from "../../../actors/journal/owner.ts";
import { realDisk } from "../../../runtime/disk.ts";

let root = "";
let opened: FileJournal[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sabeam-refusals-"));
});
afterEach(async () => {
  for (const journal of opened) await journal.close();
  opened = [];
  await rm(root, { recursive: true });
});

async function open(options: Partial<FileJournalOptions> = {}): Promise<FileJournal> {
  const journal = await openFileJournal({
    ...{ disk: realDisk(root), folder: "j", node: "n1", name: "data/j" },
    ...{ owner: processOwner("me"), random: Math.random, ...options },
  });
  opened.push(journal);
  return journal;
}

const segment = "j/0000000001.segment";

/** A journal with one segment, closed; its head is changed. */
async function withHead(change: (head: SegmentHead) => Partial<SegmentHead>): Promise<void> {
  const journal = await open();
  await journal.open("a");
  await journal.close();
  const file = await realDisk(root).open(segment);
  const bytes = await file.read(0, 256);
  const head = readHead(bytes) as SegmentHead;
  writeHead(bytes, { ...head, ...change(head) });
  await file.write(0, bytes);
  await file.close();
}

describe("who may open it", () => {
  test("one at a time within a process, and the next once that one has closed", async () => {
    const journal = await open();
    await expect(open()).rejects.toMatchObject({
      code: "ERR_JOURNAL_LOCKED",
      journal: "data/j",
      owner: processOwner("me").id,
    });
    // What was refused has changed nothing.
    await journal.open("a");
    await journal.close();
    expect((await (await open()).open("a")).life).toBe(2);
  });

  test.each([
    ["a process that is no more", "999999999:1:me"],
    ["an earlier process of the same pid", `${process.pid}:1:me`],
    ["one that has died before it said who it was", ""],
    ["nobody of ours", "hello"],
  ])("the lock of %s is in nobody's way", async (_, id) => {
    await (await open()).close();
    await writeFile(join(root, "j/lock"), id === "" ? "" : `${id}\n`);
    expect((await open()).logs).toEqual([]);
  });

  test("the lock of a thread that is gone is in nobody's way", async () => {
    await open({ owner: processOwner("thread 1") });
    const isGone = (who: string): boolean => who === "thread 1";
    const journal = await open({ owner: processOwner("thread 2", isGone) });
    await expect(open({ owner: processOwner("thread 3", isGone) })).rejects.toMatchObject({
      code: "ERR_JOURNAL_LOCKED",
    });
    await journal.open("a");
  });

  test("whoever writes in the same folder all the same is found out", async () => {
    const blind = { isAlive: () => false };
    await (await open()).close();
    const one = await open({ owner: { ...blind, id: "one" } });
    const other = await open({ owner: { ...blind, id: "other" } });
    await one.open("a");
    await expect(other.open("a")).rejects.toMatchObject({ code: "ERR_STORE_FAILED" });
  });

  test("only the node that wrote it, in the format that is known", async () => {
    await withHead(() => ({ version: 9 }));
    await expect(open()).rejects.toMatchObject({
      ...{ code: "ERR_JOURNAL_VERSION", file: "data/j/0000000001.segment", found: 9, known: 1 },
    });
  });

  test("not the node that has another name", async () => {
    await withHead(() => ({}));
    await expect(open({ node: "n2" })).rejects.toMatchObject({
      ...{ code: "ERR_JOURNAL_FOREIGN", owner: "n1", node: "n2" },
      message: expect.stringContaining("data/j/0000000001.segment"),
    });
  });

  test("a segment that has got another name, or belongs to another journal", async () => {
    await withHead(({ number }) => ({ number: number + 1 }));
    const corrupt = { code: "ERR_JOURNAL_CORRUPT", file: "data/j/0000000001.segment", offset: 32 };
    await expect(open()).rejects.toMatchObject(corrupt);
  });

  test("a folder that is not there, or is none", async () => {
    await writeFile(join(root, "file"), "x");
    for (const folder of ["no/where", "file", "file/j", "../up"]) {
      await expect(open({ folder }), folder).rejects.toMatchObject({
        ...{ code: "ERR_JOURNAL_FOLDER", folder: "data/j" },
      });
    }
  });
});

describe("bounds", () => {
  const small = { segmentBytes: 4096, logsMax: 3, recordBytesMax: 100, liveBytesMax: 2000 };

  const append = (...sizes: number[]): Write => {
    return { log: "a", type: "append", records: sizes.map((size) => new Uint8Array(size)) };
  };

  test.each<[what: string, batch: Write[], code: string]>([
    ["a record", [append(101)], "ERR_INVALID_WRITE"],
    ["metadata", [{ log: "a", type: "metadata", bytes: new Uint8Array(101) }], "ERR_INVALID_WRITE"],
    ["a batch", Array.from({ length: 20 }, () => append(100)), "ERR_INVALID_WRITE"],
  ])("%s that is too large is refused, and the next is not", async (_, batch, code) => {
    const journal = await open(small);
    await journal.open("a");
    await expect(journal.commit(batch)).rejects.toMatchObject({ code, log: "a" });
    await journal.commit([append(100)]);
    expect((await journal.open("a")).records).toHaveLength(1);
  });

  test("logs have a number, and what is removed makes room", async () => {
    const journal = await open(small);
    const all = await Promise.allSettled(["a", "b", "c", "d", ""].map((log) => journal.open(log)));
    expect(all.map((one) => (one.status === "rejected" ? one.reason.code : "open"))).toEqual([
      ...["open", "open", "open", "ERR_JOURNAL_FULL", "ERR_INVALID_WRITE"],
    ]);
    await journal.commit([{ log: "b", type: "remove" }]);
    await journal.open("d");
    expect(journal.logs).toEqual(["a", "c", "d"]);
  });

  test("what lives has a size, and what is superseded makes room", async () => {
    const journal = await open(small);
    await journal.open("a");
    let count = 0;
    const fill = async (): Promise<unknown> => {
      for (;;) {
        await journal.commit([append(90)]);
        count += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "ERR_JOURNAL_FULL", journal: "data/j" });
    expect(count).toBeGreaterThan(15);
    const one = { log: "a", type: "snapshot", upTo: count, bytes: new Uint8Array(50) } as const;
    // It has room for a snapshot that stands for more than it takes, even if more comes with it.
    await journal.commit([append(90), one]);
    await journal.commit([append(90)]);
    expect((await journal.open("a")).records).toHaveLength(2);
  });

  test.each<[option: string, value: unknown]>([
    ["node", ""],
    ["node", "x".repeat(200)],
    ["node", "\ud800"],
    ["segmentBytes", 4095],
    ["segmentBytes", 2 ** 31],
    ["batchBytesMax", 100_000_000],
    ["recordBytesMax", 0],
    ["recordBytesMax", Number.NaN],
    ["liveBytesMax", 2 ** 50],
    ["logsMax", 1.5],
  ])("%s cannot be %j", async (option, value) => {
    await expect(open({ [option]: value })).rejects.toMatchObject({
      ...{ code: "ERR_INVALID_OPTIONS", option },
    });
  });
});
