/** One word of a lane that no end of it can have written, and what each end makes of it. */

import { describe, expect, test } from "vitest";
import { HEAD, RING_WORD, TAIL } from "../../runtime/layout.ts";
import { LaneEnds } from "../support/lane-ends.ts";
import { Loopback } from "../support/loopback.ts";
import { Echo } from "../support/loopback-actors.ts";
import { VirtualWorld } from "../support/virtual-world.ts";

const RING = 16 * 1024;
const INLINE_MAX = RING / 8;

/** A lane with three records of 64 bytes published, the first one taken. */
function published(start = 0): LaneEnds {
  const lane = new LaneEnds({ start });
  for (let times = 0; times < 3; times += 1) lane.send(64);
  lane.publish();
  lane.drain(1);
  return lane;
}

describe("the consumer refuses", () => {
  const sizes = [0, 1, 4, 8, 12, 20, 68, 136, RING, RING + 8, -8, -64, -128, -0x80000000];
  test.each(sizes)("a record of %i bytes where 128 wait", (size) => {
    const lane = published();
    lane.words[RING_WORD + 16] = size;
    expect(lane.drain()).toBe(false);
    expect(lane.consumer.bad).toBe(true);
    expect(lane.received.length).toBe(1);
  });

  test.each([72, -56, -72])("%i in front of the last 64 bytes of the ring", (size) => {
    const lane = published(RING - 128);
    lane.words[RING_WORD + (RING - 64) / 4] = size;
    expect(lane.drain()).toBe(false);
    expect(lane.consumer.bad).toBe(true);
    expect(lane.received.length).toBe(1);
  });

  test.each([64 - 8, 0, 68, 64 + RING + 8, -8, 0x7ffffff8])(
    "a tail of %i behind a head of 64",
    (tail) => {
      const lane = published();
      lane.words[TAIL] = tail;
      expect(lane.drain()).toBe(false);
      expect(lane.consumer.bad).toBe(true);
      expect(lane.received.length).toBe(1);
    },
  );

  const header = { total: 2, offset: 3 };
  test.each([
    ["another total", header.total, INLINE_MAX + 16],
    ["a total that is no size", header.total, -8],
    ["a total beyond the bound", header.total, 0x7ffffff0],
    ["a part that is missing", header.offset, 4096],
    ["a part that comes twice", header.offset, 0],
    ["a part before the beginning", header.offset, -8],
  ])("a large record with %s", (_what, word, value) => {
    const lane = new LaneEnds();
    lane.send(3 * INLINE_MAX);
    lane.publish();
    lane.drain(1);
    lane.words[RING_WORD + ((lane.words[HEAD] ?? 0) >> 2) + word] = value;
    lane.drain();
    expect(lane.consumer.bad).toBe(true);
    expect(lane.received).toEqual([]);
  });

  test("nothing any more once it has refused something", () => {
    const lane = published();
    lane.words[TAIL] = 0;
    lane.drain();
    lane.words[TAIL] = 3 * 64;
    expect(lane.drain()).toBe(false);
    expect(lane.received.length).toBe(1);
  });
});

describe("the producer", () => {
  test.each([8, 12, -8, 0x7ffffff8, -0x80000000])("does not believe a head of %i", (head) => {
    const lane = new LaneEnds();
    const sent = [];
    for (let bytes = 0; bytes < RING; bytes += 1024) sent.push(lane.send(1024));
    lane.publish();
    if (head === 8) lane.words[HEAD] = RING + 8;
    else lane.words[HEAD] = head;
    for (let times = 0; times < 8; times += 1) sent.push(lane.send(1024));
    lane.publish();
    expect(lane.producer.congested).toBe(true);
    lane.settle();
    expect(lane.received).toEqual(sent);
  });

  test("closes a lane whose tail somebody moved, and gets back what was not taken", () => {
    const lane = published();
    lane.words[TAIL] = 64;
    const failed = lane.send(64);
    lane.publish();
    expect(lane.producer.open).toBe(false);
    expect(lane.close().map(({ number }) => number)).toEqual([1, 2, failed?.number]);
  });
});

test("a call that cannot be published fails at once; the next takes a new lane", async () => {
  const world = new VirtualWorld(1);
  try {
    const loop = new Loopback({ env: (index) => world.env(index), callTimeout: 5000 });
    const ref = await world.run(loop.spawn(0, Echo, [], { thread: 1 }));
    const lane = loop.lane(0, 1);
    const words = new Int32Array(lane?.memory ?? new ArrayBuffer(0));
    words[TAIL] = (words[TAIL] ?? 0) - 8;
    const failed = ref.call.echo(1).catch((error: unknown) => error);
    expect(await world.run(failed)).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
    expect(world.now).toBeLessThan(1000);
    expect(await world.run(ref.call.echo(2))).toBe(2);
    expect(loop.lane(0, 1)).not.toBe(lane);
  } finally {
    world.close();
  }
});

test("an unreadable record closes its lane once and fails all behind it", async () => {
  const world = new VirtualWorld(2);
  try {
    const loop = new Loopback({ env: (index) => world.env(index), callTimeout: 5000 });
    const ref = await world.run(loop.spawn(0, Echo, [], { thread: 1 }));
    const words = new Int32Array(loop.lane(0, 1)?.memory ?? new ArrayBuffer(0));
    const calls = [1, 2, 3].map((value) => ref.call.echo(value).catch((error: unknown) => error));
    while (words[TAIL] === words[HEAD]) await world.step(world.now);
    words[RING_WORD + (words[HEAD] ?? 0) / 4] = 20;
    for (const error of await world.run(Promise.all(calls))) {
      expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
    }
    expect(world.now).toBeLessThan(1000);
    expect(await world.run(ref.call.echo(4))).toBe(4);
    expect(loop.host(1).counts.badLanes).toBe(1);
    expect(loop.lines.join("")).toContain("lane closed");
  } finally {
    world.close();
  }
});
