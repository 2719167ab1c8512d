/**
 * Goal: an actor ends after its turn and not before, whoever waited for it learns how it ended and
 * whether its handler had begun, and what still waited is a dead letter.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, keepingLog, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad } = basic;
const { Clumsy, Mortal, SlowMortal, Stubborn } =
  await fixture<typeof import("./fixtures/mortals.mjs")>("mortals");

const STOPS = ["stop", "stopSoon", "stopLate", "stopPromised", "stopDeferred"] as const;
const OVERLAPPING = ["overlap", "overlapLate", "overlapPromised"] as const;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads, stopTimeout: 500 });

  test.each([...STOPS, ...OVERLAPPING])("%s: the answer first, then the end", async (handler) => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const mortal = await system.spawn(Mortal, [notepad]);
    expect(await mortal.call[handler]()).toBe("last words");
    await until("it is told", async () => JSON.stringify(await notepad.call.notes()).includes("n"));
    const reason = { type: "normal" };
    const notes = handler === "stopSoon" ? ["still here", reason] : [reason];
    expect(await notepad.call.notes()).toEqual(notes);
    expect(await errorOf(mortal.call.echo(1))).toMatchObject({ name: "ActorDown", handled: "no" });
  });

  test("self.stop() in a callback", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const mortal = await system.spawn(Mortal, [notepad]);
    mortal.cast.stopInCallback();
    await until("it is told", async () => (await notepad.call.size()) === 1);
    expect(await notepad.call.notes()).toEqual([{ type: "normal" }]);
  });

  test("terminate is told of a crash, and by what", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    for (const handler of ["crash", "crashSoon"] as const) {
      const mortal = await system.spawn(Mortal, [notepad]);
      await errorOf(mortal.call[handler]("too far"));
    }
    await until("both are told", async () => (await notepad.call.size()) === 2);
    const reason = { type: "crash", cause: "RangeError: too far" };
    expect(await notepad.call.notes()).toEqual([reason, reason]);
  });

  test.each(["waitAndStop", "waitAndCrash"] as const)("%s: what waited", async (handler) => {
    const { system } = running;
    const letters: string[] = [];
    const end = system.deadLetters(({ reason, type, handler, target }) => {
      if (target === String(mortal)) letters.push(`${type} ${handler}: ${reason}`);
    });
    const gate = await system.spawn(Gate);
    const mortal = await system.spawn(Mortal);
    const before = await quiet(system);

    const deferred = errorOf(mortal.call.keep());
    const begun = mortal.call[handler](gate, "x").catch(({ name }: Error) => name);
    await until("it waits", async () => (await gate.call.came()) === 1);
    mortal.cast.echo(1);
    const waiting = errorOf(mortal.call.echo(2));
    mortal.cast.echo(3);
    await mortal.ready();
    await gate.call.open();

    const isStop = handler === "waitAndStop";
    const cause = isStop ? {} : { cause: "RangeError: x" };
    const reason = { type: isStop ? "normal" : "crash", ...cause };
    expect(await begun).toBe(isStop ? undefined : "RangeError");
    const down = { name: "ActorDown", target: String(mortal), reason };
    expect(await deferred).toMatchObject({ ...down, handled: "maybe" });
    expect(await waiting).toMatchObject({ ...down, handled: "no" });
    await until("all letters came", () => letters.length === 3);
    const { type } = reason;
    expect(letters).toEqual([`cast echo: ${type}`, `call echo: ${type}`, `cast echo: ${type}`]);
    const after = await quiet(system);
    expect(after.deadLettered - before.deadLettered).toBe(3);
    end();
  });

  test("an async terminate is waited for, and meanwhile nothing is handled", async () => {
    const { system } = running;
    const notepad = await system.spawn(Notepad);
    const mortal = await system.spawn(SlowMortal, [notepad, 20], { name: "slow" });
    const stop = mortal.call.stop();
    const waiting = errorOf(mortal.call.echo(1));
    expect(await stop).toBe("last words");
    expect(await waiting).toMatchObject({ handled: "no", reason: { type: "normal" } });
    expect(await notepad.call.notes()).toEqual(["begins", { type: "normal" }]);
    await until("its name is free", () => system.whereis(SlowMortal, "slow") === undefined);
  });

  test("and not longer than stopTimeout", async () => {
    const { system, lines } = running;
    const stubborn = await system.spawn(Stubborn);
    const clumsy = await system.spawn(Clumsy);
    await Promise.all([stubborn.call.stop(), clumsy.call.stop()]);
    expect(await errorOf(stubborn.call.echo(1))).toMatchObject({ handled: "no" });
    expect(await errorOf(clumsy.call.echo(1))).toMatchObject({ handled: "no" });
    const problems = () => lines.filter(({ message }) => message === "terminate failed");
    await until("both are in the log", () => problems().length === 2);
    const told = problems().map(({ fields }) => `${fields.actor} ${fields.error}`);
    expect(told.toSorted()).toEqual([
      `${clumsy} Error: dropped it`,
      `${stubborn} Error: it took longer than 500 ms`,
    ]);
  });

  test("the end of the system is an end like any other", async () => {
    const { log, lines } = keepingLog();
    const system = await sabeam.startSystem({ threads, log });
    const mortal = await system.spawn(Mortal);
    const gate = await system.spawn(Gate);
    const pending = [errorOf(mortal.call.keep()), errorOf(mortal.call.waitAndStop(gate))];
    await until("it waits", async () => (await gate.call.came()) === 1);
    const waiting = errorOf(mortal.call.echo(1));
    // What is asked behind it is answered when it has arrived.
    await system.statistics(mortal);
    await system.stop();
    const shutdown = { reason: { type: "shutdown" } };
    for (const error of pending)
      expect(await error).toMatchObject({ ...shutdown, handled: "maybe" });
    expect(await waiting).toMatchObject({ ...shutdown, handled: "no" });
    expect(lines).toMatchObject([{ level: "info", fields: shutdown, message: "terminated" }]);
  });

  test("every message of these tests is accounted for", () => quiet(running.system));
});
