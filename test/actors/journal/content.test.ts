/** What lives, and what a recovery makes of the segments that are left. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { Content } from "../../../actors/journal/content.ts";
import {
  type Entry,
  entryBytes,
  readEntries,
  writeEntry,
} from "../../../actors/journal/entries.ts";

/** What a log keeps, by its name, and without where it lies. */
function shown(content: Content): object[] {
  return content.names.map((name) => ({
    name,
    id: content.log(name)?.id,
    ...content.log(name)?.kept(),
  }));
}

function encoded(entries: readonly Entry[]): Uint8Array {
  const body = new Uint8Array(entries.reduce((sum, entry) => sum + entryBytes(entry), 0));
  const view = new DataView(body.buffer);
  const end = entries.reduce((at, entry) => writeEntry(body, view, at, entry), 0);
  expect(end).toBe(body.length);
  return body;
}

/** A body as entries again. */
function read(body: Uint8Array): { entries: Entry[]; isSound: boolean } {
  const entries: Entry[] = [];
  const bytes = (from: number, to: number): Uint8Array => body.slice(from, to);
  const isSound = readEntries(body, {
    define: (log, life, name) => entries.push({ type: "define", log, life, name }),
    record(log, index, from, to) {
      const last = entries.at(-1);
      const record = bytes(from, to);
      const joins =
        last?.type === "append" && last.log === log && last.first + last.records.length === index;
      if (joins) (last.records as Uint8Array[]).push(record);
      else entries.push({ type: "append", log, first: index, records: [record] });
    },
    truncate: (log, from) => entries.push({ type: "truncate", log, from }),
    snapshot(log, upTo, from, to) {
      entries.push({ type: "snapshot", log, upTo, bytes: bytes(from, to) });
    },
    metadata: (log, from, to) => entries.push({ type: "metadata", log, bytes: bytes(from, to) }),
    remove: (log) => entries.push({ type: "remove", log }),
  });
  return { entries, isSound };
}

const numbers = fc.array(fc.tuple(fc.nat(12), fc.nat(2), fc.nat(20)), {
  minLength: 20,
  maxLength: 150,
  size: "max",
});

/** The next entry that these numbers stand for; undefined if none is possible just then. */
function entryOf(content: Content, kind: number, number: number, place: number): Entry | undefined {
  const name = `log ${number}`;
  const log = content.log(name);
  const bytes = Uint8Array.from({ length: place % 7 }, () => place);
  if (log === undefined) return { type: "define", log: content.nextLog, name, life: place };
  if (kind === 0) return { type: "define", log: log.id, name, life: log.life + 1 };
  if (kind === 1 && place < 5) return { type: "remove", log: log.id };
  if (kind < 4) return { type: "metadata", log: log.id, bytes };
  if (kind < 6) {
    const upTo = log.upTo + (place % (log.last - log.upTo + 3));
    return { type: "snapshot", log: log.id, upTo, bytes };
  }
  if (kind < 8) {
    if (log.last === log.upTo) return undefined;
    return { type: "truncate", log: log.id, from: log.upTo + 1 + (place % (log.last - log.upTo)) };
  }
  const records = Array.from({ length: 1 + (place % 4) }, () => bytes);
  return { type: "append", log: log.id, first: log.last + 1, records };
}

// Goal: the oldest segment can go at any time, whatever of it was written again, and when.
// Method: entries at random, some of them what is moved; a recovery of every suffix that is whole.
test("what is left when a segment goes is what lived before", () => {
  fc.assert(
    fc.property(numbers, (all) => {
      const content = new Content();
      let segment = 1;
      let oldest = 1;
      let written: { body: Uint8Array; segment: number }[] = [];
      const write = (entry: Entry): void => {
        const body = encoded([entry]);
        expect(content.take(body, segment)).toBe(true);
        written.push({ body, segment });
      };
      for (const [kind, number, place] of all) {
        const entry = entryOf(content, kind, number, place);
        if (entry !== undefined) write(entry);
        if (place % 9 === 0) segment += 1;
        if (oldest < segment && place % 4 === 0) {
          for (const moved of content.movable(oldest, 60)) write(moved);
        }
        while (oldest < segment && content.liveIn(oldest) === 0) oldest += 1;
        written = written.filter((some) => some.segment >= oldest);
        if (place % 3 > 0) continue;

        const again = new Content();
        for (const some of written) again.take(some.body, some.segment);
        expect(again.settle()).toBe(undefined);
        expect(shown(again)).toEqual(shown(content));
        expect(again.liveBytes).toBe(content.liveBytes);
        for (let some = oldest; some <= segment; some += 1) {
          expect(again.liveIn(some)).toBe(content.liveIn(some));
        }
      }
    }),
    { numRuns: 25 },
  );
});

test("a body gives its entries back, and a damaged one says so", () => {
  const records = [Uint8Array.of(1, 2, 3), new Uint8Array(0)];
  const entries: Entry[] = [
    { type: "define", log: 2 ** 40 + 5, name: "Bällot/🦊", life: 0xffffffff },
    { type: "append", log: 1, first: 2 ** 33, records },
    { type: "truncate", log: 1, from: 2 ** 33 },
    { type: "snapshot", log: 1, upTo: 7, bytes: Uint8Array.of(9) },
    { type: "metadata", log: 1, bytes: new Uint8Array(0) },
    { type: "remove", log: 1 },
  ];
  const body = encoded(entries);
  expect(read(body)).toEqual({ entries, isSound: true });
  for (let size = 0; size < body.length; size += 1) {
    const found = read(body.subarray(0, size));
    const whole = found.entries.slice(0, found.isSound ? undefined : -1);
    expect(whole).toEqual(entries.slice(0, whole.length));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
      read(noise);
    }),
  );
});
