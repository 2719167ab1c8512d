/**
 * Goal: an actor lives where its spawn says, whoever spawns it, and a thread that cannot get its
 * code says which thread, which module, why, and what to do. Only threads have placement, so there
 * is no one-thread variant except where it means something.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { NotepadProtocol } from "./fixtures/basic.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, until, useSystem } from "./support/systems.ts";

const { defineActor, startSystem } = sabeam;
const { Notepad } = basic;
const { Now, Parent } = await fixture<typeof import("./fixtures/births.mjs")>("births");
const { MainOnly, Versions } = await fixture<typeof import("./fixtures/unlike.mjs")>("unlike");
const { Broken } = await fixture<typeof import("./fixtures/broken.mjs")>("broken");
const { Bundled } = await fixture<typeof import("./fixtures/bundle.mjs")>("bundle");
const MAIN = 0;
const FIXTURES = new URL("./fixtures/", import.meta.url);

describe("two threads", () => {
  const running = useSystem({ threads: 2 });
  const where = async (ref: Promise<Ref<NotepadProtocol>>): Promise<number> =>
    (await ref).call.where();

  test("system.threads lists them", () => {
    expect(running.system.threads).toEqual([
      { index: 0, name: "main", generation: 1, running: true, own: false },
      { index: 1, name: "sabeam thread 1", generation: 1, running: true, own: false },
      { index: 2, name: "sabeam thread 2", generation: 1, running: true, own: false },
    ]);
  });

  test("a number, spread, local, near", async () => {
    const { system } = running;
    const on = (thread: number) => where(system.spawn(Notepad, [], { thread }));
    const [one, two] = [await on(1), await on(2)];
    expect(new Set([MAIN, one, two]).size).toBe(3);
    expect(await on(0)).toBe(MAIN);
    expect(await on(1)).toBe(one);
    expect(await where(system.spawn(Notepad, [], { thread: "local" }))).toBe(MAIN);

    const spread = [];
    for (let count = 0; count < 6; count += 1) spread.push(await where(system.spawn(Notepad)));
    expect(spread.filter((thread) => thread === one).length).toBe(3);
    expect(spread.filter((thread) => thread === two).length).toBe(3);
    expect(await where(system.spawn(Notepad, [], { thread: "spread" }))).toBe(spread[0]);

    const near = await system.spawn(Notepad, [], { thread: 2 });
    expect(await where(system.spawn(Notepad, [], { near }))).toBe(two);
    await near.call.stop();
    expect(await where(system.spawn(Notepad, [], { near }))).toBe(two);
  });

  test("from an actor: the same words, seen from its thread", async () => {
    const { system } = running;
    const parent = await system.spawn(Parent, [], { thread: 1 });
    const [one, two] = [await parent.call.where(), (await child({ thread: 2 })).where];
    expect(one).not.toBe(two);
    async function child(options: object) {
      return parent.call.child(["x"], options);
    }
    expect((await child({ thread: "local" })).where).toBe(one);
    expect((await child({ thread: 0 })).where).toBe(MAIN);
    const onMain = await child({ thread: 0 });
    expect(await onMain.child.call.notes()).toEqual(["x"]);
    expect((await child({ near: onMain.child })).where).toBe(MAIN);
    const spread = [(await child({})).where, (await child({})).where];
    expect(spread.toSorted()).toEqual([one, two].toSorted());
  });
});

describe("code that a thread cannot get", () => {
  const running = useSystem({ threads: 1 });

  async function refused(spawn: Promise<unknown>, url: string) {
    const error = await errorOf(spawn);
    expect(error).toMatchObject({ name: "ModuleNotLoaded", code: "ERR_MODULE_NOT_LOADED", url });
    expect(error).toMatchObject({ thread: 1 });
    expect(error.message).toContain(`thread 1 could not get an actor from ${url}`);
    expect(error.message).toContain(`(Node ${process.version} there, loader flags: `);
    return error;
  }

  test("a module that is not there", async () => {
    const url = new URL("nowhere.mjs", FIXTURES).href;
    const Nowhere = defineActor(url, "Nowhere", { init: () => ({}), handlers: {} });
    const error = await refused(running.system.spawn(Nowhere), url);
    expect(error.message).toContain("Cannot find module");
    expect(error.cause).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
  });

  test("a module that throws on this thread", async () => {
    const error = await refused(running.system.spawn(Broken), new URL("broken.mjs", FIXTURES).href);
    expect(error.message).toContain("RangeError: not on this thread");
  });

  test("a module without the definition", async () => {
    const url = new URL("unlike.mjs", FIXTURES).href;
    const error = await refused(running.system.spawn(MainOnly), url);
    expect(error.message).toContain("it defines no actor named MainOnly");
  });

  test("other code under the same name", async () => {
    const url = new URL("unlike.mjs", FIXTURES).href;
    const error = await refused(running.system.spawn(Versions), url);
    expect(error.message).toContain("its Versions has other code on this thread");
    // On main it is the code that main has.
    const ref = await running.system.spawn(Versions, [], { thread: 0 });
    expect(await ref.call.version()).toBe(1);
  });

  test("afterwards the thread goes on, and nothing is left of the failed ones", async () => {
    const { system } = running;
    const ref = await system.spawn(Now, [{}]);
    expect((await ref.call.state()).at).toBe("begun");
    await until("one here, one on main", () => system.counters().actors === 2);
  });
});

describe("bundles: one module for every thread, identity by name", () => {
  const actors = new URL("bundle.mjs", FIXTURES);

  test.each([0, 1])("threads: %i", async (threads) => {
    const system = await startSystem({ threads, actors });
    const ref = await system.spawn(Bundled, [3], { name: "bundled" });
    expect(await ref.call.get()).toBe(3);
    expect(system.whereis(Bundled, "bundled")).toBe(ref);
    await system.stop();
  });

  test.each([0, 1])("a bundle that does not load, threads: %i", async (threads) => {
    const nowhere = new URL("nowhere.mjs", FIXTURES);
    const error = await errorOf(startSystem({ threads, actors: nowhere }));
    expect(error).toMatchObject({ name: "SystemFailed", code: "ERR_SYSTEM_FAILED" });
    expect(String(error.cause)).toContain("nowhere.mjs");
  });
});
