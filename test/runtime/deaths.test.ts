/**
 * A thread dies at any moment and comes back as another life, while two others go on: three hosts
 * in one JavaScript thread, virtual time, and a seed for each moment.
 */

import { expect, test } from "vitest";
import type { Ref } from "../../actors/types.ts";
import { CAST } from "../../actors/wire.ts";
import { Random } from "../../runtime/random.ts";
import { Loopback } from "../support/loopback.ts";
import { Diary, pages } from "../support/mortal-actors.ts";
import { VirtualWorld } from "../support/virtual-world.ts";

const SEEDS = 60;
const CAUSE = "it fell over";

interface Outcome {
  status: "fulfilled" | "rejected";
  value?: unknown;
  reason?: { code?: string; handled?: string; message?: string };
}

/** Ends by itself if a step throws or nothing is left to do. */
async function inWorld(seed: string, run: (world: VirtualWorld) => Promise<void>): Promise<void> {
  const world = new VirtualWorld(seed);
  try {
    await run(world);
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  } finally {
    world.close();
  }
}

/** New lanes are handed over late, and in any order: each thread has a port of its own for them. */
function newLoop(world: VirtualWorld): Loopback {
  const env = (index: number) => world.env(index);
  const keeper = world.env(99);
  const offer = (hand: () => void): void => {
    const longest = keeper.random() < 0.3 ? 20 : 0.1;
    keeper.timer(longest * keeper.random(), hand);
  };
  return new Loopback({
    indexes: [0, 1, 2],
    env,
    offer,
    development: false,
    callTimeout: 60_000,
  });
}

async function steps(world: VirtualWorld, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await world.step(world.now + 1);
}

/** The keeper's order: dead, everybody told, the next life. Some steps lie between. */
async function dieAndReturn(world: VirtualWorld, loop: Loopback, random: Random): Promise<void> {
  const { generation } = loop.host(1).thread;
  loop.kill(1);
  world.kill(1);
  await steps(world, random.int(12));
  loop.tell(1, generation, CAUSE);
  await steps(world, random.int(12));
  loop.start(1, generation + 1);
}

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

function expectPrefix(seen: readonly number[] | undefined, all: readonly number[]): void {
  expect(seen).toEqual(all.slice(0, seen?.length));
}

function expectDeadLetter(loop: Loopback, send: () => void): void {
  const before = loop.host(0).counts.deadLettered;
  send();
  expect(loop.host(0).counts.deadLettered).toBe(before + 1);
}

test("what a thread had published when it died still arrives", async () => {
  let rescued = 0;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await inWorld(`published ${seed}`, async (world) => {
      const random = new Random(`published ${seed}`);
      const loop = newLoop(world);
      // Thread 1 has no lane there yet: the one that it makes may come after its death.
      const home = await world.run(loop.spawn(0, Diary, ["home"], { thread: 2 }));
      const mortal = await world.run(loop.spawn(0, Diary, ["m"], { thread: 1 }));
      mortal.cast.tell(home, 1, 2000);
      await steps(world, random.int(40));
      const last = loop.unread(1, 2, CAST).at(-1);
      await dieAndReturn(world, loop, random);
      const heir = await world.run(loop.spawn(0, Diary, ["heir"], { thread: 1 }));
      heir.cast.tell(home, 5001, 5050);
      await world.rest(50);
      heir.cast.tell(home, 5051, 5060);
      await world.rest(50);
      const seen = pages.get("home") ?? [];
      expectPrefix(
        seen.filter((number) => number < 5000),
        from(1, 2000),
      );
      expect(seen.filter((number) => number > 5000)).toEqual(from(5001, 5060));
      if (last === undefined) return;
      rescued += 1;
      expect(seen.filter((number) => number < 5000).at(-1)).toBe(last);
    });
  }
  expect(rescued).toBeGreaterThan(1);
});

// Thread 0 is late: the next life runs before it hears of the death.
test("a death notice that comes late ends no call to the next life", async () => {
  await inWorld("late notice", async (world) => {
    const loop = newLoop(world);
    loop.kill(1);
    world.kill(1);
    loop.start(1, 2);
    const heir = loop.at(0, await world.run(loop.spawn(2, Diary, ["heir"], { thread: 1 })));
    const call = heir.call.later("in time");
    await steps(world, 20);
    loop.tell(1, 1, CAUSE);
    await steps(world, 20);
    await world.run(heir.call.answer());
    expect(await world.run(call)).toBe("in time");
  });
});

