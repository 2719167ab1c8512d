/**
 * A journal by hand: what its bounds are, and what it makes of memory that somebody scribbled over.
 */

import { expect, test } from "vitest";
import {
  allocateJournal,
  isJournal,
  JOURNAL_BYTES_MIN,
  Journal,
  OVER,
  UNBORN,
} from "../../runtime/journal.ts";
import {
  BIRTH_BYTE,
  CAPACITY,
  ENTRY_BYTES,
  HEAD,
  TAIL,
  type Way,
} from "../../runtime/journal-layout.ts";
import type { Damage, Entry } from "../../runtime/journal-reader.ts";
import { Random } from "../../runtime/random.ts";
import { type RecordView, viewOf } from "../../runtime/record.ts";

const RING = JOURNAL_BYTES_MIN;
const WAY: Way = { from: 3, generation: 2, life: 1 };
const BIRTH = new Uint8Array([1, 2, 3]);
const RING_WORD = (BIRTH_BYTE + 8) / 4;

function recordOf(number: number, bytes = 16): RecordView {
  const view = viewOf(new ArrayBuffer(bytes));
  view.words.fill(number);
  return view;
}

/** Appends records with these numbers; their positions in the lane count from 8 on. */
function filled(numbers: readonly number[], bytes = 16): { memory: SharedArrayBuffer } & Filled {
  const memory = allocateJournal(RING, BIRTH);
  const journal = new Journal(memory);
  append(journal, numbers, bytes);
  return { memory, journal, words: new Int32Array(memory) };
}

interface Filled {
  journal: Journal;
  words: Int32Array;
}

function append(journal: Journal, numbers: readonly number[], bytes = 16): void {
  for (const number of numbers) {
    journal.append(recordOf(number, bytes), 0, bytes, false, WAY, number * 8);
  }
}

