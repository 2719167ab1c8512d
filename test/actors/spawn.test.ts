/**
 * Goal: a spawn settles when init has ended, and one that fails leaves nothing behind: no slot, no
 * name, no actor in the counts. What cannot be spawned says why, and what would be allowed.
 */
import { describe, expect, test } from "vitest";
import type { AnyDefinition, Ref, SpawnOptions } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, failure, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { defineActor, startSystem } = sabeam;
const { Gate, Notepad } = basic;
const { Asking, Brief, Now, Parent, Promised, Soon } =
  await fixture<typeof import("./fixtures/births.mjs")>("births");
const KINDS = { Now, Soon, Promised };
/** Slots of the smallest system: slot 0 is nobody. */
/** Slots of a range; each thread of a system may hold one. */
const RANGE_SLOTS = 1024;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads, maxActors: 1024 });
  const slots = (threads + 1) * RANGE_SLOTS - 1;

  test.each(Object.entries(KINDS))("%s: settles when init has ended", async (_name, definition) => {
    const ref = await running.system.spawn(definition, [{ extra: ["x", 1] }]);
    expect(await ref.call.state()).toEqual({ plan: { extra: ["x", 1] }, at: "begun" });
  });

  test.each(Object.entries(KINDS))("%s: what init throws comes out", async (_name, definition) => {
    const error = await errorOf(running.system.spawn(definition, [{ fail: "no luck" }]));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("no luck");
    expect(error.stack).toContain("births.mjs");
    const refusal = await errorOf(running.system.spawn(definition, [{ refuse: "not today" }]));
    expect(refusal).toMatchObject({ code: "ERR_REFUSED", message: "not today" });
    expect(refusal.details).toEqual({ plan: { refuse: "not today" } });
  });

  test("a failed init leaves nothing", async () => {
    const system = await startSystem({ threads, maxActors: 1024 });
    for (const definition of [Now, Soon, Promised]) {
      const plan = { fail: "x" };
      // More often than there are slots: a slot that is kept would be missed at the end.
      for (let times = 0; times < slots + 10; times += 50) {
        const spawn = () => errorOf(system.spawn(definition, [plan]));
        const errors = await Promise.all(Array.from({ length: 50 }, spawn));
        for (const { message } of errors) expect(message).toBe("x");
      }
      const name = "a name";
      expect((await errorOf(system.spawn(definition, [plan], { name }))).message).toBe("x");
      expect(system.whereis(definition, name)).toBe(undefined);
      const ref = await system.spawn(definition, [{}], { name });
      expect(await ref.call.name()).toBe(name);
      await ref.call.stop();
      await until("all are gone", () => system.counters().actors === 0);
    }
    expect(await quiet(system)).toMatchObject({ sent: 6, handled: 6, deadLettered: 0 });
    await system.stop();
  });

  test("a taken name", async () => {
    const system = await startSystem({ threads });
    const first = await system.spawn(Notepad, [1], { name: "twin" });
    const error = await errorOf(system.spawn(Notepad, [2], { name: "twin" }));
    expect(error).toMatchObject({ name: "NameTaken", code: "ERR_NAME_TAKEN", taken: "twin" });
    expect(error.message).toContain(String(first));
    expect(system.whereis(Notepad, "twin")).toBe(first);
    expect(await first.call.notes()).toEqual([1]);
    await until("the second is gone", () => system.counters().actors === 1);
    await system.stop();
  });

  test("messages to an actor whose init goes on wait for its end", async () => {
    const { system } = running;
    const gate = await system.spawn(Gate);
    const spawn = system.spawn(Asking, [gate], { name: "asking" });
    await until("its init has asked", async () => (await gate.call.came()) === 1);
    const early = system.whereis(Asking, "asking")?.call.state();
    await gate.call.open();
    expect(await early).toEqual({ passed: true });
    expect(await early).toEqual(await (await spawn).call.state());
  });

  test("an actor that stops in its init is born and dead", async () => {
    const ref = await running.system.spawn(Brief);
    expect(await errorOf(ref.call.name())).toMatchObject({ name: "ActorDown", handled: "no" });
  });

  test("a child, from an async turn and from one that returns a promise", async () => {
    const { system } = running;
    const parent = await system.spawn(Parent);
    const { child, where, notes } = await parent.call.child(["a", 2]);
    expect(notes).toEqual(["a", 2]);
    expect(await child.call.where()).toBe(where);
    expect(await (await parent.call.promised(["b"])).call.notes()).toEqual(["b"]);
    expect(await failure(parent.call.failing())).toMatchObject({ message: "no child" });
  });

  test("wrong options say what is allowed", async () => {
    const { system } = running;
    const wrong: [unknown, string, RegExp][] = [
      [
        { naem: "x" },
        "spawn",
        /an object with name, .* link, shutdown, restarts, inherit, stallAfter only/,
      ],
      [{ name: "" }, "name", /string of 1 to 200 bytes; got ""/],
      [{ name: "ü".repeat(101) }, "name", /1 to 200 bytes/],
      [{ name: 7 }, "name", /1 to 200 bytes; got 7/],
      [{ label: 7 }, "label", /a string of at most 200 characters; got 7/],
      [{ thread: threads + 1 }, "thread", /"spread", "local", .* from 0 to \d; got \d/],
      [{ thread: -1 }, "thread", /"spread", "local"/],
      [{ thread: 0.5 }, "thread", /"spread", "local"/],
      [{ thread: "mine" }, "thread", /"spread", "local".*got "mine"/],
      [{ near: "x" }, "near", /a ref of this system; got "x"/],
      [{ mailbox: { max: 0 } }, "mailbox.max", /a whole number from 1 to 16777216; got 0/],
      [{ mailbox: { maxBytes: 1 } }, "mailbox.maxBytes", /a whole number from 4096/],
      [{ mailbox: { policy: "x" } }, "mailbox.policy", /reject, drop-newest, drop-oldest, back/],
      [{ mailbox: { size: 1 } }, "mailbox", /an object with max, maxBytes, policy only/],
    ];
    for (const [options, option, message] of wrong) {
      const error = await errorOf(system.spawn(Notepad, [], options as SpawnOptions));
      expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option });
      expect(error.message).toMatch(message);
    }
    const notArgs = await errorOf(system.spawn(Notepad, "x" as unknown as unknown[]));
    expect(notArgs).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "args" });
    const notOurs = await errorOf(system.spawn({ name: "x", url: "y" } as AnyDefinition));
    expect(notOurs).toMatchObject({ code: "ERR_INVALID_DEFINITION" });
    expect(notOurs.message).toContain("pass what defineActor returned");
  });

  test("arguments that cannot travel name the path", async () => {
    const args = [1, { deep: [() => {}] }];
    const error = await errorOf(running.system.spawn(Notepad, args));
    expect(error).toMatchObject({ code: "ERR_NOT_SENDABLE", path: "spawn.args[1].deep[0]" });
  });

  test("every thread has room for actors, however few there may be in all", async () => {
    const system = await startSystem({ threads: 2, maxActors: 1024 });
    const on = (thread: number) => system.spawn(Notepad, [], { thread });
    const refs = await Promise.all([0, 1, 2].map(on));
    const where = await Promise.all(refs.map((ref) => ref.call.where()));
    expect(new Set(where).size).toBe(3);
    await system.stop();
  });

  test("all slots taken, and one given back", async () => {
    const system = await startSystem({ threads, ownThreads: 0, maxActors: 1024 });
    const all: Ref<NotepadProtocol>[] = [];
    let error: unknown;
    while (error === undefined) {
      const [spawn] = await Promise.allSettled([system.spawn(Notepad)]);
      if (spawn.status === "rejected") error = spawn.reason;
      else all.push(spawn.value);
    }
    expect(all.length).toBe(slots);
    expect(error).toMatchObject({ code: "ERR_TOO_MANY_ACTORS", maxActors: slots });
    const name = "one too many";
    const taken = await errorOf(system.spawn(Notepad, [], { name }));
    expect(taken).toMatchObject({ code: "ERR_TOO_MANY_ACTORS" });
    expect(system.whereis(Notepad, name)).toBe(undefined);
    await all[0]?.call.stop();
    const next = await system.spawn(Notepad, [], { name });
    await Promise.all([...all.slice(1), next].map((ref) => ref.call.stop()));
    await until("all are gone", () => system.counters().actors === 0);
    await system.stop();
  });

  test("all names taken, and one given back", async () => {
    const system = await startSystem({ threads, ownThreads: 0, maxNames: 64 });
    const names = Array.from({ length: 66 }, (_, at) => `n${at}`);
    const spawns = await Promise.allSettled(
      names.map((name) => system.spawn(Notepad, [], { name })),
    );
    const refused = spawns.flatMap((spawn) => (spawn.status === "rejected" ? [spawn.reason] : []));
    const facts = refused.map(({ code, maxNames }) => [code, maxNames]);
    expect(facts).toEqual([1, 2].map(() => ["ERR_NAMES_FULL", 64]));
    expect(refused[0].message).toContain("a higher maxNames");
    await system.spawn(Notepad);
    const [first] = spawns;
    if (first?.status === "fulfilled") await first.value.call.stop();
    await until("its name is free", () =>
      system.spawn(Notepad, [], { name: "next" }).then(
        () => true,
        () => false,
      ),
    );
    await system.stop();
  });
});

test("an init that fails because the system stops is counted once", async () => {
  const system = await startSystem({ threads: 0 });
  const gate = await system.spawn(Gate);
  const spawn = errorOf(system.spawn(Asking, [gate]));
  await until("its init runs", async () => (await gate.call.came()) === 1);
  await system.stop();
  await spawn;
  expect(system.counters().actors).toBe(0);
});

test("an actor defined in the test itself runs on main", async () => {
  const Local = defineActor(import.meta.url, "Local", {
    init: () => ({ sum: 0 }),
    handlers: { add: (self, by: number) => (self.state.sum += by) },
  });
  const system = await startSystem({ threads: 0 });
  const ref = await system.spawn(Local);
  expect(await ref.call.add(2)).toBe(2);
  await system.stop();
});
