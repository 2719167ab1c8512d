/**
 * Goal: what a test starts is ended after it, in order and in time, and the test fails for what it
 * has not expected, and for nothing else. Method: tests that would fail, looked at from outside.
 */

import { describe, expect, test } from "vitest";
import type { System } from "../../../actors/system.ts";
import { checkKitOptions } from "../../../actors/testkit/kit-options.ts";
import { realClock } from "../../../actors/testkit/waits.ts";
import { Witness } from "../../../actors/testkit/witness.ts";
import { fixture, testkit } from "../support/native.ts";
import { errorOf, THREADS } from "../support/systems.ts";

const { Store, Relay, Ender } = await fixture<typeof import("../fixtures/relays.mjs")>("relays");
const { testKit } = testkit;

/** What the end of a test says; none: that all was well. */
async function problemsOf(ending: Promise<void>): Promise<string[]> {
  const failed = await ending.then(
    () => ({ code: "ERR_TEST_FAILED", problems: [] }),
    (error) => error,
  );
  expect(failed.code).toBe("ERR_TEST_FAILED");
  return failed.problems.map((problem: string) => problem.replaceAll(/<\d+\.\d+>/g, "<>"));
}

describe.each(THREADS)("threads: %i", (threads) => {
  test("ends what was started, the last one first, and is then as new", async () => {
    const kit = testKit({ threads });
    const store = await kit.probe(Store, { name: "store" });
    const [one, two] = [await kit.start(Ender, [store.ref, "soon"]), await kit.start(Store)];
    const three = await kit.start(Ender, [store.ref, "soon"], { name: "three" });
    expect(await problemsOf(kit.reset())).toEqual([]);
    for (const ref of [one, two, three]) {
      expect((await errorOf(ref.ready())).code).toBe("ERR_ACTOR_DOWN");
    }
    expect(store.received.map(({ sender }) => sender)).toEqual([three, one]);
    expect(store.received.map(({ args }) => args)).toEqual(Array(2).fill(["soon", "shutdown"]));
    await kit.start(Ender, [(await kit.probe(Store, { name: "store" })).ref, "soon"], {
      name: "three",
    });
    expect(await problemsOf(kit.stop())).toEqual([]);
    expect(await problemsOf(kit.stop())).toEqual([]);
    expect((await errorOf(kit.start(Store))).code).toBe("ERR_KIT_NOT_RUNNING");
  });

  test("a crash that nobody expects fails the test, and that one only", async () => {
    const kit = testKit({ threads });
    const begin = async () => kit.start(Relay, [(await kit.probe(Store)).ref]);
    const [one, two] = [await begin(), await begin()];
    const crash = await kit.expectCrash(() => one.call.crash("wanted"), {
      actor: "Relay",
      handler: "crash",
      error: /^TypeError: w/,
    });
    expect(crash).toMatchObject({ handler: "crash", reason: "TypeError: wanted", thread: threads });
    two.cast.crash("bad");
    const [problem = "", ...more] = await problemsOf(kit.reset());
    expect(problem.split("\n").slice(0, 2)).toEqual([
      "an unexpected crash: Relay<> crashed in crash, at cast crash(string(3)): TypeError: bad",
      "      its state: { store: Store<> }",
    ]);
    expect(problem).toContain("relays.mjs");
    expect(more).toEqual([]);
    expect(await problemsOf(kit.stop())).toEqual([]);
  });

  test("crashes beyond those that the log tells of are counted, and none is lost", async () => {
    const kit = testKit({ threads });
    const store = await kit.probe(Store);
    const refs = await Promise.all(Array.from({ length: 25 }, () => kit.start(Relay, [store.ref])));
    for (const ref of refs) ref.cast.crash("many");
    await Promise.all(refs.map((ref) => store.expectDown(ref, "crash")));
    const problems = await problemsOf(kit.stop());
    const [, leftOut] = /^(\d) more actors crashed, and the log/.exec(problems.pop() ?? "") ?? [];
    expect(problems.length + Number(leftOut)).toBe(25);
  });
});

test("a child's crash counts, whoever started it", async () => {
  const kit = testKit();
  const relay = await kit.start(Relay, [(await kit.probe(Store)).ref]);
  const child = await relay.call.spawn();
  child.cast.crash("far away");
  await kit.system.whenDown(child);
  expect((await problemsOf(kit.stop())).length).toBe(1);
});

test("what still works when the system stops is no failure: it is ended", async () => {
  const kit = testKit({ drainTimeout: 10 });
  const relay = await kit.start(Relay, [(await kit.probe(Store)).ref]);
  const child = await relay.call.spawn();
  child.cast.busy();
  expect(await problemsOf(kit.stop())).toEqual([]);
});

test("the report of a crash may come later than its count", async () => {
  const witness = new Witness(checkKitOptions({}));
  const system = { counters: () => ({ crashes: 1 }) } as unknown as System;
  const problems = witness.problems(system, realClock);
  await new Promise((resolve) => setTimeout(resolve, 5));
  witness.log.error({ actor: "A<1.1>", handler: "h", reason: "Error: late" }, "actor crashed");
  expect(await problems).toEqual(["an unexpected crash: A<1.1> crashed in h: Error: late"]);
});

