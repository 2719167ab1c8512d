/**
 * Goal: in development nobody can share what was sent, and whoever tries fails where it is written;
 * in production messages on one thread cost no copy, and answers are still safe.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Notepad } = basic;
const { Answerer } = await fixture<typeof import("./fixtures/answers.mjs")>("answers");
const { Keeper } = await fixture<typeof import("./fixtures/keepers.mjs")>("keepers");

interface Order {
  id: number;
  lines: { item: string; counts: number[] }[];
  tags?: Map<string, { deep: boolean }>;
}
const order = (): Order => ({
  id: 1,
  lines: [{ item: "a", counts: [1, 2] }],
  tags: new Map([["k", { deep: true }]]),
});

function isDeepFrozen({ lines, tags }: Order): boolean {
  const all = [lines, lines[0], lines[0]?.counts, tags, tags?.get("k")];
  return all.every((part) => Object.isFrozen(part));
}

describe.each(THREADS)("development, threads: %i", (threads) => {
  const running = useSystem({ threads, development: true });

  test("what was sent is frozen to its depth, however it was sent", async () => {
    const notepad = await running.system.spawn(Notepad);
    const [cast, call, first, second] = [order(), order(), order(), order()];
    notepad.cast.note(cast);
    await notepad.call.note(call);
    const args = [first, second];
    await running.system.spawn(Notepad, args);
    for (const value of [cast, call, first, second]) {
      expect(Object.isFrozen(value)).toBe(true);
      expect(isDeepFrozen(value)).toBe(true);
      expect(() => ((value.lines[0] as { item: string }).item = "b")).toThrow(TypeError);
      expect(() => value.lines.push()).toThrow(TypeError);
    }
    const several = [order(), order()];
    notepad.cast.note(several);
    expect(several.every(isDeepFrozen)).toBe(true);
  });

  test("bytes and refs are not frozen, and still not shared", async () => {
    const keeper = await running.system.spawn(Keeper);
    const bytes = new Uint8Array([1, 2, 3]);
    await keeper.call.keep({ bytes, keeper });
    bytes[0] = 99;
    expect(await keeper.call.kept()).toEqual({ bytes: new Uint8Array([1, 2, 3]), keeper });
    expect(Object.isFrozen(keeper)).toBe(false);
  });

  test("what arrives is the receiver's own", async () => {
    const keeper = await running.system.spawn(Keeper);
    const sent = order();
    keeper.cast.change(sent);
    expect(await keeper.call.kept()).toMatchObject({ id: 2, lines: [{ item: "changed" }] });
    expect(sent).toEqual(order());
    const twin = { id: 7 };
    keeper.cast.keep([twin, twin]);
    expect(await keeper.call.areOne()).toBe(false);
  });

  test("what is answered is frozen at the actor, and the caller's own", async () => {
    const keeper = await running.system.spawn(Keeper);
    await keeper.call.keep(order());
    const answer = (await keeper.call.kept()) as Order;
    answer.id = 5;
    answer.lines[0]?.counts.push(3);
    expect(await keeper.call.kept()).toEqual(order());
    // The actor gave its state away, and cannot change it behind the caller's back.
    const error = await errorOf(keeper.call.changeKept());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/read only|not extensible/);
  });

  test("share() in development: frozen, and the same on one thread", async () => {
    const answerer = await running.system.spawn(Answerer);
    const [one, two] = [await answerer.call.sharedCommon(), await answerer.call.sharedCommon()];
    expect(one).toEqual({ list: [1, 2, { three: 3 }] });
    expect(one === two).toBe(threads === 0);
    if (threads === 0) expect(() => one.list.push()).toThrow(TypeError);
  });

  test("an answer that contains itself is refused, not frozen for ever", async () => {
    const keeper = await running.system.spawn(Keeper);
    const error = await errorOf(keeper.call.tangle());
    expect(error).toMatchObject({ name: "NotSendable", path: "answer.left" });
    expect(await keeper.call.areOne()).toBe(false);
  });
});

describe.each(THREADS)("production, threads: %i", (threads) => {
  const running = useSystem({ threads, development: false });

  test("nothing is frozen; on one thread a message is the very object", async () => {
    const keeper = await running.system.spawn(Keeper);
    const sent = order();
    keeper.cast.change(sent);
    expect(await keeper.call.kept()).toMatchObject({ id: 2 });
    expect(Object.isFrozen(sent)).toBe(false);
    expect(sent.id).toBe(threads === 0 ? 2 : 1);
    const born = { value: 1 };
    const notepad = await running.system.spawn(Notepad, [born]);
    expect(await notepad.call.notes()).toEqual([born]);
    expect(Object.isFrozen(born)).toBe(false);
    const twin = { id: 7 };
    keeper.cast.keep([twin, twin]);
    expect(await keeper.call.areOne()).toBe(threads === 0);
  });

  test("an answer is a copy all the same, unless it is shared", async () => {
    const [keeper, answerer] = [
      await running.system.spawn(Keeper),
      await running.system.spawn(Answerer),
    ];
    await keeper.call.keep(order());
    const answer = (await keeper.call.kept()) as Order;
    answer.lines.push({ item: "mine", counts: [] });
    expect(await keeper.call.kept()).toEqual(order());
    await keeper.call.changeKept();

    const copies = [await answerer.call.common(), await answerer.call.common()];
    expect(copies[0]).toEqual(copies[1]);
    expect(copies[0]).not.toBe(copies[1]);
    for (const handler of ["sharedCommon", "sharedLater"] as const) {
      const shared = [await answerer.call[handler](), await answerer.call[handler]()];
      expect(shared[0]).toEqual(copies[0]);
      expect(shared[0] === shared[1], handler).toBe(threads === 0);
    }
  });

  test("what cannot travel is found where it must travel", async () => {
    const keeper = await running.system.spawn(Keeper);
    const send = () => keeper.cast.keep({ f: () => 1 });
    if (threads === 0) expect(send()).toBe(true);
    else expect(send).toThrow(sabeam.NotSendable);
    // An answer is copied in any case.
    expect(await errorOf(keeper.call.tangle())).toMatchObject({ code: "ERR_NOT_SENDABLE" });
    await quiet(running.system);
  });
});

test("development is the default, unless NODE_ENV says production", async () => {
  const before = process.env.NODE_ENV;
  try {
    for (const [value, frozen] of [
      ["test", true],
      ["production", false],
    ] as const) {
      process.env.NODE_ENV = value;
      const system = await sabeam.startSystem({ threads: 0 });
      const notepad = await system.spawn(Notepad);
      const sent = { a: 1 };
      notepad.cast.note(sent);
      expect(Object.isFrozen(sent)).toBe(frozen);
      await until("it is handled", async () => (await notepad.call.size()) === 1);
      await system.stop();
    }
  } finally {
    process.env.NODE_ENV = before;
  }
});
