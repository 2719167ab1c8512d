/**
 * Goal: what a user keeps in AsyncLocalStorage stays with the turn that put it there. It reaches
 * neither the turns of others, whoever started their burst, nor `init`, `terminate` and timers.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, keepingLog, THREADS, until, useSystem } from "./support/systems.ts";

const { Notepad } = basic;
const { AsyncSpy, Enterer, ends, fromOutside, Sender, Spy, storage } =
  await fixture<typeof import("./fixtures/contexts.mjs")>("contexts");

/** What a spy saw of `sendAll`, then the two that were born in it. */
const CLEAN = [
  ..."sync soon later sync soon later adopted then".split(" "),
  "init",
  ...["init", "begun"],
].map((what) => `${what} none`);
const ENDS = ["terminate none", "terminate none", "terminated none"];

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("nothing of the caller's reaches turns, init or terminate", async () => {
    const { system } = running;
    const [spy, notepad] = [await system.spawn(Spy), await system.spawn(Notepad)];
    await spy.call.notes();
    const place = { system, notepad, thread: threads };
    expect(await fromOutside(spy, place)).toEqual({ notes: CLEAN, own: "outside" });
    await until("all ended", async () => (await notepad.call.size()) === 3);
    expect((await notepad.call.notes()).toSorted()).toEqual(ENDS);
  });

  // Its own thread and the other one; with `threads: 0` there is no other.
  const ways = [...new Set([0, threads])].flatMap((thread) => [
    { how: "send", thread, own: "of a turn" } as const,
    { how: "sendAsync", thread, own: "of an async turn" } as const,
  ]);
  test.each(ways)("nor of a turn: $how, thread $thread", async ({ how, thread, own }) => {
    const { system } = running;
    const sender = await system.spawn(Sender);
    const [spy, notepad] = [
      await system.spawn(Spy, [], { thread }),
      await system.spawn(Notepad, [], { thread }),
    ];
    await spy.call.notes();
    expect(await sender.call[how](spy, { notepad, thread })).toEqual({ notes: CLEAN, own });
    await until("all ended", async () => (await notepad.call.size()) === 3);
    expect((await notepad.call.notes()).toSorted()).toEqual(ENDS);
    await until("the timer fired", async () => (await sender.call.ticks()).length === 1);
    expect(await sender.call.ticks()).toEqual(["none"]);
  });

  test("two turns at a time keep their own", async () => {
    const { system } = running;
    const sender = await system.spawn(Sender);
    const kept = await Promise.all([sender.call.keep("a"), sender.call.keep("b")]);
    expect(kept).toEqual([
      ["a", "a", "a"],
      ["b", "b", "b"],
    ]);
  });

  test("enterWith does not outlive the burst", async () => {
    const { system } = running;
    const [first, second] = [await system.spawn(Spy), await system.spawn(Spy)];
    for (let round = 0; round < 3; round += 1) {
      await first.call.enter();
      // The thread has gone to sleep, and is woken from there, more than once.
      for (let wake = 0; wake < 3; wake += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        second.cast.sync();
        await second.call.sync();
      }
      await (await system.spawn(Enterer)).call.stop();
      const born = await system.spawn(Spy);
      expect(await born.call.notes()).toEqual(["init none"]);
      await second.call.soon();
    }
    expect(new Set(await second.call.notes())).toEqual(
      new Set(["init none", "sync none", "soon none", "later none"]),
    );
  });

  test("a caller that gives up does not tell its context to the handler", async () => {
    const { system } = running;
    const spy = await system.spawn(Spy);
    await spy.call.notes();
    const stop = new AbortController();
    const held = errorOf(spy.with({ signal: stop.signal }).call.hold());
    await new Promise((resolve) => setTimeout(resolve, 20));
    storage.run("the caller's", () => stop.abort());
    expect(await held).toMatchObject({ code: "ERR_ABORTED" });
    expect(await spy.call.notes()).toEqual(["abort none"]);
  });

  test("a crash ends in the root context, too", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const spy = await system.spawn(Spy, [notepad]);
    await storage.run("the caller's", () => errorOf(spy.call.crash()));
    await ended(spy);
    expect(await notepad.call.notes()).toEqual(["terminate none"]);
  });

  test("a system that is started and stopped within a context", async () => {
    const { log } = keepingLog();
    const system = await storage.run("the starter's", () => sabeam.startSystem({ threads, log }));
    const spy = await system.spawn(Spy);
    await spy.call.soon();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await spy.call.sync();
    const notes = await spy.call.notes();
    expect(notes).toEqual(["init none", "soon none", "later none", "sync none"]);
    const here = await system.spawn(AsyncSpy, [], { thread: 0 });
    expect(await here.call.notes()).toEqual(["init none", "begun none"]);
    const holder = await system.spawn(Spy, [], { thread: 0 });
    holder.call.hold().catch(() => {});
    await holder.ready();
    ends.length = 0;
    await storage.run("the stopper's", () => system.stop());
    expect(new Set(ends)).toEqual(new Set(["abort none", "terminate none", "terminated none"]));
  });
});
