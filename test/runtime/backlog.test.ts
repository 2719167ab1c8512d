/**
 * A backlog by hand: what its bounds are, and what it makes of memory that somebody scribbled over.
 */

import { expect, test } from "vitest";
import {
  allocateBacklog,
  BACKLOG_BYTES_MIN,
  Backlog,
  isBacklog,
  OVER,
  UNBORN,
} from "../../runtime/backlog.ts";
import {
  BIRTH_BYTE,
  CAPACITY,
  ENTRY_BYTES,
  HEAD,
  TAIL,
  type Way,
} from "../../runtime/backlog-layout.ts";
import type { Damage, Entry } from "../../runtime/backlog-reader.ts";
import { Random } from "../../runtime/random.ts";
import { type RecordView, viewOf } from "../../runtime/record.ts";

const RING = BACKLOG_BYTES_MIN;
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
  const memory = allocateBacklog(RING, BIRTH);
  const backlog = new Backlog(memory);
  append(backlog, numbers, bytes);
  return { memory, backlog, words: new Int32Array(memory) };
}

interface Filled {
  backlog: Backlog;
  words: Int32Array;
}

function append(backlog: Backlog, numbers: readonly number[], bytes = 16): void {
  for (const number of numbers) {
    backlog.append(recordOf(number, bytes), 0, bytes, false, WAY, number * 8);
  }
}

