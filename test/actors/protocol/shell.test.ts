/** Goal: a shell hosts a core on real threads, and believes nobody. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keeps } from "../../../actors/protocol/incarnation.ts";
import { fixture, sabeam } from "../support/native.ts";
import { keepingLog, until } from "../support/systems.ts";

const { Tokens, Juror, Liar, Observer, Away, Asker } =
  await fixture<typeof import("../fixtures/tokens.mjs")>("tokens");

describe.each([0, 2])("threads: %i", (threads) => {
  let system: Awaited<ReturnType<typeof sabeam.startSystem>>;
  const kept = keepingLog();

  /** Of the instance: another one for each test. */
  let id = "";
  let tests = 0;

  beforeAll(async () => {
    system = await sabeam.startSystem({ threads, log: kept.log });
  });
  beforeEach(() => {
    tests += 1;
    id = `t${tests}`;
  });
  afterAll(async () => {
    await system.stop();
  });

  // The first, since what is measured and logged is the whole system's.
  test("a finished instance answers who asks again, and ends", async () => {
    const home = await system.protocol(Tokens, { id, config: {}, lingerMs: 50 });
    const member = await system.protocol(Tokens, { id, member: "a", lingerMs: 50 });
    const requestId = home.handle.requestId();
    expect(await member.say("end")).toBe("over");
    expect(await home.handle.ask({ type: "end" }, { requestId })).toBe("over");
    expect(await home.handle.ask({ type: "end" }, { requestId })).toBe("over");
    const name = `Tokens/${id}/home`;
    await until("it has ended", () => system.whereis(Tokens.actor, name) === undefined);
    // Once, whoever else of the instance ends.
    await until("it is measured", () => system.metrics.kinds.includes("Tokens"));
    const measured = system.metrics.of("Tokens");
    expect(measured.get("participants")).toMatchObject({ count: 1, max: 2 });
    expect(measured.get("durationMs")?.count).toBe(1);
    expect(measured.get("participantsPerSecond")?.min).toBeGreaterThan(0);
    expect(kept.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("commands are answered, by home and through another member", async () => {
    const home = await system.protocol(Tokens, { id, config: { first: 7 } });
    const member = await system.protocol(Tokens, { id, member: "a" });
    expect(await home.next()).toBe(7);
    expect(await member.next()).toBe(8);
    const many = await Promise.all(Array.from({ length: 100 }, () => member.next()));
    expect(new Set(many).size).toBe(100);
  });

  test("a command comes again under its id, and is applied once", async () => {
    const home = await system.protocol(Tokens, { id, config: {} });
    const requestId = home.handle.requestId();
    const first = await home.next({ requestId });
    expect(await home.next({ requestId })).toBe(first);
    expect(await home.next()).toBe(first + 1);
  });

  test("a reply is kept until its client says with a next command that it has it", async () => {
    const { ref } = (await system.protocol(Tokens, { id, config: {} })).handle;
    /** Whether the core has seen it. */
    const isNew = async (id: string, settled?: string) => {
      const { events } = await ref.call.status();
      await ref.call.command(id, { type: "next" }, 1000, false, settled);
      return (await ref.call.status()).events > events;
    };
    expect([await isNew("x"), await isNew("x"), await isNew("y")]).toEqual([true, false, true]);
    expect([await isNew("y", "x"), await isNew("y"), await isNew("x")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("a client says it of commands that nobody else can ask for", async () => {
    const { handle } = await system.protocol(Tokens, { id, config: {} });
    const next = { type: "next" } as const;
    const isNew = async (requestId: string) => {
      const { events } = await handle.status();
      await handle.ask(next, { requestId });
      return (await handle.status()).events > events;
    };
    const known = handle.requestId();
    await handle.ask(next, { requestId: known });
    const own = await handle.ask(next, {}, (_, id) => id);
    let unread = "";
    const refuse = (_: unknown, id: string): never => {
      unread = id;
      throw new Error("not read");
    };
    await expect(handle.ask(next, {}, refuse)).rejects.toThrow("not read");
    await handle.ask(next);
    expect([await isNew(known), await isNew(own), await isNew(unread)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("members are started together, each beside its participant", async () => {
    const jurors = await Promise.all(
      ["a", "b"].map((name, at) => system.spawn(Juror, [], { name, thread: threads && 1 + at })),
    );
    const members = { a: { participant: system.named(Juror, "a") }, b: { participant: jurors[1] } };
    const home = await system.protocol(Tokens, { id, config: {}, members });
    const a = sabeam.clientOf(system, Tokens, { id, member: "a" });
    expect(await a.say("ask")).toEqual({ type: "value", value: 42 });
    expect(await a.next()).toBe(1);
    expect(await home.next()).toBe(2);
    const rooms = ["a", "b"].map((name) => system.whereis(Tokens.actor, `Tokens/${id}/${name}`));
    for (const at of [0, 1]) {
      const [room, juror] = [rooms[at], jurors[at]];
      expect(room !== undefined && juror !== undefined && system.dieTogether(room, juror)).toBe(
        true,
      );
    }
  });

  test("a member that comes before home waits for it", async () => {
    const member = await system.protocol(Tokens, { id, member: "a" });
    const token = member.next();
    await system.protocol(Tokens, { id, config: {} });
    expect(await token).toBe(1);
  });

  test("a client that nobody serves yet waits, and gives up", async () => {
    const client = sabeam.clientOf(system, Tokens, { id });
    await expect(client.next({ deadlineMs: 50 })).rejects.toMatchObject({
      code: "ERR_NO_SUCH_INSTANCE",
    });
    const token = client.next();
    await system.protocol(Tokens, { id, config: {} });
    expect(await token).toBe(1);
  });

  test("the participant is asked, and its absence is an answer", async () => {
    const juror = await system.spawn(Juror, [], { name: "juror" });
    const home = await system.protocol(Tokens, { id, config: {}, participant: juror });
    const alone = await system.protocol(Tokens, { id, member: "a" });
    expect(await home.say("ask")).toEqual({ type: "value", value: 42 });
    expect(await alone.say("ask")).toMatchObject({ code: "ERR_NO_PARTICIPANT" });
    await system.stopActor(juror);
    expect(await home.say("ask")).toMatchObject({ type: "failed", code: "ERR_ACTOR_DOWN" });
  });

  test("no outcome in time is unknown, and who keeps nothing is broken by its death", async () => {
    const home = await system.protocol(Tokens, { id, config: {} });
    await expect(home.handle.ask({ type: "never" }, { deadlineMs: 50 })).rejects.toMatchObject({
      code: "ERR_OUTCOME_UNKNOWN",
      command: "never",
    });
    const waits = home.say("never").catch(({ code }) => code);
    await expect(home.say("fail")).rejects.toMatchObject({ code: "ERR_INSTANCE_BROKEN" });
    expect(await waits).toBe("ERR_INSTANCE_BROKEN");
    await expect(home.next()).rejects.toMatchObject({ code: "ERR_INSTANCE_BROKEN" });
  });

  test("nobody speaks for a member but itself", async () => {
    const home = await system.protocol(Tokens, { id, config: {} });
    const member = await system.protocol(Tokens, { id, member: "a" });
    await member.next();
    const liar = await system.spawn(Liar, []);
    const { ref } = home.handle;
    const wanted = { type: "wanted", request: "x" };
    liar.cast.lie(ref, wanted);
    await liar.call.lie(ref, wanted);
    // From outside of actors, too.
    ref.cast.message("a", 1, 2, 2, wanted);
    ref.cast.message("b", 1, 1, 2, wanted);
    ref.cast.message("home", 1, 1, 2, wanted);
    ref.cast.message(7 as never, 1, 1, 2, wanted);
    const { dropped } = await home.handle.status();
    expect(dropped).toMatchObject({ forged: 5, malformed: 1 });
    expect(await member.next()).toBe(2);
  });

  test("what nobody of the group says ends no member", async () => {
    const home = await system.protocol(Tokens, { id, config: {} });
    const { cast } = home.handle.ref as unknown as {
      cast: Record<string, (...told: unknown[]) => void>;
    };
    for (const told of [undefined, null, 7, {}]) {
      for (const name of ["answered", "storeFailed", "durable", "timer", "beat", "over", "view"]) {
        cast[name]?.(told);
      }
    }
    // Names that no actor can have.
    const liar = await system.spawn(Liar, []);
    const wanted = { type: "wanted", request: "x" };
    await liar.call.lie(home.handle.ref, wanted, 2, "\ud800");
    await liar.call.lie(home.handle.ref, wanted, 2, "\u65e5".repeat(64));
    const told = async () => (await home.handle.status()).dropped;
    await until("both lies have come", async () => (await told()).malformed === 4 + 2);
    expect(await told()).toMatchObject({ forged: 8 });
    expect(await home.next()).toBe(1);
  });

  test("of a member on another node each number is taken once, of its present life", async () => {
    const b = await system.spawn(Away, []);
    const home = await system.protocol(Tokens, { id, config: {}, away: { b } });
    const wanted = { type: "wanted", request: "x" };
    const { cast } = home.handle.ref;
    const tries: [...unknown[]][] = [
      ["b", 6, 1, 2, wanted],
      ["b", 6, 1, 2, wanted],
      ["b", 6, 3, 1, wanted],
      ["b", 6, 2, 0, wanted],
      ["b", 6, 4, 3, wanted],
      ["b", 6, 5, 2, { type: "wanted", request: "x".repeat(65) }],
      ["b", 6, 6, 2, { type: "wanted", request: 7 }],
      ["b", 6, 7, 2, { ...wanted, more: 1 }],
      ["b", 6, 0, 2, wanted],
      ["b", 10, 1, 2, wanted],
      // Not only a life that was seen before: one of which this is the first message is over, too.
      ["b", 4, 1, 2, wanted],
      ["b", 6, 8, 2, wanted],
      ["b", 10, 2, 2, wanted],
      ["b", -1, 2, 2, wanted],
      ["b", 10, Number.NaN, 2, wanted],
    ];
    for (const args of tries) (cast.message as (...args: unknown[]) => boolean)(...args);
    const liar = await system.spawn(Liar, []);
    await liar.call.lie(home.handle.ref, wanted, 2, "b");
    const isForged = async () => (await home.handle.status()).dropped.forged === 1;
    await until("the lie has come", isForged);
    const { dropped, events } = await home.handle.status();
    expect(dropped).toEqual({
      stranger: 0,
      forged: 1,
      stale: 2,
      lost: 0,
      replayed: 2,
      version: 2,
      malformed: 5,
      closed: 0,
    });
    // The start, what was believed, and one write that is durable.
    expect(events).toBe(1 + 4 + 1);
    expect(await home.next()).toBe(2);
  });

  test("a member that has lost its journal is not believed, however often it begins", async () => {
    const b = await system.spawn(Away, []);
    const home = await system.protocol(Tokens, { id, config: {}, away: { b } });
    const wanted = { type: "wanted", request: "x" };
    const { cast } = home.handle.ref;
    const [journal, other] = [0xffff_ffff, 0xffff_fffe];
    cast.message("b", keeps(5, journal), 1, 2, wanted);
    for (const life of [1, 5, 6, 0xffff_ffff]) cast.message("b", keeps(life, other), 1, 2, wanted);
    // One that keeps nothing any more.
    cast.message("b", Date.now() * 2048, 1, 2, wanted);
    const { dropped, events } = await home.handle.status();
    expect(dropped).toMatchObject({ lost: 5, stale: 0 });
    cast.message("b", keeps(6, journal), 1, 2, wanted);
    expect((await home.handle.status()).events).toBe(events + 1);
  });

  test("the end of a member is told, and a member that nobody is", async () => {
    const seen = await system.spawn(Observer, []);
    const home = await system.protocol(Tokens, { id, config: {}, observer: seen });
    const member = await system.protocol(Tokens, { id, member: "a" });
    expect(await home.say("watch", { member: "a" })).toBe("watched");
    await member.say("fail").catch(() => {});
    expect(await home.say("watch", { member: "nobody" })).toBe("watched");
    await until("both are told", async () => (await seen.call.told()).length === 2);
    const gone = (name: string) => ({
      instance: id,
      member: "home",
      observation: { type: "gone", member: name },
    });
    // In no order: of a name that nobody has it is known at once.
    expect(await seen.call.told()).toEqual(expect.arrayContaining([gone("a"), gone("nobody")]));
  });

  test("a client gives up when the turn that it asks from is over", async () => {
    await system.protocol(Tokens, { id, config: {} });
    const asker = await system.spawn(Asker, []);
    const asked = asker.with({ timeout: 100 }).call.ask(id);
    await asked.catch(({ code }) => expect(code).toBe("ERR_CALL_TIMEOUT"));
    // Else it is at work for 35 s, and this is not answered in its 5.
    expect(await asker.call.ping()).toBe("pong");
  });

  test("with a journal, a member that dies goes on, and applies nothing twice", async () => {
    const journal = await sabeam.openStore(system, { memory: true, name: id });
    const home = await system.protocol(Tokens, { id, config: {}, journal });
    const requestId = home.handle.requestId();
    expect(await home.next({ requestId })).toBe(1);
    expect(await home.next()).toBe(2);
    const ends = home.handle.ask({ type: "fail" }, { deadlineMs: 100 });
    await expect(ends).rejects.toMatchObject({ code: "ERR_OUTCOME_UNKNOWN" });
    expect(await home.next({ requestId })).toBe(1);
    expect(await home.next()).toBe(3);
    expect(await home.handle.status()).toMatchObject({ isDurable: true });
    // Nobody but the store says what is durable, and only its own timers ring.
    const cast = home.handle.ref.cast as unknown as Record<string, (...args: unknown[]) => boolean>;
    cast.durable?.(1000);
    cast.storeFailed?.({ code: "ERR_X", message: "x" });
    cast.over?.(0);
    cast.over?.();
    cast.beat?.(0, 0);
    cast.timer?.("x", 1);
    cast.answered?.({ key: "x", generation: 1, answer: { type: "value", value: 1 } });
    cast.view?.(Number.NaN, []);
    cast.view?.(1, ["a/b"]);
    const { dropped } = await home.handle.status();
    expect(dropped).toMatchObject({ forged: 2, malformed: 2 });
  });

  test("a journal has room for more instances than it holds at a time", async () => {
    const journal = await sabeam.openStore(system, { memory: 65_536, name: id });
    const config = { first: 1 };
    for (let round = 0; round < 60; round += 1) {
      const id = `many${round}`;
      const members = { a: {} };
      const home = await system.protocol(Tokens, { id, config, journal, members, lingerMs: 0 });
      expect(await home.next()).toBe(1);
      if (round === 0) {
        const forgets = sabeam.forgetInstance(system, Tokens, { id, journal });
        await expect(forgets).rejects.toMatchObject({ option: "members" });
      }
      await home.say("end");
      await sabeam.clientOf(system, Tokens, { id, member: "a" }).say("end");
      const runs = (member: string) => system.whereis(Tokens.actor, `Tokens/${id}/${member}`);
      await until("both have ended", () => runs("home") === undefined && runs("a") === undefined);
      await sabeam.forgetInstance(system, Tokens, { id, journal });
    }
    expect((await journal.call.counts()).logs).toBe(0);
    const again = await system.protocol(Tokens, { id: "many0", config, journal });
    expect(await again.next()).toBe(1);
  });

  test("who asks an instance that is over is told so at once", async () => {
    const journal = await sabeam.openStore(system, { memory: true, name: id });
    const name = `Tokens/${id}/home`;
    const ended = () => system.whereis(Tokens.actor, name) === undefined;
    const end = async (more: object) => {
      const home = await system.protocol(Tokens, { id, config: {}, lingerMs: 0, ...more });
      await home.say("end");
      await until("it has ended", ended);
      return [home, sabeam.clientOf(system, Tokens, { id, ...more })] as const;
    };
    for (const client of await end({ journal })) {
      await expect(client.next()).rejects.toMatchObject({ code: "ERR_INSTANCE_OVER" });
    }
    // Nothing was kept.
    const [, client] = await end({});
    await expect(client.next()).rejects.toMatchObject({ code: "ERR_INSTANCE_BROKEN" });
    // One that comes after it is another.
    const again = await system.protocol(Tokens, { id, config: {}, journal });
    expect(await again.next()).toBe(1);
    system.exit(again.handle.ref, "kill");
    expect(await again.next()).toBe(2);
  });
});
