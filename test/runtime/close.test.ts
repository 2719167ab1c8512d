/** Goal: closing a lane ends, whatever another thread wrote over its records. */
import { expect, test } from "vitest";
import { RING_BYTE } from "../../runtime/layout.ts";
import { Producer } from "../../runtime/producer.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const RECORD_BYTES = 32;
const RECORDS = 500;

/** Sizes that no producer writes at this place: zero, odd, over the tail, over the end, padding. */
test.each([0, 7, 64, 1 << 20, -RECORD_BYTES * 2, -8, 2 ** 31 - 8])("a size of %i", (size) => {
  const memory = new SharedArrayBuffer(RING_BYTE + 16 * 1024);
  const signals = new Signals(allocateSignals());
  const producer = new Producer(signals, { memory, from: 0, to: 1, generation: 1 }, 1024);
  for (let record = 0; record < RECORDS; record += 1) {
    producer.reserve(RECORD_BYTES);
    producer.commit();
  }
  producer.flush();
  const words = new Int32Array(memory);
  words[(RING_BYTE + (RECORDS - 1) * RECORD_BYTES) >> 2] = size;

  let visited = 0;
  producer.close(() => {
    visited += 1;
  });
  expect(visited).toBeLessThanOrEqual(RECORDS);
  expect(visited).toBeGreaterThanOrEqual(RECORDS - 1);
});
