/**
 * Goal: whatever is not handled is a dead letter with its reason, and a flood of them stays cheap.
 */
import { describe, expect, test } from "vitest";
import type { DeadLetter, LetterListener, Ref } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Sender } = await fixture<typeof import("./fixtures/senders.mjs")>("senders");
const { Mortal } = await fixture<typeof import("./fixtures/mortals.mjs")>("mortals");
const { Fatal } = await fixture<typeof import("./fixtures/fatal.mjs")>("fatal");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  async function deadNotepad(): Promise<Ref<NotepadProtocol>> {
    const notepad = await running.system.spawn(Notepad);
    await notepad.call.stop();
    await ended(notepad);
    return notepad;
  }

  /** The letters that come until `end` is called. */
  function collect(system = running.system): { letters: DeadLetter[]; end: () => void } {
    const letters: DeadLetter[] = [];
    const end = system.deadLetters((letter) => void letters.push(letter));
    return { letters, end };
  }

  test("what it says: to a dead actor, from outside and from an actor", async () => {
    const { system } = running;
    const notepad = await deadNotepad();
    const sender = await system.spawn(Sender);
    const { letters, end } = collect();
    notepad.cast.note(1);
    await errorOf(notepad.call.size());
    await sender.call.tryCast(notepad, 1);
    await until("all came", () => letters.length === 3);
    const common = { reason: "noproc", target: String(notepad), suppressed: 0 };
    expect(letters).toEqual([
      { ...common, type: "cast", handler: "note", sender: "outside", ...told() },
      { ...common, type: "call", handler: "size", sender: "outside", ...told() },
      { ...common, type: "cast", handler: "note", sender: String(sender), ...told() },
    ]);
    expect(letters.map(({ thread }) => thread)).toEqual([0, 0, threads]);
    end();
  });

  const told = () => ({ thread: expect.any(Number), at: expect.any(Number) });

  test("the reasons of full mailboxes and of calls that nobody waits for", async () => {
    const { system } = running;
    const gate = await system.spawn(Gate);
    const waiter = await system.spawn(Waiter, [], { mailbox: { max: 3 } });
    waiter.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    const { letters, end } = collect();
    const controller = new AbortController();
    const given = [
      errorOf(waiter.with({ timeout: 20 }).call.note("expired")),
      errorOf(waiter.with({ signal: controller.signal }).call.note("aborted")),
    ];
    controller.abort();
    waiter.cast.note("fits");
    waiter.cast.note("too much");
    for (const error of given) await error;
    await gate.call.open();
    await until("all came", () => letters.length === 3);
    const reasons = letters.map(({ type, reason }) => `${type} ${reason}`);
    expect(reasons.toSorted()).toEqual(["call aborted", "call expired", "cast mailbox-full"]);
    end();
  });

  test("the reasons of ends: normal, crash, shutdown", async () => {
    const system = await sabeam.startSystem({ threads, log: silent });
    const { letters } = collect(system);
    const gate = await system.spawn(Gate);
    const never = await system.spawn(Gate);
    const mortals = [];
    for (const way of ["waitAndStop", "waitAndCrash", "waitAndStop"] as const) {
      const mortal = await system.spawn(Mortal);
      mortals.push(mortal);
      mortal.cast[way](mortals.length === 3 ? never : gate, "x");
      mortal.cast.echo(way);
    }
    await until("they wait", async () => (await gate.call.came()) === 2);
    await until("the third, too", async () => (await never.call.came()) === 1);
    await gate.call.open();
    await until("two came", () => letters.length === 2);
    await system.stop();
    await until("all came", () => letters.length === 3);
    const reasons = mortals.map((mortal) =>
      letters.filter(({ target }) => target === String(mortal)).map(({ reason }) => reason),
    );
    expect(reasons).toEqual([["normal"], ["crash"], ["shutdown"]]);
  });

  test("a flood is told in part, and counted in full", async () => {
    const { system } = running;
    const notepad = await deadNotepad();
    const sender = await system.spawn(Sender);
    const { letters, end } = collect();
    const { deadLettered: before } = await quiet(system);
    const flood = 5000;
    // Noticed on the sender's thread, whose limit it is.
    await sender.call.burst(notepad, 0, flood);
    let more = 0;
    await until("the rest is told", async () => {
      more += 1;
      await sender.call.tryCast(notepad, 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return letters.some(({ suppressed }) => suppressed > 0);
    });
    const { deadLettered } = await quiet(system);
    expect(deadLettered - before).toBe(flood + more);
    const suppressed = letters.reduce((sum, letter) => sum + letter.suppressed, 0);
    await until("the last has come", () => letters.length + suppressed >= flood);
    expect(letters.length).toBeLessThan(flood);
    expect(letters.length + suppressed).toBe(flood + more);
    // What has been told once is not told again.
    await sender.call.tryCast(notepad, 1);
    await until("one more came", () => letters.length + suppressed === flood + more + 1);
    expect(letters.at(-1)?.suppressed).toBe(0);
    end();
  });

  test("what a flood left out is told at the system's end", async () => {
    const system = await sabeam.startSystem({ threads, log: silent });
    const { letters } = collect(system);
    const [notepad, sender] = [await system.spawn(Notepad), await system.spawn(Sender)];
    await notepad.call.stop();
    await ended(notepad);
    await sender.call.burst(notepad, 0, 3000);
    await system.stop();
    const told = letters.reduce((sum, { suppressed }) => sum + 1 + suppressed, 0);
    expect(told).toBe(system.counters().deadLettered);
    expect(told).toBeGreaterThanOrEqual(3000);
  });

  test("listeners: several, one that throws, one that has had enough", async () => {
    const { system, lines } = running;
    const notepad = await deadNotepad();
    const { letters, end } = collect();
    const endThrowing = system.deadLetters(() => {
      throw new Error("cannot bear it");
    });
    const more = collect();
    notepad.cast.note(1);
    await until("both got it", () => letters.length === 1 && more.letters.length === 1);
    await until("the third is in the log", () =>
      lines.some(({ fields }) => String(fields.error).includes("cannot bear it")),
    );
    end();
    endThrowing();
    notepad.cast.note(2);
    await until("one got it", () => more.letters.length === 2);
    expect(letters.length).toBe(1);
    more.end();
    more.end();
    for (const wrong of [undefined, "x", {}]) {
      expect(() => system.deadLetters(wrong as unknown as LetterListener)).toThrow(
        "listener must be a function",
      );
    }
  });

  test("a listener may send, also what becomes a dead letter again", async () => {
    const { system } = running;
    const [dead, alive] = [await deadNotepad(), await system.spawn(Notepad)];
    let count = 0;
    const end = system.deadLetters(({ target }) => {
      count += 1;
      alive.cast.note(target);
      if (count < 10) dead.cast.note(count);
    });
    dead.cast.note(0);
    await until("ten came", async () => (await alive.call.size()) === 10);
    expect(count).toBe(10);
    end();
    await quiet(system);
  });
});

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe("between threads", () => {
  test("lane-full: more than the way can hold", async () => {
    const system = await sabeam.startSystem({ threads: 1, log: silent, mailbox: { max: 10_000 } });
    const notepad = await system.spawn(Notepad);
    const letters: string[] = [];
    system.deadLetters(({ type, reason, handler }) => letters.push(`${type} ${handler} ${reason}`));
    // Main does not yield, so nothing leaves; 16 MB may wait.
    const megabyte = new Uint8Array(2 ** 20);
    let sent = 0;
    for (; sent < 24 && letters.length === 0; sent += 1) notepad.cast.note(megabyte);
    expect(letters).toEqual(["cast note lane-full"]);
    expect(sent).toBeGreaterThan(15);
    expect(await errorOf(notepad.call.echo(megabyte))).toMatchObject({ code: "ERR_MAILBOX_FULL" });
    await notepad.ready();
    expect(await notepad.call.size()).toBe(sent - 1);
    expect((await quiet(system)).deadLettered).toBe(2);
    await system.stop();
  });

  test("lost: the thread dies with what is on its way", async () => {
    const system = await sabeam.startSystem({ threads: 1, log: silent });
    const [fatal, notepad] = [await system.spawn(Fatal), await system.spawn(Notepad)];
    const reasons = new Set<string>();
    system.deadLetters(({ reason }) => reasons.add(reason));
    // Its thread takes nothing any more, so what does not fit into the ring stays on this side.
    const begun = errorOf(fatal.call.exitAfter(500));
    for (let number = 0; number < 6000; number += 1) notepad.cast.note(number);
    const waiting = errorOf(notepad.call.size());
    const lost = { name: "ActorDown", reason: { type: "lost" } };
    expect(await begun).toMatchObject({ ...lost, handled: "maybe" });
    expect(await waiting).toMatchObject({ ...lost, handled: "no" });
    await until("letters came", () => reasons.has("lost"));
    await ended(notepad);
    await until("it is replaced", () => system.threads[1]?.generation === 2);
    await until("it runs", () => system.threads[1]?.running === true);
    const heir = await system.spawn(Notepad);
    expect(await heir.call.size()).toBe(0);
    await system.stop();
  });
});
