/**
 * Goal: a full backlog is a full mailbox, and a large message is at one place or the other at any
 * death: nothing of it is lost without a word, and nobody else waits for it.
 */
import { describe, expect, test } from "vitest";
import { basic, fixture } from "./support/native.ts";
import { Survivals } from "./support/survival.ts";
import { errorOf, quiet, until } from "./support/systems.ts";

const { Keep, Large, Small } =
  await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");
const { Waiter } = basic;

const ON = { thread: 1 } as const;
/** More than 4 KiB hold. */
const SENT = 200;
/** More calls than half of it holds, and fewer than all of it. */
const FIRST = 32;
const LATER = 18;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("a backlog of 4 KiB", () => {
  const world = new Survivals();

  test.each(["reject", "drop-newest", "drop-oldest"] as const)("%s", async (policy) => {
    const { system } = world;
    const book = await world.book();
    const small = await system.spawn(Small, [book], { ...ON, mailbox: { policy } });
    const near = await system.spawn(Keep, [], ON);
    // While a turn is open, what is behind it has no room to give.
    if (policy === "drop-oldest") await system.suspend(small);
    else await world.held(small, await world.gate());
    const { dropped: before } = system.counters();
    for (const number of upTo(SENT)) small.cast.note(number);
    const call = policy === "drop-oldest" ? undefined : errorOf(small.call.echo(1));
    // The lane goes on.
    expect(await near.call.echo(1)).toBe(1);
    await world.lose();
    if (policy === "drop-oldest") small.cast.note(SENT);
    else expect(await call).toMatchObject({ code: "ERR_MAILBOX_FULL" });
    const { dropped } = await quiet(system);
    const kept = (await book.call.notes()) as number[];
    const lost = (await world.reasons()).filter((reason) => reason === "note mailbox-full").length;
    const own = policy === "drop-oldest" ? SENT + 1 : SENT;
    expect(kept.length).toBeGreaterThan(40);
    if (policy === "reject") expect({ kept, lost }).toEqual({ kept: upTo(SENT - lost), lost });
    else expect(kept.length + dropped - before).toBeGreaterThanOrEqual(own);
    if (policy === "drop-newest") expect(kept).toEqual(upTo(kept.length));
    if (policy === "drop-oldest") expect(kept).toEqual(upTo(own).slice(-kept.length));
    if (policy === "drop-oldest") expect(kept.length + dropped - before).toBe(own);
    await Promise.all([system.stopActor(small), system.stopActor(near)]);
  });

  test("drop-oldest behind a turn that goes on: nobody is dropped in vain", async () => {
    const book = await world.book();
    const mailbox = { policy: "drop-oldest" } as const;
    const small = await world.system.spawn(Small, [book], { ...ON, mailbox });
    const near = await world.system.spawn(Keep, [], ON);
    await world.held(small, await world.gate());
    for (const number of upTo(SENT)) small.cast.note(number);
    // In the lane they would find the turn over, and the oldest would give way.
    expect(await near.call.echo(1)).toBe(1);
    await world.lose();
    await quiet(world.system);
    const kept = (await book.call.notes()) as number[];
    expect(kept.length).toBeGreaterThan(40);
    expect(kept.slice(0, 40)).toEqual(upTo(40));
    await world.reasons();
    await Promise.all([world.system.stopActor(small), world.system.stopActor(near)]);
  });

  test("back-pressure: calls wait at the sender, also for the next life", async () => {
    const { system } = world;
    const mailbox = { policy: "back-pressure" } as const;
    const small = await system.spawn(Small, [], { ...ON, mailbox });
    const near = await system.spawn(Keep, [], ON);
    await world.held(small, await world.gate());
    const first = upTo(FIRST).map((number) => small.call.echo(number));
    await near.call.echo(1);
    const later = upTo(LATER).map((number) => small.call.echo(number));
    expect(await near.call.echo(1)).toBe(1);
    await world.lose();
    expect(await Promise.all([...first, ...later])).toEqual([...upTo(FIRST), ...upTo(LATER)]);
    expect(await world.reasons()).toEqual(["wait crashed-while-handling"]);
    await Promise.all([system.stopActor(small), system.stopActor(near)]);
  });

  test("a message that never has room is told with its size", async () => {
    const small = await world.system.spawn(Small, [], ON);
    const text = "x".repeat(3000);
    const error = await errorOf(small.call.lengthOf(text));
    const size = /its 30\d\d bytes are more than the 2024 .* raise `bytes` of `survives`/;
    expect(error).toMatchObject({ code: "ERR_MAILBOX_FULL", message: expect.stringMatching(size) });
    small.cast.weigh(text);
    expect(await small.call.echo(1)).toBe(1);
    await until("both are told", () => world.letters.length === 2);
    expect(world.letters[1]).toMatchObject({ cause: expect.stringMatching(size), type: "cast" });
    expect(await world.reasons()).toEqual(["lengthOf mailbox-full", "weigh mailbox-full"]);
    await world.system.stopActor(small);
  });

  test("large messages that have come, and some that have not begun to", async () => {
    const { system } = world;
    const book = await world.book();
    const keep = await system.spawn(Keep, [book], ON);
    await world.held(keep, await world.gate());
    keep.cast.weigh("x".repeat(100));
    const came = keep.call.lengthOf("x".repeat(20_001));
    const waiter = await system.spawn(Waiter, [], ON);
    waiter.cast.block(5000);
    await until("nothing is taken", async () => {
      const timeout = { timeout: 20 };
      return (
        (
          await errorOf(
            waiter
              .with(timeout)
              .call.seen()
              .then(() => {
                throw new Error("taken");
              }),
          )
        ).message !== "taken"
      );
    });
    keep.cast.note("small");
    keep.cast.weigh("x".repeat(20_002));
    keep.cast.note("behind");
    const inFlight = keep.call.lengthOf("x".repeat(303));
    await world.lose();
    expect(await came).toBe(20_001);
    expect(await inFlight).toBe(303);
    expect(await world.heard(book, 4)).toEqual([100, "small", 20_002, "behind"]);
    expect((await world.reasons()).filter((reason) => !/^(wait|seen|[?])/.test(reason))).toEqual(
      [],
    );
    await system.stopActor(keep);
  });

  test("large ones under way at many deaths: in order, each at most once", async () => {
    const { system } = world;
    const book = await world.book();
    const large = await system.spawn(Large, [book], ON);
    const [deaths, each] = [6, 4];
    for (let death = 0; death < deaths; death += 1) {
      for (let number = 0; number < each; number += 1) {
        large.cast.weigh("x".repeat(300_000 + death * each + number));
        large.cast.note(death * each + number);
      }
      await new Promise((resolve) => setTimeout(resolve, death));
      await world.lose();
    }
    expect(await large.call.lengthOf("x".repeat(200_000))).toBe(200_000);
    await quiet(system);
    const notes = (await book.call.notes()) as number[];
    const sizes = notes.filter((note) => note >= 300_000).map((note) => note - 300_000);
    expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b));
    const small = notes.filter((note) => note < 300_000);
    expect(small).toEqual([...new Set(small)].toSorted((a, b) => a - b));
    // Of each pair the large one comes first.
    for (const size of sizes) {
      const at = notes.indexOf(size);
      if (at >= 0) expect(notes.indexOf(size + 300_000)).toBeLessThan(at);
    }
    // At each death at most the one that was decoded, and those whose turn was cut.
    expect(sizes.length + small.length).toBeGreaterThanOrEqual(2 * deaths * each - 2 * deaths);
  });
});
