/** Goal: a name leads to its living holder, from any thread and at once, and to nobody else. */
import { describe, expect, test } from "vitest";
import { basic, fixture } from "./support/native.ts";
import { errorOf, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad } = basic;
const { Now } = await fixture<typeof import("./fixtures/births.mjs")>("births");

describe.each([0, 1, 2])("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("whereis, on main and inside an actor", async () => {
    const { system } = running;
    const ref = await system.spawn(Notepad, [], { name: "whereis" });
    expect(system.whereis(Notepad, "whereis")).toBe(ref);
    expect(system.whereis(Notepad, "Whereis")).toBe(undefined);
    const others = [await system.spawn(Notepad), await system.spawn(Notepad)];
    for (const other of others) {
      expect(await other.call.find("whereis")).toBe(ref);
      expect(await other.call.find("nobody")).toBe(undefined);
    }
    const found = await others[0]?.call.find("whereis");
    expect(await found?.call.identity()).toMatchObject({ name: "whereis" });
  });

  test("a name that belongs to another kind of actor", async () => {
    const { system } = running;
    const gate = await system.spawn(Gate, [], { name: "gate" });
    expect(() => system.whereis(Notepad, "gate")).toThrow(
      /no Notepad with the name "gate": the name belongs to Gate/,
    );
    expect(system.whereis(Gate, "gate")).toBe(gate);
    // Inside, it is the handler's error, and ends the actor like any other.
    const notepad = await system.spawn(Notepad);
    const error = await errorOf(notepad.call.find("gate"));
    expect(error).toMatchObject({ name: "NoSuchActor", code: "ERR_NO_SUCH_ACTOR" });
  });

  test.each(["stop", "crash"] as const)("%s: the name is free again", async (how) => {
    const { system } = running;
    const name = `heir of ${how}`;
    const dead = new Set();
    for (let life = 0; life < 20; life += 1) {
      const ref = await system.spawn(Notepad, [life], { name });
      expect(dead.has(ref)).toBe(false);
      expect(system.whereis(Notepad, name)).toBe(ref);
      expect(await ref.call.notes()).toEqual([life]);
      await Promise.allSettled([ref.call[how](name)]);
      dead.add(ref);
      await until("it is gone", () => system.whereis(Notepad, name) === undefined);
    }
    expect(dead.size).toBe(20);
  });

  test("of many who want it, one gets it", async () => {
    const { system } = running;
    const name = "wanted";
    const spawns = Array.from({ length: 12 }, (_, index) =>
      system.spawn(Notepad, [index], { name }),
    );
    const results = await Promise.allSettled(spawns);
    const [winner, ...more] = results.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : [],
    );
    expect(more).toEqual([]);
    expect(system.whereis(Notepad, name)).toBe(winner);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason.code).toBe("ERR_NAME_TAKEN");
    }
  });

  test("names of any characters, up to 200 bytes", async () => {
    const { system } = running;
    const names = [
      "a",
      " ",
      "é",
      "e\u0301",
      "🎈".repeat(50),
      "x".repeat(200),
      "__proto__",
      "a/b:c",
    ];
    const refs = new Map();
    for (const name of names) refs.set(name, await system.spawn(Now, [{}], { name }));
    for (const name of names) {
      expect(system.whereis(Now, name), name).toBe(refs.get(name));
      expect(await refs.get(name).call.name()).toBe(name);
    }
    for (const name of ["", "x".repeat(201), "🎈".repeat(51), 7 as unknown as string]) {
      expect(() => system.whereis(Now, name)).toThrow(/1 to 200 bytes/);
    }
  });

  test("many names", async () => {
    const { system } = running;
    const spawns = Array.from({ length: 1000 }, (_, index) =>
      system.spawn(Notepad, [], { name: `number ${index}` }),
    );
    const refs = await Promise.all(spawns);
    for (const [index, ref] of refs.entries()) {
      expect(system.whereis(Notepad, `number ${index}`)).toBe(ref);
    }
    await Promise.all(refs.map((ref) => ref.call.stop()));
    await until("all are gone", () =>
      refs.every((_, index) => system.whereis(Notepad, `number ${index}`) === undefined),
    );
  });
});