test("who does not end in time is killed and named, and others still end", async () => {
  const kit = testKit({ teardownTimeout: 60 });
  const store = await kit.probe(Store);
  await kit.start(Ender, [store.ref, "soon"]);
  const stuck = await kit.start(Ender, [store.ref, "never"]);
  const [problem = "", ...more] = await problemsOf(kit.reset());
  expect(problem).toMatch(/^Ender<> did not end within \d+ ms and was killed: it is stopping, /);
  expect(more).toEqual([]);
  expect(store.received.map(({ args }) => args[0])).toEqual(["never", "soon"]);
  expect((await errorOf(stuck.ready())).code).toBe("ERR_ACTOR_DOWN");
  expect(await problemsOf(kit.stop())).toEqual([]);
});

test("a terminate that throws fails the test", async () => {
  const kit = testKit();
  await kit.start(Ender, [(await kit.probe(Store)).ref, "throws"]);
  const [problem] = await problemsOf(kit.stop());
  expect(problem).toBe("log error of Ender<>: terminate failed: Error: not like this");
});

test("dead letters are kept, and fail the test where that is asked for", async () => {
  const kit = testKit({ allowDeadLetters: false });
  const store = await kit.start(Store, [], { name: "store" });
  await kit.system.stopActor(store);
  for (let count = 0; count < 5; count += 1) store.cast.put("k", count);
  expect(kit.deadLetters).toHaveLength(5);
  expect(kit.deadLetters[0]).toMatchObject({ reason: "noproc", handler: "put" });
  const problems = await problemsOf(kit.reset());
  expect(problems).toHaveLength(4);
  expect(problems[0]).toBe("a dead letter (noproc), cast put to Store<> from outside");
  expect(problems[3]).toBe("2 more dead letters");
  expect(kit.deadLetters).toEqual([]);
  expect(await problemsOf(kit.stop())).toEqual([]);
});

test("expectCrash fails where none comes, or only another one, or one from before", async () => {
  const kit = testKit({ allowCrashes: true });
  const store = await kit.probe(Store);
  const start = () => kit.start(Relay, [store.ref]);
  const refs = [await start(), await start()] as const;
  await refs[0].call.crash("before").catch(() => {});
  const none = await errorOf(kit.expectCrash(() => refs[1].call.refuse(), { within: 5 }));
  expect(none).toMatchObject({ code: "ERR_EXPECTATION_FAILED", expected: "a crash of an actor" });
  expect((none.cause as { code: string }).code).toBe("ERR_REFUSED");
  const wanted = { actor: refs[0], error: "TypeError", within: 5 };
  const other = await errorOf(kit.expectCrash(() => refs[1].call.crash("other"), wanted));
  expect(other.message).toMatch(/expected a crash of Relay<.*> with TypeError, and none came/);
  expect(other.message).toContain("TypeError: other");
  expect(await problemsOf(kit.stop())).toEqual([]);
});

test("a kit that was never used has nothing to end", async () => {
  const kit = testKit();
  expect(() => kit.system).toThrow("the kit is not started");
  await kit.reset();
  await kit.stop();
  expect(() => kit.system).toThrow("the kit is stopped");
});

test("await using: a test that has failed already is not failed twice", async () => {
  const failing = async (expects: boolean): Promise<void> => {
    await using kit = testKit();
    const store = await kit.probe(Store);
    const relay = await kit.start(Relay, [store.ref]);
    relay.cast.crash("first");
    if (expects) await store.with({ within: 10 }).expect("put");
    await kit.system.whenDown(relay);
  };
  expect((await errorOf(failing(true))).code).toBe("ERR_EXPECTATION_FAILED");
  expect((await errorOf(failing(false))).code).toBe("ERR_TEST_FAILED");
});

test("waits are as long as the machine needs", async () => {
  const wait = async (timeFactor?: number): Promise<number> => {
    await using kit = testKit(timeFactor === undefined ? {} : { timeFactor });
    const store = await kit.probe(Store);
    const began = performance.now();
    await store.expectNothing(10);
    return performance.now() - began;
  };
  expect(await wait(10)).toBeGreaterThan(90);
  process.env.SABEAM_TIME_FACTOR = "8";
  try {
    expect(await wait()).toBeGreaterThan(70);
    process.env.SABEAM_TIME_FACTOR = "soon";
    expect(() => testKit()).toThrow("SABEAM_TIME_FACTOR must be a number from 0.01 to 1000");
  } finally {
    delete process.env.SABEAM_TIME_FACTOR;
  }
});

test.each([
  ["a factor", { timeFactor: 0 }],
  ["a time", { teardownTimeout: -1 }],
  ["a flag", { allowCrashes: 1 }],
  ["a root", { root: Store }],
  ["no options", null],
])("refuses %s that cannot be", (_name, options) => {
  expect(() => testKit(options as object)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
  );
});

test("options of the system are checked when it starts, and the kit can be stopped", async () => {
  const kit = testKit({ threads: -1 });
  expect((await errorOf(kit.ready())).code).toBe("ERR_INVALID_OPTIONS");
  await kit.stop();
});
