/** Slots, lives and ranges of the directory, on one thread. */

import { describe, expect, test } from "vitest";
import { allocateDirectory, Directory, WAITS_MAX } from "../../runtime/directory.ts";
import {
  DIRECTORY_HEADER_WORDS,
  NEXT_RANGE,
  RANGE_SLOTS,
  SLOT_INCARNATION,
  SLOT_WORDS,
  THREAD_BOOTING,
  THREAD_DEAD,
  THREAD_RUNNING,
} from "../../runtime/layout.ts";
import { Random } from "../../runtime/random.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

class World {
  readonly signals = new Signals(allocateSignals());
  readonly memory: SharedArrayBuffer;

  constructor(maxActors: number) {
    this.memory = allocateDirectory(maxActors);
  }

  /** A life of a thread, which runs at once. */
  life(thread: number, generation: number): Directory {
    this.signals.setState(thread, THREAD_BOOTING, generation);
    const directory = new Directory(this.memory, this.signals, thread, generation);
    this.signals.setState(thread, THREAD_RUNNING, generation);
    return directory;
  }

  end(thread: number, generation: number): void {
    this.signals.setState(thread, THREAD_DEAD, generation);
  }
}

/** Takes until there is none; returns the slots. */
function takeAll(directory: Directory): number[] {
  const slots: number[] = [];
  for (let slot = directory.take(1); slot !== 0; slot = directory.take(1)) slots.push(slot);
  return slots;
}

test("an address is never used twice, however slots are taken and released", () => {
  const directory = new World(4 * RANGE_SLOTS).life(1, 1);
  const random = new Random("slots");
  const used = new Set<string>();
  const wrong: string[] = [];
  const alive: { slot: number; incarnation: number }[] = [];
  for (let step = 0; step < 50_000; step += 1) {
    // Now more are taken, now more given back, so that the list of free slots grows and turns over.
    if (alive.length > 0 && random.chance(step % 12_000 < 6000 ? 20 : 80)) {
      const { slot, incarnation } = alive.splice(random.int(alive.length), 1)[0] ?? fail();
      if (!directory.isAlive(slot, incarnation)) wrong.push(`${slot} was dead`);
      directory.release(slot);
      if (directory.isAlive(slot, incarnation)) wrong.push(`${slot} is alive`);
      continue;
    }
    const slot = directory.take(7);
    if (slot === 0) continue;
    const incarnation = directory.incarnation(slot);
    if (used.has(`${slot}.${incarnation}`)) wrong.push(`${slot}.${incarnation} comes again`);
    used.add(`${slot}.${incarnation}`);
    alive.push({ slot, incarnation });
  }
  expect(wrong).toEqual([]);
  for (const { slot, incarnation } of alive)
    expect(directory.isAlive(slot, incarnation)).toBe(true);
  expect(used.size).toBeGreaterThan(20_000);
});

function fail(): never {
  throw new Error("there is none");
}

test("all slots but the first can be taken, then there is none until one is released", () => {
  const directory = new World(3 * RANGE_SLOTS).life(2, 1);
  const slots = takeAll(directory);
  expect(slots.length).toBe(directory.capacity);
  expect(new Set(slots).size).toBe(3 * RANGE_SLOTS - 1);
  expect(slots).not.toContain(0);
  expect(directory.take(1)).toBe(0);
  directory.release(slots[5] ?? 0);
  expect(directory.take(1)).toBe(slots[5]);
  expect(directory.take(1)).toBe(0);
});

test("slots are used again as late as possible", () => {
  const directory = new World(RANGE_SLOTS).life(1, 1);
  const first = directory.take(1);
  directory.release(first);
  const others = Array.from({ length: RANGE_SLOTS - 2 }, () => directory.take(1));
  expect(others).not.toContain(first);
  expect(directory.take(1)).toBe(first);
});

test("threads take ranges of their own, and one that has none left takes the next", () => {
  const world = new World(8 * RANGE_SLOTS);
  const [one, two] = [world.life(1, 1), world.life(2, 1)];
  const taken = [one, two].map((directory) =>
    Array.from({ length: 3 * RANGE_SLOTS }, () => directory.take(1)),
  );
  const all = taken.flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all).not.toContain(0);
  for (const slot of taken[1] ?? []) expect(one.threadOf(slot)).toBe(2);
});

describe("the next life of a thread", () => {
  test("finds the dead one's actors dead, and goes on with its slots and incarnations", () => {
    const world = new World(4 * RANGE_SLOTS);
    const first = world.life(1, 1);
    const other = world.life(2, 1);
    const old = Array.from({ length: 1500 }, () => {
      const slot = first.take(1);
      return { slot, incarnation: first.incarnation(slot) };
    });
    const steady = other.take(1);
    world.end(1, 1);
    for (const { slot, incarnation } of old) expect(other.isAlive(slot, incarnation)).toBe(false);
    expect(other.isAlive(steady, 1)).toBe(true);

    const second = world.life(1, 2);
    for (const { slot, incarnation } of old) expect(other.isAlive(slot, incarnation)).toBe(false);
    const slots = takeAll(second);
    expect(slots.length).toBe(3 * RANGE_SLOTS - 1);
    for (const { slot, incarnation } of old) {
      expect(slots).toContain(slot);
      expect(second.incarnation(slot)).toBe(incarnation + 1);
      expect(second.isAlive(slot, incarnation)).toBe(false);
      expect(second.isAlive(slot, incarnation + 1)).toBe(true);
    }
    expect(other.isAlive(steady, 1)).toBe(true);
  });

  test("takes no more slots in a hundred lives than in one", () => {
    const world = new World(2 * RANGE_SLOTS);
    for (let life = 1; life <= 100; life += 1) {
      const directory = world.life(1, life);
      const slots = Array.from({ length: RANGE_SLOTS - 1 }, () => directory.take(1));
      expect(slots.includes(0)).toBe(false);
      world.end(1, life);
    }
    expect(world.life(2, 1).take(1)).not.toBe(0);
  });

  test("finds the range that the dead one had taken and not counted yet", () => {
    const world = new World(3 * RANGE_SLOTS);
    const words = new Int32Array(world.memory);
    // Cut off between the two exchanges of `take`: the range is owned, the next one not announced.
    words[DIRECTORY_HEADER_WORDS] = 1 + 1;
    const other = world.life(2, 1);
    const slots = Array.from({ length: 2 * RANGE_SLOTS }, () => other.take(1));
    expect(Math.min(...slots)).toBe(RANGE_SLOTS);
    expect(words[NEXT_RANGE]).toBe(3);
    expect(takeAll(world.life(1, 2)).length).toBe(RANGE_SLOTS - 1);
  });
});

