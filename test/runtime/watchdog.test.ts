/** Goal: a thread that does not move is told, warned and ended in time, and no other one is. */

import { beforeEach, describe, expect, test } from "vitest";
import { Culprits } from "../../runtime/culprits.ts";
import { allocateDirectory, Directory } from "../../runtime/directory.ts";
import { CALLBACK_FIRST, Heartbeat } from "../../runtime/heartbeat.ts";
import { PARKED, THREAD_RUNNING } from "../../runtime/layout.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";
import { stallCause } from "../../runtime/stall.ts";
import { setStall } from "../../runtime/stall-times.ts";
import { allocateTable, TableReader, TableWriter } from "../../runtime/table.ts";
import { Watchdog } from "../../runtime/watchdog.ts";

const THREAD = 1;
const TICK_MS = 50;

let signals: Signals;
let directory: Directory;
let heartbeat: Heartbeat;
let culprits: Culprits;
let inspected: boolean;

/** A watchdog over one thread and main, whose actors are of one definition. */
function made(slowMs: number, stallMs: number): Watchdog {
  return new Watchdog({
    signals,
    directory,
    culprits,
    slowMs,
    stallMs,
    inspected: () => inspected,
  });
}

beforeEach(() => {
  signals = new Signals(allocateSignals());
  signals.setState(0, THREAD_RUNNING, 1);
  signals.setState(THREAD, THREAD_RUNNING, 1);
  directory = new Directory(allocateDirectory(4096), signals, THREAD, 1);
  const table = allocateTable(4096, 8);
  const facts = { name: "Counter", url: "file:///counter.js", handlers: ["add", "reset"] };
  new TableWriter(table).append(JSON.stringify(facts));
  culprits = new Culprits(signals, directory, new TableReader(table));
  heartbeat = new Heartbeat(signals, THREAD);
  heartbeat.clear();
  inspected = false;
});

const sleeps = (thread: number, sleep: boolean): void => {
  signals.words[thread * 256 + PARKED] = sleep ? 1 : 0;
};

/** Looks every 50 ms for so long; returns what was new, with its time. */
function pass(dog: Watchdog, ms: number, thread: number = THREAD): string[] {
  const told: string[] = [];
  for (let at = TICK_MS; at <= ms; at += TICK_MS) {
    dog.look(thread, TICK_MS);
    const news = dog.news(thread);
    if (news !== undefined) told.push(`${at} ${news.type} ${news.who}`);
  }
  return told;
}

describe("a turn that does not return", () => {
  test("is told, warned and ended, once each", () => {
    const slot = directory.take(0);
    const dog = made(100, 400);
    dog.look(THREAD, TICK_MS);
    heartbeat.slice(slot);
    heartbeat.turn(1);
    const who = `Counter<${slot}.1> in reset`;
    // The first look finds it moving.
    expect(pass(dog, 1000)).toEqual([`150 slow ${who}`, `250 warned ${who}`, `450 killed ${who}`]);
    expect(stallCause({ thread: 1, who, ms: 5000, limitMs: 0 })).toBe("stalled for 5.0 s");
  });

  test("is asked to give up with the warning, and no turn after it", () => {
    const slot = directory.take(0);
    const dog = made(Number.POSITIVE_INFINITY, 400);
    heartbeat.slice(slot);
    heartbeat.turn(0);
    expect(heartbeat.cancelled).toBe(false);
    pass(dog, 250);
    expect(heartbeat.cancelled).toBe(true);
    heartbeat.turn(0);
    expect(heartbeat.cancelled).toBe(false);
    expect(pass(dog, 200)).toEqual([]);
    heartbeat.rests();
    expect(heartbeat.cancelled).toBe(false);
  });

  test("has its actor's own time, which may be for ever", () => {
    const [one, other] = [directory.take(0), directory.take(0)];
    setStall(directory, one, 200);
    setStall(directory, other, Number.POSITIVE_INFINITY);
    const dog = made(Number.POSITIVE_INFINITY, 1000);
    expect(dog.shortestMs).toBe(200);
    heartbeat.slice(one);
    expect(pass(dog, 300).map((line) => line.split(" ")[1])).toEqual(["warned", "killed"]);
    heartbeat.slice(other);
    expect(pass(dog, 5000)).toEqual([]);
  });

  test("is spared while an inspector is attached", () => {
    heartbeat.slice(directory.take(0));
    const dog = made(Number.POSITIVE_INFINITY, 200);
    inspected = true;
    expect(pass(dog, 1000).map((line) => line.split(" ")[1])).toEqual(["warned", "spared"]);
    inspected = false;
    expect(pass(dog, 50)[0]).toMatch(/killed/);
  });

  test("is none if others follow it, however slow they are together", () => {
    const dog = made(Number.POSITIVE_INFINITY, 200);
    for (let turn = 0; turn < 40; turn += 1) {
      if (turn % 8 === 0) heartbeat.slice(directory.take(0));
      heartbeat.turn(0);
      expect(pass(dog, 50)).toEqual([]);
    }
  });
});

