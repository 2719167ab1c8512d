/**
 * Goal: who gives a call up learns it at once, what has not begun is not begun, and what has sees
 * it.
 */
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, failure, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Watcher } = await fixture<typeof import("./fixtures/signals.mjs")>("signals");

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("a signal that is aborted already: nothing is sent", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const { sent } = await quiet(system);
    const cause = new Error("before it began");
    const { call } = notepad.with({ signal: AbortSignal.abort(cause) });
    const error = await errorOf(call.note(1));
    expect(error).toBeInstanceOf(sabeam.Aborted);
    expect(error).toMatchObject({ code: "ERR_ABORTED", handler: "note", target: String(notepad) });
    expect(error.cause).toBe(cause);
    expect(system.counters().sent).toBe(sent);
    expect(await notepad.call.notes()).toEqual([]);
  });

  test("a request that waits is not begun", async () => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason, type, handler }) => {
      letters.push(`${type} ${handler}: ${reason}`);
    });
    const [gate, waiter] = [await system.spawn(Gate), await system.spawn(Waiter)];
    waiter.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    const controller = new AbortController();
    const given = failure(waiter.with({ signal: controller.signal }).call.note("never"));
    const kept = waiter.call.note("kept");
    controller.abort("changed my mind");
    expect(await given).toMatchObject({ name: "Aborted", cause: "changed my mind" });
    await gate.call.open();
    await kept;
    expect((await waiter.call.seen()).notes).toEqual(["kept"]);
    await until("its letter comes", () => letters.length > 0);
    expect(letters).toEqual(["call note: aborted"]);
    end();
  });

  test("a handler at work sees it in self.signal: given up, or expired", async () => {
    const { system } = running;
    const [watcher, notepad] = [await system.spawn(Watcher), await system.spawn(Notepad)];
    const controller = new AbortController();
    const given = errorOf(watcher.with({ signal: controller.signal }).call.hold(notepad));
    const waits = watcher.call.seen();
    await until("it has begun", async () => (await notepad.call.size()) === 1);
    controller.abort();
    expect(await given).toMatchObject({ code: "ERR_ABORTED" });
    expect(await waits).toEqual({ begun: 1, aborted: 1 });
    // The handler ends at the same time as the call's patience, so either may be first.
    await Promise.allSettled([watcher.with({ timeout: 200 }).call.hold(notepad)]);
    expect(await watcher.call.seen()).toEqual({ begun: 2, aborted: 2 });
  });

  test("a handler that asks for the signal after the call was given up", async () => {
    const { system } = running;
    const [watcher, notepad] = [await system.spawn(Watcher), await system.spawn(Notepad)];
    const gate = await system.spawn(Gate);
    const controller = new AbortController();
    const given = errorOf(watcher.with({ signal: controller.signal }).call.late(gate, notepad));
    await until("it waits", async () => (await gate.call.came()) === 1);
    controller.abort();
    await given;
    // A round trip on the same way: the thread has been told.
    await errorOf(watcher.with({ signal: AbortSignal.timeout(20) }).call.seen());
    await gate.call.open();
    await watcher.call.seen();

    const closed = await system.spawn(Gate);
    const expired = watcher.with({ timeout: 30 }).call.late(closed, notepad);
    await Promise.allSettled([expired]);
    await watcher.call.seen();
    expect(await notepad.call.notes()).toEqual([true, true]);
  });

  test("the end of the actor aborts it too", async () => {
    const watcher = await running.system.spawn(Watcher);
    const given = failure(watcher.call.overlap());
    await until("it has begun", async () => (await watcher.call.seen()).begun === 1);
    await watcher.call.stop();
    expect(await given).toMatchObject({ name: "ActorDown", handled: "maybe" });
  });

  test("one signal per request, and it is not aborted without a reason", async () => {
    const watcher = await running.system.spawn(Watcher);
    expect(await watcher.call.same()).toBe(true);
    watcher.cast.same();
    expect(await watcher.with({ signal: new AbortController().signal }).call.same()).toBe(true);
  });

  test("no listener stays behind, however the call ends", async () => {
    const { system } = running;
    const [notepad, gate] = [await system.spawn(Notepad), await system.spawn(Gate)];
    const controller = new AbortController();
    const { signal } = controller;
    const { call } = notepad.with({ signal });
    await Promise.all([call.echo(1), call.echo(2)]);
    expect(listeners(signal)).toBe(0);
    await errorOf(call.refuse("no"));
    await errorOf(call.echo(() => {}));
    await errorOf(gate.with({ signal, timeout: 20 }).call.pass());
    await errorOf(call.crash("now"));
    await errorOf(call.echo(1));
    expect(listeners(signal)).toBe(0);

    const calls = Array.from({ length: 20 }, () => errorOf(gate.with({ signal }).call.pass()));
    expect(listeners(signal)).toBe(20);
    controller.abort();
    for (const error of await Promise.all(calls))
      expect(error).toHaveProperty("code", "ERR_ABORTED");
    expect(listeners(signal)).toBe(0);
  });

  test("one signal for many calls is no leak, and Node does not take it for one", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => void warnings.push(name);
    process.on("warning", note);
    const gate = await running.system.spawn(Gate);
    const { signal } = new AbortController();
    const calls = Array.from({ length: 50 }, () => gate.with({ signal }).call.pass());
    await gate.call.open();
    await Promise.all(calls);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("aborting what has settled does nothing", async () => {
    const notepad = await running.system.spawn(Notepad);
    const controller = new AbortController();
    expect(await notepad.with({ signal: controller.signal }).call.echo(1)).toBe(1);
    controller.abort();
    expect(await notepad.call.echo(2)).toBe(2);
  });

  test("every message of these tests is accounted for", () => quiet(running.system));
});

test("a handler that outlived its actor finds its signal aborted", async () => {
  const system = await sabeam.startSystem({ threads: 0 });
  const [watcher, notepad] = [await system.spawn(Watcher), await system.spawn(Notepad)];
  const gate = await system.spawn(Gate);
  const told = new Promise((resolve) => Object.assign(globalThis, { toldByWatcher: resolve }));
  const down = errorOf(watcher.call.overlapLate(gate, notepad, "toldByWatcher"));
  await until("it waits", async () => (await gate.call.came()) === 1);
  await watcher.call.stop();
  expect(await down).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  await gate.call.open();
  expect(await told).toBe(true);
  await system.stop();
});
