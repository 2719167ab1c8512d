/**
 * What is acknowledged is there after whatever happens to the disk, and what is not is there as a
 * whole or not at all: power cuts at every operation, syncs that fail, disks that are full.
 */

import { describe, expect, test } from "vitest";
import { type FileJournal, openFileJournal } from "../../../actors/journal/journal-files.ts";
import { Random } from "../../../runtime/random.ts";
import type { SimulatedDisk } from "../../../runtime/sim/disk.ts";
import { Power } from "./support/power.ts";
import { type Script, type State, script, stateIn, take } from "./support/script.ts";

let lives = 0;

/** Whoever opens it next has crashed before: its lock is that of a dead one. */
function open(disk: SimulatedDisk): Promise<FileJournal> {
  lives += 1;
  const id = `life ${lives}`;
  const owner = { id, isAlive: (other: string) => other === id };
  const random = new Random(id);
  const sizes = { segmentBytes: 4096 };
  return openFileJournal({
    ...{ disk, folder: "journal", node: "n1", owner, ...sizes },
    random: () => random.float(),
  });
}

interface Progress {
  /** Steps that were acknowledged. */
  done: number;
}

/** Goes on with the script where what is kept says that it has got to. */
async function work(disk: SimulatedDisk, all: Script, progress: Progress): Promise<FileJournal> {
  const journal = await open(disk);
  check(await stateIn(journal), all, progress);
  for (const step of all.steps.slice(progress.done)) {
    await take(journal, step);
    progress.done += 1;
  }
  return journal;
}

/** What is there must be what was acknowledged, with the step that was under way or without it. */
function check(state: State, { states }: Script, progress: Progress): void {
  const expected = states.slice(progress.done, progress.done + 2);
  expect(expected).toContain(state);
  progress.done += expected.lastIndexOf(state);
}

/** Operations of a run without a crash, in which segments come and go. */
async function operationsOf(all: Script): Promise<number> {
  const power = new Power(1);
  const journal = await work(power.disk, all, { done: 0 });
  const { operations } = power;
  const names = await power.disk.list("journal");
  expect(names.filter((name) => name.endsWith(".segment")).at(-1)).toMatch(/[3-9]\.segment/);
  expect(names).not.toContain("0000000001.segment");
  await journal.close();
  return operations;
}

/** What becomes of what is not synced. Torn is the hardest: it takes every operation. */
const CUTS = [
  { first: 1, unsynced: "lost" },
  { first: 1, unsynced: "torn" },
  { first: 1, unsynced: "kept" },
  { first: 2, unsynced: "prefix" },
  { first: 2, unsynced: "torn" },
] as const;

describe("power cuts", () => {
  test.each(CUTS)("at every other operation from $first on: $unsynced", async (cut) => {
    const { first, unsynced } = cut;
    const all = await script(new Random("day"), 36, 190);
    const operations = await operationsOf(all);
    expect(operations).toBeGreaterThan(50);
    for (let at = first; at <= operations; at += 2) {
      const power = new Power(`${unsynced} ${at}`);
      const progress = { done: 0 };
      const random = new Random(at);
      // And again, mostly while it recovers.
      for (const operation of [at, 1 + random.int(45)]) {
        await power.until(operation, unsynced, () => work(power.disk, all, progress));
      }
      const journal = await work(power.disk, all, progress);
      expect(await stateIn(journal)).toBe(all.states.at(-1));
      await journal.close();
    }
  });
});

