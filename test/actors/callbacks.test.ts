/**
 * Goal: the turns that an actor owes itself (`continue`, `idle`) come when they should, once, and
 * are turns like any other; results of promises and the sender of a message are where they belong.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { GateProtocol } from "./fixtures/basic.mjs";
import { basic, fixture } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad } = basic;
const { Dozer, Known, Last, NoContinue, Patron, Piper, Sleeper, Stillborn, Waiter, Worker } =
  await fixture<typeof import("./fixtures/mailboxes.mjs")>("mailboxes");

const came = (gate: Ref<GateProtocol>, count: number): Promise<void> =>
  until(`${count} came`, async () => (await gate.call.came()) === count);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("continue runs before what waits, also before what is urgent", async () => {
    const { system } = running;
    const worker = await system.spawn(Worker);
    const work = worker.call.work(3);
    worker.cast.note("behind");
    worker.with({ priority: true }).cast.urgent("first");
    expect(await work).toBe("accepted");
    const log = await worker.call.log();
    const slices = log.filter((line) => line.startsWith("slice"));
    expect(slices).toEqual(["slice 3", "slice 2", "slice 1"]);
    expect(log.indexOf("note behind")).toBeGreaterThan(log.indexOf("slice 1"));
    // It may have overtaken the work itself, but never come between its slices.
    const urgent = log.indexOf("urgent first");
    expect(urgent < log.indexOf("work") || urgent > log.indexOf("slice 1")).toBe(true);
    const other = await system.spawn(Worker);
    await other.call.both();
    expect(await other.call.log()).toEqual(["slice 1", "urgent later"]);
    await quiet(system);
  });

  test("continue runs before the first message after init, and after an async turn", async () => {
    const { system } = running;
    const worker = await system.spawn(Worker, ["born", 2]);
    await worker.call.workLater(1);
    worker.cast.note("last");
    expect(await worker.call.log()).toEqual(["born 2", "born 1", "work", "slice 1", "note last"]);
    await quiet(system);
  });

  test("an async continuation holds up the next message; one that throws is a crash", async () => {
    const { system } = running;
    const worker = await system.spawn(Worker, ["async", 1]);
    expect(await worker.call.log()).toEqual(["async 1", "settled"]);
    const doomed = await system.spawn(Worker, ["crash", 1]);
    await ended(doomed);
    expect(running.lines).toContainEqual(
      expect.objectContaining({
        message: "actor crashed",
        fields: expect.objectContaining({ handler: "continue" }),
      }),
    );
    await quiet(system);
  });

  test("one continuation at a time, none without its callback, none after the end", async () => {
    const { system } = running;
    expect(await errorOf((await system.spawn(Worker)).call.two())).toMatchObject({
      code: "ERR_CONTINUE_PENDING",
    });
    expect(await errorOf((await system.spawn(NoContinue)).call.try())).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    expect(await errorOf((await system.spawn(NoContinue)).call.idle())).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    const worker = await system.spawn(Worker);
    await worker.call.stopWith();
    await ended(worker);
    await quiet(system);
  });

  test("idle: once per quiet stretch, and anything begins it anew", async () => {
    const { system } = running;
    const [notepad, gate] = [await system.spawn(Notepad), await system.spawn(Gate)];
    const sleeper = await system.spawn(Sleeper, [notepad]);
    await until("it is idle", async () => (await notepad.call.size()) === 1);
    await pause(120);
    expect(await notepad.call.notes()).toEqual(["idle 1"]);
    // Whoever waits in a turn, or hears a tick now and then, is not idle.
    await sleeper.call.every(5);
    await pause(120);
    expect(await notepad.call.size()).toBe(1);
    const wait = sleeper.call.wait(gate);
    await came(gate, 1);
    await pause(120);
    expect(await notepad.call.size()).toBe(1);
    await gate.call.open();
    await wait;
    await quiet(system);
  });

  test("idle: an async one comes once as well, and init has the last word", async () => {
    const { system } = running;
    const dozers = await Promise.all([
      system.spawn(Dozer, [{}]),
      system.spawn(Dozer, [{ after: 30 }]),
      system.spawn(Dozer, [{ after: undefined }]),
    ]);
    await pause(150);
    expect(await Promise.all(dozers.map((dozer) => dozer.call.idles()))).toEqual([1, 1, 0]);
    await quiet(system);
  });

  test("idle: not while a concurrent turn is at work, but after it", async () => {
    const { system } = running;
    const [dozer, gate] = [await system.spawn(Dozer, [{}]), await system.spawn(Gate)];
    const wait = dozer.call.wait(gate);
    await came(gate, 1);
    const before = await dozer.call.idles();
    await pause(100);
    expect(await dozer.call.idles()).toBe(before);
    await gate.call.open();
    await wait;
    await pause(100);
    expect(await dozer.call.idles()).toBe(before + 1);
    await quiet(system);
  });

  test("idle ends with undefined, begins with a number, and may stop its actor", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const sleeper = await system.spawn(Sleeper, [notepad]);
    await sleeper.call.after(undefined);
    await pause(100);
    expect(await notepad.call.size()).toBe(0);
    await sleeper.call.after(5);
    for (const times of [1, 2]) {
      await until(`idle ${times}`, async () => (await notepad.call.size()) === times);
      expect(await sleeper.call.idles()).toBe(times);
    }
    await ended(sleeper);
    expect(await notepad.call.notes()).toEqual(["idle 1", "idle 2", "idle 3"]);
    expect(await errorOf((await system.spawn(Sleeper, [notepad])).call.after(0))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    await quiet(system);
  });

  test("pipe: results and failures come as messages, as they are", async () => {
    const { system } = running;
    const piper = await system.spawn(Piper);
    await piper.call.load("a");
    await piper.call.fail("b");
    await piper.call.loadClass();
    await until("three", async () => (await piper.call.log()).length === 3);
    expect((await piper.call.log()).toSorted()).toEqual(["Own", "failed b", "loaded a from true"]);
    await quiet(system);
  });

  test("pipe: bounded, checked at once, loud without a handler for failures", async () => {
    const { system } = running;
    const piper = await system.spawn(Piper);
    await piper.call.many(1024);
    await until("all came", async () => (await piper.call.log()).length === 1024);
    expect(await errorOf(piper.call.many(1025))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      message: expect.stringMatching(/at most 1024/),
    });
    expect(await errorOf((await system.spawn(Piper)).call.unknown())).toMatchObject({
      code: "ERR_UNKNOWN_HANDLER",
    });
    const loud = await system.spawn(Piper);
    loud.cast.failLoudly("nobody asked");
    await ended(loud);
    expect(running.lines).toContainEqual(
      expect.objectContaining({
        fields: expect.objectContaining({ handler: "pipe to loaded" }),
      }),
    );
    await quiet(system);
  });

  test.each(["order", "orderSoon"] as const)("pipe: nobody waits for it, %s", async (how) => {
    const { system } = running;
    const [patron, waiter] = [await system.spawn(Patron), await system.spawn(Waiter)];
    await patron.call[how](waiter, 50);
    await until("served", async () => (await patron.call.what()) !== undefined);
    expect(await patron.call.what()).toBe("at table 7");
    await quiet(system);
  });

  test("pipe: who spawns an actor learns what ended it during its init", async () => {
    const { system } = running;
    expect(await errorOf(system.spawn(Stillborn, ["no luck"]))).toMatchObject({
      code: "ERR_ACTOR_DOWN",
      reason: { type: "crash", cause: expect.stringMatching(/no luck/) },
      handled: "no",
    });
    await quiet(system);
  });

  test("pipe: a result enters a mailbox that is full", async () => {
    const { system } = running;
    const piper = await system.spawn(Piper, [], { mailbox: { max: 1 } });
    const gate = await system.spawn(Gate);
    const waiting = async (): Promise<number> => (await system.statistics(piper)).queued;
    await piper.call.open(gate);
    await came(gate, 1);
    await system.suspend(piper);
    piper.cast.count();
    await until("the cast waits", async () => (await waiting()) === 1);
    await gate.call.open();
    await until("both wait", async () => (await waiting()) === 2);
    await system.resume(piper);
    await piper.ready();
    expect(await piper.call.log()).toEqual(["count", "loaded true from true"]);
    await quiet(system);
  });

  test("pipe: what comes after the actor's end is a dead letter", async () => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason, handler }) => letters.push(`${reason} ${handler}`));
    const [piper, gate] = [await system.spawn(Piper), await system.spawn(Gate)];
    await piper.call.open(gate);
    await came(gate, 1);
    await piper.call.stop();
    await ended(piper);
    await gate.call.open();
    await until("told", () => letters.length >= 1);
    // The call of a dead actor is answered to nobody, or its answer comes too late.
    expect(["noproc loaded", "noproc failed"]).toContain(letters[0]);
    end();
    await quiet(system);
  });

  test("the sender of a message is known while it is handled", async () => {
    const { system } = running;
    const [one, two, gate] = [
      await system.spawn(Known),
      await system.spawn(Known),
      await system.spawn(Gate),
    ];
    expect(await one.call.who()).toBeUndefined();
    expect(await one.call.relay(two)).toBe(one);
    // Who is born inside of a turn is not who handles its message.
    expect(await one.call.relayBirth(two)).toBeUndefined();
    const later = one.call.whoLater(gate);
    await came(gate, 1);
    two.cast.relay(one);
    await gate.call.open();
    expect(await later).toBeUndefined();
    await one.call.tick();
    await until("it ticked", async () => (await one.call.log()).length === 1);
    expect(await one.call.log()).toEqual([undefined]);
    await quiet(system);
  });

  test.each(["stop", "crash", "suspended"] as const)(
    "terminate after %s: what it can do",
    async (how) => {
      const { system } = running;
      const notepad = await system.spawn(Notepad);
      const last = await system.spawn(Last, [notepad]);
      last.cast.stash();
      const type = how === "crash" ? "crash" : "normal";
      if (how === "suspended") {
        await system.suspend(last);
        const ending = last.call.stop();
        last.cast.note();
        await system.resume(last);
        await ending;
      } else await Promise.allSettled([last.call[how]()]);
      await ended(last);
      expect(await notepad.call.notes()).toEqual([
        `${type} undefined`,
        "stash ERR_NOTHING_TO_STASH",
        "continue",
        "become",
        "stop",
        "unstash",
        "timer",
        "cast to itself",
        "size 8",
        "handled 0",
      ]);
      await quiet(system);
    },
  );

  test("a report names label and sender", async () => {
    const { system } = running;
    const [one, two] = [await system.spawn(Known), await system.spawn(Known)];
    expect(await two.call.rename("second of two")).toBe("second of two");
    expect(await two.call.rename(undefined)).toBeUndefined();
    await two.call.rename("the second");
    await one.call.relayCrash(two, "on purpose");
    await ended(two);
    await until("told", () => running.lines.some(({ fields }) => fields.label === "the second"));
    const line = running.lines.find(({ fields }) => fields.label === "the second");
    expect(line?.fields).toMatchObject({ handler: "crash", sender: String(one) });
    const error = await errorOf(one.call.rename("x".repeat(201)));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await quiet(system);
  });
});
