/**
 * Shared memory that somebody overwrites while threads talk through it: whatever is in it, no
 * thread hangs, nothing is thrown into the event loop, calls end, other lanes work on, and a new
 * lane is made where one was closed.
 *
 * Three hosts in one JavaScript thread (virtual time); 0 and 1 talk through what is scribbled over,
 * 2 talks to both and must not notice.
 */

import { expect, test } from "vitest";
import type { Ref } from "../../actors/types.ts";
import {
  BLOCK_WORDS,
  HEAD,
  PARKED,
  PENDING_IN,
  PENDING_SPACE,
  RING_WORD,
  TAIL,
  WANT_SPACE,
} from "../../runtime/layout.ts";
import { Random } from "../../runtime/random.ts";
import type { Lane } from "../../runtime/thread.ts";
import { Loopback } from "../support/loopback.ts";
import { Echo } from "../support/loopback-actors.ts";
import { VirtualWorld } from "../support/virtual-world.ts";

const CASES = 2000;
const CASES_PER_WORLD = 50;
/** Tries until messages flow again: damage may lie where it is found only when it is used. */
const TRIES_MAX = 4;
const TICK_MS = 50;

interface Scene {
  world: VirtualWorld;
  loop: Loopback;
  random: Random;
}

function newScene(seed: string): Scene {
  const world = new VirtualWorld(seed);
  const loop = new Loopback({
    indexes: [0, 1, 2],
    env: (index) => world.env(index),
    development: false,
    callTimeout: 1000,
    maxMessageBytes: 64 * 1024,
  });
  const keeper = world.env(99);
  const tick = (): void => {
    loop.tick();
    keeper.timer(TICK_MS, tick);
  };
  tick();
  return { world, loop, random: new Random(seed) };
}

const VALUES = [7, 1.5, "text", true, null, { a: 1, b: [1, 2, 3] }, [1, 2], "x".repeat(3000)];

/** Sends calls and casts from a thread to an actor, some of each. */
function talk({ random }: Scene, ref: Ref<Echo>): Promise<unknown>[] {
  const calls: Promise<unknown>[] = [];
  for (let times = 1 + random.int(12); times > 0; times -= 1) {
    const value = VALUES[random.int(VALUES.length)];
    if (random.chance(50)) calls.push(ref.call.echo(value));
    else ref.cast.note(value);
  }
  return calls;
}

const WORDS = [0, 1, -1, 4, 8, -8, 16, 24, 40, 4096, -16384, 0x7fffffff, -0x80000000];

function anyWord(random: Random): number {
  const word = WORDS[random.int(WORDS.length)] ?? 0;
  if (random.chance(40)) return random.int(2 ** 31) * (random.chance(50) ? 1 : -1);
  return word;
}

/** A lane in which records wait to be taken, reached in a few steps. */
async function laneInUse({ world, loop, random }: Scene): Promise<Lane | undefined> {
  for (let steps = random.int(30); steps < 60; steps += 1) {
    await world.step(world.now);
    const from = random.int(2);
    const lane = loop.lane(from, 1 - from);
    const words = new Int32Array(lane?.memory ?? new ArrayBuffer(256));
    if (words[TAIL] !== words[HEAD]) return lane;
  }
  return loop.lane(0, 1);
}

/** Overwrites one word; returns where and what, for the message of a failure. */
async function scribble(scene: Scene): Promise<string> {
  const { loop, random } = scene;
  const lane = await laneInUse(scene);
  if (lane === undefined || random.chance(10)) {
    const word = [PARKED, PENDING_IN, PENDING_SPACE][random.int(3)] ?? PARKED;
    const thread = random.int(2);
    const value = anyWord(random);
    loop.signals.words[thread * BLOCK_WORDS + word] = value;
    return `signals ${thread} ${word} = ${value}`;
  }
  const words = new Int32Array(lane.memory);
  const ring = words.length - RING_WORD;
  const head = (words[HEAD] ?? 0) >> 2;
  const waiting = Math.max(1, ((words[TAIL] ?? 0) >> 2) - head);
  const inRing = RING_WORD + ((head + random.int(Math.min(waiting, 64))) & (ring - 1));
  const places = [TAIL, HEAD, WANT_SPACE];
  const control = random.chance(20);
  const at = control ? (places[random.int(places.length)] ?? TAIL) : inRing;
  const before = words[at] ?? 0;
  words[at] = random.chance(30) ? before ^ (1 << random.int(32)) : anyWord(random);
  const where = control ? "control" : "ring";
  return `${where} of ${lane.from}, word ${at}: ${before} = ${words[at]}`;
}

/** True if both threads spawn, answer and keep the order. */
async function healthy({ world, loop }: Scene): Promise<boolean> {
  try {
    for (const from of [0, 1]) {
      const ref = await world.run(loop.spawn(from, Echo, [], { thread: 1 - from }), 20_000);
      for (let index = 0; index < 20; index += 1) ref.cast.note(index);
      const seen = await world.run(ref.call.seen(), 20_000);
      if (JSON.stringify(seen) !== JSON.stringify([...new Array(20).keys()])) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function badLanes(loop: Loopback): number {
  return [...loop.hosts.values()].reduce((sum, host) => sum + host.counts.badLanes, 0);
}

async function settled(scene: Scene, calls: Promise<unknown>[], what: string): Promise<unknown[]> {
  try {
    return await scene.world.run(Promise.allSettled(calls), 20_000);
  } catch (error) {
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  }
}

/** One case: talk, scribble, and see that everything ends. */
async function scribbled(scene: Scene, [there, here, third]: [Ref<Echo>, Ref<Echo>, Ref<Echo>[]]) {
  const calls = [...talk(scene, there), ...talk(scene, here)];
  const bad = badLanes(scene.loop);
  const what = await scribble(scene);
  calls.push(...talk(scene, there), ...talk(scene, here));
  const untouched = third.map((ref, index) => ref.call.echo(index));
  const ends = await settled(scene, calls, what);
  // Where the damage is seen, nobody has to wait for a time-out.
  if (what.startsWith("ring") && badLanes(scene.loop) > bad) {
    expect(JSON.stringify(ends), what).not.toContain("ERR_CALL_TIMEOUT");
    expect(badLanes(scene.loop), what).toBe(bad + 1);
  }
  expect(await settled(scene, untouched, what), what).toEqual(
    untouched.map((_, value) => ({ status: "fulfilled", value })),
  );
  for (let tries = 1; !(await healthy(scene)); tries += 1) {
    expect(tries, `${what}: messages do not flow again`).toBeLessThan(TRIES_MAX);
  }
}

test(`${CASES} words are overwritten while three threads talk`, async () => {
  let bad = 0;
  for (let first = 0; first < CASES; first += CASES_PER_WORLD) {
    const scene = newScene(`scribble ${first}`);
    const { world, loop } = scene;
    try {
      for (let index = 0; index < CASES_PER_WORLD; index += 1) {
        const there = await world.run(loop.spawn(2, Echo, [], { thread: 1 }));
        const here = await world.run(loop.spawn(2, Echo, [], { thread: 0 }));
        await scribbled(scene, [loop.at(0, there), loop.at(1, here), [there, here]]);
      }
      bad += badLanes(loop);
    } finally {
      world.close();
    }
  }
  expect(bad).toBeGreaterThan(CASES / 10);
});
