/**
 * Goal: exit signals do what the truth table says (exits.ts), at the place that the order of
 * signals and messages gives them, whoever sends them, on one thread and across threads.
 */
import { describe, expect, test } from "vitest";
import type { ExitReason, ExitWish, Ref, System } from "../../dist/actors/index.js";
import type { PeerOptions, PeerProtocol } from "./fixtures/bonded.mjs";
import { fixture } from "./support/native.ts";
import { ended, errorOf, PLACES, quiet, until, useSystem } from "./support/systems.ts";

const { Deaf, Peer } = await fixture<typeof import("./fixtures/bonded.mjs")>("bonded");

type Peers = Ref<PeerProtocol>;

describe.each(PLACES)("sender on thread %i, target on thread %i", (from, to) => {
  const running = useSystem({ threads: 1 });
  const pair = async (options: PeerOptions = {}): Promise<[Peers, Peers, System]> => {
    const { system } = running;
    const one = await system.spawn(Peer, [], { thread: from });
    return [one, await system.spawn(Peer, [options], { thread: to }), system];
  };

  const DIES: [ExitWish, ExitReason][] = [
    ["shutdown", { type: "shutdown" }],
    ["kill", { type: "killed" }],
    [
      { type: "crash", cause: "because" },
      { type: "crash", cause: "because" },
    ],
    [
      { type: "shutdown", cause: "move" },
      { type: "shutdown", cause: "move" },
    ],
    [{ type: "killed" }, { type: "killed" }],
    [{ type: "noproc" }, { type: "noproc" }],
  ];

  test.each(DIES)("exit with %j ends who does not trap, with %j", async (wish, reason) => {
    const [one, two, system] = await pair();
    const down = system.whenDown(two);
    await one.call.exit(two, wish);
    expect(await down).toEqual(reason);
    await quiet(system);
  });

  test("normal does nothing to another actor", async () => {
    const [one, two, system] = await pair();
    await one.call.exit(two, "normal");
    expect(await two.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("who traps exits gets them as messages, but for kill", async () => {
    const [one, two, system] = await pair({ traps: true });
    await one.call.exit(two, "normal");
    await one.call.exit(two, { type: "crash", cause: "x" });
    // As a reason it can be trapped.
    await one.call.exit(two, { type: "killed" });
    expect(await two.call.heard()).toEqual([
      { exit: { type: "normal" }, from: one },
      { exit: { type: "crash", cause: "x" }, from: one },
      { exit: { type: "killed" }, from: one },
    ]);
    const down = system.whenDown(two);
    await one.call.exit(two, "kill");
    expect(await down).toEqual({ type: "killed" });
    await quiet(system);
  });

  test("from outside: the same, from nobody", async () => {
    const [, two, system] = await pair({ traps: true });
    system.exit(two, "shutdown");
    expect(await two.call.heard()).toEqual([{ exit: { type: "shutdown" }, from: undefined }]);
    system.exit(two, "kill");
    expect(await system.whenDown(two)).toMatchObject({
      type: expect.stringMatching(/killed|noproc/),
    });
    await quiet(system);
  });

  test("trapExit can be changed, and holds from then on", async () => {
    const [one, two, system] = await pair();
    await two.call.trap(true);
    await one.call.exit(two, "shutdown");
    expect(await two.call.heard()).toHaveLength(1);
    await two.call.trap(false);
    expect(await two.call.traps()).toBe(false);
    const down = system.whenDown(two);
    await one.call.exit(two, "shutdown");
    expect(await down).toEqual({ type: "shutdown" });
    await quiet(system);
  });

  test("an exit keeps its place among the messages of its sender", async () => {
    const [one, two, system] = await pair({ traps: true });
    await one.call.sendThenExit(two, 50, { type: "crash", cause: "between" });
    const heard = await two.call.heard();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const exit = { exit: { type: "crash", cause: "between" }, from: one };
    expect(heard).toEqual([...numbers, exit, ...numbers.map((number) => number + 50)]);
    await quiet(system);
  });

  test("a signal needs no turn: it ends who is in the middle of an async one", async () => {
    const [one, two, system] = await pair();
    two.cast.hang();
    await one.call.exit(two, "shutdown");
    await ended(two);
    await quiet(system);
  });

  test("terminate runs on every exit but kill", async () => {
    const [one, , system] = await pair();
    for (const wish of ["shutdown", "kill"] as const) {
      const two = await system.spawn(Peer, [{ boss: one }], { thread: to });
      await one.call.exit(two, wish);
      await ended(two);
    }
    await expect.poll(() => one.call.heard()).toEqual(["terminate shutdown"]);
    await quiet(system);
  });

  test("a second exit changes nothing while terminate goes on", async () => {
    const [one, , system] = await pair();
    const slow = await system.spawn(Deaf, [50], { thread: to });
    const down = system.whenDown(slow);
    await one.call.exit(slow, "shutdown");
    await one.call.exit(slow, { type: "crash", cause: "second" });
    expect(await down).toEqual({ type: "shutdown" });
    await quiet(system);
  });

  test("kill also ends who is in its terminate", async () => {
    const [one, , system] = await pair();
    const deaf = await system.spawn(Deaf, [], { thread: to });
    const down = system.whenDown(deaf);
    await one.call.exit(deaf, "shutdown");
    await one.call.exit(deaf, "kill");
    expect(await down).toEqual({ type: "killed" });
    await quiet(system);
  });

  test("to itself every reason counts, after the turn", async () => {
    const { system } = running;
    for (const [wish, reason] of [...DIES, ["normal", { type: "normal" }] as const]) {
      const one = await system.spawn(Peer, [], { thread: from });
      const down = system.whenDown(one);
      await one.call.exitSelf(wish);
      expect(await down).toEqual(reason);
    }
    const trapping = await system.spawn(Peer, [{ traps: true }], { thread: from });
    await trapping.call.exitSelf("normal");
    expect(await trapping.call.heard()).toEqual([
      "still here",
      { exit: { type: "normal" }, from: trapping },
    ]);
    await quiet(system);
  });

  test("to itself in an async turn: at once", async () => {
    const { system } = running;
    for (const wish of ["kill", "shutdown"] as const) {
      const one = await system.spawn(Peer, [], { thread: from });
      one.cast.exitSelfAndHang(wish);
      await ended(one);
    }
    await quiet(system);
  });

  test("to the dead: nothing", async () => {
    const [one, two, system] = await pair();
    await two.call.stop();
    await ended(two);
    await one.call.exit(two, "kill");
    expect(await system.whenDown(two)).toEqual({ type: "noproc" });
    await quiet(system);
  });

  test("stopActor: behind what waits, with the reason asked for, once", async () => {
    const [, two, system] = await pair();
    for (let number = 0; number < 20; number += 1) two.cast.note(number);
    const last = two.call.heard();
    const down = system.whenDown(two);
    await system.stopActor(two, { reason: { type: "shutdown", cause: "done" } });
    expect(await last).toHaveLength(20);
    expect(await down).toEqual({ type: "shutdown", cause: "done" });
    expect(await errorOf(system.stopActor(two))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    await quiet(system);
  });

  test("whenDown: with a limit, which is a reason like any other", async () => {
    const [, two, system] = await pair();
    for (const timeout of [0, 5]) {
      expect(await system.whenDown(two, { timeout })).toEqual({ type: "timeout" });
    }
    const down = system.whenDown(two, { timeout: 60_000 });
    system.exit(two, "kill");
    expect(await down).toEqual({ type: "killed" });
    expect(await system.whenDown(two, { timeout: 60_000 })).toEqual({ type: "noproc" });
    for (const timeout of [-1, 1.5, Number.NaN]) {
      expect(() => system.whenDown(two, { timeout })).toThrow("timeout must be a whole number");
    }
  });
  test("stopActor: a wrong time-out leaves it alone, a short one leaves it ending", async () => {
    const { system } = running;
    const deaf = await system.spawn(Deaf, [], { thread: to });
    expect(await errorOf(system.stopActor(deaf, { timeout: -1 }))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
    expect(await deaf.call.ping()).toBe("pong");
    expect(await errorOf(system.stopActor(deaf, { timeout: 20 }))).toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    await until("it ends", async () => (await system.statistics(deaf)).status === "stopping");
    system.exit(deaf, "kill");
    await ended(deaf);
    await quiet(system);
  });

  test("stopActor ends a suspended actor at once", async () => {
    const [, two, system] = await pair();
    await system.suspend(two);
    two.cast.note("never");
    await system.stopActor(two);
    await quiet(system);
  });
});

describe("wrong use", () => {
  const running = useSystem({ threads: 0 });

  test.each([
    [{}, "ERR_INVALID_OPTIONS"],
    ["brutal", "ERR_INVALID_OPTIONS"],
    [{ type: "crash", cause: 5 }, "ERR_INVALID_OPTIONS"],
    [undefined, "ERR_INVALID_OPTIONS"],
  ])("the reason %j", async (reason, code) => {
    const { system } = running;
    const one = await system.spawn(Peer);
    expect(() => system.exit(one, reason as never)).toThrow(expect.objectContaining({ code }));
    expect(await errorOf(system.stopActor(one, { reason: (reason ?? 0) as never }))).toMatchObject({
      code,
    });
  });

  test("refs of other systems and garbage", async () => {
    const { system } = running;
    for (const ref of [undefined, null, {}, "name", 5]) {
      const wrong = { code: "ERR_INVALID_OPTIONS" };
      expect(() => system.exit(ref as never, "kill")).toThrow(expect.objectContaining(wrong));
      expect(() => system.whenDown(ref as never)).toThrow(expect.objectContaining(wrong));
    }
  });
});
