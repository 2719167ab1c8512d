/**
 * One lane, both ends in one thread: sizes, wrap, overflow, room, and what comes back at the end.
 */

import { describe, expect, test } from "vitest";
import { HEAD, PENDING_IN, TAIL, WANT_SPACE } from "../../runtime/layout.ts";
import { withAtomics } from "../support/atomics.ts";
import { LaneEnds, type LaneOptions, type Seen } from "../support/lane-ends.ts";

const RING = 16 * 1024;
const INLINE_MAX = RING / 8;
/** Before the signs of int32 change, and before it comes round to 0. */
const STARTS = [0, 0x7ffffe00, -0x80000000, -512];

/** Sends as many as there are sizes; what had no room is left out. */
function sendAll(lane: LaneEnds, sizes: readonly number[]): Seen[] {
  return sizes.map((size) => lane.send(size)).filter((seen) => seen !== undefined);
}

function repeat(size: number, times: number): number[] {
  return new Array<number>(times).fill(size);
}

/** Fills the ring and puts `more` records behind it into the overflow. */
function overfilled(more: number, options: LaneOptions = {}): { lane: LaneEnds; sent: Seen[] } {
  const lane = new LaneEnds(options);
  const sent = sendAll(lane, repeat(1024, RING / 1024 + more));
  return { lane, sent };
}

describe("sizes", () => {
  test.each(STARTS)("the ring is filled to its last byte and goes round, from %i", (start) => {
    const lane = new LaneEnds({ start });
    const sent: Seen[] = [];
    for (let rounds = 0; rounds < 5; rounds += 1) {
      sent.push(...sendAll(lane, repeat(512, RING / 512)));
      expect(lane.producer.congested).toBe(false);
      lane.publish();
      expect(lane.drain()).toBe(false);
    }
    expect(lane.received).toEqual(sent);
    expect(lane.words[HEAD]).toBe((start + 5 * RING) | 0);
  });

  test.each(STARTS)("one more than the ring holds waits in the overflow, from %i", (start) => {
    const lane = new LaneEnds({ start });
    const sent = sendAll(lane, [...repeat(512, RING / 512), 16]);
    expect(lane.producer.congested).toBe(true);
    lane.settle();
    expect(lane.producer.congested).toBe(false);
    expect(lane.received).toEqual(sent);
  });

  for (const start of STARTS) {
    for (const left of [8, 16, 24, INLINE_MAX - 8]) {
      test(`${left} bytes before the end become padding, from ${start}`, () => {
        const lane = new LaneEnds({ start: (start & ~(RING - 1)) | 0 });
        const before = Math.floor((RING - left) / 1024) - 1;
        const sent = sendAll(lane, [...repeat(1024, before), RING - left - before * 1024]);
        lane.publish();
        lane.drain();
        sent.push(...sendAll(lane, [left + 8, 16]));
        lane.publish();
        lane.drain();
        expect(lane.received).toEqual(sent);
        expect(lane.producer.congested).toBe(false);
      });
    }
  }

  test.each([16, 24, INLINE_MAX - 8, INLINE_MAX])("%i bytes travel in one piece", (size) => {
    const lane = new LaneEnds();
    const sent = sendAll(lane, repeat(size, 3));
    lane.publish();
    expect(lane.words[TAIL]).toBe(3 * size);
    lane.drain();
    expect(lane.received).toEqual(sent);
  });

  const larger = [INLINE_MAX + 8, 3 * INLINE_MAX, RING, RING + 8, 5 * RING + 2048, 2 ** 20];
  test.each(larger)("%i bytes travel in parts, between small ones", (size) => {
    const lane = new LaneEnds({ overflowBytesMax: 2 ** 21 });
    const sent = sendAll(lane, [16, size, 16, size - 1024, 24]);
    expect(sent.length).toBe(5);
    lane.settle();
    expect(lane.received).toEqual(sent);
    expect([lane.producer.records, lane.consumer.records]).toEqual([5, 5]);
  });

  test("a record at the consumer's bound is taken, a larger one closes the lane", () => {
    const lane = new LaneEnds({ recordBytesMax: 8192, overflowBytesMax: 2 ** 20 });
    const sent = sendAll(lane, [8192]);
    lane.settle();
    expect(lane.received).toEqual(sent);
    expect(lane.consumer.bad).toBe(false);
    sendAll(lane, [8200]);
    lane.publish();
    lane.drain();
    expect(lane.consumer.bad).toBe(true);
    expect(lane.received).toEqual(sent);
  });
});

