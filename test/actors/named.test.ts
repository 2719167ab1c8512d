/** Goal: a ref by name leads to whoever has the name at each send, from any thread. */
import { afterEach, describe, expect, test } from "vitest";
import type { DeadLetter } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, PLACES, quiet, until, useSystem } from "./support/systems.ts";

const { Clerk, Guard, Office, Unborn, Visitor } =
  await fixture<typeof import("./fixtures/named.mjs")>("named");

/** Handled "no" by nobody: safe to ask again. */
const NOBODY = { code: "ERR_ACTOR_DOWN", handled: "no", reason: { type: "noproc" } };

let count = 0;
/** A name that no other test has. */
const newName = (): string => `clerk ${++count}`;

describe("on one thread and on two", () => {
  const running = useSystem({ threads: 1 });
  const letters: DeadLetter[] = [];
  afterEach(async () => {
    await quiet(running.system);
    letters.length = 0;
  });

  test("the same name and definition give the same ref", () => {
    const { system } = running;
    const ref = system.named(Clerk, "a");
    expect(system.named(Clerk, "a")).toBe(ref);
    expect(system.named(Clerk, "b")).not.toBe(ref);
    expect(system.named(Guard, "a")).not.toBe(ref);
    expect(String(ref)).toBe('Clerk<"a">');
    expect(String(system.named(Clerk, 'a"\n'))).toBe('Clerk<"a\\"\\n">');
    for (const name of ["", "x".repeat(201), 7 as unknown as string]) {
      expect(() => system.named(Clerk, name)).toThrow(/1 to 200 bytes/);
    }
    expect(() => system.named({ name: "Clerk", url: "x" } as never, "a")).toThrow(/defineActor/);
  });

  test.each(PLACES)("one ref for many lives; holder on %i, user on %i", async (there, here) => {
    const { system } = running;
    const end = system.deadLetters((letter) => letters.push(letter));
    const name = newName();
    const ref = system.named(Clerk, name);
    const visitor = await system.spawn(Visitor, [ref], { thread: here });
    for (let life = 1; life <= 2; life += 1) {
      expect(await errorOf(ref.call.life())).toMatchObject(NOBODY);
      expect(await errorOf(ref.ready())).toMatchObject(NOBODY);
      expect(await visitor.call.ask(name)).toBe("ERR_ACTOR_DOWN");
      expect(ref.cast.note("lost")).toBe(true);
      const clerk = await system.spawn(Clerk, [], { name, thread: there });
      expect(ref.cast.note("main")).toBe(true);
      expect(ref.with({ priority: true }).cast.note("urgent")).toBe(true);
      expect(await visitor.call.tell(name, "visitor")).toBe(true);
      expect(await ref.with({ timeout: 5000 }).call.life()).toBe(String(clerk));
      expect(await visitor.call.ask(name)).toBe(String(clerk));
      expect(await visitor.call.askKept()).toBe(String(clerk));
      await ref.ready();
      expect((await ref.call.notes()).sort()).toEqual(["main", "urgent", "visitor"]);
      await system.suspend(clerk);
      const late = ref.with({ timeout: 1 }).call.life();
      expect(await errorOf(late)).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
      await system.resume(clerk);
      ref.cast.stop();
      await ended(clerk);
    }
    await until("letters", () => letters.filter(({ handler }) => handler === "note").length === 2);
    expect(letters.find(({ handler }) => handler === "note")).toMatchObject({
      reason: "noproc",
      target: `Clerk<"${name}">`,
    });
    end();
  });

  test.each(PLACES)("in messages; holder on %i, user on %i", async (there, here) => {
    const { system } = running;
    const name = newName();
    const ref = system.named(Clerk, name);
    const visitor = await system.spawn(Visitor, [ref], { thread: here });
    expect(await visitor.call.of(name)).toBe(ref);
    expect(await visitor.call.is(ref, name)).toBe(true);
    expect(await visitor.call.is(ref, `${name} of another`)).toBe(false);
    expect(await visitor.call.isIn({ refs: new Map([[ref, 1]]) }, name)).toBe(true);
    const clerk = await system.spawn(Clerk, [], { name, thread: there });
    expect(await visitor.call.askKept()).toBe(String(clerk));
    expect(await visitor.call.is(ref, name)).toBe(true);
    expect(await visitor.call.is(clerk, name)).toBe(false);
    await system.stopActor(ref);
    expect(await system.whenDown(clerk)).toEqual({ type: "noproc" });
  });

  test("in a message before anybody has the name, or the definition", async () => {
    const { system } = running;
    const unborn = system.named(Unborn, newName());
    const visitor = await system.spawn(Visitor, [], { thread: 1 });
    expect(await visitor.call.second(unborn)).toBe("ERR_ACTOR_DOWN");
    await system.spawn(Unborn, [], { name: JSON.parse(String(unborn).slice(7, -1)), thread: 1 });
    expect(await visitor.call.second(unborn)).toBe(2);
    expect(await unborn.call.second()).toBe(2);
  });

  test.each([0, 1])("an actor of another definition gets nothing; it is on %i", async (thread) => {
    const { system } = running;
    const end = system.deadLetters((letter) => letters.push(letter));
    const name = newName();
    const ref = system.named(Clerk, name);
    const guard = await system.spawn(Guard, [], { name, thread });
    expect(ref.cast.note("not for a guard")).toBe(true);
    const error = await errorOf(ref.call.note("nor this"));
    expect(error).toMatchObject({ code: "ERR_NO_SUCH_ACTOR" });
    expect(error.message).toMatch(/no Clerk with the name "clerk \d+": the name belongs to Guard/);
    expect(await errorOf(ref.ready())).toMatchObject({ code: "ERR_NO_SUCH_ACTOR" });
    expect(await system.whenDown(ref)).toEqual({ type: "noproc" });
    expect(await guard.call.noted()).toBe(0);
    await until("letters", () => letters.length === 2);
    expect(letters[0]).toMatchObject({ reason: "noproc", cause: "the name belongs to Guard" });
    guard.cast.stop();
    await ended(guard);
    // Whoever has it next is who was meant.
    await system.spawn(Clerk, [], { name, thread });
    expect(await ref.call.notes()).toEqual([]);
    end();
  });

  test.each(PLACES)("links, monitors, exits; holder on %i, user on %i", async (there, here) => {
    const { system } = running;
    const name = newName();
    const ref = system.named(Clerk, name);
    const visitor = await system.spawn(Visitor, [], { thread: here });
    await visitor.call.monitor(ref);
    await visitor.call.link(ref);
    await until("nobody", async () => (await visitor.call.downs()).length === 2);
    expect((await visitor.call.downs()).sort()).toEqual([
      `${name} noproc Clerk<"${name}">`,
      "exit noproc",
    ]);
    const clerk = await system.spawn(Clerk, [], { name, thread: there });
    await visitor.call.monitor(ref);
    await visitor.call.link(ref);
    expect(system.dieTogether(ref, visitor)).toBe(there === here);
    expect(await system.statistics(ref)).toMatchObject({ name, thread: there });
    const down = system.whenDown(ref);
    system.exit(ref, "shutdown");
    expect(await down).toEqual({ type: "shutdown" });
    await until("both", async () => (await visitor.call.downs()).length === 4);
    expect((await visitor.call.downs()).slice(2).sort()).toEqual([
      `${name} shutdown ${clerk}`,
      "exit shutdown",
    ]);
    expect(await errorOf(system.statistics(ref))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  });

  test("near and apart", async () => {
    const { system } = running;
    const name = newName();
    const ref = system.named(Clerk, name);
    const near = await errorOf(system.spawn(Clerk, [], { near: ref }));
    expect(near).toMatchObject({ code: "ERR_NO_SUCH_ACTOR" });
    await system.spawn(Clerk, [], { apart: ref });
    await system.spawn(Clerk, [], { name, thread: 1 });
    const beside = await system.spawn(Clerk, [], { near: ref });
    expect(system.dieTogether(beside, ref)).toBe(true);
    const apart = await errorOf(system.spawn(Clerk, [], { apart: ref }));
    expect(apart).toMatchObject({ code: "ERR_NO_THREAD_APART" });
  });

  test.each([0, 1])("over restarts by a supervisor; the child is on %i", async (thread) => {
    const { system } = running;
    const name = newName();
    const ref = system.named(Clerk, name);
    const office = await system.spawn(Office, [name, thread], { thread: 0 });
    const lives = new Set([await ref.call.life()]);
    for (let crash = 0; crash < 20; crash += 1) {
      expect(await errorOf(ref.call.crash())).toMatchObject({ message: "a clerk has crashed" });
      await until("a new life", async () => {
        const life = await ref.call.life().catch((error: { handled?: string }) => error.handled);
        return life !== "no" && life !== undefined && !lives.has(life) && lives.add(life).size > 0;
      });
    }
    expect(lives.size).toBe(21);
    await system.stopActor(office, { reason: "shutdown" });
  });

  test("its own thread dies, and the next one leads somewhere else", async () => {
    const { system } = running;
    const name = newName();
    const ref = system.named(Clerk, name);
    for (let life = 0; life < 2; life += 1) {
      const clerk = await system.spawn(Clerk, [], { name, thread: "own" });
      expect(await ref.call.life()).toBe(String(clerk));
      await system.stopActor(ref);
      expect(await errorOf(ref.call.life())).toMatchObject(NOBODY);
    }
  });
});

test("threads: 0", async () => {
  const system = await sabeam.startSystem({ threads: 0 });
  const ref = system.named(Clerk, "only");
  const visitor = await system.spawn(Visitor, [ref]);
  expect(await visitor.call.askKept()).toBe("ERR_ACTOR_DOWN");
  await system.spawn(Clerk, [], { name: "only" });
  expect(await visitor.call.askKept()).toBe(await ref.call.life());
  expect(await visitor.call.is(ref, "only")).toBe(true);
  await system.stop();
});
