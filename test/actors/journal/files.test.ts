import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { openFileJournal } from "../../../actors/journal/journal-files.ts";
import { processOwner } from "../../../actors/journal/owner.ts";
import { realDisk } from "../../../runtime/disk.ts";
import { Random } from "../../../runtime/random.ts";
import { SimulatedDisk } from "../../../runtime/sim/disk.ts";
import { journalContract } from "./support/contract.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "sabeam-journal-"));
});
afterAll(() => rm(root, { recursive: true }));

const common = { node: "n1", owner: processOwner("test"), random: Math.random };

journalContract("over files", async () => {
  const disk = realDisk(await mkdtemp(join(root, "node-")));
  return () => openFileJournal({ ...common, disk, folder: "journal" });
});

journalContract("over files of a simulated disk, in segments of a few records", async () => {
  const delay = (_: number, step: () => void): void => queueMicrotask(step);
  const disk = new SimulatedDisk({ random: new Random(1), delay });
  return () => openFileJournal({ ...common, disk, folder: "", segmentBytes: 4096 });
});