function numbersOf({ view }: Backlog, entries: readonly Entry[]): number[] {
  return entries.map(({ at }) => view.words[at] ?? -1);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const ENTRY = ENTRY_BYTES + 16;
const FULL = Math.floor(RING / ENTRY);

test("a record fits exactly, and one of half the ring always fits into an empty one", () => {
  const { backlog } = filled([]);
  expect(backlog.hasRoom(RING - ENTRY_BYTES)).toBe(true);
  expect(backlog.hasRoom(RING - ENTRY_BYTES + 8)).toBe(false);
  for (let round = 0; round < 300; round += 1) {
    const bytes = round % 7 === 0 ? backlog.recordBytesMax : 16 + 8 * (round % 5);
    expect(backlog.hasRoom(bytes)).toBe(true);
    append(backlog, [round], bytes);
    expect(numbersOf(backlog, backlog.read().entries)).toEqual([round]);
    backlog.end(backlog.begin(false), false);
    backlog.release(true);
  }
});

test("full is full, until the oldest is over: a later one that is over gives no room", () => {
  const { backlog } = filled(upTo(FULL));
  expect(backlog.hasRoom(16)).toBe(false);
  const first = backlog.begin(false);
  const second = backlog.begin(false);
  backlog.end(second, false);
  backlog.release(true);
  expect(backlog.hasRoom(16)).toBe(false);
  backlog.end(first, true);
  backlog.release(false);
  expect(backlog.hasRoom(16)).toBe(false);
  backlog.release(true);
  expect(backlog.hasRoom(16)).toBe(true);
  append(backlog, [FULL]);
  expect(numbersOf(backlog, backlog.read().entries)).toEqual(upTo(FULL + 1).slice(2));
});

test("urgent messages begin before others, each sort in its order", () => {
  const { backlog } = filled([0, 1]);
  backlog.append(recordOf(10), 0, 16, true, WAY, 80);
  append(backlog, [2]);
  backlog.append(recordOf(11), 0, 16, true, WAY, 88);
  const numberAt = (position: number): number | undefined =>
    backlog.read().entries.map((entry) => entry.position === position && entry.at)[0] as number;
  const begun = [true, false, true, false, false].map((urgent) => backlog.begin(urgent));
  expect(begun).toEqual([2 * ENTRY, 0, 4 * ENTRY, ENTRY, 3 * ENTRY]);
  expect(numberAt(0)).toBe(RING_WORD + ENTRY_BYTES / 4);
  expect(() => backlog.begin(true)).toThrow(/must have its entry/);
});

test.each([true, false])(
  "one sort rests while the other goes round the ring, urgent %s",
  (urgent) => {
    const { memory, backlog } = filled([]);
    for (let round = 0; round < 500; round += 1) {
      const bytes = 16 + 8 * (round % 9);
      // Its words read as entries of the other sort that wait.
      const record = recordOf(urgent ? 40 : 44, bytes);
      backlog.append(record, 0, bytes, urgent, WAY, round * 8);
      backlog.end(backlog.begin(urgent), false);
      backlog.release(true);
    }
    backlog.append(recordOf(7), 0, 16, !urgent, WAY, 0);
    const [entry] = new Backlog(memory).read().entries;
    expect(backlog.begin(!urgent)).toBe(entry?.position);
  },
);

test("a cut turn is begun with its attempts, an answered one ended; once read it waits", () => {
  const { memory, backlog } = filled([0, 1, 2]);
  const first = backlog.begin(false);
  backlog.end(backlog.begin(false), true);
  const heir = new Backlog(memory);
  const rows = (reader: Backlog) =>
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
  const { backlog } = filled([1, 2]);
  expect([8, 16, 24].map((position) => backlog.hasSeen(WAY, position))).toEqual([
    true,
    true,
    false,
  ]);
  for (const change of [{ from: 2 }, { generation: 3 }, { generation: 1 }, { life: 2 }]) {
    expect(backlog.hasSeen({ ...WAY, ...change }, 8)).toBe(false);
  }
  backlog.pass({ ...WAY, generation: 3 }, -8);
  expect(backlog.hasSeen({ ...WAY, generation: 3 }, 0x7ffffff8)).toBe(true);
  expect(backlog.hasSeen({ ...WAY, generation: 3 }, 0)).toBe(false);
});

test("it keeps its order of birth, its phase and how many inits began", () => {
  const { memory, backlog } = filled([]);
  expect([backlog.phase, backlog.inits, [...backlog.birth]]).toEqual([UNBORN, 0, [1, 2, 3]]);
  backlog.phase = OVER;
  backlog.inits += 2;
  const heir = new Backlog(memory);
  expect([heir.phase, heir.inits, [...heir.birth]]).toEqual([OVER, 2, [1, 2, 3]]);
});

test("only a backlog is one", () => {
  const { memory, words } = filled([]);
  expect(isBacklog(memory)).toBe(true);
  expect(isBacklog(new SharedArrayBuffer(memory.byteLength))).toBe(false);
  expect(isBacklog(new SharedArrayBuffer(8))).toBe(false);
  words[CAPACITY] = RING - 8;
  expect(isBacklog(memory)).toBe(false);
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
  const backlog = new Backlog(memory);
  const reading = backlog.read();
  expect(reading.damage).toEqual(damage);
  expect(reading.entries.length).toBe(count);
  const kept = numbersOf(backlog, reading.entries);
  goesOn(backlog, kept);
});

/** All the waiting ones are handled, and so is a ring full of new ones, and then a second one. */
function goesOn(backlog: Backlog, kept: readonly number[]): void {
  const again = backlog.read();
  expect(again.damage).toBe(undefined);
  expect(numbersOf(backlog, again.entries)).toEqual(kept);
  for (let round = 0; round < 3; round += 1) {
    const came: number[] = [];
    while (backlog.hasRoom(16)) {
      append(backlog, [1000 + came.length]);
      came.push(1000 + came.length);
    }
    const { entries, damage } = backlog.read();
    expect(damage).toBe(undefined);
    expect(numbersOf(backlog, entries)).toEqual(round === 0 ? [...kept, ...came] : came);
    handleAll(backlog, entries);
    expect(backlog.read().entries).toEqual([]);
  }
}

function handleAll(backlog: Backlog, entries: readonly Entry[]): void {
  for (const { state, position } of entries) {
    if (state === "begun") backlog.reading(position);
    if (state === "begun") backlog.again(position);
    if (state === "ended") backlog.end(position, false);
  }
  for (const { state, urgent } of entries) {
    if (state !== "ended") backlog.end(backlog.begin(urgent), false);
  }
  backlog.release(true);
}

test("5000 backlogs with bits turned at random: none throws, none loops, all go on", () => {
  const random = new Random(7);
  let told = 0;
  for (let round = 0; round < 5000; round += 1) {
    const { memory, backlog } = filled(upTo(random.int(FULL + 1)));
    for (let begun = random.int(4); begun > 0 && backlog.read().entries.length > 4; begun -= 1) {
      backlog.begin(false);
    }
    turnBits(memory, random);
    if (!isBacklog(memory)) continue;
    const heir = new Backlog(memory);
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
