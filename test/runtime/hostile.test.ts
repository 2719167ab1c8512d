/**
 * Records that no sender wrote, given to a host one by one: each is refused or does what such a
 * record does, and nothing is thrown into the thread that drains the lane.
 */

import { expect, test } from "vitest";
import { RING_BYTE } from "../../runtime/layout.ts";
import { Random } from "../../runtime/random.ts";
import { viewOf } from "../../runtime/record.ts";
import { Loopback } from "../support/loopback.ts";
import { Echo } from "../support/loopback-actors.ts";
import { VirtualWorld } from "../support/virtual-world.ts";

const RECORDS = 20_000;
/** Calls that wait for an answer which a hostile record may claim to be. */
const PENDING = 8;

const CASES = [0, 1, -1, 2, 3, 5, 8, 31, 48, 49, 255, 1024, 0x7fffffff, -0x80000000];

/** One of the values that matter for some field, or anything. */
function field(random: Random): number {
  if (random.chance(50)) return random.int(12);
  if (random.chance(60)) return CASES[random.int(CASES.length)] ?? 0;
  return (random.int(2 ** 31) * (random.chance(50) ? 1 : -1)) | 0;
}

/** Word 1: kind, handler or status, tag, number of arguments. */
function headWord(random: Random): number {
  const kind = random.chance(95) ? 2 + random.int(9) : random.int(256);
  const handler = random.chance(80) ? random.int(4) : random.int(256);
  const tag = random.chance(90) ? random.int(12) : random.int(256);
  const argc = random.chance(90) ? random.int(4) : random.int(256);
  return kind | (handler << 8) | (tag << 16) | (argc << 24);
}

const packed = ["text", 7, null, {}, [], [1], [1, 2], [1.5, -1], ["a", "b"], [[1], {}]];

/** Writes a value as the codec does, so that what comes after the decoding is reached too. */
function writePacked(loop: Loopback, words: Int32Array, at: number, random: Random): void {
  const { codec } = loop.host(1);
  const values = [
    ...packed,
    { level: "loud", fields: {}, message: "hello" },
    { level: "warn", fields: null, message: 7 },
    { args: [], name: 5, label: {}, mailbox: { max: -1 } },
    { args: "no list", name: undefined },
    { args: [1, 2, 3], name: "x".repeat(300) },
  ];
  const length = codec.encode(values[random.int(values.length)], "value");
  const bytes = new Uint8Array(words.buffer, (at + 1) * 4);
  if (length > bytes.length) return;
  words[at] = random.chance(95) ? length : field(random);
  bytes.set(codec.scratch.subarray(codec.start, codec.start + length));
}

test(`${RECORDS} records at random`, async () => {
  const world = new VirtualWorld("hostile");
  try {
    const env = (index: number) => world.env(index);
    const loop = new Loopback({ env, development: false, callTimeout: 600_000 });
    const random = new Random("hostile");
    const ref = await world.run(loop.spawn(0, Echo, [], { thread: 1 }));
    const { slot, incarnation } = ref as unknown as { slot: number; incarnation: number };
    const view = viewOf(new SharedArrayBuffer(RING_BYTE + 1024));
    const answers = { refused: 0, taken: 0 };
    for (let index = 0; index < RECORDS; index += 1) {
      const host = loop.host(random.int(2));
      while (loop.host(0).calls.size < PENDING) {
        const sent = random.chance(50) ? ref.call.echo(1) : loop.spawn(0, Echo, [], { thread: 1 });
        sent.catch(() => {});
      }
      const at = RING_BYTE / 4 + 2 * random.int(16);
      const size = 16 + 8 * random.int(16);
      for (let word = at; word < at + size / 4; word += 1) view.words[word] = field(random);
      view.words[at] = size;
      view.words[at + 1] = headWord(random);
      if (random.chance(30)) {
        view.words[at + 2] = slot;
        view.words[at + 3] = incarnation;
      }
      const pending = loop.host(0).calls.at(random.int(PENDING));
      if (pending !== undefined && random.chance(50)) {
        const place = at + (random.chance(50) ? 2 : 5);
        view.words[place] = pending.index;
        view.words[place + 1] = pending.seq;
      }
      const payloads = [3, 4, 5, 10];
      const payload = at + (payloads[random.int(payloads.length)] ?? 3);
      if (random.chance(60)) writePacked(loop, view.words, payload, random);
      const taken = host.receive(host.thread.index === 0 ? 1 : 0, view, at, size);
      answers[taken ? "taken" : "refused"] += 1;
      if (index % 100 === 0) await world.rest();
    }
    expect(answers.refused).toBeGreaterThan(RECORDS / 10);
    expect(answers.taken).toBeGreaterThan(RECORDS / 10);
    expect(await world.run(ref.call.echo("alive"))).toBe("alive");
  } finally {
    world.close();
  }
});
