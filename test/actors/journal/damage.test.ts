/**
 * Damaged files: whatever a recovery gives out was written, in the order in which it was, and
 * nothing that was known to be durable is missing; or it is JournalCorrupt.
 */

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openFileJournal } from "../../../actors/journal/journal-files.ts";
import { recover } from "../../../actors/journal/recovery.ts";
import { SabeamError } from "../../../runtime/errors.ts";
import { bytes } from "./support/contract.ts";
import { copyOf, MemoryDisk } from "./support/memory-disk.ts";
import { Power } from "./support/power.ts";

/** What a journal keeps after each of its batches, as text. */
interface Sample {
  readonly disk: MemoryDisk;
  readonly states: readonly string[];
}

const owner = { id: "me", isAlive: () => false };

/** A journal of three lives, the last of which is not closed; it has batches of each kind. */
async function sample(): Promise<Sample> {
  const { disk } = new Power(1);
  const states: string[] = [];
  const common = { disk, folder: "", node: "n1", owner, segmentBytes: 4096 };
  let seed = 0;
  const random = (): number => {
    seed += 1;
    return (seed % 100) / 100;
  };
  for (const life of ["first", "second", "third"]) {
    const journal = await openFileJournal({ ...common, random });
    await journal.open("vote");
    states.push(await contentOf(disk));
    await journal.commit([
      { log: "vote", type: "append", records: [bytes(life), bytes("")] },
      { log: "vote", type: "metadata", bytes: bytes(`term ${life}`) },
    ]);
    states.push(await contentOf(disk));
    if (life === "second") {
      await journal.commit([{ log: "vote", type: "truncate", from: 4 }]);
      states.push(await contentOf(disk));
    }
    if (life === "first") await journal.close();
  }
  return { disk: await copyOf(disk, ""), states };
}

/** What is kept, with what is not proven: as one would get it after opening. */
async function contentOf(disk: MemoryDisk | Power["disk"]): Promise<string> {
  const { content, unproven } = await recover(disk, "", "n1");
  for (const body of unproven) {
    content.take(body, 99);
  }
  const text = (some: Uint8Array | undefined): string => Buffer.from(some ?? []).toString("latin1");
  return JSON.stringify(
    content.names.map((name) => {
      const log = content.log(name)?.kept();
      const { life, metadata, snapshot, records } = log ?? {};
      return [name, life, text(metadata), snapshot?.upTo, records?.map(text)];
    }),
  );
}

let whole: Sample;
beforeAll(async () => {
  whole = await sample();
});

/** Of a damaged copy: its state, by its number, or the code of what was thrown. */
async function outcome(disk: MemoryDisk): Promise<number | string> {
  try {
    const state = await contentOf(disk);
    const number = whole.states.lastIndexOf(state);
    return number < 0 ? `what never was: ${state}` : number;
  } catch (error) {
    if (!(error instanceof SabeamError)) throw error;
    return error.code;
  }
}

function damaged(file: string, change: (bytes: Uint8Array) => Uint8Array): MemoryDisk {
  const disk = new MemoryDisk();
  for (const [name, content] of whole.disk.files) {
    disk.files.set(name, name === file ? change(content.slice()) : content);
  }
  return disk;
}

