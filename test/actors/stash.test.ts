/**
 * Goal: an actor can set messages aside and change how it understands them, and none of them is
 * lost, doubled or reordered by that: what was set aside is answered later, expires, or is a dead
 * letter at the actor's end.
 */
import { describe, expect, test } from "vitest";
import type { DeadLetter } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate } = basic;
const { Line, Listener, Porter } =
  await fixture<typeof import("./fixtures/mailboxes.mjs")>("mailboxes");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("what was set aside comes back first, in the order in which it came", async () => {
    const { system } = running;
    const line = await system.spawn(Line);
    const first = line.call.query("a");
    line.cast.note("b");
    const third = line.call.query("c");
    expect(await line.call.log()).toEqual([]);
    await until("three count as queued", () => system.counters().queued === 3);
    const opened = line.call.open();
    line.cast.note("d");
    expect(await opened).toBe(3);
    expect(await Promise.all([first, third])).toEqual(["open: a", "open: c"]);
    expect(await line.call.log()).toEqual(["query a", "note b", "query c", "note d"]);
    await quiet(system);
  });

  test("set aside twice, it keeps its place", async () => {
    const { system } = running;
    const line = await system.spawn(Line);
    const first = line.call.query("a");
    line.cast.note("b");
    // Comes back, and is set aside again before anything else is handled.
    line.cast.become();
    line.cast.become("closed");
    expect(await line.call.log()).toEqual([]);
    line.cast.note("c");
    expect(await line.call.open()).toBe(3);
    expect(await first).toBe("open: a");
    expect(await line.call.log()).toEqual(["query a", "note b", "note c"]);
    await quiet(system);
  });

  test("a concurrent turn that set its call aside does not answer it", async () => {
    const { system } = running;
    const [porter, gate] = [await system.spawn(Porter), await system.spawn(Gate)];
    const entered = porter.call.enter("a", gate);
    porter.cast.open();
    // In the slice of the first turn, before its promise is looked at.
    for (let count = 0; count < 3; count += 1) porter.cast.next();
    await until("it came again", async () => (await gate.call.came()) === 1);
    await gate.call.open();
    expect(await entered).toBe("welcome a");
    await quiet(system);
  });

  test("the stash is bounded: one message more ends the actor, and nothing is lost", async () => {
    const { system } = running;
    const letters: DeadLetter[] = [];
    const end = system.deadLetters((letter) => letters.push(letter));
    const line = await system.spawn(Line);
    const calls = ["a", "b", "c"].map((text) => errorOf(line.call.query(text)));
    expect(await errorOf(line.call.query("d"))).toMatchObject({
      name: "StashFull",
      code: "ERR_STASH_FULL",
      max: 3,
    });
    for (const call of calls) {
      expect(await call).toMatchObject({ name: "ActorDown", handled: "no" });
    }
    await until("told", () => letters.length >= 3);
    expect(letters).toEqual(
      ["a", "b", "c"].map(() =>
        expect.objectContaining({ reason: "crash", type: "call", handler: "query" }),
      ),
    );
    end();
    await quiet(system);
  });

  test("the leftovers are dead letters when it stops", async () => {
    const { system } = running;
    const letters: [string, string, string][] = [];
    const end = system.deadLetters(({ reason, type, handler }) =>
      letters.push([reason, type, handler]),
    );
    const line = await system.spawn(Line);
    line.cast.note("a");
    const call = errorOf(line.call.query("b"));
    await line.call.stop();
    expect(await call).toMatchObject({ name: "ActorDown", handled: "no" });
    await until("told", () => letters.length >= 2);
    expect(letters).toEqual([
      ["normal", "cast", "note"],
      ["normal", "call", "query"],
    ]);
    end();
    await quiet(system);
  });

  test("a call in the stash expires and is given up like any other that waits", async () => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason }) => letters.push(reason));
    const line = await system.spawn(Line);
    const abort = new AbortController();
    const late = errorOf(line.with({ timeout: 20 }).call.query("late"));
    const aborted = errorOf(line.with({ signal: abort.signal }).call.query("aborted"));
    await line.call.log();
    abort.abort();
    expect(await late).toMatchObject({ name: "CallTimeout" });
    expect(await aborted).toMatchObject({ name: "Aborted" });
    await line.call.open();
    expect(await line.call.log()).toEqual([]);
    await until("told", () => letters.length >= 2);
    expect(letters.toSorted()).toEqual(["aborted", "expired"]);
    end();
    await quiet(system);
  });

  test("a turn that waits can set its message aside", async () => {
    const { system } = running;
    const [line, gate] = [await system.spawn(Line), await system.spawn(Gate)];
    const wait = line.call.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    await gate.call.open();
    await line.call.log();
    expect(await line.call.open()).toBe(1);
    await wait;
    expect(await line.call.log()).toEqual(["waited"]);
    await quiet(system);
  });

  test("a call that was given up in the meantime can be set aside, too", async () => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason }) => letters.push(reason));
    const porter = await system.spawn(Porter);
    const late = errorOf(porter.with({ timeout: 20 }).call.late(80));
    expect(await late).toMatchObject({ name: "CallTimeout" });
    expect(await porter.call.open()).toBe(1);
    await until("told", () => letters.length > 0);
    expect(letters).toEqual(["expired"]);
    end();
    await quiet(system);
  });

  test("once per message: the second time ends the actor", async () => {
    const { system } = running;
    const line = await system.spawn(Line);
    const twice = errorOf(line.call.twice());
    await ended(line);
    expect(await twice).toMatchObject({ name: "ActorDown", handled: "no" });
    const nothing = await system.spawn(Line);
    await nothing.call.become("deaf");
    await nothing.call.become();
    expect(await nothing.call.outside()).toBe(0);
    await quiet(system);
  });

  test("what a behaviour leaves out is a dead letter, and a call says what it knows", async () => {
    const { system } = running;
    const letters: DeadLetter[] = [];
    const end = system.deadLetters((letter) => letters.push(letter));
    const line = await system.spawn(Line);
    await line.call.become("deaf");
    line.cast.note("x");
    const error = await errorOf(line.call.query("y"));
    expect(error).toMatchObject({ name: "UnknownHandler", code: "ERR_UNKNOWN_HANDLER" });
    expect(error.message).toMatch(/Line as deaf has no handler "query"; it has become/);
    await until("told", () => letters.length >= 2);
    expect(letters).toMatchObject([
      { reason: "unhandled", type: "cast", handler: "note" },
      { reason: "unhandled", type: "call", handler: "query" },
    ]);
    expect(await errorOf(line.call.become("lost"))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      message: expect.stringMatching(/closed, deaf; got "lost"/),
    });
    end();
    await quiet(system);
  });

  test("unknown() answers, refuses, sets aside, or ends the actor", async () => {
    const { system } = running;
    const listener = await system.spawn(Listener);
    await listener.call.shut();
    listener.cast.say("hello");
    expect(await listener.call.both(1, 2)).toBe("unknown both");
    expect(await errorOf(listener.call.say("refuse") as Promise<unknown>)).toMatchObject({
      name: "Refusal",
    });
    const later = listener.call.say("later") as Promise<unknown>;
    expect(await listener.call.log()).toEqual(["cast say(hello)", "call both(1, 2)"]);
    expect(await listener.call.open()).toBe(1);
    await later;
    expect((await listener.call.log()).at(-1)).toBe("say later");
    await listener.call.shut();
    expect(await errorOf(listener.call.say("crash") as Promise<unknown>)).toMatchObject({
      message: "unknown crashed",
    });
    await ended(listener);
    await quiet(system);
  });

  test("priority: before what waits, in order among each other, only where allowed", async () => {
    const { system } = running;
    const [line, gate] = [await system.spawn(Line), await system.spawn(Gate)];
    await line.call.open();
    const wait = line.call.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    const urgent = line.with({ priority: true });
    line.cast.note("1");
    expect(urgent.cast.alarm("2")).toBe(true);
    line.cast.alarm("3");
    urgent.cast.note("4");
    const fifth = urgent.call.query("5");
    urgent.cast.alarm("6");
    await line.ready();
    await gate.call.open();
    await Promise.all([wait, fifth]);
    expect(await line.call.log()).toEqual([
      "waited",
      "alarm 2",
      "query 5",
      "alarm 6",
      "note 1",
      "alarm 3",
      "note 4",
    ]);
    expect(() => line.with({ priority: 1 as never })).toThrow(sabeam.InvalidOptions);
    await quiet(system);
  });

  test("priority is no way around the bounds, and drop-oldest spares it", async () => {
    const { system } = running;
    const gate = await system.spawn(Gate);
    const mailbox = { max: 2, policy: "drop-oldest" } as const;
    const line = await system.spawn(Line, [], { mailbox });
    await line.call.open();
    const wait = line.call.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    const urgent = line.with({ priority: true });
    line.cast.note("1");
    for (const text of ["2", "3", "4"]) urgent.cast.alarm(text);
    await line.ready({ timeout: 500 }).catch(() => {});
    await gate.call.open();
    await wait;
    await line.ready();
    expect(await line.call.log()).toEqual(["waited", "alarm 2", "alarm 3"]);
    expect((await quiet(system)).dropped).toBe(2);
  });
});