test("a slot whose lives are used up is retired", () => {
  const world = new World(RANGE_SLOTS);
  const directory = world.life(1, 1);
  const slot = directory.take(1);
  const at = DIRECTORY_HEADER_WORDS + directory.ranges + slot * SLOT_WORDS + SLOT_INCARNATION;
  const words = new Int32Array(world.memory);
  words[at] = -2;
  directory.release(slot);
  expect(takeAll(directory)).not.toContain(slot);
  expect(takeAll(world.life(1, 2))).not.toContain(slot);
  expect(directory.incarnation(slot)).toBe(2 ** 32 - 2);
});

test("a slot outside of the directory is nobody's", () => {
  const directory = new World(RANGE_SLOTS).life(1, 1);
  for (const slot of [0, -1, RANGE_SLOTS, 2 ** 30, Number.NaN]) {
    expect(directory.isAlive(slot, 1)).toBe(false);
  }
});

describe("who waits for whom", () => {
  test("a cycle is found by whoever closes it, of any length up to the bound", () => {
    const directory = new World(RANGE_SLOTS).life(1, 1);
    const slots = Array.from({ length: WAITS_MAX + 2 }, () => directory.take(1));
    for (let length = 1; length <= WAITS_MAX; length += 1) {
      const ring = slots.slice(0, length);
      ring.forEach((slot, index) => {
        expect(directory.cycle(slot)).toBe(undefined);
        directory.waits(slot, ring[(index + 1) % length] ?? 0, index + 1);
      });
      expect(directory.cycle(ring.at(-1) ?? 0)).toEqual([ring.at(-1), ...ring]);
      ring.forEach((slot, index) => void directory.answered(slot, index + 1));
      expect(directory.cycle(ring[0] ?? 0)).toBe(undefined);
    }
  });

  test("an answer to an earlier call leaves a later one alone", () => {
    const directory = new World(RANGE_SLOTS).life(1, 1);
    const slot = directory.take(1);
    directory.waits(slot, slot, 5);
    directory.answered(slot, 4);
    expect(directory.cycle(slot)).toEqual([slot, slot]);
    directory.answered(slot, 5);
    expect(directory.cycle(slot)).toBe(undefined);
  });

  test("a way that leads out of the directory, or on and on, ends", () => {
    const directory = new World(RANGE_SLOTS).life(1, 1);
    const slots = Array.from({ length: 200 }, () => directory.take(1));
    slots.forEach((slot, index) => void directory.waits(slot, slots[index + 1] ?? 2 ** 30, 1));
    expect(directory.cycle(slots[0] ?? 0)).toBe(undefined);
    expect(directory.cycle(slots[150] ?? 0)).toBe(undefined);
  });
});

describe("an address that survives has ended with the life that died", () => {
  /** Lives on thread 1, whose first life has ended. */
  function lost(survives: boolean): {
    world: World;
    holder: { slot: number; incarnation: number };
  } {
    const world = new World(RANGE_SLOTS);
    const first = world.life(1, 1);
    const slot = first.take(7);
    if (survives) first.keep(slot);
    world.end(1, 1);
    return { world, holder: { slot, incarnation: first.incarnation(slot) } };
  }

  test("whether it waits, is about to go on, or goes on", () => {
    const { world, holder } = lost(true);
    const looker = new Directory(world.memory, world.signals, 2, 1);
    const isTold = () => looker.endedWith(holder, 1);
    expect(isTold()).toBe(true);
    world.signals.setState(1, THREAD_BOOTING, 2);
    const second = new Directory(world.memory, world.signals, 1, 2);
    expect(isTold()).toBe(true);
    second.revive(holder.slot);
    expect(isTold()).toBe(true);
    world.signals.setState(1, THREAD_RUNNING, 2);
    expect(isTold()).toBe(true);
    second.release(holder.slot);
    expect(isTold()).toBe(true);
  });

  test("and with no life that it did not have", () => {
    const { world, holder } = lost(true);
    const looker = new Directory(world.memory, world.signals, 2, 1);
    // The second life died before it went on with anything.
    world.life(1, 2);
    world.end(1, 2);
    expect(looker.endedWith(holder, 2)).toBe(false);
  });

  test("others have no second life", () => {
    const { world, holder } = lost(false);
    const looker = new Directory(world.memory, world.signals, 2, 1);
    const second = world.life(1, 2);
    expect(looker.endedWith(holder, 1)).toBe(true);
    const slot = second.take(7);
    const young = { slot, incarnation: second.incarnation(slot) };
    expect(looker.endedWith(young, 1)).toBe(false);
  });
});
