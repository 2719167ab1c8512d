/** Goal: the report says who ends together, with names and counts, at every moment. */
import { describe, expect, test } from "vitest";
import { basic, sabeam } from "./support/native.ts";
import { ended, errorOf, useSystem } from "./support/systems.ts";

const { Gate, Notepad } = basic;

describe("three threads and one of its own", () => {
  const running = useSystem({ threads: 2, ownThreads: 1 });

  test("by thread: named ones first, the rest counted", async () => {
    const { system } = running;
    const names = ["b", "ä", "a"];
    const named = [];
    for (const name of names) named.push(await system.spawn(Notepad, [], { thread: 1, name }));
    const other = await system.spawn(Gate, [], { thread: 1 });
    await system.spawn(Notepad, [], { thread: 1 });
    const alone = await system.spawn(Gate, [], { thread: "own", name: "alone" });

    const domains = system.failureDomains();
    const [main, one, two, own] = domains;
    expect(domains.length).toBe(4);
    expect(main).toMatchObject({ index: 0, name: "main", actors: 0, listed: [], definitions: {} });
    expect(one).toMatchObject({
      index: 1,
      actors: 5,
      more: 0,
      definitions: { Notepad: 4, Gate: 1 },
    });
    expect(one?.listed.map(({ name }) => name)).toEqual(["a", "b", "ä", undefined, undefined]);
    expect(one?.listed[1]?.ref).toBe(named[0]);
    expect(one?.listed.map(({ ref }) => ref)).toContain(other);
    expect(two).toMatchObject({ index: 2, actors: 0, own: false });
    expect(own).toMatchObject({ index: 3, actors: 1, own: true });
    expect(own?.listed).toEqual([{ ref: alone, name: "alone" }]);

    const few = system.failureDomains({ max: 2 })[1];
    expect([few?.actors, few?.listed.map(({ name }) => name), few?.more]).toEqual([
      5,
      ["a", "b"],
      3,
    ]);
    const none = system.failureDomains({ max: 0 })[1];
    expect([none?.actors, none?.listed, none?.more]).toEqual([5, [], 5]);

    await alone.call.open();
    await named[0]?.call.stop();
    await ended(named[0] ?? alone);
    const later = system.failureDomains()[1];
    expect([later?.actors, later?.listed.map(({ name }) => name).slice(0, 2)]).toEqual([
      4,
      ["a", "ä"],
    ]);
  });

  test("two actors", async () => {
    const { system } = running;
    const [one, two] = [
      await system.spawn(Notepad, [], { thread: 1 }),
      await system.spawn(Notepad, [], { thread: 2 }),
    ];
    const near = await system.spawn(Notepad, [], { near: one });
    expect(system.dieTogether(one, near)).toBe(true);
    expect(system.dieTogether(one, two)).toBe(false);
    await near.call.stop();
    await ended(near);
    expect(system.dieTogether(one, near)).toBe(false);
  });

  test("what is wrong is refused", async () => {
    const { system } = running;
    const ask = async (...args: unknown[]) => system.failureDomains(...(args as []));
    for (const [options, option] of [
      [{ max: -1 }, "max"],
      [{ max: 10_001 }, "max"],
      [{ limit: 1 }, "failureDomains"],
    ] as const) {
      expect(await errorOf(ask(options))).toMatchObject({ code: "ERR_INVALID_OPTIONS", option });
    }
    const one = await system.spawn(Notepad);
    const question = async () => system.dieTogether(one, "two" as never);
    expect(await errorOf(question())).toMatchObject({ option: "dieTogether" });
  });
});

test("on one thread all end together; nothing grows by asking", async () => {
  const system = await sabeam.startSystem({ threads: 0 });
  for (let count = 0; count < 2000; count += 1) await system.spawn(Notepad);
  const [main, ...others] = system.failureDomains();
  expect(others).toEqual([]);
  expect(main).toMatchObject({ actors: 2000, more: 1980, definitions: { Notepad: 2000 } });
  await system.stop();
  expect(system.failureDomains()[0]).toMatchObject({ actors: 0, running: false });
});