async function codeOf(act: Promise<unknown>): Promise<string> {
  return await act.then(
    () => "no error",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** Goes on with the script until a step is rejected; what with. */
async function goOn(journal: FileJournal, all: Script, progress: Progress): Promise<string> {
  for (const step of all.steps.slice(progress.done)) {
    const code = await codeOf(take(journal, step));
    if (code !== "no error") return code;
    progress.done += 1;
  }
  return "no error";
}

describe("syncs that fail", () => {
  test("one at a time: nobody notices, and all of it survives a power cut", async () => {
    const all = await script(new Random("syncs"), 36, 190);
    const operations = await operationsOf(all);
    for (let at = 1; at <= operations; at += 1) {
      const power = new Power(at);
      const progress = { done: 0 };
      const journal = await open(power.disk);
      power.before(at, () => power.disk.failSyncs());
      expect(await goOn(journal, all, progress)).toBe("no error");
      power.stop();
      power.disk.mend();
      power.disk.crash("lost");
      power.disk.restart();
      expect(await stateIn(await open(power.disk))).toBe(all.states.at(-1));
    }
  });

  test("again in the new segment: it takes nothing more, and keeps what it said", async () => {
    const all = await script(new Random("more syncs"), 36, 190);
    const operations = await operationsOf(all);
    for (let at = 1; at <= operations; at += 1) {
      const power = new Power(at);
      const progress = { done: 0 };
      const journal = await open(power.disk);
      power.before(at, () => power.disk.failSyncs(2));
      const code = await goOn(journal, all, progress);
      power.stop();
      power.disk.mend();
      if (code !== "no error") {
        expect(code).toBe("ERR_STORE_FAILED");
        expect(await codeOf(journal.open("later"))).toBe("ERR_STORE_FAILED");
      }
      // Only the process starts again: what it reads may be in memory, and nowhere else.
      power.disk.crash("kept");
      power.disk.restart();
      const next = await open(power.disk);
      const state = await stateIn(next);
      check(state, all, progress);
      power.disk.crash("lost");
      power.disk.restart();
      expect(await stateIn(await open(power.disk))).toBe(state);
    }
  });
});

describe("full disks", () => {
  test("after a sync that failed nobody says that nothing is left", async () => {
    const all = await script(new Random("both"), 24, 190);
    const codes = new Set<string>();
    for (let at = 1; at <= 40; at += 1) {
      const power = new Power(at);
      const progress = { done: 0 };
      const journal = await open(power.disk);
      power.before(at, () => {
        power.disk.failSyncs();
        power.disk.fill(0);
      });
      const code = await goOn(journal, all, progress);
      codes.add(code);
      power.stop();
      power.disk.mend();
      power.disk.crash("kept");
      power.disk.restart();
      const state = await stateIn(await open(power.disk));
      if (code === "ERR_JOURNAL_FULL") expect(state).toBe(all.states[progress.done]);
      else check(state, all, progress);
    }
    expect([...codes].sort()).toEqual(["ERR_JOURNAL_FULL", "ERR_STORE_FAILED"]);
  });

  test("nothing is left of what found no room, and it goes on once there is some", async () => {
    const all = await script(new Random("full"), 36, 190);
    for (let free = 0; free < 12_000; free += 173) {
      const power = new Power(free);
      const progress = { done: 0 };
      const journal = await open(power.disk);
      for (const step of all.steps.slice(0, 6)) await take(journal, step);
      progress.done = 6;
      power.disk.fill(free);
      const code = await goOn(journal, all, progress);
      if (code !== "no error") {
        expect(code).toBe("ERR_JOURNAL_FULL");
        expect(await goOn(journal, all, progress)).toBe("ERR_JOURNAL_FULL");
      }
      const { done } = progress;
      if (free % 2 === 0) power.disk.mend();
      else {
        power.disk.crash(free % 3 === 0 ? "lost" : "torn");
        power.disk.restart();
        expect(await codeOf(open(power.disk))).toMatch(/no error|ERR_JOURNAL_FULL/);
        power.disk.mend();
        expect(await stateIn(await open(power.disk))).toBe(all.states[done]);
        continue;
      }
      expect(await goOn(journal, all, progress)).toBe("no error");
      power.disk.crash("lost");
      power.disk.restart();
      expect(await stateIn(await open(power.disk))).toBe(all.states.at(-1));
    }
  });
});
