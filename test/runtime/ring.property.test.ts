/**
 * A lane against a plain array: whatever is sent, flushed, drained, pumped and sealed in whatever
 * order, what came is a beginning of what was accepted, and the end of the lane returns the rest.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { LaneEnds, type Seen } from "../support/lane-ends.ts";

const RING = 16 * 1024;
const INLINE_MAX = RING / 8;
const RUNS = 600;

type Step =
  | { do: "send"; size: number; times: number }
  | { do: "flush" }
  | { do: "drain"; limit: number }
  | { do: "told" };

const eights = (min: number, max: number) =>
  fc.integer({ min: min / 8, max: max / 8 }).map((count) => count * 8);

const size = fc.oneof(
  { weight: 6, arbitrary: eights(16, 256) },
  { weight: 3, arbitrary: eights(16, INLINE_MAX) },
  { weight: 1, arbitrary: eights(INLINE_MAX - 16, INLINE_MAX + 16) },
  { weight: 1, arbitrary: eights(INLINE_MAX + 8, 3 * RING) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      size,
      times: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("drain" as const),
      limit: fc.integer({ min: 1, max: 80 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("told" as const) }) },
);

/** Does the steps; returns what was accepted. A refusal must have been at the bound. */
function run(lane: LaneEnds, steps: readonly Step[], boundBytes: number): Seen[] {
  const accepted: Seen[] = [];
  for (const one of steps) {
    if (one.do === "flush") lane.publish();
    else if (one.do === "drain") lane.drain(one.limit);
    else if (one.do === "told") lane.pumpIfTold();
    else {
      for (let times = 0; times < one.times; times += 1) {
        const seen = lane.send(one.size);
        if (seen !== undefined) accepted.push(seen);
        else expect(waitingBytes(lane, accepted) + one.size).toBeGreaterThan(boundBytes);
      }
    }
  }
  return accepted;
}

/** All that was accepted and not taken yet, in the ring or behind it. */
function waitingBytes(lane: LaneEnds, accepted: readonly Seen[]): number {
  return accepted.slice(lane.received.length).reduce((sum, one) => sum + one.size, 0);
}

const lanes = fc.record({
  start: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0x7fffff00 / 8, max: 0x7ffffff8 / 8 }).map((count) => count * 8),
    eights(-4096, -8),
  ),
  overflowBytesMax: fc.constantFrom(16, 4096, 2 ** 17, 2 ** 24),
});

test("everything arrives once and in order, and a refusal is at the bound", () => {
  fc.assert(
    fc.property(lanes, fc.array(step, { maxLength: 60 }), (options, steps) => {
      const lane = new LaneEnds(options);
      const accepted = run(lane, steps, options.overflowBytesMax);
      expect(lane.received).toEqual(accepted.slice(0, lane.received.length));
      lane.settle();
      expect(lane.received).toEqual(accepted);
      expect(lane.consumer.bad).toBe(false);
      expect(lane.producer.congested).toBe(false);
      expect(lane.producer.records).toBe(lane.consumer.records);
    }),
    { numRuns: RUNS, seed: 1 },
  );
});

// A large record of which the consumer has taken a part is left out: it comes back with neither
// end.
const small = fc.array(
  step.filter((one) => one.do !== "send" || one.size <= INLINE_MAX),
  { maxLength: 60 },
);

test("a lane that is closed returns exactly what the consumer had not taken", () => {
  fc.assert(
    fc.property(lanes, small, fc.boolean(), (options, steps, unflushed) => {
      const lane = new LaneEnds(options);
      const accepted = run(lane, steps, options.overflowBytesMax);
      if (!unflushed) lane.publish();
      expect([...lane.received, ...lane.close()]).toEqual(accepted);
      expect(lane.send(16)).toBe(undefined);
    }),
    { numRuns: RUNS, seed: 2 },
  );
});

test("a lane that is sealed gives what was published, and the rest comes back", () => {
  fc.assert(
    fc.property(lanes, small, small, (options, before, after) => {
      const lane = new LaneEnds(options);
      const accepted = run(lane, before, options.overflowBytesMax);
      lane.seal();
      const rest = after.filter((one) => one.do === "send" || one.do === "flush");
      for (const one of rest) {
        if (one.do === "flush") lane.publish();
        else {
          const seen = lane.send(one.size);
          if (seen !== undefined) accepted.push(seen);
        }
      }
      while (lane.drain()) {
        // Whoever takes over the dead consumer's lane takes all that was published.
      }
      expect([...lane.received, ...lane.close()]).toEqual(accepted);
    }),
    { numRuns: RUNS, seed: 3 },
  );
});