describe("a thread between turns", () => {
  test("that neither sleeps nor moves is stalled", () => {
    const dog = made(Number.POSITIVE_INFINITY, 200);
    const slot = directory.take(0);
    heartbeat.place(0, slot, 1, 0);
    heartbeat.opens(1);
    expect(pass(dog, 300)).toEqual([
      `150 warned Counter<${slot}.1> in add`,
      `250 killed Counter<${slot}.1> in add`,
    ]);
  });

  test("may sleep for ever, if it answers when it is asked", () => {
    sleeps(THREAD, true);
    const dog = made(Number.POSITIVE_INFINITY, 400);
    let asked = 0;
    for (let look = 0; look < 200; look += 1) {
      dog.look(THREAD, TICK_MS);
      expect(dog.news(THREAD)).toBe(undefined);
      if (heartbeat.pong()) asked += 1;
    }
    // Ten seconds, and each question at the earliest 200 ms after the answer to the last one.
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThan(60);
  });

  test("that does not answer is stalled, in nobody's turn", () => {
    sleeps(THREAD, true);
    const dog = made(Number.POSITIVE_INFINITY, 400);
    const told = pass(dog, 1000);
    expect(told).toEqual(["400 warned undefined", "600 killed undefined"]);
  });

  test("has not been at it while it slept", () => {
    const dog = made(Number.POSITIVE_INFINITY, 1000);
    sleeps(THREAD, true);
    dog.look(THREAD, 400);
    sleeps(THREAD, false);
    dog.look(THREAD, 400);
    expect(dog.of(THREAD)).toBe(undefined);
  });
});

test("main is told as blocked, and when it has returned; it is never ended", () => {
  const dog = made(Number.POSITIVE_INFINITY, 200);
  const main = new Heartbeat(signals, 0);
  main.clear();
  expect(pass(dog, 1000, 0)).toEqual(["250 blocked undefined"]);
  main.slice(directory.take(0));
  dog.look(0, TICK_MS);
  expect(dog.news(0)).toMatchObject({ type: "returned", ms: 950 });
  main.rests();
});

describe("whom a thread died of", () => {
  test("is whose turn stands there, in a handler or a callback", () => {
    const slot = directory.take(0);
    heartbeat.slice(slot);
    heartbeat.turn(0);
    const culprit = { slot, incarnation: 1, definition: 0, starts: false };
    expect(culprits.of(THREAD)).toEqual({ culprit, text: `Counter<${slot}.1> in add` });
    heartbeat.during(slot, CALLBACK_FIRST, () => {
      const starting = {
        culprit: { ...culprit, starts: true },
        text: `Counter<${slot}.1> in init`,
      };
      expect(culprits.of(THREAD)).toEqual(starting);
    });
    expect(culprits.of(THREAD).text).toBe(`Counter<${slot}.1> in add`);
  });

  test("else the only one that goes on, the dead left out; else nobody, with names", () => {
    const slots = [0, 1, 2, 3].map(() => directory.take(0));
    slots.forEach((slot, place) => {
      heartbeat.place(place, slot, place === 3 ? 7 : 1, 1);
    });
    const [first, second, third] = slots;
    heartbeat.opens(1);
    expect(culprits.of(THREAD).culprit).toMatchObject({ slot: first, incarnation: 1 });
    heartbeat.opens(4);
    const name = (slot?: number): string => `Counter<${slot}.1> in reset`;
    const names = [name(first), name(second), name(third)].join(", ");
    expect(culprits.of(THREAD)).toEqual({ culprit: undefined, text: `one of ${names}` });
    heartbeat.opens(9);
    expect(culprits.of(THREAD).text).toBe(`one of ${names}, 5 more`);
  });

  test("else the module that is being imported", () => {
    heartbeat.loading = 0;
    const culprit = { slot: 0, incarnation: 0, definition: 0, starts: true };
    const text = "the module of Counter, file:///counter.js";
    expect(culprits.of(THREAD)).toEqual({ culprit, text });
    heartbeat.loading = undefined;
    expect(culprits.of(THREAD)).toEqual({ culprit: undefined, text: undefined });
  });
});
