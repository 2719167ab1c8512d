/**
 * A system of two threads in one JavaScript thread, on the event loop of the process: messages,
 * refs, order, room and the way down, over real lanes.
 */

import { afterEach, expect, test } from "vitest";
import type { Ref } from "../../actors/types.ts";
import type { Counts } from "../../runtime/counters.ts";
import { Loopback, type LoopbackOptions } from "../support/loopback.ts";
import { Tally } from "../support/loopback-actors.ts";

const open: Loopback[] = [];

function loopback(options: LoopbackOptions = {}): Loopback {
  const loop = new Loopback({ callTimeout: 4000, ...options });
  open.push(loop);
  return loop;
}

afterEach(async () => {
  for (const loop of open.splice(0)) await loop.stop();
});

/** Every message that was sent is accounted for. */
function expectExact({ sent, handled, deadLettered, dropped, queued }: Counts): void {
  expect(sent).toBe(handled + deadLettered + dropped + queued);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("an actor is spawned on the other thread and answers", async () => {
  const loop = loopback();
  const ref = await loop.spawn(0, Tally, [10], { thread: 1, name: "far" });
  expect(String(ref)).toMatch(/^Tally<\d+\.1>$/);
  expect(await ref.call.add(5)).toBe(15);
  expect(loop.host(1).named.whereis(Tally, "far")).toBe(loop.at(1, ref));
  expect(await loop.at(1, ref).call.add(1)).toBe(16);
  expect(loop.lanes.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

test("a text that no ref by name is written as is refused", async () => {
  const loop = loopback();
  const { phonebook, named } = loop.host(1);
  const [name, url] = ["Tally", "file:///tally.js"];
  const read = (value: unknown) => phonebook.readText(JSON.stringify(value));
  expect(read(["x", name, url, ["add"]])).toBe(read(["x", name, url, ["add"]]));
  expect(named.of(Tally, "far")).toBe(phonebook.readText(named.write(named.of(Tally, "far"))));
  const bad: unknown[] = [null, 5, {}, [], ["x"], ["x", 7], ["x", 1.5], ["x", -1], ["x", "Tally"]];
  bad.push([7, name, url, []], ["", name, url, []], ["x".repeat(201), name, url, []]);
  bad.push(["x", 7, url, []], ["x", name, 7, []], ["x", name, url, "add"], ["x", name, url, [7]]);
  bad.push(["x", name, url, ["then"]], ["x", name, url, new Array(257).fill("add")]);
  for (const text of bad) expect(() => read(text), JSON.stringify(text)).toThrow();
  for (const text of ["", "[", '["\\ud800",0]']) expect(() => phonebook.readText(text)).toThrow();
});

test("a ref by name of code whose handlers stand in another order", async () => {
  const loop = loopback();
  const { named } = loop.host(1);
  const tally = JSON.parse(named.write(named.of(Tally, "far"))) as [
    string,
    string,
    string,
    string[],
  ];
  const turned = JSON.stringify([tally[0], tally[1], tally[2], tally[3].reverse()]);
  const ref = loop.host(0).named.read(turned) as unknown as Ref<{ add(by: number): number }>;
  await loop.spawn(0, Tally, [10], { thread: 1, name: "far" });
  expect(await ref.call.add(5)).toBe(15);
});

test("casts arrive in order, through a ring that is too small for them", async () => {
  const loop = loopback({ mailbox: { maxBytes: 2 ** 28 } });
  const ref = await loop.spawn(0, Tally, [0], { thread: 1 });
  const values = numbers(20_000).map((index) =>
    index % 100 === 7 ? [index, "x".repeat(500)] : index,
  );
  const crowded = values.filter((value) => !ref.cast.note(value)).length;
  expect(crowded).toBeGreaterThan(0);
  await ref.ready();
  expect(await ref.call.seen()).toEqual(values);
  expectExact(loop.counters());
  expect(loop.counters().sent).toBe(20_001);
});

test("answers come to their own calls, with many on the way both ways", async () => {
  const loop = loopback();
  const there = await loop.spawn(0, Tally, [0], { thread: 1 });
  const here = await loop.spawn(1, Tally, [0], { thread: 0 });
  const back = loop.at(1, here);
  const asked = numbers(3000);
  const [first, second] = await Promise.all([
    Promise.all(asked.map((index) => there.call.echo(index))),
    Promise.all(asked.map((index) => back.call.echo({ index, text: `number ${index}` }))),
  ]);
  expect(first).toEqual(asked);
  expect(second).toEqual(asked.map((index) => ({ index, text: `number ${index}` })));
  expectExact(loop.counters());
});

test.each([1, 2000, 2100, 16_384, 100_000, 3_000_000])(
  "%i bytes go there and back",
  async (size) => {
    const loop = loopback();
    const ref = await loop.spawn(0, Tally, [0], { thread: 1 });
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7) & 255);
    const [echo] = await Promise.all([
      ref.call.echo({ bytes, after: "the bytes" }),
      ref.call.add(1),
      ref.call.echo("x".repeat(size)),
    ]);
    const { bytes: came, after } = echo as { bytes: Uint8Array; after: string };
    expect(Buffer.compare(came, bytes)).toBe(0);
    expect(after).toBe("the bytes");
  },
);

test("a ref that travels is the same ref at home, and works where it came to", async () => {
  const loop = loopback();
  const there = await loop.spawn(0, Tally, [0], { thread: 1 });
  const here = await loop.spawn(0, Tally, [0], { thread: 0 });
  expect(await there.call.echo(here)).toBe(here);
  expect(await there.call.echo([here, { there }])).toEqual([here, { there }]);
  expect(await there.call.self()).toBe(there);
  there.cast.forward(here, "hello");
  await there.call.add(0);
  expect(await there.call.ask(here, 3)).toBe(3);
  expect(await here.call.seen()).toEqual(["hello"]);
});

test("ready waits for a mailbox that is too full, and settles when it has room", async () => {
  const loop = loopback({ mailbox: { max: 2000 } });
  const ref = await loop.spawn(0, Tally, [0], { thread: 1 });
  let waits = 0;
  for (let index = 0; index < 5000; index += 1) {
    if (ref.cast.note(index)) continue;
    waits += 1;
    await ref.ready();
  }
  expect(waits).toBeGreaterThan(0);
  expect(await ref.call.seen()).toEqual(numbers(5000));
  expectExact(loop.counters());
});

test("threads with any index find each other's bits", async () => {
  const loop = loopback({ indexes: [0, 31, 32, 63] });
  const refs = [];
  for (const index of [31, 32, 63, 0]) {
    refs.push(await loop.spawn(index === 0 ? 63 : 0, Tally, [0], { thread: index }));
  }
  for (const host of [0, 31, 32, 63]) {
    const answers = refs.map((ref) => loop.at(host, ref).call.add(1));
    expect((await Promise.all(answers)).length).toBe(4);
  }
});

test("stop ends all actors, fails what waits, and accounts for every message", async () => {
  const loop = loopback();
  const there = await loop.spawn(0, Tally, [0], { thread: 1 });
  const pending = there.call.never().catch((error: unknown) => String(error));
  for (let index = 0; index < 500; index += 1) there.cast.note(index);
  expect(await loop.stop()).toEqual([]);
  expect(await pending).toContain("ActorDown");
  const counts = loop.counters();
  expectExact(counts);
  expect([counts.actors, counts.queued]).toEqual([0, 0]);
  open.splice(0);
});
