import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Write } from "../../../actors/journal/journal.ts";
import { openFileJournal } from "../../../actors/journal/journal-files.ts";
import { processOwner } from "../../../actors/journal/owner.ts";
import { realDisk } from "../../../runtime/disk.ts";
import { Random } from "../../../runtime/random.ts";
import { SimulatedDisk } from "../../../runtime/sim/disk.ts";
import { bytes, everything, journalContract } from "./support/contract.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sabeam-journal-"));
});
afterAll(() => rm(root, { recursive: true }));

const delay = (_: number, step: () => void): void => queueMicrotask(step);
const common = { node: "n1", owner: processOwner("test"), random: Math.random };

journalContract("over files", async () => {
  const disk = realDisk(await mkdtemp(join(root, "node-")));
  return () => openFileJournal({ ...common, disk, folder: "journal" });
});

journalContract("over files of a simulated disk, in segments of a few records", async () => {
  const disk = new SimulatedDisk({ random: new Random(1), delay });
  return () => openFileJournal({ ...common, disk, folder: "", segmentBytes: 4096 });
});

test("the name of the folder is made durable, also if somebody else has made it", async () => {
  const disk = new SimulatedDisk({ random: new Random(1), delay });
  await disk.makeFolder("j");
  const sync = vi.spyOn(disk, "syncFolder");
  const journal = await openFileJournal({ ...common, disk, folder: "j" });
  expect(sync).toHaveBeenCalledWith("");
  await journal.close();
});

describe("a journal whose files were removed while it was open", () => {
  const real = async () => realDisk(await mkdtemp(join(root, "node-")));
  const simulated = async () => new SimulatedDisk({ random: new Random(1), delay });
  test.each([
    ["a disk", real],
    ["a simulated disk", simulated],
  ])("says so at the next commit, for good, on %s", async (_, make) => {
    const disk = await make();
    const journal = await openFileJournal({ ...common, disk, folder: "" });
    await journal.open("a");
    for (const name of await disk.list("")) await disk.remove(name);
    const write = { log: "a", type: "append", records: [bytes("1")] } as const;
    for (const _again of [1, 2]) {
      const error = { code: "ERR_STORE_FAILED", cause: { code: "ERR_DISK", reason: "ENOENT" } };
      await expect(journal.commit([write])).rejects.toMatchObject(error);
    }
    // Nothing that would be taken for the beginning of a journal.
    expect(await disk.list("")).toEqual([]);
    await journal.close();
  });
});

test("logs that are opened at once share one write and one sync", async () => {
  const disk = new SimulatedDisk({ random: new Random(1), delay });
  const journal = await openFileJournal({ ...common, disk, folder: "" });
  const { writes } = disk.counters;
  await Promise.all(Array.from({ length: 100 }, (_, at) => journal.open(`${at}`)));
  expect(disk.counters.writes - writes).toBe(1);
  await journal.close();
});

describe("segments", () => {
  const ends: Write[] = [
    { log: "a", type: "remove" },
    { log: "a", type: "truncate", from: 2 },
    { log: "a", type: "snapshot", upTo: 2, bytes: bytes("both") },
    { log: "a", type: "metadata", bytes: bytes("new") },
  ];
  test.each(ends)("what is written again is older than its batch: $type", async (write) => {
    for (let more = 1; more < 12; more += 1) {
      const disk = new SimulatedDisk({ random: new Random(more), delay });
      const open = (): ReturnType<typeof openFileJournal> =>
        openFileJournal({ ...common, disk, folder: "", segmentBytes: 4096 });
      const journal = await open();
      await journal.open("a");
      await journal.open("b");
      await journal.commit([
        { log: "a", type: "append", records: [bytes("1"), bytes("2")] },
        { log: "a", type: "metadata", bytes: bytes("old") },
      ]);
      const filling = { log: "b", type: "metadata", bytes: new Uint8Array(1500) } as const;
      for (let count = 0; count < more; count += 1) await journal.commit([filling]);
      await journal.commit([write, filling]);
      const kept = await everything(journal);
      await journal.close();
      const again = await open();
      expect(JSON.stringify(await everything(again))).toBe(
        JSON.stringify(kept).replaceAll('"life":2', '"life":3'),
      );
      await again.close();
    }
  });

  test("what lives needs no more files than twice its bytes and three segments", async () => {
    const disk = new SimulatedDisk({ random: new Random(3), delay });
    const journal = await openFileJournal({ ...common, disk, folder: "", segmentBytes: 4096 });
    for (const log of ["old", "new"]) await journal.open(log);
    // Never touched again, so that it has to be carried along.
    const records = Array.from({ length: 30 }, () => new Uint8Array(50));
    await journal.commit([{ log: "old", type: "append", records }]);
    for (let count = 0; count < 400; count += 1) {
      const record = new Uint8Array(400 + (count % 900));
      await journal.commit([{ log: "new", type: "append", records: [record] }]);
      if (count % 3 === 0) {
        await journal.commit([{ log: "new", type: "snapshot", upTo: count, bytes: record }]);
      }
      let total = 0;
      for (const name of await disk.list("")) {
        const file = await disk.open(name);
        total += await file.size();
        await file.close();
      }
      expect(total).toBeLessThan(2 * (1700 + 5 * 1400) + 3 * 4096);
    }
    await journal.close();
  });
});
