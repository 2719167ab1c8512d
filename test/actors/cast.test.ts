/**
 * Goal: a cast arrives in order, or fails at the sender only for what the sender did; whatever is
 * wrong with the receiver, the sender sees at most `false`.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Sender } = await fixture<typeof import("./fixtures/senders.mjs")>("senders");

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

class Point {
  x = 1;
}
const cycle: { self?: object } = {};
cycle.self = cycle;

const UNSENDABLE: [string, string, unknown[]][] = [
  ["args[0]", "a function", [() => 1]],
  ["args[0]", "a symbol", [Symbol("x")]],
  ["args[0].user.save", "a function", [{ user: { save: () => 1 } }]],
  ["args[1][2]", "a function", [1, [1, 2, () => 1]]],
  ['args[0]["odd key"]', "an instance of Point", [{ "odd key": new Point() }]],
  ['args[0].get("k").p', "a Promise", [new Map([["k", { p: Promise.resolve() }]])]],
  ["args[2].self", "in a cycle", [1, 2, cycle]],
  ["args[0].w", "an instance of WeakMap", [{ w: new WeakMap() }]],
];

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("order of one sender, in a burst and mixed with calls", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const calls = [];
    for (let number = 0; number < 3000; number += 1) {
      if (number % 7 === 0) calls.push(notepad.with({ timeout: 9000 }).call.note(number));
      else notepad.cast.note(number);
      if (number % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(calls);
    expect(await notepad.call.notes()).toEqual(numbers(0, 3000));
  });

  test("a burst larger than the ring between the threads", async () => {
    const notepad = await running.system.spawn(Notepad);
    for (let number = 0; number < 20_000; number += 1) notepad.cast.note(number);
    expect(await notepad.call.notes()).toEqual(numbers(0, 20_000));
  });

  test("order from actor to actor, in a sync and in an async turn", async () => {
    const { system } = running;
    const [sender, notepad] = [await system.spawn(Sender), await system.spawn(Notepad)];
    sender.cast.burst(notepad, 0, 500);
    sender.cast.mixed(notepad, 500, 1000);
    await sender.call.burst(notepad, 1000, 1500);
    expect(await notepad.call.notes()).toEqual(numbers(0, 1500));
  });

  test.each(UNSENDABLE)("%s is %s: NotSendable", async (path, reason, args) => {
    const notepad = await running.system.spawn(Notepad);
    const { cast, call } = notepad as unknown as Ref<{ note(...args: unknown[]): void }>;
    expect(() => cast.note(...args)).toThrow(sabeam.NotSendable);
    expect(() => cast.note(...args)).toThrow(`${path} cannot be sent: it is ${reason}`);
    const error = await errorOf(call.note(...args));
    expect(error).toMatchObject({ code: "ERR_NOT_SENDABLE", path });
    expect(await notepad.call.notes()).toEqual([]);
  });

  test("NotSendable inside an actor is the sender's error", async () => {
    const { system } = running;
    const [sender, notepad] = [await system.spawn(Sender), await system.spawn(Notepad)];
    const path = "args[0].list[1].save";
    const error = { name: "NotSendable", code: "ERR_NOT_SENDABLE", path };
    expect(await sender.call.castFunction(notepad)).toEqual({ error });
    await quiet(system);
  });

  test("a dead receiver is no error", async () => {
    const { system } = running;
    const [sender, notepad] = [await system.spawn(Sender), await system.spawn(Notepad)];
    await notepad.call.stop();
    await ended(notepad);
    // Nothing to wait for, so not congested either.
    expect(notepad.cast.note(1)).toBe(true);
    expect(await sender.call.tryCast(notepad, 1)).toEqual({ accepted: true });
    await quiet(system);
  });

  test("a Refusal of a cast is logged, and the actor lives", async () => {
    const { system, lines } = running;
    const notepad = await system.spawn(Notepad);
    notepad.cast.refuse("not you");
    expect(await notepad.call.echo(1)).toBe(1);
    const found = () => lines.find(({ fields }) => String(fields.error).includes("not you"));
    await until("it is in the log", () => found() !== undefined);
    expect(found()).toMatchObject({
      level: "warn",
      message: "refused a cast",
      fields: { actor: String(notepad), handler: "refuse" },
    });
  });

  test("false when congested, and ready() when there is room again", async () => {
    const { system } = running;
    const gate = await system.spawn(Gate);
    const waiter = await system.spawn(Waiter, [], { mailbox: { max: 100 } });
    waiter.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    await waiter.ready();
    let sent = 0;
    await until("it is congested", () => {
      sent += 1;
      return !waiter.cast.note(sent);
    });
    expect(sent).toBeGreaterThanOrEqual(threads === 0 ? 51 : 1);

    let isReady = false;
    const ready = waiter.ready().then(() => {
      isReady = true;
    });
    const late = await errorOf(waiter.ready({ timeout: 20 }));
    expect(late).toMatchObject({ code: "ERR_CALL_TIMEOUT", handler: "ready", timeoutMs: 20 });
    const given = await errorOf(waiter.ready({ signal: AbortSignal.abort("no") }));
    expect(given).toMatchObject({ code: "ERR_ABORTED", handler: "ready", cause: "no" });
    expect(isReady).toBe(false);
    await gate.call.open();
    await ready;
    expect((await waiter.call.seen()).notes).toEqual(numbers(1, sent + 1));
    expect(waiter.cast.note(0)).toBe(true);
  });

  test("ready() of an idle actor, and of a dead one", async () => {
    const notepad = await running.system.spawn(Notepad);
    await notepad.ready();
    await notepad.call.stop();
    await ended(notepad);
    const error = await errorOf(notepad.ready());
    expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN", reason: { type: "noproc" } });
  });

  test("the facades have handlers and nothing else", async () => {
    const notepad: Ref<NotepadProtocol> = await running.system.spawn(Notepad);
    const { note } = notepad.cast;
    note("taken apart");
    expect(await notepad.call.notes()).toEqual(["taken apart"]);
    for (const facade of [notepad.cast, notepad.call, notepad.with({ priority: true }).cast]) {
      expect(typeof facade.note).toBe("function");
      expect(Object.keys(facade)).toEqual([]);
      for (const name of ["toString", "then", "hasOwnProperty", "constructor", "nope"]) {
        expect(name in facade, name).toBe(false);
      }
    }
  });
});

test("order from one thread to another", async () => {
  const { system } = two;
  const notepad = await system.spawn(Notepad, [], { thread: 2 });
  const sender = await system.spawn(Sender, [], { thread: 1 });
  sender.cast.burst(notepad, 0, 5000);
  await sender.call.mixed(notepad, 5000, 6000);
  expect(await notepad.call.notes()).toEqual(numbers(0, 6000));
});
const two = useSystem({ threads: 2 });
