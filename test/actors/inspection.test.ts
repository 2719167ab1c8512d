/**
 * Goal: an actor can be looked into and held still without a place in its mailbox, between its
 * turns only, and no message is lost, doubled or reordered by that.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { GateProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad, Waiter } = basic;
const { Line, Sleeper, Worker } =
  await fixture<typeof import("./fixtures/mailboxes.mjs")>("mailboxes");

const came = (gate: Ref<GateProtocol>, count: number): Promise<void> =>
  until(`${count} came`, async () => (await gate.call.came()) === count);

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("suspended, it handles nothing and keeps all in order", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    await system.suspend(notepad);
    await system.suspend(notepad);
    for (const number of [1, 2, 3]) notepad.cast.note(number);
    const size = notepad.call.size();
    await until("all wait", async () => (await system.statistics(notepad)).queued === 4);
    expect(await system.getState(notepad)).toMatchObject({ state: { notes: [] } });
    expect((await system.statistics(notepad)).status).toBe("suspended");
    await system.resume(notepad);
    await system.resume(notepad);
    expect(await size).toBe(3);
    expect(await notepad.call.notes()).toEqual([1, 2, 3]);
    await quiet(system);
  });

  test("suspend waits for the turn that is at work, and what follows waits for it", async () => {
    const { system } = running;
    const [waiter, gate] = [await system.spawn(Waiter), await system.spawn(Gate)];
    const wait = waiter.call.wait(gate);
    await came(gate, 1);
    const order: string[] = [];
    const noted =
      (what: string): (() => void) =>
      () =>
        void order.push(what);
    const asked = [
      system.suspend(waiter).then(noted("suspend")),
      system.getState(waiter).then(noted("getState")),
      system.resume(waiter).then(noted("resume")),
      system.suspend(waiter).then(noted("suspend again")),
    ];
    expect((await system.statistics(waiter)).status).toBe("busy");
    expect(order).toEqual([]);
    await gate.call.open();
    await Promise.all([wait, ...asked]);
    expect(order).toEqual(["suspend", "getState", "resume", "suspend again"]);
    waiter.cast.note("later");
    expect(await system.getState(waiter)).toMatchObject({ state: { ended: 1, notes: [] } });
    await system.resume(waiter);
    expect((await waiter.call.seen()).notes).toEqual(["later"]);
    await quiet(system);
  });

  test("the state is a copy, and is replaced only if nothing was handled since", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    await notepad.call.note("a");
    const read = await system.getState<{ notes: string[] }>(notepad);
    read.state.notes.push("mine");
    expect(await notepad.call.notes()).toEqual(["a"]);
    const stale = await errorOf(system.replaceState(notepad, { notes: [] }, read.version));
    expect(stale).toMatchObject({ code: "ERR_STATE_CHANGED", expected: read.version });
    expect(stale.version).toBeGreaterThan(read.version);
    expect(await notepad.call.notes()).toEqual(["a"]);

    await system.suspend(notepad);
    const { state, version } = await system.getState<{ notes: string[] }>(notepad);
    const next = { notes: [...state.notes, "b"] };
    const replaced = await system.replaceState(notepad, next, version);
    expect(replaced).toBeGreaterThan(version);
    expect(await errorOf(system.replaceState(notepad, next, version))).toMatchObject({
      code: "ERR_STATE_CHANGED",
    });
    const wrong = [
      system.replaceState(notepad, next, "1" as never),
      system.getState(notepad, { timeout: 0 }),
      system.getState("notepad" as never),
    ];
    for (const one of wrong) {
      expect(await errorOf(one)).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    }
    next.notes.push("not sent");
    await system.resume(notepad);
    expect(await notepad.call.notes()).toEqual(["a", "b"]);
    await quiet(system);
  });

  test("statistics say what it does", async () => {
    const { system } = running;
    const line = await system.spawn(Line, [], { name: `line ${threads}`, label: "a line" });
    expect(await system.statistics(line)).toEqual({
      status: "ready",
      thread: threads,
      name: `line ${threads}`,
      label: "a line",
      behaviour: "closed",
      handled: 0,
      queued: 0,
      queuedBytes: 0,
      stashed: 0,
      timers: 0,
      open: 0,
    });
    line.cast.note("a");
    await line.call.log();
    await until("two were handled", async () => (await system.statistics(line)).handled === 2);
    const { stashed, queuedBytes } = await system.statistics(line);
    expect(stashed).toBe(1);
    expect(queuedBytes).toBeGreaterThan(0);
    await line.call.open();
    // What was set aside has its turn behind the one that took it back.
    const bytes = async (): Promise<number> => (await system.statistics(line)).queuedBytes;
    await until("nothing waits any more", async () => (await bytes()) === 0);
    const [waiter, gate] = [await system.spawn(Waiter), await system.spawn(Gate)];
    const wait = waiter.call.wait(gate);
    await came(gate, 1);
    expect(await system.statistics(waiter)).toMatchObject({ status: "busy", open: 1 });
    await gate.call.open();
    await wait;
    await quiet(system);
  });

  test("a suspended actor is not idle, continues later, and can be stopped", async () => {
    const { system } = running;
    const [notepad, sleeper] = [await system.spawn(Notepad), await system.spawn(Worker)];
    const idle = await system.spawn(Sleeper, [notepad]);
    await system.suspend(idle);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await notepad.call.size()).toBe(0);
    expect((await system.statistics(idle)).queued).toBe(0);
    await system.resume(idle);
    await until("idle", async () => (await notepad.call.size()) === 1);
    await system.suspend(sleeper);
    const work = sleeper.call.work(1);
    await system.resume(sleeper);
    expect(await work).toBe("accepted");
    const held = await system.spawn(Notepad);
    await system.suspend(held);
    const never = errorOf(held.with({ timeout: 50 }).call.size());
    expect(await never).toMatchObject({ name: "CallTimeout" });
    await system.resume(held);
    await held.call.stop();
    await ended(held);
    const still = await system.spawn(Sleeper, [notepad]);
    await still.call.stopSoon(50);
    await system.suspend(still);
    await until("it has stopped itself", () =>
      system.statistics(still).then(
        () => false,
        ({ code }) => code === "ERR_ACTOR_DOWN",
      ),
    );
    await quiet(system);
  });

  test("whoever is gone, ends meanwhile, or takes too long is told so", async () => {
    const { system } = running;
    const dead = await system.spawn(Notepad);
    await dead.call.stop();
    await ended(dead);
    expect(await errorOf(system.getState(dead))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const [waiter, gate] = [await system.spawn(Waiter), await system.spawn(Gate)];
    // What it waits for fails with its own caller's time, and it crashes.
    const wait = errorOf(waiter.with({ timeout: 3000 }).call.wait(gate));
    await came(gate, 1);
    const late = await errorOf(system.getState(waiter, { timeout: 20 }));
    expect(late).toMatchObject({ code: "ERR_CALL_TIMEOUT", handler: "getState" });
    // The late one has given up its place.
    const asked = Array.from({ length: 64 }, () => errorOf(system.getState(waiter)));
    expect(await errorOf(system.getState(waiter))).toMatchObject({ code: "ERR_MAILBOX_FULL" });
    for (const error of await Promise.all(asked)) {
      expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    }
    expect(await wait).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await quiet(system);
  });

  test("a state that cannot travel, wrong options, refs of elsewhere", async () => {
    const { system } = running;
    const { Piper } = await fixture<typeof import("./fixtures/mailboxes.mjs")>("mailboxes");
    const piper = await system.spawn(Piper);
    const { version } = await system.getState(piper);
    const bad = await errorOf(system.replaceState(piper, { f: () => 1 }, version));
    expect(bad).toMatchObject({ code: "ERR_NOT_SENDABLE", path: "args[0].f" });
    expect(await errorOf(system.suspend({} as never))).toBeInstanceOf(sabeam.InvalidOptions);
    const wrong = async (): Promise<unknown> => system.getState(piper, { timeout: 0 });
    expect(await errorOf(wrong())).toBeInstanceOf(sabeam.InvalidOptions);
    await quiet(system);
  });
});
