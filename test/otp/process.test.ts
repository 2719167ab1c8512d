/**
 * Goal: what OTP's and Elixir's suites say of one process: how it takes exits, what its end leaves,
 * how it is addressed, and what it knows of itself. Links are in actors/links.test.ts.
 */
import { describe, expect, test } from "vitest";
import { ended, errorOf, quiet, until, useSystem } from "../actors/support/systems.ts";
import type { Step } from "./fixtures/processes.mjs";
import { Bare, calm, hears, PLACES, Process, pair, processes, settled } from "./support/places.ts";

const crash = (cause: string) => ({ type: "crash", cause }) as const;

const running = useSystem({ threads: 1 });
let names = 0;

describe.each(PLACES)("from thread %i to thread %i", (from, to) => {
  const two = (options = {}) => pair(running.system, [from, to], options);

  test("an exit to oneself cannot be caught: the turn ends, then the actor", async () => {
    const { system } = running;
    const [one, boss] = await two();
    await one.call.run([["monitor", boss]]);
    const victim = await system.spawn(Process, [{ boss }], { thread: from });
    victim.cast.run([
      ["attempt", ["exitSelf", crash("mine")]],
      ["attempt", ["crash", "not this one"]],
    ]);
    expect(await hears(boss, 1)).toEqual([{ ended: crash("mine") }]);
    await quiet(system);
  });

  test("of two exits the first one counts", async () => {
    const { system } = running;
    const [one, boss] = await two();
    const victim = await system.spawn(Process, [{ boss }], { thread: to });
    await one.call.run([
      ["exit", victim, crash("first")],
      ["exit", victim, crash("second")],
      ["exit", victim, "shutdown"],
    ]);
    expect(await hears(boss, 1)).toEqual([{ ended: crash("first") }]);
    await calm(boss);
    expect(await boss.call.heard()).toHaveLength(1);
    const itself = await system.spawn(Process, [{ boss }], { thread: to });
    itself.cast.run([
      ["exitSelf", crash("first of its own")],
      ["exitSelf", crash("second of its own")],
    ]);
    expect((await hears(boss, 2))[1]).toEqual({ ended: crash("first of its own") });
    await quiet(system);
  });

  test("who has been ended has no time-out any more", async () => {
    const { system } = running;
    const [one, boss] = await two();
    const victim = await system.spawn(Process, [{ boss }], { thread: to });
    await victim.call.run([
      ["after", "soon", 15, "never"],
      ["idleAfter", 10],
    ]);
    await one.call.run([["exit", victim, "shutdown"]]);
    await ended(victim);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await boss.call.heard()).toEqual([{ ended: { type: "shutdown" } }]);
    await quiet(system);
  });

  test("an exit and a time-out at once: one end, and nothing after it", async () => {
    const { system } = running;
    const [one, boss] = await two();
    for (let round = 0; round < 20; round += 1) {
      const victim = await system.spawn(Process, [{ boss }], { thread: to });
      await boss.call.forget();
      victim.cast.run([
        ["after", "now", 1, "due"],
        ["spin", 2],
      ]);
      await one.call.run([["exit", victim, crash("now")]]);
      await ended(victim);
      await calm(boss);
      const heard = await boss.call.heard();
      expect([[], ["due"]]).toContainEqual(heard.slice(0, -1));
      expect(heard.at(-1)).toEqual({ ended: crash("now") });
    }
    await quiet(system);
  });

  test("an exit to the dead, or to an alias that leads nowhere, harms nobody", async () => {
    const { system } = running;
    const [one, other] = await two();
    const alias = await one.call.alias(other);
    system.exit(other, "kill");
    await ended(other);
    await one.call.point();
    const exits = [other, alias].map((to): Step => ["exit", to, crash("late")]);
    await one.call.run(exits);
    expect(await one.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("what is sent to an alias arrives until the alias is ended", async () => {
    const { system } = running;
    const [one, other] = await two();
    const alias = await one.call.alias(other);
    const before = (await quiet(system)).deadLettered;
    await one.call.run([["send", alias, 1]]);
    await other.call.run([["send", alias, 2]]);
    await settled(one, other);
    await one.call.endAlias();
    await one.call.run([["send", alias, 3]]);
    expect(await errorOf(alias.call.me())).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
    expect([1, 2]).toEqual((await other.call.heard()).sort());
    expect((await quiet(system)).deadLettered).toBeGreaterThan(before);
  });

  test("an alias ends with the actor that made it", async () => {
    const { system } = running;
    const [one, other] = await two();
    const alias = await one.call.alias(other);
    expect(await alias.call.me()).toBe(other);
    system.exit(one, "shutdown");
    await ended(one);
    await until("it leads nowhere", () =>
      alias.call.me().then(
        () => false,
        () => true,
      ),
    );
    expect(await other.call.me()).toBe(other);
    await quiet(system);
  });

  test("a request by an alias is answered once, to whoever asked", async () => {
    const { system } = running;
    const [one, other] = await two();
    const alias = await one.call.alias(other);
    const answers = await Promise.all([alias.call.me(), one.call.ask(alias), alias.call.me()]);
    expect(answers).toEqual([other, other, other]);
    await quiet(system);
  });

  test("an actor is told at its birth who has spawned it, and through whom", async () => {
    const { system } = running;
    const name = `elder ${(names += 1)}`;
    const elder = await system.spawn(Process, [], { thread: from, name });
    const parent = await elder.call.spawn({}, { thread: to });
    const child = await parent.call.spawn({}, { thread: from });
    expect(await elder.call.facts()).toMatchObject({ parent: undefined, ancestors: [] });
    expect(await child.call.facts()).toMatchObject({
      parent: String(parent),
      ancestors: [String(parent), name],
    });
    await quiet(system);
  });

  test("a label can be given at birth and changed, and others see it", async () => {
    const { system } = running;
    const one = await system.spawn(Process, [], { thread: to, label: "first" });
    expect((await system.statistics(one)).label).toBe("first");
    await one.call.run([["label", "second"]]);
    expect((await system.statistics(one)).label).toBe("second");
    await one.call.run([["label", undefined]]);
    expect((await one.call.facts()).label).toBe(undefined);
    await quiet(system);
  });

  test("who sent a message is known while it is handled", async () => {
    const { system } = running;
    const [one, other] = await two();
    expect((await other.call.facts()).caller).toBe(undefined);
    expect((await one.call.factsOf(other)).caller).toBe(String(one));
    await quiet(system);
  });

  test("a timer tells what it had left, once, and a cancelled one never fires", async () => {
    const { system } = running;
    const [, other] = await two();
    const [, left, again] = await other.call.run([
      ["after", "key", 5000, "x"],
      ["cancel", "key"],
      ["cancel", "key"],
    ]);
    expect(left).toBeGreaterThan(4000);
    expect(left).toBeLessThanOrEqual(5000);
    expect(again).toBe(undefined);
    await quiet(system);
  });

  test("a trapped exit without a callback for it is told, and does no more", async () => {
    const { system, lines } = running;
    const [one] = await two();
    const bare = await system.spawn(Bare, [], { thread: to });
    await bare.call.trap();
    await one.call.run([["exit", bare, crash("nobody listens")]]);
    expect(await bare.call.ping()).toBe("pong");
    await until("the log has it", () =>
      lines.some(({ fields }) => fields.actor === String(bare) && fields.from === String(one)),
    );
    await quiet(system);
  });

  test("a link is cut by one unlink, however often it was made", async () => {
    const { system } = running;
    const [one, other] = await two();
    await one.call.run([
      ["link", other],
      ["link", other],
    ]);
    await other.call.run([["link", one]]);
    await settled(one, other);
    await one.call.run([["unlink", other]]);
    await settled(one, other);
    system.exit(other, crash("alone"));
    await ended(other);
    await calm(one);
    expect(await one.call.heard()).toEqual([]);
    await quiet(system);
  });

  test("unlink where there is no link, and with the dead, changes nothing", async () => {
    const { system } = running;
    const [one, other] = await two();
    const [third] = await processes(system, [to]);
    await one.call.run([
      ["link", other],
      ["unlink", third],
    ]);
    await settled(one, other);
    system.exit(third as never, "shutdown");
    await ended(third as never);
    await one.call.run([["unlink", third]]);
    await one.call.run([["trap", true]]);
    system.exit(other, "shutdown");
    expect(await hears(one, 1)).toEqual([{ exit: { type: "shutdown" }, from: String(other) }]);
    await quiet(system);
  });

  test("who is linked and watches too hears both, once each, behind what was sent", async () => {
    const { system } = running;
    const [one] = await two({ traps: true });
    const other = await system.spawn(Process, [], { thread: to });
    await one.call.run([
      ["link", other],
      ["monitor", other],
    ]);
    await settled(one, other);
    other.cast.run([
      ["send", one, "last"],
      ["crash", "both"],
    ]);
    const heard = await hears(one, 3);
    expect(heard[0]).toBe("last");
    const reason = crash("Error: both");
    expect(heard).toContainEqual({ exit: reason, from: String(other) });
    expect(heard).toContainEqual(expect.objectContaining({ down: reason }));
    await calm(one);
    expect(await one.call.heard()).toHaveLength(3);
    await quiet(system);
  });
});
