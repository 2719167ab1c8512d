/**
 * Goal: a mailbox that survives is at the same address after its thread's death, with all that
 * waited in it, in order; and of each message it can be said what became of it.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, until } from "./support/systems.ts";

const { Keep, Mortal } = await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");

/** More than the death of a thread takes, at which nothing would go wrong. */
const TICK_MS = 250;
const ON = { thread: 1 } as const;
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("a thread dies", () => {
  const world = new Survivals();
  let book: Ref<NotepadProtocol>;
  beforeAll(async () => {
    book = await world.book();
  });

  const fresh = async (name?: string) => {
    const own = await world.book();
    const options = name === undefined ? ON : { ...ON, name };
    const keep = await world.system.spawn(Keep, [own], options);
    return { own, keep };
  };

  test("the address goes on, by whatever way", async () => {
    const { system } = world;
    const { own, keep } = await fresh("keep");
    const named = system.named(Keep, "keep");
    const alias = await system.spawn(Keep, [book], { thread: 1 });
    const text = String(keep);
    await world.lose();
    expect(await keep.call.echo(1)).toBe(1);
    expect(await keep.with({ timeout: 5000 }).call.echo(2)).toBe(2);
    expect(await named.call.echo(3)).toBe(3);
    expect(await alias.call.echo(4)).toBe(4);
    expect(system.whereis(Keep, "keep")).toBe(keep);
    expect(String(keep)).toBe(text);
    await keep.ready();
    keep.cast.note("after");
    expect(await world.heard(own, 1)).toEqual(["after"]);
    expect(await world.reasons()).toEqual([]);
    await Promise.all([system.stopActor(keep), system.stopActor(alias)]);
    expect(system.whereis(Keep, "keep")).toBeUndefined();
  });

  test("what waits is handled by the next life, in order, and what is sent meanwhile", async () => {
    const { own, keep } = await fresh();
    const gate = await world.gate();
    const { call: held } = await world.held(keep, gate);
    for (const number of numbers(0, 300)) keep.cast.note(number);
    const called = keep.call.echo("waited");
    const dies = world.lose();
    for (const number of numbers(300, 600)) keep.cast.note(number);
    await dies;
    for (const number of numbers(600, 900)) keep.cast.note(number);
    expect(await called).toBe("waited");
    expect(await errorOf(held)).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
    expect(await world.heard(own, 900)).toEqual(numbers(0, 900));
    // Its state is another one.
    expect(await keep.call.handled()).toBe(900);
    expect(await world.reasons()).toEqual(["wait crashed-while-handling"]);
    await world.system.stopActor(keep);
  });

  test("senders on other threads and on its own", async () => {
    const { own, keep } = await fresh();
    const gate = await world.gate();
    const near = await world.system.spawn(Mortal, [], ON);
    const far = await world.system.spawn(Mortal, [], { thread: 2 });
    await world.held(keep, gate);
    await Promise.all([near.call.tellAll(keep, 0, 100), far.call.tellAll(keep, 100, 200)]);
    const by = await world.system.spawn(Mortal, [], ON);
    const asks = [far.call.ask(keep, "asked"), near.call.ask(keep, "nobody hears it")];
    const down = errorOf(asks[1] as Promise<unknown>);
    // Behind them on the same ways, so they are in the mailbox.
    await by.call.echo(1);
    await world.lose();
    expect(await asks[0]).toBe("asked");
    expect(await down).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const notes = (await world.heard(own, 200)) as number[];
    expect(notes.filter((note) => note < 100)).toEqual(numbers(0, 100));
    expect(notes.filter((note) => note >= 100)).toEqual(numbers(100, 200));
    expect(await world.reasons()).toEqual(["wait crashed-while-handling"]);
    await Promise.all([world.system.stopActor(keep), world.system.stopActor(far)]);
  });

  test("an actor whose arguments name another one of that thread still finds it", async () => {
    const { own, keep } = await fresh();
    // All that it does with its book is `note`, which the other one has, too.
    const book = keep as unknown as typeof own;
    const by = await world.system.spawn(Keep, [book], ON);
    by.cast.note("before");
    await world.heard(own, 1);
    await world.lose();
    by.cast.note("after");
    expect(await world.heard(own, 2)).toEqual(["before", "after"]);
    await Promise.all([world.system.stopActor(keep), world.system.stopActor(by)]);
  });

  test("calls that wait: time-out, abort, ready", async () => {
    const { keep } = await fresh();
    const gate = await world.gate();
    await world.held(keep, gate);
    const abort = new AbortController();
    const late = errorOf(keep.with({ timeout: 20 }).call.echo(1));
    const aborted = errorOf(keep.with({ signal: abort.signal }).call.echo(2));
    await new Promise((resolve) => setTimeout(resolve, 30));
    abort.abort("enough");
    await world.lose();
    expect(await late).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    expect(await aborted).toMatchObject({ code: "ERR_ABORTED" });
    await keep.ready();
    expect(await world.reasons()).toEqual(["wait crashed-while-handling", "echo expired"]);
    await world.system.stopActor(keep);
  });

  test("its turn is cut: once, or for the idempotent as often as `attempts`", async () => {
    const { own, keep } = await fresh();
    const gate = await world.gate();
    const again = keep.call.again(gate, "again");
    keep.cast.note("behind");
    await until("it waits", async () => (await gate.call.came()) === 1);
    await world.lose();
    await until("it waits anew", async () => (await gate.call.came()) === 2);
    await gate.call.open();
    expect(await again).toBe("again");
    expect(await world.heard(own, 2)).toEqual(["again", "behind"]);

    await world.replaced(() => keep.cast.die());
    const code = "ERR_ACTOR_DOWN";
    const generation = world.generation();
    const poison = errorOf(keep.call.dieAgain());
    expect(await poison).toMatchObject({ code, handled: "maybe" });
    await until("two lives", () => world.generation() === generation + 2);
    expect(await keep.call.echo(1)).toBe(1);
    const cause = "2 turns of it were cut off by the death of their thread";
    expect(world.letters.at(-1)).toMatchObject({ reason: "poison", cause, handler: "dieAgain" });
    expect(await world.reasons()).toEqual(["die crashed-while-handling", "dieAgain poison"]);
    await world.system.stopActor(keep);
  });

  test("answers that were to come later: open ones are cut, given ones are not", async () => {
    const { keep } = await fresh();
    const [open, shut] = [await world.gate(), await world.gate()];
    await open.call.open();
    expect(await keep.call.later(open, "given")).toBe("given");
    const cut = errorOf(keep.call.later(shut, "never"));
    await until("it waits", async () => (await shut.call.came()) === 1);
    keep.cast.note("behind");
    expect(await keep.call.echo(1)).toBe(1);
    await world.lose();
    expect(await cut).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
    // What was handled behind it is not handled again.
    expect(await keep.call.handled()).toBe(0);
    expect(await world.reasons()).toEqual(["later crashed-while-handling"]);
    await world.system.stopActor(keep);
  });

  test("priority goes before, in the next life too", async () => {
    const { own, keep } = await fresh();
    await world.held(keep, await world.gate());
    for (const number of [1, 2]) keep.cast.note(number);
    for (const number of [10, 11]) keep.with({ priority: true }).cast.first(number);
    keep.cast.note(3);
    await world.lose();
    expect(await world.heard(own, 5)).toEqual([10, 11, 1, 2, 3]);
    await world.reasons();
    await world.system.stopActor(keep);
  });

  test("what belongs to the state dies with it: timers, pipes, behaviour", async () => {
    const { own, keep } = await fresh();
    const gate = await world.gate();
    keep.cast.pipe(gate, "piped");
    const begin = performance.now();
    keep.cast.tick(TICK_MS, "tick");
    keep.cast.become("deaf");
    await until("it waits", async () => (await gate.call.came()) === 1);
    expect(await errorOf(keep.call.echo(1))).toMatchObject({ code: "ERR_UNKNOWN_HANDLER" });
    await world.lose();
    await gate.call.open();
    await until("its time has come", () => performance.now() > begin + TICK_MS + 20);
    expect(await keep.call.echo(1)).toBe(1);
    expect(await own.call.notes()).toEqual([]);
    expect(await world.reasons()).toEqual(["echo unhandled"]);
    await world.system.stopActor(keep);
  });

  test("links and monitors see it lost; the next life is nobody's", async () => {
    const { system } = world;
    const { keep } = await fresh();
    const down = system.whenDown(keep);
    await world.lose();
    expect(await down).toEqual({ type: "lost", cause: "terminated" });
    expect(await keep.call.echo(1)).toBe(1);
    const end = system.whenDown(keep);
    await system.stopActor(keep);
    expect(await end).toEqual({ type: "normal" });
    expect(await errorOf(keep.call.echo(1))).toMatchObject({ handled: "no" });
    expect(await world.reasons()).toEqual(["echo noproc"]);
  });

  test("one that has ended by itself is gone", async () => {
    const { keep } = await fresh();
    await keep.call.stop();
    await world.lose();
    expect(await errorOf(keep.call.echo(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    expect(await world.reasons()).toEqual(["echo noproc"]);
  });

  test("the thread that takes over dies at once, again and again", async () => {
    const { own, keep } = await fresh();
    const gate = await world.gate();
    await world.held(keep, gate);
    for (const number of numbers(0, 200)) keep.cast.note(number);
    const generation = world.generation();
    for (let death = 1; death <= 5; death += 1) {
      keep.cast.note(199 + death);
      await until("another life", async () => {
        await world.system.terminateThread(1).catch(() => {});
        return world.generation() >= generation + death;
      });
    }
    await until("it runs", () => world.system.threads[1]?.running === true);
    await keep.call.echo(1);
    const dead = await world.dead();
    const all = (await own.call.notes()) as number[];
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(new Set(all).size).toBe(all.length);
    // What is missing was cut off, or is a note that its sender took along: by number.
    expect(all.length + dead).toBeGreaterThanOrEqual(205);
    await world.system.stopActor(keep);
  });

  test("self.stash() is refused", async () => {
    const { keep } = await fresh();
    expect(await errorOf(keep.call.stash())).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await world.reasons();
  });
});
