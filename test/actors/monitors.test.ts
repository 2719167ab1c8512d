/**
 * Goal: who watches an actor learns of its end exactly once per monitor, after all that it has
 * sent before, wherever the two live; nothing of a monitor is left behind.
 */
import { describe, expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { PeerProtocol } from "./fixtures/bonded.mjs";
import { fixture } from "./support/native.ts";
import { ended, PLACES, quiet, until, useSystem } from "./support/systems.ts";

const { Peer, Midwife, Twin } = await fixture<typeof import("./fixtures/bonded.mjs")>("bonded");

type Peers = Ref<PeerProtocol>;

describe.each(PLACES)("watcher on thread %i, target on thread %i", (here, there) => {
  const running = useSystem({ threads: 1 });
  const pair = async (): Promise<[Peers, Peers]> => [
    await running.system.spawn(Peer, [], { thread: here }),
    await running.system.spawn(Peer, [], { thread: there }),
  ];
  const heard = async (peer: Peers, count: number): Promise<unknown[]> => {
    await until(`${count} heard`, async () => (await peer.call.heard()).length >= count);
    return peer.call.heard();
  };

  test("a down comes once, with reason, ref and tag, and does no harm", async () => {
    const [watcher, target] = await pair();
    await watcher.call.watch(target, { any: "tag" });
    target.cast.stop({ type: "crash", cause: "because" });
    const reason = { type: "crash", cause: "because" };
    expect(await heard(watcher, 1)).toEqual([
      { down: reason, ref: target, name: undefined, tag: { any: "tag" } },
    ]);
    await quiet(running.system);
    expect(await watcher.call.heard()).toHaveLength(1);
  });

  test("monitors stack: one down each", async () => {
    const [watcher, target] = await pair();
    const [one, two] = await watcher.call.watchTwice(target);
    expect(one).not.toBe(two);
    await watcher.call.watch(target);
    expect(await watcher.call.unwatch(one)).toBe(true);
    expect(await watcher.call.unwatch(one)).toBe(false);
    target.cast.stop("normal");
    expect(await heard(watcher, 2)).toHaveLength(2);
    await quiet(running.system);
    expect(await watcher.call.heard()).toHaveLength(2);
  });

  test("of the dead: noproc, at once", async () => {
    const [watcher, target] = await pair();
    await target.call.stop();
    await ended(target);
    await watcher.call.watch(target);
    expect(await heard(watcher, 1)).toMatchObject([{ down: { type: "noproc" }, ref: target }]);
    expect(await watcher.call.whenDown(target)).toEqual({ type: "noproc" });
    await quiet(running.system);
  });

  test("by name: of who has it, or noproc", async () => {
    const { system } = running;
    const [watcher] = await pair();
    const name = `named ${here}${there}`;
    const target = await system.spawn(Peer, [], { thread: there, name });
    await watcher.call.watch(name);
    await watcher.call.watch("nobody");
    target.cast.stop("shutdown");
    const all = await heard(watcher, 2);
    expect(all).toContainEqual({ down: { type: "shutdown" }, ref: target, name, tag: undefined });
    expect(all).toContainEqual({
      down: { type: "noproc" },
      ref: undefined,
      name: "nobody",
      tag: undefined,
    });
    await quiet(system);
  });

  test("a down overtakes nothing that the target has sent", async () => {
    for (let round = 0; round < 20; round += 1) {
      const [watcher, target] = await pair();
      await watcher.call.watch(target);
      target.cast.sendThenStop(watcher, 30);
      const all = await heard(watcher, 31);
      expect(all.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => index));
      expect(all[30]).toMatchObject({ down: { type: "normal" } });
    }
    await quiet(running.system);
  });

  test("demonitor with flush takes a down out of the mailbox, without leaves it", async () => {
    const { system } = running;
    for (const flush of [true, false]) {
      const [watcher, target] = await pair();
      const id = await watcher.call.watch(target);
      await system.suspend(watcher);
      // Before the down: it is asked first, and answered last.
      await target.call.stop();
      await ended(target);
      await until("the down waits", async () => (await system.statistics(watcher)).queued === 1);
      const undone = watcher.with({ priority: true }).call.unwatch(id, flush);
      await system.resume(watcher);
      expect(await undone).toBe(false);
      expect(await watcher.call.heard()).toHaveLength(flush ? 0 : 1);
      await quiet(system);
    }
  });

  test("monitor and demonitor of the dead leave nothing behind", async () => {
    const [watcher, target] = await pair();
    await target.call.stop();
    await ended(target);
    const fired = await watcher.call.watchAndForget(target, true);
    await quiet(running.system);
    const all = await watcher.call.heard();
    // On one thread it has fired by then, across threads the question is still on its way.
    expect(all).toEqual([]);
    expect(typeof fired).toBe("boolean");
  });

  test("the watcher's end ends its monitors", async () => {
    const { system } = running;
    const [watcher, target] = await pair();
    for (let round = 0; round < 100; round += 1) await watcher.call.watch(target);
    await watcher.call.stop();
    await ended(watcher);
    await target.call.stop();
    await ended(target);
    await quiet(system);
  });

  test("whenDown: any number, also at once, also after the end", async () => {
    const { system } = running;
    const [watcher, target] = await pair();
    const all = [watcher.call.whenDown(target), system.whenDown(target), system.whenDown(target)];
    await until("it waits", async () => (await system.statistics(watcher)).status === "busy");
    // Behind what the watcher has sent.
    await system.getState(target);
    target.cast.stop({ type: "shutdown", cause: "x" });
    for (const one of all) expect(await one).toEqual({ type: "shutdown", cause: "x" });
    await quiet(system);
  });

  test("a down comes behind what back-pressure holds at the sender", async () => {
    const { system } = running;
    // What main sends is held on main, so the target lives there.
    if (there !== 0) return;
    const mailbox = { max: 4, policy: "back-pressure" } as const;
    const watcher = await system.spawn(Peer, [], { thread: here, mailbox });
    const target = await system.spawn(Peer, [], { thread: there });
    await watcher.call.watch(target);
    await system.suspend(watcher);
    for (let number = 0; number < 4; number += 1) watcher.cast.note("fills");
    await until("full", async () => (await system.statistics(watcher)).queued === 4);
    const held = watcher.call.traps();
    await target.call.sendThenStop(watcher, 3);
    await ended(target);
    await system.resume(watcher);
    await held;
    const all = await heard(watcher, 8);
    expect(all.slice(4)).toEqual([0, 1, 2, expect.objectContaining({ ref: target })]);
    await quiet(system);
  });

  test("monitor and demonitor, over and over: the mailbox never gets stuck", async () => {
    const [watcher, target] = await pair();
    for (let round = 0; round < 1000; round += 1) watcher.cast.watchAndForget(target, true);
    for (let number = 0; number < 1000; number += 1) watcher.cast.note(number);
    expect(await heard(watcher, 1000)).toHaveLength(1000);
    target.cast.stop();
    await quiet(running.system);
    expect(await watcher.call.heard()).toHaveLength(1000);
  });

  test("an alias leads where it was told, for every kind of use", async () => {
    const { system } = running;
    const [holder, first] = await pair();
    const second = await system.spawn(Peer, [], { thread: there });
    const alias = await holder.call.alias(first);
    expect(await holder.call.alias(first)).not.toBe(first);
    alias.cast.note("a");
    expect(await alias.call.heard()).toEqual(["a"]);
    expect(await first.call.heard()).toEqual(["a"]);
    await alias.ready();
    const held = await holder.call.alias(first);
    await holder.call.point(second);
    held.cast.note("b");
    expect(await second.call.heard()).toEqual(["b"]);
    await holder.call.point(undefined);
    held.cast.note("lost");
    await expect(held.call.heard()).rejects.toMatchObject({
      code: "ERR_ACTOR_DOWN",
      handled: "no",
    });
    await holder.call.point(second);
    // It travels, and comes back as the same object.
    expect(await second.call.family()).toBeDefined();
    const down = system.whenDown(held);
    await second.call.stop("shutdown");
    expect(await down).toEqual({ type: "shutdown" });
    await holder.call.stop();
    await ended(holder);
    await expect(held.call.heard()).rejects.toMatchObject({ code: "ERR_ACTOR_DOWN" });
    await quiet(system);
  });

  test("an alias of another definition goes by the names of handlers", async () => {
    const { system } = running;
    const [holder, first] = await pair();
    const twin = await system.spawn(Twin, [], { thread: there });
    const alias = await holder.call.alias(first);
    await holder.call.point(twin);
    alias.cast.note("x");
    expect(await alias.call.heard()).toEqual(["twin x"]);
    await expect(alias.call.family()).rejects.toMatchObject({ code: "ERR_UNKNOWN_HANDLER" });
    const letters: string[] = [];
    const end = system.deadLetters(({ reason, handler }) => letters.push(`${reason} ${handler}`));
    alias.cast.trap(true);
    await until("told", () => letters.length > 0);
    expect(letters).toEqual(["unhandled trap"]);
    end();
    await quiet(system);
  });

  test("definitions travel, and are spawned where they arrive", async () => {
    const { system } = running;
    const midwife = await system.spawn(Midwife, [], { thread: there });
    expect(await midwife.call.echo(Peer)).toBe(Peer);
    const born = await midwife.call.deliver(Twin, []);
    expect((await system.statistics(born)).thread).toBe(there);
    await quiet(system);
  });
});

describe("few slots", () => {
  const running = useSystem({ threads: 0, maxActors: 1024 });

  test("an alias that has ended gives its slot back", async () => {
    const { system } = running;
    const peer = await system.spawn(Peer);
    for (let round = 0; round < 3; round += 1) await peer.call.aliasOften(peer, 1000);
    for (let round = 0; round < 1500; round += 1) {
      const holder = await system.spawn(Peer);
      await holder.call.alias(peer);
      await holder.call.stop();
      await system.whenDown(holder);
    }
  });
});

describe("wrong use", () => {
  const running = useSystem({ threads: 0 });

  test("monitor needs down, demonitor a number", async () => {
    const { system } = running;
    const midwife = await system.spawn(Midwife);
    const peer = await system.spawn(Peer);
    await expect(peer.call.unwatch("x" as never)).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    expect(await midwife.call.echo(Peer)).toBe(Peer);
  });
});
