/**
 * Goal: whatever a flight recorder hands out was recorded, whole, by that life of that thread, and
 * nothing of the last entries is missing.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Consumer } from "../../runtime/consumer.ts";
import { RING_BYTE } from "../../runtime/layout.ts";
import { Producer } from "../../runtime/producer.ts";
import type { RecordView } from "../../runtime/record.ts";
import { allocateRecorder, ENTRIES_MAX, Recorder, readEntries } from "../../runtime/recorder.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const THREAD = 3;
const ENTRY_WORDS = 8;
/** Of the first ring of a thread, in words. */
const ringAt = (thread: number, generation: number): number =>
  (thread * 2 + (generation & 1)) * ENTRIES_MAX * ENTRY_WORDS;

/** Entries that say of themselves what they must be. */
function filled(memory: SharedArrayBuffer, generation: number, count: number): void {
  const recorder = new Recorder(memory, THREAD, generation);
  for (let index = 0; index < count; index += 1) {
    recorder.record(index, index * 3, index * 5, -index, index * 7, index * 11);
  }
}

const entry = (index: number) => ({
  at: index,
  sender: index * 3,
  slot: index * 5,
  incarnation: -index >>> 0,
  head: index * 7,
  bytes: index * 11,
});

test.each([0, 1, ENTRIES_MAX - 1, ENTRIES_MAX, ENTRIES_MAX + 1, 3 * ENTRIES_MAX + 17])(
  "the last of %i entries, oldest first",
  (count) => {
    const memory = allocateRecorder();
    filled(memory, 1, count);
    const first = Math.max(0, count - ENTRIES_MAX);
    const expected = Array.from({ length: count - first }, (_, index) => entry(first + index));
    expect(readEntries(memory, THREAD, 1, 0)).toEqual(expected);
    expect(readEntries(memory, THREAD + 1, 1, 0)).toEqual([]);
  },
);

test.each(Array.from({ length: ENTRY_WORDS }, (_, word) => word))(
  "an entry whose word %i is of another lap is left out, and no other",
  (word) => {
    const memory = allocateRecorder();
    filled(memory, 1, 2 * ENTRIES_MAX);
    const words = new Int32Array(memory);
    const before = new Int32Array(allocateRecorder());
    filled(before.buffer as SharedArrayBuffer, 1, ENTRIES_MAX);
    const at = ringAt(THREAD, 1) + 5 * ENTRY_WORDS + word;
    words[at] = before[at] as number; // Both have all entries.
    const left = readEntries(memory, THREAD, 1, 0);
    const all = Array.from({ length: ENTRIES_MAX }, (_, index) => entry(ENTRIES_MAX + index));
    expect(left).toEqual(all.filter(({ at }) => at !== ENTRIES_MAX + 5));
  },
);

test("two words that have changed places are noticed", () => {
  const memory = allocateRecorder();
  new Recorder(memory, THREAD, 1).record(1, 17, 42, 1, 2, 32);
  const words = new Int32Array(memory, ringAt(THREAD, 1) * 4, ENTRY_WORDS);
  expect(readEntries(memory, THREAD, 1, 0)).toHaveLength(1);
  words.copyWithin(1, 2, 3);
  words[2] = 17;
  expect(readEntries(memory, THREAD, 1, 0)).toEqual([]);
});

test("a life leaves the ring of the one before alone, and is never taken for another one", () => {
  const memory = allocateRecorder();
  filled(memory, 1, 10);
  filled(memory, 2, 4);
  expect(readEntries(memory, THREAD, 1, 0)).toHaveLength(10);
  expect(readEntries(memory, THREAD, 2, 0)).toHaveLength(4);
  expect(readEntries(memory, THREAD, 3, 0)).toEqual([]);
  filled(memory, 3, 6);
  expect(readEntries(memory, THREAD, 1, 0)).toEqual([6, 7, 8, 9].map(entry));
  expect(readEntries(memory, THREAD, 3, 0)).toHaveLength(6);
});

