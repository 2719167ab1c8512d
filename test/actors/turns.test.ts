/**
 * Goal: one turn at a time, unless declared otherwise; what goes on after an actor's end can do
 * nothing; and what an async turn sends after an await is sent by its actor.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { GateProtocol } from "./fixtures/basic.mjs";
import { basic, fixture } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Sender } = await fixture<typeof import("./fixtures/senders.mjs")>("senders");
const { Ghost, Grave } = await fixture<typeof import("./fixtures/ghosts.mjs")>("ghosts");

const came = (gate: Ref<GateProtocol>, count: number): Promise<void> =>
  until(`${count} came`, async () => (await gate.call.came()) === count);

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test.each(["wait", "adopt"] as const)("%s: the next message waits", async (handler) => {
    const { system } = running;
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    const first = waiter.call[handler](gate, "first");
    await came(gate, 1);
    waiter.cast.note("behind it");
    let isSeen = false;
    const seen = waiter.call.seen().then((value) => {
      isSeen = true;
      return value;
    });
    await waiter.ready();
    for (let times = 0; times < 20; times += 1) await gate.call.came();
    expect(isSeen).toBe(false);
    await gate.call.open();
    expect(await first).toBe("first");
    expect(await seen).toEqual({ begun: 1, ended: 1, notes: ["behind it"] });
  });

  test("concurrent turns overlap, with each other and with others", async () => {
    const { system } = running;
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    const calls = [1, 2, 3].map((number) => waiter.call.overlap(gate, number));
    await came(gate, 3);
    await waiter.call.note("meanwhile");
    expect(await waiter.call.seen()).toEqual({ begun: 3, ended: 0, notes: ["meanwhile"] });
    // One that is not concurrent keeps all others from beginning, and those at it go on.
    const inner = await system.spawn(Gate);
    const alone = waiter.call.wait(inner, "alone");
    await came(inner, 1);
    const fourth = waiter.call.overlap(gate, 4);
    await gate.call.open();
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(await gate.call.came()).toBe(3);
    await inner.call.open();
    expect([await alone, await fourth]).toEqual(["alone", 4]);
  });

  test.each(["stop", "crash"] as const)("%s: a turn that goes on can do nothing", async (how) => {
    const { system } = running;
    const [gate, notepad] = [await system.spawn(Gate), await system.spawn(Notepad)];
    const [ghost, grave] = [await system.spawn(Ghost), await system.spawn(Grave)];
    const answer = errorOf(ghost.call.haunt(gate, notepad));
    await came(gate, 1);
    await Promise.allSettled([ghost.call[how]()]);
    const type = how === "stop" ? "normal" : "crash";
    expect(await answer).toMatchObject({ name: "ActorDown", handled: "maybe", reason: { type } });
    await gate.call.open();
    await until("it has tried everything", async () => (await grave.call.count()) === 11);
    expect(await grave.call.read()).toEqual([
      "cast: ActorEnded",
      "call: ActorEnded",
      "spawn: ActorEnded",
      "defer: ActorEnded",
      "timers: ActorEnded",
      "kept timers: ActorEnded",
      "stop: ActorEnded",
      "local: ActorEnded",
      "state: 1",
      "name: undefined",
      "end",
    ]);
    expect(await notepad.call.notes()).toEqual([]);
    await quiet(system);
  });

  test("the ref that a dead actor gives out is dead", async () => {
    const { system } = running;
    const [notepad, grave] = [await system.spawn(Notepad), await system.spawn(Grave)];
    const ghost = await system.spawn(Ghost);
    ghost.cast.haveCallback(10, notepad);
    await until("it is told", async () => (await notepad.call.size()) === 1);
    const [ref] = await notepad.call.notes();
    expect(ref).toBe(ghost);
    expect(await errorOf(ghost.call.ready())).toMatchObject({ name: "ActorDown", handled: "no" });
    expect(await grave.call.read()).toEqual(["stop: ActorEnded"]);
    await quiet(system);
  });

  test("what a turn sends after an await is sent by its actor", async () => {
    const { system } = running;
    const letters: [string, string][] = [];
    const end = system.deadLetters(({ sender, handler }) => letters.push([sender, handler]));
    const [gate, dead] = [await system.spawn(Gate), await system.spawn(Notepad)];
    await dead.call.stop();
    await ended(dead);
    const senders = [await system.spawn(Sender), await system.spawn(Sender)];
    const turns = senders.map((sender) => sender.call.around(gate, dead, "x"));
    const both = senders.map((sender) => sender.call.both(gate, dead, "y"));
    await came(gate, 2);
    await gate.call.open();
    await Promise.all([...turns, ...both]);
    dead.cast.echo(1);
    await until("all are told", () => letters.some(([, handler]) => handler === "echo"));
    const notes = letters.filter(([, handler]) => handler === "note");
    const from = (name: unknown) => notes.filter(([sender]) => sender === String(name)).length;
    expect(senders.map(from)).toEqual([4, 4]);
    expect(letters.at(-1)).toEqual(["outside", "echo"]);
    end();
  });
});