test("calls end, lanes of the living go on, a new life takes the place", async () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await inWorld(`death ${seed}`, async (world) => {
      const random = new Random(`death ${seed}`);
      const loop = newLoop(world);
      const [home, mortal, other] = await world.run(
        Promise.all([0, 1, 2].map((thread) => loop.spawn(0, Diary, [`${thread}`], { thread }))),
      );
      if (home === undefined || mortal === undefined || other === undefined) throw new Error();
      const calls: Promise<unknown>[] = [];
      const chatter = (): void => {
        calls.push(mortal.call.echo(1), mortal.call.later(2), loop.at(2, mortal).call.echo(3));
      };
      chatter();
      other.cast.tell(home, 1, 300);
      mortal.cast.tell(home, 1001, 1300);
      await steps(world, random.int(40));
      chatter();
      await dieAndReturn(world, loop, random);
      const after = [mortal.call.echo(4), mortal.call.later(5)];
      const ends = (await world.run(Promise.allSettled([...calls, ...after]))) as Outcome[];
      expect(world.now).toBeLessThan(10_000);
      for (const { status, reason } of ends.slice(-2)) {
        expect([status, reason?.code, reason?.handled]).toEqual([
          "rejected",
          "ERR_ACTOR_DOWN",
          "no",
        ]);
      }
      for (const { status, reason } of ends) {
        if (status === "rejected") expect(reason?.code).toBe("ERR_ACTOR_DOWN");
        if (reason?.handled === "maybe") expect(reason.message).toContain(CAUSE);
      }
      await world.run(home.call.echo("all has come"));
      await world.rest(50);
      const seen = pages.get("0") ?? [];
      expect(seen.filter((number) => number < 1000)).toEqual(from(1, 300));
      expectPrefix(
        seen.filter((number) => number > 1000),
        from(1001, 1300),
      );
      const heir = await world.run(loop.spawn(2, Diary, ["heir"], { thread: 1 }));
      expect(heir.toString() === mortal.toString()).toBe(false);
      expect(await world.run(loop.at(0, heir).call.echo("heir"))).toBe("heir");
      expectDeadLetter(loop, () => mortal.cast.note(7));
      await world.rest(50);
      expect(pages.get("1")).not.toContain(7);
    });
  }
});

test("each message to a dead thread was handled, was in it, or is a letter", async () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await inWorld(`letters ${seed}`, async (world) => {
      const random = new Random(`letters ${seed}`);
      const loop = newLoop(world);
      const mortal = await world.run(loop.spawn(0, Diary, ["m"], { thread: 1 }));
      const sent = 200 + random.int(1500);
      for (let number = 1; number <= sent; number += 1) {
        mortal.cast.note(number);
        if (number % 100 === 0) await steps(world, random.int(4));
      }
      await steps(world, random.int(20));
      const handled = pages.get("m")?.length ?? 0;
      const inside = loop.host(1).counts.queued;
      await dieAndReturn(world, loop, random);
      await world.rest(50);
      expectPrefix(pages.get("m"), from(1, sent));
      const letters = loop.host(0).counts.deadLettered;
      expect(handled + inside + letters, `${handled}, ${inside}, ${letters}`).toBe(sent);
      const told = loop.letters.reduce((sum, letter) => sum + 1 + letter.suppressed, 0);
      expect(told).toBeGreaterThanOrEqual(letters);
    });
  }
});

// The dead life's call has the index and the number that the next life's first call has, too.
test("an answer to a call of the dead life does not reach the next one", async () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await inWorld(`late ${seed}`, async (world) => {
      const random = new Random(`late ${seed}`);
      const loop = newLoop(world);
      const slow = await world.run(loop.spawn(0, Diary, ["slow"], { thread: 2 }));
      const ask = async (key: string): Promise<Promise<unknown>> => {
        const actor = await world.run(loop.spawn(0, Diary, [key], { thread: 1 }));
        return actor.call.ask(slow, key);
      };
      const first = ask("first").then((answer) => answer);
      first.catch(() => {});
      await steps(world, 40);
      await dieAndReturn(world, loop, random);
      await expect(world.run(first)).rejects.toMatchObject({ code: "ERR_ACTOR_DOWN" });
      const heir = await world.run(loop.spawn(0, Diary, ["heir"], { thread: 1 }));
      const second = heir.call.ask(slow, "second");
      await steps(world, random.int(40));
      await world.run(slow.call.answer());
      await world.rest(50);
      await world.run(slow.call.answer());
      expect(await world.run(second)).toBe("second");
    });
  }
});

test("the names of the dead are free, and their refs are dead for ever", async () => {
  for (let seed = 0; seed < 30; seed += 1) {
    await inWorld(`names ${seed}`, async (world) => {
      const random = new Random(`names ${seed}`);
      const loop = newLoop(world);
      const old: Ref<Diary>[] = [];
      for (let life = 1; life <= 5; life += 1) {
        const name = `the one`;
        const ref = await world.run(loop.spawn(0, Diary, ["x"], { thread: 1, name }));
        expect(loop.host(2).named.whereis(Diary, name)).toBe(loop.at(2, ref));
        await steps(world, random.int(10));
        await dieAndReturn(world, loop, random);
        expect(loop.host(0).named.whereis(Diary, name)).toBe(undefined);
        old.push(ref);
        for (const dead of old) {
          expectDeadLetter(loop, () => dead.cast.note(1));
          const error = await world.run(dead.call.echo(1).catch((reason: unknown) => reason));
          expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
        }
      }
      expect(new Set(old.map(String)).size).toBe(5);
    });
  }
});

test("the counts go on where the dead life's ended, and nothing is counted twice", async () => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await inWorld(`counts ${seed}`, async (world) => {
      const random = new Random(`counts ${seed}`);
      const loop = newLoop(world);
      const mortal = await world.run(loop.spawn(0, Diary, ["m"], { thread: 1 }));
      const other = await world.run(loop.spawn(0, Diary, ["o"], { thread: 2 }));
      const before = loop.counters();
      for (let round = 0; round < 4; round += 1) {
        for (let number = 0; number < 50; number += 1) mortal.cast.note(number);
        mortal.cast.tell(other, 1, 100);
        await steps(world, random.int(20));
      }
      await dieAndReturn(world, loop, random);
      await world.rest(50);
      const { sent, handled, deadLettered, dropped, queued, actors } = loop.counters();
      expect(queued).toBe(0);
      expect(sent).toBeGreaterThanOrEqual(handled + deadLettered + dropped);
      expect(sent).toBeGreaterThanOrEqual(before.sent);
      expect(actors).toBe(1);
    });
  }
});