function numbersOf({ view }: Journal, entries: readonly Entry[]): number[] {
  return entries.map(({ at }) => view.words[at] ?? -1);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const ENTRY = ENTRY_BYTES + 16;
const FULL = Math.floor(RING / ENTRY);

test("a record fits exactly, and one of half the ring always fits into an empty one", () => {
  const { journal } = filled([]);
  expect(journal.hasRoom(RING - ENTRY_BYTES)).toBe(true);
  expect(journal.hasRoom(RING - ENTRY_BYTES + 8)).toBe(false);
  for (let round = 0; round < 300; round += 1) {
    const bytes = round % 7 === 0 ? journal.recordBytesMax : 16 + 8 * (round % 5);
    expect(journal.hasRoom(bytes)).toBe(true);
    append(journal, [round], bytes);
    expect(numbersOf(journal, journal.read().entries)).toEqual([round]);
    journal.end(journal.begin(false), false);
    journal.release(true);
  }
});

test("full is full, until the oldest is over: a later one that is over gives no room", () => {
  const { journal } = filled(upTo(FULL));
  expect(journal.hasRoom(16)).toBe(false);
  const first = journal.begin(false);
  const second = journal.begin(false);
  journal.end(second, false);
  journal.release(true);
  expect(journal.hasRoom(16)).toBe(false);
  journal.end(first, true);
  journal.release(false);
  expect(journal.hasRoom(16)).toBe(false);
  journal.release(true);
  expect(journal.hasRoom(16)).toBe(true);
  append(journal, [FULL]);
  expect(numbersOf(journal, journal.read().entries)).toEqual(upTo(FULL + 1).slice(2));
});

test("urgent messages begin before others, each sort in its order", () => {
  const { journal } = filled([0, 1]);
  journal.append(recordOf(10), 0, 16, true, WAY, 80);
  append(journal, [2]);
  journal.append(recordOf(11), 0, 16, true, WAY, 88);
  const numberAt = (position: number): number | undefined =>
    journal.read().entries.map((entry) => entry.position === position && entry.at)[0] as number;
  const begun = [true, false, true, false, false].map((urgent) => journal.begin(urgent));
  expect(begun).toEqual([2 * ENTRY, 0, 4 * ENTRY, ENTRY, 3 * ENTRY]);
  expect(numberAt(0)).toBe(RING_WORD + ENTRY_BYTES / 4);
  expect(() => journal.begin(true)).toThrow(/must have its entry/);
});

test.each([true, false])(
  "one sort rests while the other goes round the ring, urgent %s",
  (urgent) => {
    const { memory, journal } = filled([]);
    for (let round = 0; round < 500; round += 1) {
      const bytes = 16 + 8 * (round % 9);
      // Its words read as entries of the other sort that wait.
      const record = recordOf(urgent ? 40 : 44, bytes);
      journal.append(record, 0, bytes, urgent, WAY, round * 8);
      journal.end(journal.begin(urgent), false);
      journal.release(true);
    }
    journal.append(recordOf(7), 0, 16, !urgent, WAY, 0);
    const [entry] = new Journal(memory).read().entries;
    expect(journal.begin(!urgent)).toBe(entry?.position);
  },
);

test("a cut turn is begun with its attempts, an answered one ended; once read it waits", () => {
  const { memory, journal } = filled([0, 1, 2]);
  const first = journal.begin(false);
  journal.end(journal.begin(false), true);
  const heir = new Journal(memory);
  const rows = (reader: Journal) =>
    reader.read().entries.map(({ state, attempts }) => `${state} ${attempts}`);
  expect(rows(heir)).toEqual(["begun 1", "ended 1", "waiting 0"]);
  heir.reading(first);
  expect(rows(heir)).toEqual(["begun 2", "ended 1", "waiting 0"]);
  heir.again(first);
  expect(rows(heir)).toEqual(["waiting 1", "ended 1", "waiting 0"]);
  expect(heir.begin(false)).toBe(first);
  expect(rows(heir)).toEqual(["begun 2", "ended 1", "waiting 0"]);
});

test("seen is what came through that lane up to there, whatever the lives of its ends", () => {
  const { journal } = filled([1, 2]);
  expect([8, 16, 24].map((position) => journal.hasSeen(WAY, position))).toEqual([
    true,
    true,
    false,
  ]);
  for (const change of [{ from: 2 }, { generation: 3 }, { generation: 1 }, { life: 2 }]) {
    expect(journal.hasSeen({ ...WAY, ...change }, 8)).toBe(false);
  }
  journal.pass({ ...WAY, generation: 3 }, -8);
  expect(journal.hasSeen({ ...WAY, generation: 3 }, 0x7ffffff8)).toBe(true);
  expect(journal.hasSeen({ ...WAY, generation: 3 }, 0)).toBe(false);
});

test("it keeps its order of birth, its phase and how many inits began", () => {
  const { memory, journal } = filled([]);
  expect([journal.phase, journal.inits, [...journal.birth]]).toEqual([UNBORN, 0, [1, 2, 3]]);
  journal.phase = OVER;
  journal.inits += 2;
  const heir = new Journal(memory);
  expect([heir.phase, heir.inits, [...heir.birth]]).toEqual([OVER, 2, [1, 2, 3]]);
});

test("only a journal is one", () => {
  const { memory, words } = filled([]);
  expect(isJournal(memory)).toBe(true);
  expect(isJournal(new SharedArrayBuffer(memory.byteLength))).toBe(false);
  expect(isJournal(new SharedArrayBuffer(8))).toBe(false);
  words[CAPACITY] = RING - 8;
  expect(isJournal(memory)).toBe(false);
});

/** What was wrong, and what must be found and told. The entry written over is number 5. */
const AT = 5 * ENTRY;
const LEFT: Damage = { offset: AT, bytes: 5 * ENTRY, messages: 5 };
const damages: [name: string, word: number, value: number, entries: number, damage: Damage][] = [
  ["no size", RING_WORD + AT / 4, 0, 5, LEFT],
  ["a size that is no multiple of 8", RING_WORD + AT / 4, ENTRY + 4, 5, LEFT],
  ["a size without a record", RING_WORD + AT / 4, ENTRY_BYTES, 5, LEFT],
  ["a size behind the tail", RING_WORD + AT / 4, 6 * ENTRY, 5, LEFT],
  ["padding in the middle", RING_WORD + AT / 4, -ENTRY, 5, LEFT],
  ["the least of all sizes", RING_WORD + AT / 4, -0x80000000, 5, LEFT],
  ["a state that nobody writes", RING_WORD + AT / 4 + 1, 8, 5, LEFT],
  ["a thread that there cannot be", RING_WORD + AT / 4 + 2, 64, 5, LEFT],
  ["a tail before the head", TAIL, -8, 0, { offset: 0, bytes: RING, messages: 10 }],
  ["a tail beyond the ring", TAIL, RING + 8, 0, { offset: 0, bytes: RING, messages: 10 }],
  ["a tail in the middle of words", TAIL, 3, 0, { offset: 0, bytes: RING, messages: 10 }],
  ["both ends aside", HEAD, 4, 0, { offset: 0, bytes: RING, messages: 10 }],
  ["a tail that has moved back", TAIL, AT, 5, { offset: AT, bytes: 0, messages: 5 }],
  ["a head that has moved on", HEAD, AT, 5, { offset: 10 * ENTRY, bytes: 0, messages: 5 }],
];

test.each(damages)("%s: told with offset and count, the rest works", (...row) => {
  const [, word, value, count, damage] = row;
  const { memory, words } = filled(upTo(10));
  words[word] = value;
  const journal = new Journal(memory);
  const reading = journal.read();
  expect(reading.damage).toEqual(damage);
  expect(reading.entries.length).toBe(count);
  const kept = numbersOf(journal, reading.entries);
  goesOn(journal, kept);
});

/** All the waiting ones are handled, and so is a ring full of new ones, and then a second one. */
function goesOn(journal: Journal, kept: readonly number[]): void {
  const again = journal.read();
  expect(again.damage).toBe(undefined);
  expect(numbersOf(journal, again.entries)).toEqual(kept);
  for (let round = 0; round < 3; round += 1) {
    const came: number[] = [];
    while (journal.hasRoom(16)) {
      append(journal, [1000 + came.length]);
      came.push(1000 + came.length);
    }
    const { entries, damage } = journal.read();
    expect(damage).toBe(undefined);
    expect(numbersOf(journal, entries)).toEqual(round === 0 ? [...kept, ...came] : came);
    handleAll(journal, entries);
    expect(journal.read().entries).toEqual([]);
  }
}

function handleAll(journal: Journal, entries: readonly Entry[]): void {
  for (const { state, position } of entries) {
    if (state === "begun") journal.reading(position);
    if (state === "begun") journal.again(position);
    if (state === "ended") journal.end(position, false);
  }
  for (const { state, urgent } of entries) {
    if (state !== "ended") journal.end(journal.begin(urgent), false);
  }
  journal.release(true);
}

test("5000 journals with bits turned at random: none throws, none loops, all go on", () => {
  const random = new Random(7);
  let told = 0;
  for (let round = 0; round < 5000; round += 1) {
    const { memory, journal } = filled(upTo(random.int(FULL + 1)));
    for (let begun = random.int(4); begun > 0 && journal.read().entries.length > 4; begun -= 1) {
      journal.begin(false);
    }
    turnBits(memory, random);
    if (!isJournal(memory)) continue;
    const heir = new Journal(memory);
    const { entries, damage } = heir.read();
    if (damage !== undefined) told += 1;
    if (round % 50 === 0) goesOn(heir, numbersOf(heir, entries));
    else handleAll(heir, entries);
    expect(heir.read()).toEqual({ entries: [], damage: undefined });
  }
  expect(told).toBeGreaterThan(500);
});

/** Of the words that say where things are, and of the ring. */
function turnBits(memory: SharedArrayBuffer, random: Random): void {
  const words = new Int32Array(memory);
  for (let count = 1 + random.int(4); count > 0; count -= 1) {
    const word = random.chance(20) ? [TAIL, HEAD, 5, 6, 7][random.int(5)] : undefined;
    const at = word ?? RING_WORD + random.int(RING / 4);
    words[at] = (words[at] ?? 0) ^ (1 << random.int(32));
  }
}
