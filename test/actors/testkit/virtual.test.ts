/**
 * Goal: in a virtual kit time passes when the test says so, exactly, for actors, their timers and
 * the globals; and real time is back afterwards. Method: actors that do things in time, among them
 * a real supervisor that waits before it restarts.
 */

import { expect, test } from "vitest";
import { fixture, testkit } from "../support/native.ts";
import { errorOf } from "../support/systems.ts";

const { Ear, Metronome, Tower, storage } =
  await fixture<typeof import("../fixtures/hours.mjs")>("hours");
const { testKit } = testkit;

const begin = async (seed: number | string = 1) => {
  const kit = testKit({ virtual: true, seed, timeFactor: 10 });
  return { kit, ear: await kit.probe(Ear), [Symbol.asyncDispose]: () => kit.stop() };
};

test("timers fire in their order, each at its time, and none before", async () => {
  await using scene = await begin();
  const { kit, ear } = scene;
  await kit.start(Metronome, [ear.ref, "a", 30, 50]);
  await kit.start(Metronome, [ear.ref, "b", 20]);
  expect([kit.now, ear.received.length]).toEqual([0, 0]);
  await kit.advance(19);
  expect([kit.now, ear.received.length]).toEqual([19, 0]);
  await kit.advance(81);
  expect(ear.received.map(({ args }) => args)).toEqual([
    ...[
      ["b 20", 20],
      ["a 30", 30],
      ["b 20", 40],
      ["a 50", 50],
      ["a 30", 60],
      ["b 20", 60],
    ],
    ...[
      ["b 20", 80],
      ["a 30", 90],
      ["a 50", 100],
      ["b 20", 100],
    ],
  ]);
  expect(ear.received.map(({ at }) => at)).toEqual([20, 30, 40, 50, 60, 60, 80, 90, 100, 100]);
  expect(kit.now).toBe(100);
});

test("time stands still for the globals, too, and they are back in the end", async () => {
  const before = [setTimeout, Date.now, performance.now, Math.random, process.hrtime];
  await using scene = await begin();
  const { kit, ear } = scene;
  const clock = await kit.start(Metronome, [ear.ref, "a"]);
  const first = await clock.call.clocks();
  for (let count = 0; count < 500; count += 1) clock.cast.tick(count);
  await ear.fish(({ args }) => args[0] === "a 499");
  expect(await clock.call.clocks()).toEqual(first);
  await kit.advance(86_400_000);
  expect(await clock.call.clocks()).toEqual(first.map((ms) => ms + 86_400_000));
  await kit.stop();
  expect([setTimeout, Date.now, performance.now, Math.random, process.hrtime]).toEqual(before);
});

test("what an actor awaits goes on in time, and calls time out", async () => {
  await using scene = await begin();
  const { kit, ear } = scene;
  const clock = await kit.start(Metronome, [ear.ref, "a"]);
  const slept: number[] = [];
  const sleeping = clock.call.sleep(45).then((at) => void slept.push(at));
  await kit.advance(44);
  expect(slept).toEqual([]);
  await kit.advance(1);
  await sleeping;
  expect(slept).toEqual([45]);
  const late = errorOf(clock.with({ timeout: 1000 }).call.sleep(2000));
  await kit.advance(1000);
  expect((await late).code).toBe("ERR_CALL_TIMEOUT");
  await kit.advance(1000);
});

test("waits of probes let as much of it pass as they need", async () => {
  await using scene = await begin();
  const { kit, ear } = scene;
  await kit.start(Metronome, [ear.ref, "a", 70]);
  await ear.expect("hear", "a 70", 70);
  expect(kit.now).toBe(70);
  await ear.expectNothing(69);
  expect(kit.now).toBe(139);
  const error = await errorOf(ear.expectNothing(1));
  expect([error.message.split("\n")[0], kit.now]).toEqual([
    'probe "Ear probe 1": expected nothing, and got cast hear("a 70", 140) after 1 ms',
    140,
  ]);
  const brief = ear.with({ within: 50 });
  const waited = await errorOf(brief.expect("hear"));
  expect([waited.waitedMs, kit.now]).toEqual([50, 190]);
  const [one, two] = await Promise.all([ear.expect("hear"), ear.expect("hear")]);
  expect([one.at, two.at, kit.now]).toEqual([210, 280, 280]);
});

