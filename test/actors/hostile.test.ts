/**
 * Goal: whatever an actor throws, returns or leaves behind costs that actor and nobody else: not
 * its neighbours, not its thread, not a caller's patience.
 */
import { describe, expect, test } from "vitest";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, THREADS, until, useSystem } from "./support/systems.ts";

const { BadEnd, FailingInit, Hostile, Parent, Ticking } =
  await fixture<typeof import("./fixtures/hostile.mjs")>("hostile");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test.each(["getter", "asyncGetter", "revoked", "huge"] as const)(
    "a thrown value that cannot be looked at or sent: %s",
    async (handler) => {
      const { system } = running;
      const [hostile, neighbour] = [await system.spawn(Hostile), await system.spawn(Hostile)];
      expect(await errorOf(hostile.call[handler]())).toBeInstanceOf(Error);
      await ended(hostile);
      expect(await neighbour.call.ok()).toBe("ok");
    },
  );

  test("a thenable that settles twice counts once", async () => {
    const hostile = await running.system.spawn(Hostile);
    expect(await hostile.call.twice()).toBe(1);
    expect(await hostile.call.ok()).toBe("ok");
  });

  test("an init that throws such a value leaves nothing behind", async () => {
    const { system } = running;
    for (let times = 0; times < 2; times += 1) {
      const error = await errorOf(system.spawn(FailingInit, [], { name: "born" }));
      expect(error.name).not.toBe("NameTaken");
    }
    expect(system.whereis(FailingInit, "born")).toBeUndefined();
  });

  test("a terminate that returns such a value ends all the same", async () => {
    const { system } = running;
    const [bad, neighbour] = [await system.spawn(BadEnd), await system.spawn(Hostile)];
    await bad.call.stop();
    await ended(bad);
    expect(await neighbour.call.ok()).toBe("ok");
  });

  test("an init inside another's turn has neither its request nor its calls", async () => {
    const { system } = running;
    const [parent, other] = [await system.spawn(Parent), await system.spawn(Hostile)];
    expect(await parent.call.bear(other)).toBe("mine");
    // The next handler that returns a promise must not be taken to wait for the child's call.
    expect(await other.call.twice()).toBe(1);
  });

  test("of a timer that is restarted all the time one tick waits", async () => {
    const ticking = await running.system.spawn(Ticking);
    await ticking.call.busy(10);
    await until("the last tick has come", async () => (await ticking.call.ticks()) > 0);
    expect(await ticking.call.ticks()).toBe(1);
  });
});

describe("errors that nobody caught, on a worker thread", () => {
  const running = useSystem({ threads: 1 });

  test.each(["rejects", "throwsLater"] as const)(
    "in a turn's wake it costs the actor: %s",
    async (handler) => {
      const { system } = running;
      const [hostile, neighbour] = [await system.spawn(Hostile), await system.spawn(Hostile)];
      expect(await hostile.call[handler]()).toBe(1);
      await ended(hostile);
      expect(await neighbour.call.ok()).toBe("ok");
      expect(system.threads[1]?.generation).toBe(1);
    },
  );

  test("one without a turn costs the thread", async () => {
    const { system } = running;
    const neighbour = await system.spawn(Hostile);
    await neighbour.call.throwsFromNowhere();
    await ended(neighbour);
    await until("the thread is replaced", () => system.threads[1]?.generation === 2);
  });
});

test("a log port that throws keeps no death from being handled", async () => {
  const bad = (): never => {
    throw new Error("disk full");
  };
  const log = { debug: bad, info: bad, warn: bad, error: bad };
  const system = await sabeam.startSystem({ threads: 1, log });
  const hostile = await system.spawn(Hostile);
  await hostile.call.throwsFromNowhere();
  await ended(hostile);
  const end = system.deadLetters(bad);
  hostile.cast.ok();
  end();
  await until("the thread is replaced", () => system.threads[1]?.running === true);
  expect(await (await system.spawn(Hostile)).call.ok()).toBe("ok");
  await system.stop();
});
