/**
 * Goal: whoever looks in sees what is there, in the same words for all threads, and nobody notices:
 * no message is sent for it. Method: small systems of which every number is known.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ActorView, Ref, System } from "../../dist/actors/index.js";
import type { LookedProtocol } from "./fixtures/looked.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import { keepingLog, THREADS, until } from "./support/systems.ts";

const { Looked, Tree } = await fixture<typeof import("./fixtures/looked.mjs")>("looked");
const { Gate } = basic;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/;

let system: System;

function begin(threads: number): void {
  beforeAll(async () => {
    system = await sabeam.startSystem({ threads, log: keepingLog().log, socket: false });
  });
  afterAll(() => system.stop());
}

async function found(ref: Ref<LookedProtocol>): Promise<ActorView | undefined> {
  const { actors } = await system.top({ max: 1000 });
  return actors.find(({ address }) => address === ref.toString());
}

describe.each(THREADS)("threads: %i", (threads) => {
  begin(threads);

  test("exact numbers when all is quiet, and none of them moves by looking", async () => {
    const one = await system.spawn(Looked, [], { name: "the one", restarts: 7 });
    const other = await system.spawn(Looked);
    for (let index = 0; index < 5; index += 1) one.cast.note();
    for (let index = 0; index < 3; index += 1) await other.call.ping();
    await one.call.ping();
    const before = system.counters();
    expect(await found(one)).toMatchObject({
      address: one.toString(),
      definition: "Looked",
      name: "the one",
      alive: true,
      status: "idle",
      thread: threads,
      parent: undefined,
      queued: 0,
      handled: 6,
      restarts: 7,
    });
    expect(await found(other)).toMatchObject({ handled: 3, restarts: 0, name: undefined });
    await system.tree();
    expect(await system.info(one)).toMatchObject({ type: "info", handled: 6, children: 0 });
    const top = await system.top();
    expect(system.counters()).toEqual(before);
    const { sent, handled, deadLettered, dropped, queued, actors } = before;
    expect(top.totals).toMatchObject({ sent, handled, deadLettered, dropped, queued, actors });
    expect(top.omitted).toBe(actors - top.actors.length);
    expect(top.threads.map(({ index, state }) => [index, state])).toEqual(
      Array.from({ length: threads + 1 }, (_, index) => [index, "running"]),
    );
    await Promise.all([system.stopActor(one), system.stopActor(other)]);
  });

  test("rates and times are those between two looks", async () => {
    const one = await system.spawn(Looked);
    expect(await found(one)).toMatchObject({ growth: 0 });
    await one.call.block(20);
    one.cast.note();
    await one.call.ping();
    const view = await found(one);
    expect(view?.longestUs).toBeGreaterThanOrEqual(20_000);
    expect(view?.meanUs).toBeGreaterThanOrEqual(20_000 / 3);
    expect(view?.rate).toBeGreaterThan(0);
    expect(view?.busy).toBeGreaterThan(0);
    const later = await found(one);
    expect(later).toMatchObject({ rate: 0, growth: 0, longestUs: undefined, meanUs: undefined });
    await system.stopActor(one);
  });

  test("who waits for whom, who is busy, what is held still and what waits there", async () => {
    const gate = await system.spawn(Gate);
    const spawn = () => system.spawn(Looked);
    const [one, other, still] = [await spawn(), await spawn(), await spawn()];
    const waited = one.call.waitFor(gate);
    other.cast.sleep(60_000);
    await system.suspend(still);
    for (let index = 0; index < 4; index += 1) still.cast.note();
    await until("it waits", async () => (await found(one))?.waitsFor === String(gate));
    expect(await found(one)).toMatchObject({ status: "waiting" });
    expect(await found(other)).toMatchObject({ status: "busy", waitsFor: undefined });
    await until("four wait", async () => (await found(still))?.queued === 4);
    expect(await found(still)).toMatchObject({ status: "suspended", handled: 0 });
    await system.resume(still);
    await gate.call.open();
    await waited;
    await still.call.ping();
    expect(await found(still)).toMatchObject({ status: "idle", queued: 0, handled: 5 });
    system.exit(other, "kill");
    await Promise.all([gate, one, still].map((ref) => system.stopActor(ref)));
  });

  test("parents and children, bounded, with what is left out", async () => {
    const parent = await system.spawn(Looked, [], { name: "parent" });
    const born = await parent.call.bear(6);
    const [first] = born;
    const [grandchild] = (await first?.call.bear(1)) ?? [];
    const tree = await system.tree({ max: 1000 });
    const root = tree.actors.findIndex(({ name }) => name === "parent");
    expect(tree.actors.slice(root, root + 8).map(({ address, depth }) => [address, depth])).toEqual(
      [
        [String(parent), 0],
        [String(first), 1],
        [String(grandchild), 2],
        ...born.slice(1).map((ref) => [String(ref), 1]),
      ],
    );
    expect(tree.actors[root]).toMatchObject({ children: 6, omitted: 0 });
    expect(tree.actors[root + 2]).toMatchObject({ parent: String(first) });
    const { actors } = await system.tree({ max: 1000, children: 2 });
    expect(actors.find(({ name }) => name === "parent")).toMatchObject({ children: 6, omitted: 4 });
    const few = await system.tree({ max: 3 });
    expect(few.actors).toHaveLength(3);
    expect(few.omitted).toBe(tree.actors.length - 3);
    const info = await system.info(grandchild as Ref<LookedProtocol>);
    expect(info.ancestors).toEqual([String(first), String(parent)]);
    expect(await system.info(parent)).toMatchObject({ children: 6, ancestors: [] });
    // Whose parent has ended is a root.
    await system.stopActor(first as Ref<LookedProtocol>);
    const orphan = (await system.tree({ max: 1000 })).actors.find(
      ({ address }) => address === String(grandchild),
    );
    expect(orphan).toMatchObject({ depth: 0, parent: String(first) });
    for (const ref of [parent, ...born.slice(1), grandchild]) {
      if (ref !== undefined) await system.stopActor(ref);
    }
  });

  test("an actor that has ended, with its last numbers; and what lives in its place", async () => {
    const one = await system.spawn(Looked);
    await one.call.ping();
    await system.stopActor(one);
    const info = await system.info(one);
    expect(info).toMatchObject({
      alive: false,
      status: "dead",
      handled: 2,
      queued: 0,
      children: 0,
    });
    expect((await system.top({ max: 1000 })).actors.map(({ address }) => address)).not.toContain(
      String(one),
    );
  });

  test("restarts of a supervised child", async () => {
    const tree = await system.spawn(Tree);
    const child = () => system.whereis(Looked, "child a");
    const first = child();
    first?.cast.fail();
    await until("the child is back", () => child() !== undefined && child() !== first);
    const again = child() as Ref<LookedProtocol>;
    expect(await found(again)).toMatchObject({ restarts: 1, parent: String(tree) });
    await system.stopActor(tree, { reason: "shutdown" });
  });

  test("what is listed, and by what: the largest first", async () => {
    const refs = [
      await system.spawn(Looked),
      await system.spawn(Looked),
      await system.spawn(Looked),
    ];
    await Promise.all(
      refs.map(async (ref, index) => {
        for (let call = 0; call <= index; call += 1) await ref.call.ping();
      }),
    );
    const { actors, omitted } = await system.top({ max: 2, by: "handled", like: "lookED" });
    expect(actors.map(({ address }) => address)).toEqual([String(refs[2]), String(refs[1])]);
    expect(omitted).toBeGreaterThan(0);
    const slot = String(actors[0]?.slot);
    expect((await system.top({ like: slot })).actors).toMatchObject([{ slot: Number(slot) }]);
    await expect(system.top({ max: 0 })).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await expect(system.top({ by: "x" as never })).rejects.toThrow(/top.by must be one of trouble/);
    await expect(system.tree({ max: 1001 })).rejects.toThrow(/tree.max must be a whole number/);
    await expect(system.tree({ depth: 1 } as never)).rejects.toThrow(/max, children only/);
    await expect(system.info({} as never)).rejects.toMatchObject({ code: "ERR_INVALID_OPTIONS" });
    await Promise.all(refs.map((ref) => system.stopActor(ref)));
  });

  test("no text brings control characters along", async () => {
    const odd = await system.spawn(Looked, [], { name: "a\u009bb\nc\u202ed\u001b[2J" });
    const view = await found(odd);
    expect(view?.name).toBe("a�b�c�d�[2J");
    expect((await system.info(odd)).name).not.toMatch(CONTROL);
    await system.stopActor(odd);
  });
});

describe("a thread that hangs", () => {
  begin(1);

  test("is told at once, with whose turn it is and since when", async () => {
    const stuck = await system.spawn(Looked, [], { thread: 1 });
    const quiet = await system.spawn(Looked, [], { thread: 1 });
    await quiet.call.ping();
    const done = stuck.call.block(600);
    await until("it hangs", async () => (await system.info(stuck)).status === "running");
    const pause = 150;
    await new Promise((resolve) => setTimeout(resolve, pause));
    const begun = performance.now();
    const top = await system.top();
    // Its own thread answers nothing, and nobody waits for it for long.
    expect(performance.now() - begun).toBeLessThan(300);
    expect(top.actors[0]).toMatchObject({ address: String(stuck), status: "running" });
    expect(top.actors[0]?.running?.ms).toBeGreaterThanOrEqual(pause - 1);
    expect(top.threads[1]).toMatchObject({ parked: false });
    // What it has told, if it was asked before, it told before it hung.
    expect(top.threads[1]?.toldMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(pause - 1);
    expect(top.actors[0]?.running).toMatchObject({ actor: String(stuck), handler: "block" });
    expect(top.threads[1]?.running).toEqual(top.actors[0]?.running);
    expect(top.actors.map(({ address }) => address)).toContain(String(quiet));
    expect(await system.info(stuck)).toMatchObject({ alive: true, status: "running" });
    expect((await system.tree()).actors).toHaveLength(2);
    await done;
    expect(await system.info(stuck)).toMatchObject({ status: "idle", handled: 1 });
  });
});

test("two systems of one process see each their own", async () => {
  const systems = await Promise.all([0, 1].map(() => sabeam.startSystem({ threads: 0 })));
  const [one, other] = systems as [System, System];
  await one.spawn(Looked, [], { name: "only here" });
  expect((await one.top()).actors.map(({ name }) => name)).toEqual(["only here"]);
  expect((await other.top()).actors).toEqual([]);
  await Promise.all(systems.map((each) => each.stop()));
});
