/**
 * Goal: an actor that is to be apart from others never lives on a thread of theirs, wherever it is
 * spawned from; and where that cannot be, the error says who stands in the way.
 */
import { expect, test } from "vitest";
import type { AnyRef } from "../../dist/actors/index.js";
import { basic, fixture } from "./support/native.ts";
import { ended, errorOf, useSystem } from "./support/systems.ts";

const { Notepad } = basic;
const { Hermit } = await fixture<typeof import("./fixtures/hermits.mjs")>("hermits");

const three = useSystem({ threads: 3, ownThreads: 1 });
const none = useSystem({ threads: 0 });

const on = (thread: number) => three.system.spawn(Notepad, [], { thread });
const thread = async (ref: AnyRef) => (await three.system.statistics(ref)).thread;

test("spread leaves out the threads of these, also from within an actor", async () => {
  const { system } = three;
  const [one, two] = [await on(1), await on(2)];
  for (let count = 0; count < 4; count += 1) {
    expect(await thread(await system.spawn(Notepad, [], { apart: [one, two] }))).toBe(3);
    expect([2, 3]).toContain(await thread(await system.spawn(Notepad, [], { apart: one })));
  }
  const hermit = await system.spawn(Hermit, [], { thread: 1 });
  expect(await thread(await hermit.call.child({ apart: [one, two] }))).toBe(3);
  expect(await thread(await hermit.call.child({ apart: [await on(0), one] }))).not.toBe(1);
});

test("all threads are theirs: an error that names them", async () => {
  const refs = [await on(1), await on(2), await on(3)];
  const error = await errorOf(three.system.spawn(Notepad, [], { apart: refs }));
  expect(error).toMatchObject({ code: "ERR_NO_THREAD_APART", threads: 3 });
  expect(error.message).toContain(`${refs[0]} on 1, ${refs[1]} on 2, ${refs[2]} on 3`);
  const local = await none.system.spawn(Notepad);
  const onMain = await errorOf(none.system.spawn(Notepad, [], { apart: local }));
  expect(onMain).toMatchObject({ code: "ERR_NO_THREAD_APART", threads: 0 });
});

test("a thread of its own is apart from everybody", async () => {
  const refs = [await on(0), await on(1), await on(2), await on(3)];
  const own = await three.system.spawn(Notepad, [], { thread: "own", apart: refs });
  expect(await thread(own)).toBe(4);
  const near = await errorOf(three.system.spawn(Notepad, [], { near: own, apart: own }));
  expect(near).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "near" });
  await own.call.stop();
});

test("a dead actor counts where it lived", async () => {
  const [one, two] = [await on(1), await on(2)];
  await one.call.stop();
  await ended(one);
  expect(await thread(await three.system.spawn(Notepad, [], { apart: [one, two] }))).toBe(3);
});

test("a contradiction with another wish is an error, and so is what is no ref", async () => {
  const { system } = three;
  const one = await on(1);
  const hermit = await system.spawn(Hermit, [], { thread: 1 });
  const wrong: [object, string][] = [
    [{ thread: 1, apart: one }, "thread"],
    [{ near: hermit, apart: [one] }, "near"],
    [{ apart: "one" }, "apart"],
    [{ apart: [one, null] }, "apart"],
    [{ apart: await none.system.spawn(Notepad) }, "apart"],
    [{ apart: new Array(65).fill(one) }, "apart"],
  ];
  for (const [options, option] of wrong) {
    const error = await errorOf(system.spawn(Notepad, [], options));
    expect([error.code, error.option]).toEqual(["ERR_INVALID_OPTIONS", option]);
  }
  const local = await errorOf(hermit.call.child({ thread: "local", apart: one }));
  expect(local).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "thread" });
  expect(local.message).toContain(`another thread than that of ${one}`);
  expect(await thread(await system.spawn(Notepad, [], { thread: 2, apart: one }))).toBe(2);
  expect(await thread(await system.spawn(Notepad, [], { apart: [] }))).toBeGreaterThan(0);
});