test("a supervisor waits before it restarts", async () => {
  await using scene = await begin();
  const { kit, ear } = scene;
  await kit.start(Tower, [ear.ref]);
  const bell = kit.system.named(Metronome, "bell");
  await ear.expect("hear", "tower 100", 100);
  for (const wait of [500, 1000]) {
    const crash = await kit.expectCrash(() => bell.call.crash());
    expect(crash.reason).toBe("Error: out of step");
    const at = kit.now;
    await kit.advance(wait - 1);
    expect(kit.system.whereis(Metronome, "bell")).toBe(undefined);
    await kit.advance(1);
    expect(kit.system.whereis(Metronome, "bell")).toBeDefined();
    await ear.expect("hear", "tower 100", at + wait + 100);
  }
});

test("what takes no time needs none, and knows nothing of the test's context", async () => {
  await using scene = await begin();
  const { kit, ear } = scene;
  await storage.run("the test's", async () => {
    const clock = await kit.start(Metronome, [ear.ref, "a"]);
    await clock.call.soon();
    expect(await clock.call.context()).toBe(undefined);
    const context = clock.call.context();
    await kit.advance(1);
    expect(await context).toBe(undefined);
  });
});

test("a seed gives the same chances", async () => {
  const chances = async (seed: string): Promise<unknown> => {
    await using scene = await begin(seed);
    const { kit, ear } = scene;
    return await (await kit.start(Metronome, [ear.ref, "a"])).call.chances();
  };
  const first = await chances("x");
  expect(await chances("x")).toEqual(first);
  expect(await chances("y")).not.toEqual(first);
});

test("what goes on for ever at one moment is an error, and the test can end", async () => {
  const { kit, ear } = await begin();
  const clock = await kit.start(Metronome, [ear.ref, "a"]);
  clock.cast.forever();
  expect((await errorOf(kit.advance(1))).code).toBe("ERR_NEVER_QUIET");
  await kit.stop();
});

test("an error that nobody catches reaches whoever lets time pass", async () => {
  const { kit, ear } = await begin();
  const clock = await kit.start(Metronome, [ear.ref, "a"]);
  await clock.call.explode();
  await kit.advance(9);
  const error = await errorOf(kit.advance(5));
  expect(error.message).toBe("late and nobody's");
  await kit.advance(5);
  await kit.stop();
});

test("an actor that does not end is killed after as much of that time", async () => {
  const { kit, ear } = await begin();
  const stuck = await kit.start(Metronome, [ear.ref, "a"]);
  stuck.cast.never();
  const { problems } = await errorOf(kit.stop());
  expect(problems).toHaveLength(1);
  expect((problems as string[])[0]).toMatch(/did not end within 5000 ms and was killed/);
  expect(Date.now()).toBeGreaterThan(1_767_225_600_000);
});

test("one at a time, with one thread; and only there can time be told to pass", async () => {
  const real = testKit();
  expect((await errorOf(real.advance(5))).code).toBe("ERR_INVALID_OPTIONS");
  expect(() => real.now).toThrow("now must be used with testKit({ virtual: true })");
  await using scene = await begin();
  const second = testKit({ virtual: true });
  expect((await errorOf(second.ready())).code).toBe("ERR_NESTED_SIMULATION");
  await scene.kit.advance(5);
  expect(() => testKit({ virtual: true, threads: 1 })).toThrow("threads must be 0 in virtual time");
  expect((await errorOf(scene.kit.advance(-1))).code).toBe("ERR_INVALID_OPTIONS");
});
