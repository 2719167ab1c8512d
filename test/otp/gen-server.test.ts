/**
 * Goal: what OTP's and Elixir's suites say of servers: synchronous starts that leave nothing when
 * they fail, stops that settle after the end, calls that fail by name, continuations in order.
 */
import { describe, expect, test } from "vitest";
import type { AnyRef } from "../../dist/actors/index.js";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "../actors/support/systems.ts";
import type { Step, Wish } from "./fixtures/processes.mjs";
import { Bare, calm, hears, Process, processes, Server, Slow } from "./support/places.ts";

const TIMES = 100;
let names = 0;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });
  const spawn = (options = {}, more = {}) => running.system.spawn(Process, [options], more);

  test.each(["throw", "throwSoon", "stop"] as const)(
    `${TIMES} times an init that fails (%s) leaves no name`,
    async (how) => {
      const { system } = running;
      const name = `failing ${threads} ${how}`;
      const { actors } = await quiet(system);
      for (let time = 0; time < TIMES; time += 1) {
        const spawned = system.spawn(Server, [how], { name });
        // An init that stops is born, and dead as soon as anybody looks.
        if (how === "stop") await ended(await spawned);
        else expect((await errorOf(spawned)).message).toBe("no luck");
        expect(system.whereis(Server, name)).toBe(undefined);
      }
      // All of them would be too many, whatever else comes to its end meanwhile.
      const server = await system.spawn(Server, ["fine"], { name });
      expect(system.whereis(Server, name)).toBe(server);
      await system.stopActor(server);
      await until("none is left", () => system.counters().actors <= actors);
      await quiet(system);
    },
  );

  test.each(["throw", "throwSoon"] as const)(
    "a start by an actor that fails (%s) over and over leaves nothing",
    async (how) => {
      const { system } = running;
      const starter = await system.spawn(Server, ["fine"], { thread: threads });
      await starter.call.heard();
      const { actors } = await quiet(system);
      const errors = await starter.call.startMany(how, TIMES);
      expect(errors).toEqual(Array(TIMES).fill("no luck"));
      await until("none is left", () => system.counters().actors <= actors);
      expect(await starter.call.heard()).toEqual([]);
      await quiet(system);
    },
  );

  test("an init that is ended from outside does not hang its spawn", async () => {
    const { system } = running;
    for (const wish of ["kill", "shutdown"] as const) {
      const name = `hanging ${(names += 1)} ${threads}`;
      const spawned = errorOf(system.spawn(Server, ["hang"], { name }));
      await until("it begins", () => system.whereis(Server, name) !== undefined);
      const starting = system.whereis(Server, name);
      if (starting === undefined) throw new Error("it has just been there");
      system.exit(starting, wish);
      expect(await spawned).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
      expect(system.whereis(Server, name)).toBe(undefined);
    }
    await quiet(system);
  });

  test("who is linked and ended in its init tells its parent by no exit, either", async () => {
    const { system } = running;
    // Apart where there are two threads, so that link and unlink are on their way.
    const parent = await system.spawn(Server, ["fine"], { thread: 0 });
    const name = `linked ${(names += 1)} ${threads}`;
    const started = parent.call.startLinked("hang", name);
    await until("it begins", () => system.whereis(Server, name) !== undefined);
    system.exit(system.whereis(Server, name) as AnyRef, { type: "crash", cause: "in init" });
    expect(await started).toBe("ERR_ACTOR_DOWN");
    expect(await parent.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("a start that fails tells its parent by the promise, and by no exit", async () => {
    const { system } = running;
    for (const traps of [false, true]) {
      const parent = await spawn({ traps });
      const steps: Step[] = [["crash", "in init"]];
      expect(await parent.call.attemptSpawn({ steps }, { link: true })).toBe("in init");
      expect(await parent.call.attemptSpawn({ steps })).toBe("in init");
      expect(await parent.call.heard()).toEqual([]);
    }
    await quiet(system);
  });

  test("a link and a monitor of the start miss nothing", async () => {
    const { system } = running;
    const parent = await spawn({ traps: true });
    const child = await parent.call.spawn({ steps: [["after", "end", 1, "x"]] }, { link: true });
    await parent.call.run([["monitor", child]]);
    system.exit(child, { type: "crash", cause: "later" });
    const heard = await hears(parent, 2);
    expect(heard).toContainEqual({ exit: { type: "crash", cause: "later" }, from: String(child) });
    expect(heard).toContainEqual(expect.objectContaining({ ref: String(child) }));
    await quiet(system);
  });

  const WISHES: [Wish, { type: string; cause?: string }][] = [
    ["normal", { type: "normal" }],
    ["shutdown", { type: "shutdown" }],
    [
      { type: "shutdown", cause: "moved" },
      { type: "shutdown", cause: "moved" },
    ],
    [new Error("given up"), { type: "crash", cause: "Error: given up" }],
  ];
  test.each(WISHES)(
    "a stop with %o settles after terminate, and the name is free",
    async (wish, reason) => {
      const { system } = running;
      const boss = await spawn();
      const name = `stopped ${(names += 1)} ${threads}`;
      const server = await spawn({ boss }, { name });
      await system.stopActor(server, { reason: wish });
      expect(system.whereis(Process, name)).toBe(undefined);
      expect(await hears(boss, 1)).toEqual([{ ended: reason }]);
      expect(await errorOf(server.call.me())).toMatchObject({
        code: "ERR_ACTOR_DOWN",
        handled: "no",
        reason: { type: "noproc" },
      });
      expect(await errorOf(system.stopActor(server))).toMatchObject({ reason: { type: "noproc" } });
      await quiet(system);
    },
  );

  test.each([0, -1, 0.5, "1", Number.NaN])(
    "a stop with the time-out %j is refused, and the server lives",
    async (timeout) => {
      const { system } = running;
      const server = await spawn();
      const refused = errorOf(system.stopActor(server, { timeout: timeout as number }));
      expect(await refused).toMatchObject({ code: "ERR_INVALID_OPTIONS" });
      expect(await server.call.me()).toBe(server);
    },
  );

  test("a stop that is overtaken by another end says by which", async () => {
    const { system } = running;
    const slow = await system.spawn(Slow);
    const stopped = errorOf(system.stopActor(slow));
    await until("it ends", async () => (await system.statistics(slow)).status === "stopping");
    system.exit(slow, "kill");
    expect(await stopped).toMatchObject({ code: "ERR_ACTOR_DOWN", reason: { type: "killed" } });
    await quiet(system);
  });

  test("a terminate that throws is told, and the reason stays what it was", async () => {
    const { system, lines } = running;
    for (const reason of ["normal", "shutdown"] as const) {
      const server = await system.spawn(Server, ["badEnd"]);
      const down = system.whenDown(server);
      await server.call.heard();
      await system.stopActor(server, { reason });
      expect(await down).toEqual({ type: reason });
      const told = (): boolean =>
        lines.some(({ fields, message }) => {
          return message === "terminate failed" && fields.actor === String(server);
        });
      await until("it is told", told);
    }
    await quiet(system);
  });

  test("a cast to the dead returns at once and throws nothing", async () => {
    const { system } = running;
    const [one, other] = await Promise.all([spawn(), spawn()]);
    system.exit(other, "kill");
    await ended(other);
    const [first, second] = await one.call.run([
      ["send", other, 1],
      ["send", other, 2],
    ]);
    expect([first, second]).toEqual([true, true]);
    expect(other.cast.note(3)).toBe(true);
    await quiet(system);
  });

  test("a call of oneself fails at once, by ref, by name and by alias", async () => {
    const { system } = running;
    const name = `self ${(names += 1)} ${threads}`;
    for (const way of ["ref", "name", "alias"] as const) {
      const server = await system.spawn(Server, ["fine"], way === "name" ? { name } : {});
      const error = await errorOf(server.call.callSelf(way, name));
      expect(error).toMatchObject({ code: "ERR_CALL_CYCLE" });
      await system.stopActor(server).catch(() => {});
    }
    await quiet(system);
  });

  test("what a server waits for comes first, however much waits in its mailbox", async () => {
    const { system } = running;
    const [busy, other] = await Promise.all([spawn(), spawn()]);
    await system.suspend(other);
    const asked = busy.call.ask(other);
    await until("it asks", async () => (await system.statistics(other)).queued === 1);
    const steps: Step[] = Array.from({ length: 500 }, (_, n) => ["send", busy, n]);
    const sender = await spawn();
    await sender.call.run(steps);
    await until("they wait", async () => (await system.statistics(busy)).queued >= 500);
    await system.resume(other);
    expect(await asked).toBe(other);
    expect(await busy.call.heard()).toHaveLength(500);
    await quiet(system);
  });

  test("continue asked for in a cast comes before what waits", async () => {
    const { system } = running;
    const server = await spawn();
    await system.suspend(server);
    server.cast.run([
      ["note", "cast"],
      ["continue", ["note", "next"]],
    ]);
    server.cast.note("waits");
    await system.resume(server);
    expect(await hears(server, 4)).toEqual(["cast", "continues", "next", "waits"]);
    await quiet(system);
  });

  test("continuations asked for in continuations run before all else", async () => {
    const { system } = running;
    const server = await spawn();
    await system.suspend(server);
    server.cast.run([
      ["continue", ["note", 1], ["continue", ["note", 2], ["continue", ["note", 3]]]],
    ]);
    server.cast.note("waits");
    await system.resume(server);
    const chain = ["continues", 1, "continues", 2, "continues", 3, "waits"];
    expect(await hears(server, chain.length)).toEqual(chain);
    await quiet(system);
  });

  test("continue asked for when a down is told comes before what waits", async () => {
    const { system } = running;
    const server = await system.spawn(Server, ["fine"]);
    const [other] = await processes(system, [threads]);
    if (other === undefined) throw new Error("one was spawned");
    await server.call.watch(other);
    await other.call.me();
    await system.suspend(server);
    system.exit(other, "shutdown");
    await until("the down waits", async () => (await system.statistics(server)).queued === 1);
    server.cast.note("waits");
    await system.resume(server);
    await until("all came", async () => (await server.call.heard()).length === 3);
    expect(await server.call.heard()).toEqual(["down", "continues", "waits"]);
    await quiet(system);
  });

  test("a continuation may end the server: what waits is not handled", async () => {
    const { system } = running;
    const boss = await spawn();
    const server = await spawn({ boss });
    await system.suspend(server);
    server.cast.run([["continue", ["stop", "shutdown"]]]);
    server.cast.note("never");
    const { deadLettered } = system.counters();
    await system.resume(server);
    await ended(server);
    expect(await hears(boss, 1)).toEqual([{ ended: { type: "shutdown" } }]);
    expect((await quiet(system)).deadLettered).toBe(deadLettered + 1);
  });

  test("continue where the definition has none is an error at once", async () => {
    const bare = await running.system.spawn(Bare);
    expect(await bare.call.continue()).toBe("ERR_INVALID_OPTIONS");
    expect(await bare.call.ping()).toBe("pong");
  });

  test("a state can be replaced while the server is suspended", async () => {
    const { system } = running;
    const server = await spawn();
    await server.call.note("old");
    await system.suspend(server);
    server.cast.note("new");
    const { version } = await system.getState(server);
    await system.replaceState(server, { heard: ["replaced"] }, version);
    await system.resume(server);
    await calm(server);
    expect(await server.call.heard()).toEqual(["replaced", "new"]);
    await quiet(system);
  });

  test("a server without a name is nobody's by name", async () => {
    const { system } = running;
    const [one, two] = await Promise.all([spawn({}, { name: undefined }), spawn()]);
    expect(one).not.toBe(two);
    expect((await one.call.facts()).name).toBe(undefined);
    expect((await system.statistics(two)).name).toBe(undefined);
    await quiet(system);
  });

  test("whereis finds a server by its name as long as it lives, wherever it lives", async () => {
    const { system } = running;
    const name = `found ${(names += 1)} ${threads}`;
    expect(system.whereis(Process, name)).toBe(undefined);
    const server = await spawn({}, { name });
    expect(system.whereis(Process, name)).toBe(server);
    const [one] = await processes(system, [0]);
    expect(await one?.call.run([["sendNamed", name, "hello"]])).toEqual([true]);
    expect(await hears(server, 1)).toEqual(["hello"]);
    system.exit(server, "kill");
    await ended(server);
    await until("the name is free", () => system.whereis(Process, name) === undefined);
    await quiet(system);
  });
});
