/** Counts as one thread publishes them and others read them. */

import { expect, test } from "vitest";
import { COUNTERS, noCounts, publishCounts, readCounts } from "../../runtime/counters.ts";
import { BLOCK_WORDS, COUNT_SEQ, COUNTS } from "../../runtime/layout.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";
import { withAtomics } from "../support/atomics.ts";

const signals = (): Signals => new Signals(allocateSignals());

test.each([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 12345, 2 ** 53 - 1])(
  "%i comes back as it is",
  (value) => {
    const shared = signals();
    const counts = noCounts();
    COUNTERS.forEach((name, index) => {
      counts[name] = Math.max(0, value - index);
    });
    publishCounts(shared, 63, counts);
    expect(readCounts(shared, 63)).toEqual(counts);
    expect(readCounts(shared, 62)).toEqual(noCounts());
  },
);

test("a block cut off in the middle is read as it stands; the next life goes on", () => {
  const shared = signals();
  publishCounts(shared, 1, { ...noCounts(), sent: 5 });
  const base = BLOCK_WORDS;
  // The writer ended after the odd number and the first counter.
  shared.words[base + COUNT_SEQ] = (shared.words[base + COUNT_SEQ] ?? 0) | 1;
  shared.words[base + COUNTS] = 6;
  expect(readCounts(shared, 1).sent).toBe(6);
  publishCounts(shared, 1, { ...noCounts(), sent: 7 });
  expect((shared.words[base + COUNT_SEQ] ?? 1) & 1).toBe(0);
  expect(readCounts(shared, 1).sent).toBe(7);
  publishCounts(shared, 1, { ...noCounts(), sent: 8 });
  expect((shared.words[base + COUNT_SEQ] ?? 1) & 1).toBe(0);
});

test("while it writes the sequence is odd, also after a life that was cut off", () => {
  const shared = signals();
  for (const start of [0, 1, 2]) {
    shared.words[COUNT_SEQ] = start;
    const stored: number[] = [];
    withAtomics(
      ({ store }) => ({
        store(words, index, value) {
          stored.push(value & 1);
          return store(words, index, value);
        },
      }),
      () => publishCounts(shared, 0, noCounts()),
    );
    expect(stored).toEqual([1, 0]);
  }
});

test("the sequence goes round with its last bit intact", () => {
  const shared = signals();
  for (const start of [0x7ffffffe, 0x7fffffff, -2, -1]) {
    shared.words[COUNT_SEQ] = start;
    publishCounts(shared, 0, noCounts());
    expect((shared.words[COUNT_SEQ] ?? 1) & 1).toBe(0);
    expect(shared.words[COUNT_SEQ]).not.toBe(start);
  }
});