test("entries are dated as long as the clock has not gone round since", () => {
  const memory = allocateRecorder();
  const recorder = new Recorder(memory, THREAD, 1);
  const start = 2 ** 32 + 2 ** 31 - 2;
  for (let ms = start; ms < start + 4; ms += 1) recorder.record(ms | 0, 0, 0, 0, 0, 0);
  const dates = readEntries(memory, THREAD, 1, start + 1000.5).map(({ at }) => at);
  expect(dates).toEqual([start, start + 1, start + 2, start + 3]);
});

/** A lane of plain records with numbers in the place of the slot, and what a recorder has of it. */
function drained(count: number, sizeOf: (index: number) => number, limit: number): number[] {
  const memory = new SharedArrayBuffer(RING_BYTE + 64 * 1024);
  const signals = new Signals(allocateSignals());
  const lane = { memory, from: 1, to: 2, generation: 1 };
  const producer = new Producer(signals, lane, 2 ** 20, 48 * 1024);
  const words = new Int32Array(memory);
  words[0] = 48 * 1024;
  words[32] = 48 * 1024;
  const consumer = new Consumer(signals, lane, 2 ** 20, 48 * 1024);
  for (let index = 0; index < count; index += 1) {
    const at = producer.reserve(sizeOf(index));
    producer.view.words[at + 1] = 2;
    producer.view.words[at + 2] = index;
    producer.commit();
  }
  producer.flush();
  const recorded = allocateRecorder();
  const recorder = new Recorder(recorded, THREAD, 1);
  const parts = (source: Int32Array, at: number): void => {
    if (source[at + 3] === 0)
      recorder.record(0, 0, source[at + 6] ?? -1, 0, 2, source[at + 2] ?? 0);
  };
  const kept = (): number[] => readEntries(recorded, THREAD, 1, 0).map(({ slot }) => slot);
  const receiver = {
    // Whoever decodes a large message may die of it.
    receive: (_from: number, { words: taken }: RecordView, at: number, bytes: number) => {
      if (bytes > 8192) expect(kept()).toContain(taken[at + 2]);
      return true;
    },
    taken: (_from: number, batch: Parameters<typeof recorder.copy>[0]) =>
      recorder.copy(batch, 0, 1 << 2, parts),
  };
  while (consumer.drain(receiver, limit)) {
    // Until all of them are taken.
  }
  return kept();
}

const lastOf = (count: number): number[] => {
  const first = Math.max(0, count - ENTRIES_MAX);
  return Array.from({ length: count - first }, (_, index) => first + index);
};

test.each([
  [1, 512],
  [127, 512],
  [128, 512],
  [129, 512],
  [700, 512],
  [1000, 512],
  [1000, 100],
  [1000, Number.POSITIVE_INFINITY],
])("of %i records, drained by %i, the newest are there, in order", (count, limit) => {
  expect(drained(count, (index) => 16 + (index % 3) * 8, limit)).toEqual(lastOf(count));
});

test("large records are there once each, in their order, before they are read", () => {
  expect(drained(20, (index) => (index % 4 === 1 ? 9000 : 24), 512)).toEqual(lastOf(20));
});

// Goal: a reader beside the writer gets no entry that is mixed of two.
// Method: each entry's words follow from its number; the reader checks that of all it gets.
test("one thread writes, another one reads whole entries only", async () => {
  const memory = allocateRecorder();
  const url = new URL("./fixtures/recorder-writer.mjs", import.meta.url);
  const worker = new Worker(url, { workerData: { memory, thread: THREAD, ms: 300 } });
  const ended = once(worker, "exit");
  let over = false;
  void ended.then(() => {
    over = true;
  });
  let seen = 0;
  const wrong: unknown[] = [];
  while (!over) {
    for (const { sender: number, ...others } of readEntries(memory, THREAD, 1, 0)) {
      seen += 1;
      const { slot, incarnation, head, bytes } = others;
      const right = slot === (number ^ 0x55) && incarnation === number * 3 && head === number + 7;
      if (!right || bytes !== number * 8) wrong.push({ number, ...others });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(ENTRIES_MAX);
  // What the dead writer has left is complete.
  expect(readEntries(memory, THREAD, 1, 0)).toHaveLength(ENTRIES_MAX);
});