describe("damage", () => {
  test("every single flipped bit is noticed, or was in the last batch", async () => {
    const last = whole.states.length - 1;
    const segments = [...whole.disk.files].filter(([name]) => name.endsWith(".segment"));
    expect(segments.length).toBe(3);
    const seen = new Map<number | string, number>();
    for (const [name, { length }] of segments) {
      for (let bit = 0; bit < 8 * length; bit += 1) {
        const disk = damaged(name, (some) => {
          some[bit >> 3] = (some[bit >> 3] as number) ^ (1 << (bit & 7));
          return some;
        });
        const found = await outcome(disk);
        seen.set(found, (seen.get(found) ?? 0) + 1);
      }
    }
    // The last batch is cut; what is behind the end of an earlier segment does not count.
    expect([...seen.keys()].sort()).toEqual([last - 1, last, "ERR_JOURNAL_CORRUPT"].sort());
    expect(seen.get("ERR_JOURNAL_CORRUPT")).toBeGreaterThan(5 * (seen.get(last - 1) ?? 0));
  });

  test("a file that is too short is noticed, or cut to its last whole batch", async () => {
    const names = [...whole.disk.files.keys()].filter((name) => name.endsWith(".segment"));
    for (const [index, name] of names.entries()) {
      const { length } = whole.disk.files.get(name) as Uint8Array;
      let before = -1;
      for (let size = 0; size < length; size += 1) {
        const found = await outcome(damaged(name, (some) => some.subarray(0, size)));
        if (index < names.length - 1 && found === "ERR_JOURNAL_CORRUPT") continue;
        // Only what the next one does not need, like "closed", may be missing without a word.
        if (index < names.length - 1) expect(found).toBe(whole.states.length - 1);
        else {
          expect(found).toBeGreaterThanOrEqual(before);
          before = Number(found);
          // What the life before it had been told is kept, however short it is.
          expect(before).toBeGreaterThanOrEqual(4);
        }
      }
    }
  });

  test("a file that is missing is noticed, unless it was the last", async () => {
    const names = [...whole.disk.files.keys()].filter((name) => name.endsWith(".segment"));
    for (const name of names.slice(0, -1)) {
      const disk = damaged(name, (some) => some);
      disk.files.delete(name);
      expect(await outcome(disk)).toBe("ERR_JOURNAL_CORRUPT");
    }
  });

  test("one that is missing is noticed by the head of a torn one after it", async () => {
    const [, second, third] = [...whole.disk.files.keys()].filter((name) => name !== "lock");
    const disk = damaged(third as string, (some) => some.subarray(0, 256));
    disk.files.delete(second as string);
    expect(await outcome(disk)).toBe("ERR_JOURNAL_CORRUPT");
  });

  test("a new segment whose head did not get so far hides nothing", async () => {
    const third = [...whole.disk.files.keys()].filter((name) => name !== "lock")[2] as string;
    const { length } = whole.disk.files.get(third) as Uint8Array;
    const seen = new Set<number | string>();
    for (let size = 257; size < length; size += 1) {
      seen.add(await outcome(damaged(third, (some) => some.subarray(0, size).fill(0, 0, 256))));
    }
    // As long as nothing in it says that its head was durable.
    expect([...seen]).toEqual([4, "ERR_JOURNAL_CORRUPT"]);
  });

  test("what the head of a torn segment says of the one before it counts", async () => {
    const { disk } = new Power(3);
    const common = { disk, folder: "", node: "n1", owner, segmentBytes: 4096 };
    const journal = await openFileJournal({ ...common, random: () => 0.5 });
    await journal.open("vote");
    const records = [new Uint8Array(1500)];
    for (let count = 0; count < 3; count += 1) {
      await journal.commit([{ log: "vote", type: "append", records }]);
    }
    const copy = await copyOf(disk, "");
    const [first, second] = ["0000000001.segment", "0000000002.segment"] as const;
    copy.files.set(second, (copy.files.get(second) as Uint8Array).subarray(0, 256));
    expect((await recover(copy, "", "n1")).content.log("vote")?.last).toBe(2);
    const bytes = copy.files.get(first) as Uint8Array;
    bytes[bytes.length - 1] = 1;
    await expect(recover(copy, "", "n1")).rejects.toMatchObject({ code: "ERR_JOURNAL_CORRUPT" });
  });

  test("a record that is a copy of a segment proves nothing when it is torn", async () => {
    const { disk } = new Power(2);
    const common = { disk, folder: "", node: "n1", owner, segmentBytes: 65_536 };
    const journal = await openFileJournal({ ...common, random: () => 0.5 });
    await journal.open("vote");
    await journal.commit([{ log: "vote", type: "metadata", bytes: new Uint8Array(2000) }]);
    await journal.commit([{ log: "vote", type: "metadata", bytes: bytes("x") }]);
    await journal.close();
    const first = (await copyOf(disk, "")).files.get("0000000001.segment") as Uint8Array;
    const next = await openFileJournal({ ...common, random: () => 0.5 });
    await next.open("vote");
    await next.commit([{ log: "vote", type: "append", records: [first] }]);
    const copy = await copyOf(disk, "");
    const second = copy.files.get("0000000002.segment") as Uint8Array;
    second[second.length - 1] = (second.at(-1) as number) ^ 1;
    const { content, unproven } = await recover(copy, "", "n1");
    expect([content.log("vote")?.kept().records, unproven]).toEqual([[], []]);
    expect(content.log("vote")?.kept().metadata).toEqual(bytes("x"));
  });

  test("bytes of chance, and pieces of journals in the wrong places, are refused", async () => {
    const files = [...whole.disk.files].filter(([name]) => name.endsWith(".segment"));
    const edit = fc.record({
      file: fc.nat(files.length - 1),
      at: fc.nat(2000),
      from: fc.nat(files.length - 1),
      start: fc.nat(2000),
      length: fc.nat(600),
      noise: fc.option(fc.uint8Array({ maxLength: 64 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const disk = new MemoryDisk();
        for (const [name, content] of files) disk.files.set(name, content.slice());
        for (const { file, at, from, start, length, noise } of edits) {
          const [name] = files[file] as [string, Uint8Array];
          const old = disk.files.get(name) as Uint8Array;
          const source = (files[from] as [string, Uint8Array])[1];
          const piece = noise ?? source.subarray(start, start + length);
          const place = Math.min(at, old.length);
          const made = new Uint8Array(Math.max(old.length, place + piece.length));
          made.set(old);
          made.set(piece, place);
          disk.files.set(name, made);
        }
        const found = await outcome(disk);
        if (typeof found === "string") expect(found).toMatch(/^ERR_JOURNAL_/);
        else expect(found).toBeGreaterThanOrEqual(whole.states.length - 4);
      }),
      { numRuns: 400 },
    );
  });

  test("a folder of noise is refused with an error that says why", async () => {
    const noise = fc.uint8Array({ maxLength: 700 });
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { minLength: 1, maxLength: 3 }), async (all) => {
        const disk = new MemoryDisk();
        all.forEach((content, index) => {
          disk.files.set(`${String(index + 1).padStart(10, "0")}.segment`, content);
        });
        const found = await outcome(disk);
        if (all.every((content) => content.subarray(0, 256).every((byte) => byte === 0))) return;
        if (all.every(({ length }) => length < 256)) return;
        expect(found).toBe("ERR_JOURNAL_CORRUPT");
      }),
      { numRuns: 100 },
    );
  });
});