describe("order and bounds", () => {
  test("a large record waits behind small ones in the overflow, and small ones behind it", () => {
    const { lane, sent } = overfilled(3);
    sent.push(...sendAll(lane, [16, 5000, 16, 40_000, ...repeat(200, 500), 16]));
    lane.settle();
    expect(lane.received).toEqual(sent);
  });

  test("at the bound nothing is accepted and nothing lost; with room it goes on", () => {
    const { lane, sent } = overfilled(8, { overflowBytesMax: 8 * 1024 });
    expect(lane.send(16)).toBe(undefined);
    expect(lane.send(5000)).toBe(undefined);
    expect(lane.producer.open).toBe(true);
    lane.publish();
    lane.drain(4);
    expect(lane.pumpIfTold()).toBe(true);
    sent.push(...sendAll(lane, [16]));
    lane.settle();
    expect(lane.received).toEqual(sent);
    expect(sent.at(-1)?.size).toBe(16);
  });

  test("one record is taken however small the overflow's bound is", () => {
    const { lane, sent } = overfilled(1, { overflowBytesMax: 16 });
    expect(sent.length).toBe(RING / 1024 + 1);
    lane.settle();
    expect(lane.received).toEqual(sent);
  });

  test("an answer passes the bound", () => {
    const { lane } = overfilled(4, { overflowBytesMax: 4096 });
    expect(lane.producer.reserve(16)).toBe(-1);
    expect(lane.producer.reserveSignal(16)).toBeGreaterThanOrEqual(0);
    lane.producer.commit();
    expect(lane.producer.reserveSignal(5000)).toBe(0);
  });

  test("a drain stops at its limit and says that more is waiting", () => {
    const lane = new LaneEnds();
    const sent = sendAll(lane, repeat(64, 10));
    lane.publish();
    expect(lane.drain(4)).toBe(true);
    expect(lane.received).toEqual(sent.slice(0, 4));
    expect(lane.drain(6)).toBe(false);
    expect(lane.received).toEqual(sent);
  });

  test("what is not flushed is not seen, and much of it is flushed by itself", () => {
    const lane = new LaneEnds();
    sendAll(lane, [64]);
    expect(lane.drain()).toBe(false);
    expect(lane.received).toEqual([]);
    sendAll(lane, repeat(1024, 8));
    expect(lane.waiting).toBe(true);
    expect(lane.signals.pending(lane.to)).toBe(true);
  });

  test.each([
    [0, 1],
    [31, 32],
    [32, 63],
    [63, 31],
  ])("the bits of thread %i at thread %i, both ways", (from, to) => {
    const lane = new LaneEnds({ from, to });
    sendAll(lane, repeat(1024, RING / 1024 + 2));
    lane.publish();
    expect(lane.signals.take(to, PENDING_IN + (from >>> 5))).toBe(1 << (from & 31));
    expect(lane.signals.pending(to)).toBe(false);
    lane.producer.pump();
    lane.drain();
    expect(lane.pumpIfTold()).toBe(true);
  });
});

describe("room", () => {
  test("the producer is told once a quarter is free", () => {
    const { lane } = overfilled(1);
    lane.producer.pump();
    expect(lane.words[WANT_SPACE]).toBe(1);
    lane.drain(3);
    expect(lane.signals.pending(lane.from)).toBe(false);
    lane.drain(1);
    expect(lane.pumpIfTold()).toBe(true);
  });

  // The consumer takes everything after the producer found the ring full, and before the producer
  // asked to be told: nobody will ring, so the producer has to look once more.
  test("room that comes before the producer asked for it is noticed", () => {
    const { lane, sent } = overfilled(2);
    let between = 0;
    const pumped = withAtomics(
      ({ store }) => ({
        store(words, index, value) {
          if (words.buffer === lane.words.buffer && index === WANT_SPACE && between === 0) {
            between += 1;
            lane.drain();
          }
          return store(words, index, value);
        },
      }),
      () => lane.producer.pump(),
    );
    expect(pumped).toBe(true);
    expect(between).toBe(1);
    lane.drain();
    expect(lane.received).toEqual(sent);
  });

  test("two lanes between two threads, both full, both come to an end", () => {
    const there = overfilled(40);
    const back = overfilled(40, { from: 2, to: 1 });
    for (let rounds = 0; rounds < 100; rounds += 1) {
      for (const { lane } of [there, back]) {
        lane.publish();
        lane.drain(1);
        lane.pumpIfTold();
      }
    }
    expect(there.lane.received).toEqual(there.sent);
    expect(back.lane.received).toEqual(back.sent);
  });
});

describe("the end of a lane", () => {
  test("close returns what was not taken: published, unpublished, and in the overflow", () => {
    const { lane, sent } = overfilled(5);
    sent.push(...sendAll(lane, [5000, 16]));
    lane.publish();
    lane.drain(7);
    const back = lane.close();
    expect([...lane.received, ...back]).toEqual(sent);
    expect(lane.send(16)).toBe(undefined);
    expect(lane.producer.open).toBe(false);
  });

  test("close of an empty lane and of a closed one returns nothing", () => {
    const lane = new LaneEnds();
    sendAll(lane, repeat(512, 3));
    lane.settle();
    expect(lane.close()).toEqual([]);
    expect(lane.close()).toEqual([]);
  });

  test("a sealed lane: what was published is still taken, what failed comes back", () => {
    const lane = new LaneEnds();
    const published = sendAll(lane, repeat(64, 3));
    lane.publish();
    lane.seal();
    const failed = sendAll(lane, repeat(64, 2));
    lane.publish();
    expect(lane.producer.open).toBe(false);
    expect(lane.send(64)).toBe(undefined);
    lane.drain();
    expect(lane.received).toEqual(published);
    expect(lane.close()).toEqual(failed);
  });

  test("a lane that is sealed while a large record is written takes none of it in between", () => {
    const lane = new LaneEnds();
    sendAll(lane, [64]);
    lane.publish();
    lane.seal();
    const failed = sendAll(lane, [5 * RING]);
    lane.drain();
    expect(lane.received.length).toBe(1);
    expect(lane.close()).toEqual(failed);
  });
});
