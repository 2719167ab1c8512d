/** Counters as one thread writes them and others read them. */

import { expect, test } from "vitest";
import { COUNTERS, noCounts, readCounts, ThreadCounts } from "../../runtime/counters.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const signals = (): Signals => new Signals(allocateSignals());

test.each([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 12345, 2 ** 53 - 1])(
  "%i comes back as it is, under its own name, in its own block",
  (value) => {
    const shared = signals();
    const counts = new ThreadCounts(shared, 62);
    const expected = noCounts();
    COUNTERS.forEach((name, index) => {
      expected[name] = Math.max(0, value - index);
      counts[name] = expected[name];
    });
    for (const name of COUNTERS) expect(counts[name]).toBe(expected[name]);
    expected.queued = counts.queued;
    expect(readCounts(shared, 62)).toEqual(expected);
    for (const other of [61, 63]) expect(readCounts(shared, other)).toEqual(noCounts());
  },
);

test("the next life of a thread goes on where the last one stood", () => {
  const shared = signals();
  new ThreadCounts(shared, 1).sent += 5;
  new ThreadCounts(shared, 1).sent += 2;
  expect(readCounts(shared, 1).sent).toBe(7);
});
