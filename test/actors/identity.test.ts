/** Goal: one ref per address and thread, and a dead address stays dead whatever takes its slot. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Notepad } = basic;
const { Parent } = await fixture<typeof import("./fixtures/births.mjs")>("births");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("the same actor is the same ref, wherever it comes from", async () => {
    const { system } = running;
    const ref = await system.spawn(Notepad, [], { name: `same ${threads}` });
    const other = await system.spawn(Notepad);
    expect(system.whereis(Notepad, `same ${threads}`)).toBe(ref);
    expect(await ref.call.address()).toBe(ref);
    expect(await ref.call.echo(ref)).toBe(ref);
    expect(await other.call.echo(ref)).toBe(ref);
    expect(await other.call.find(`same ${threads}`)).toBe(ref);
    expect(other).not.toBe(ref);
    const graph = { list: [ref, { ref }], map: new Map([[ref, other]]), set: new Set([ref]) };
    const back = (await other.call.echo(graph)) as typeof graph;
    expect(back).toEqual(graph);
    expect(back.list[0]).toBe(ref);
    expect(back.map.get(ref)).toBe(other);
    expect(back.set.has(ref)).toBe(true);
    expect(await other.call.all(ref, other, ref)).toEqual([ref, other, ref]);
  });

  test("a ref from an actor is one that works", async () => {
    const parent = await running.system.spawn(Parent);
    const { child } = await parent.call.child([1, 2]);
    expect(await child.call.notes()).toEqual([1, 2]);
    expect(await child.call.address()).toBe(child);
  });

  test("as text", async () => {
    const ref = await running.system.spawn(Notepad, [], { name: "text", label: "for people" });
    expect(String(ref)).toMatch(/^Notepad<\d+\.\d+>$/);
    expect(inspect({ ref })).toBe(`{ ref: ${ref} }`);
    expect(await ref.call.identity()).toEqual({
      name: "text",
      label: "for people",
      text: String(ref),
    });
    const plain = await running.system.spawn(Notepad);
    expect(await plain.call.identity()).toMatchObject({ name: undefined, label: undefined });
  });

  test("a dead ref never reaches the next actor in its slot", async () => {
    const system = await sabeam.startSystem({ threads, maxActors: 1024 });
    const dead: Ref<NotepadProtocol>[] = [];
    const live = async () => {
      const ref = await system.spawn(Notepad);
      await ref.call.stop();
      dead.push(ref);
    };
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(Array.from({ length: 100 }, live));
    }
    await until("all are gone", () => system.counters().actors === 0);
    expect(new Set(dead.map(String)).size).toBe(5000);
    const slots = new Set(dead.map((ref) => String(ref).replace(/\..*/, "")));
    expect(slots.size).toBeLessThan(1024);

    const heirs = await Promise.all(Array.from({ length: 1000 }, () => system.spawn(Notepad)));
    const before = await quiet(system);
    for (const ref of dead) ref.cast.note("for the dead");
    const errors = await Promise.all(dead.slice(0, 100).map((ref) => errorOf(ref.call.size())));
    for (const error of errors) {
      expect(error).toMatchObject({ name: "ActorDown", handled: "no", reason: { type: "noproc" } });
    }
    const sizes = await Promise.all(heirs.map((heir) => heir.call.size()));
    expect(sizes.every((size) => size === 0)).toBe(true);
    const after = await quiet(system);
    expect(after.deadLettered - before.deadLettered).toBe(5100);
    await system.stop();
  });
});

test("nor while its slot has a new actor before the message is there", async () => {
  const system = await sabeam.startSystem({ threads: 1, maxActors: 1024 });
  // With all other slots taken, the next actor gets the slot of the one that ends.
  const all = await Promise.all(Array.from({ length: 2047 }, () => system.spawn(Notepad)));
  const [other, ...rest] = all as [Ref<NotepadProtocol>, ...Ref<NotepadProtocol>[]];
  for (const old of rest.slice(0, 20)) {
    // All at once on one way; the thread takes it in portions, and has turns in between.
    old.cast.stop();
    const spawn = system.spawn(Notepad);
    for (let number = 0; number < 3000; number += 1) other.cast.echo(number);
    for (let number = 0; number < 10; number += 1) old.cast.note(number);
    const heir = await spawn;
    await other.call.echo(0);
    expect(String(heir).replace(/\..*/, "")).toBe(String(old).replace(/\..*/, ""));
    expect(await heir.call.notes()).toEqual([]);
  }
  expect((await quiet(system)).deadLettered).toBe(200);
  await system.stop();
});

test("a ref that went through three threads is still the same", async () => {
  const system = await sabeam.startSystem({ threads: 2 });
  const [one, two] = [
    await system.spawn(Notepad, [], { thread: 1 }),
    await system.spawn(Notepad, [], { thread: 2 }),
  ];
  await one.call.note(two);
  await two.call.note(await one.call.notes());
  await one.call.note(await two.call.notes());
  expect(await one.call.notes()).toEqual([two, [[two]]]);
  const [first] = await one.call.notes();
  expect(first).toBe(two);
  await system.stop();
});

test("a ref means nothing in another system", async () => {
  const systems = [
    await sabeam.startSystem({ threads: 0 }),
    await sabeam.startSystem({ threads: 1 }),
  ] as const;
  const here = await systems[0].spawn(Notepad);
  for (const system of systems) {
    const notepad = await system.spawn(Notepad);
    if (system === systems[0]) continue;
    expect(() => notepad.cast.note(here)).toThrow(sabeam.NotSendable);
    expect(() => notepad.cast.note({ deep: [here] })).toThrow("args[0].deep[0] cannot be sent");
    const near = await errorOf(system.spawn(Notepad, [], { near: here }));
    expect(near).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "near" });
    expect(await notepad.call.notes()).toEqual([]);
  }
  const there = await systems[1].spawn(Notepad);
  expect(() => here.cast.note(there)).toThrow(sabeam.NotSendable);
  for (const system of systems) await system.stop();
});
