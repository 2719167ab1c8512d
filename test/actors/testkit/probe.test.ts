/**
 * Goal: a probe is to its senders what it stands in for, gives the test what came in the order in
 * which it came, and says enough when that is not what was expected. Method: actors on main and on
 * a thread that use it; what fails is compared as text.
 */

import { afterAll, afterEach, describe, expect, test } from "vitest";
import { fixture, sabeam, testkit } from "../support/native.ts";
import { errorOf, THREADS } from "../support/systems.ts";

const { Store, Relay } = await fixture<typeof import("../fixtures/relays.mjs")>("relays");

type StoreProtocol = import("../fixtures/relays.mjs").StoreProtocol;

/** The text of a failure, without what differs from run to run. */
async function textOf(failing: Promise<unknown>): Promise<string> {
  const { message, code } = await errorOf(failing);
  expect(code).toBe("ERR_EXPECTATION_FAILED");
  return message
    .replaceAll(/(after|within) \d+ ms/g, "$1 T ms")
    .replaceAll(/<\d+\.\d+>/g, "<>")
    .replaceAll(/\n +at .*/g, "");
}

for (const threads of THREADS) {
  describe(`threads: ${threads}`, () => {
    const kit = testkit.testKit({ threads });
    afterEach(() => kit.reset());
    afterAll(() => kit.stop());

    const begin = async (name?: string) => {
      const store = await kit.probe(Store, name === undefined ? {} : { name });
      return { store, relay: await kit.start(Relay, [store.ref]) };
    };

    test("is given messages in order, each once, with who sent them", async () => {
      const { store, relay } = await begin();
      for (const key of ["a", "b", "c"]) relay.cast.put(key, { key });
      expect((await store.expect("put", "a", { key: "a" })).sender).toBe(relay);
      const message = await store.expect("put");
      expect(message).toMatchObject({ type: "cast", handler: "put", args: ["b", { key: "b" }] });
      await store.expect(({ args }) => args[0] === "c");
      await store.expectNothing(5);
      expect(store.received.map(({ args }) => args[0])).toEqual(["a", "b", "c"]);
      store.ref.cast.put("d", 1);
      expect((await store.expect("put", "d", 1)).sender).toBe(undefined);
    });

    test("stands in for its definition: found by name, with its handlers", async () => {
      const { store, relay } = await begin("the store");
      expect(await relay.call.find("the store")).toBe(true);
      expect(kit.system.whereis(Store, "the store")).toBe(store.ref);
      kit.system.named(Store, "the store").cast.put("x", 1);
      await store.expect("put", "x", 1);
      relay.cast.putUrgently("y", 2);
      await store.expect("put", "y", 2);
      const other = await kit.start(Store);
      other.cast.put("z", 3);
      expect(await other.call.get("z")).toBe(3);
    });

    test("calls stay open until the test answers them, or a script does", async () => {
      const { store, relay } = await begin();
      const [one, two] = [relay.call.get("one"), relay.call.get("two")];
      const call = await store.expect("get", "one");
      expect([call.type, call.open]).toEqual(["call", true]);
      expect([call.answer(1), call.open, call.answer(2)]).toEqual([true, false, false]);
      expect(await one).toBe(1);
      const refusal = errorOf(two);
      expect((await store.expect("get", "two")).fail(new sabeam.Refusal("no"))).toBe(true);
      expect((await refusal).code).toBe("ERR_REFUSED");

      store.answer("get", "always");
      expect(await relay.call.get("three")).toBe("always");
      store.answer("get", async (key) => `${key}!`);
      expect(await relay.call.get("four")).toBe("four!");
      store.answer("get", () => {
        throw new sabeam.Refusal("never");
      });
      expect((await errorOf(relay.call.get("five"))).message).toBe("never");
      expect(store.received).toHaveLength(5);
    });

    test("fish passes over what is not asked for", async () => {
      const { store, relay } = await begin();
      relay.cast.put("a", 1);
      relay.cast.put("b", 2);
      const answer = relay.call.get("c");
      (await store.fish("get")).answer(0);
      expect(await answer).toBe(0);
      relay.cast.put("d", 4);
      relay.cast.put("e", 5);
      const found = await store.fish(({ args }) => args[1] === 5, { within: 10_000 });
      expect(found.args).toEqual(["e", 5]);
      await store.expectNothing(0);
    });

    test("expectDown knows how an actor ended, also some time ago", async () => {
      const { store, relay } = await begin();
      relay.cast.stop({ type: "shutdown", cause: "enough" });
      await kit.system.whenDown(relay);
      expect(await store.expectDown(relay)).toEqual({ type: "shutdown", cause: "enough" });
      await store.expectDown(relay, "shutdown");
      await store.expectDown(relay, { type: "shutdown", cause: "enough" });
      await store.expectDown(relay, ({ cause }) => cause === "enough");
      expect(await textOf(store.expectDown(relay, "crash"))).toBe(
        'probe "Store probe 1": expected the end of Relay<> (crash), and got the end with ' +
          "shutdown (enough) after T ms\n    nothing has come before",
      );
    });

    test("is not ended by a link, and tells of the signal", async () => {
      const { store, relay } = await begin();
      await relay.call.link();
      await kit.expectCrash(() => relay.call.crash("with a link"), { actor: relay });
      await expect.poll(() => store.exits.length).toBe(1);
      expect(store.exits[0]).toMatchObject({ from: relay, reason: { type: "crash" } });
      store.ref.cast.put("still", "there");
      await store.expect("put", "still", "there");
    });
  });
}

describe("failures", () => {
  const kit = testkit.testKit();
  afterEach(() => kit.reset());
  afterAll(() => kit.stop());

  test("another message: where it differs, who sent it, what came before and waits", async () => {
    const store = await kit.probe(Store);
    const relay = await kit.start(Relay, [store.ref]);
    for (const at of [1, 2, 3]) relay.cast.put("k", { at: [at] });
    await store.expect("put");
    expect(await textOf(store.expect("put", "k", { at: [4] }))).toBe(
      [
        'probe "Store probe 1": expected put("k", { at: [4] }), and got ' +
          'cast put("k", { at: [2] }) after T ms',
        "args[1].at[0] is 2, and not 4",
        "it is from Relay<>",
        'before it came cast put("k", { at: [1] })',
        'waiting behind it: cast put("k", { at: [3] })',
      ].join("\n    "),
    );
  });

  test("nothing: what went on elsewhere", async () => {
    const [store, other] = [await kit.probe(Store), await kit.probe<StoreProtocol>(["put"])];
    const relay = await kit.start(Relay, [store.ref]);
    other.ref.cast.put("here", 1);
    await kit.expectCrash(() => relay.call.crash("once"));
    const second = await kit.start(Relay, [store.ref]);
    const silent = store.with({ within: 30 });
    const failing = await textOf(
      (async () => {
        second.cast.refuse();
        second.cast.crash("oops");
        second.cast.put("never", "arrives");
        await silent.expect("put");
      })(),
    );
    expect(failing).toBe(
      [
        'probe "Store probe 1": expected put(…), and nothing came within T ms',
        "nothing has come before",
        'elsewhere: probe "probe 2" has: cast put("here", 1)',
        "elsewhere: Relay<> crashed in crash, at cast crash(string(4)): TypeError: oops",
        "  its state: { store: Store<> }",
        "elsewhere: a dead letter (crash), cast put to Relay<> from outside",
        "elsewhere: log warn of Relay<>: refused a cast: Refusal: no",
      ].join("\n    "),
    );
    const error = await errorOf(kit.reset());
    expect([error.code, (error.problems as string[]).length]).toEqual(["ERR_TEST_FAILED", 1]);
  });

  test("others: expectNothing, fish, an end that does not come", async () => {
    const store = await kit.probe(Store, { name: "s" });
    const relay = await kit.start(Relay, [store.ref]);
    const brief = store.with({ within: 5 });
    relay.cast.put("a", 1);
    expect(await textOf(store.expectNothing(1000))).toContain(
      'probe "s": expected nothing, and got cast put("a", 1) after T ms',
    );
    relay.cast.put("b", 1);
    relay.cast.put("c", 1);
    expect(await textOf(brief.fish("get"))).toBe(
      'probe "s": expected get(…), and nothing came within T ms\n    2 other messages were ' +
        'passed over\n    before it came cast put("a", 1), cast put("b", 1), cast put("c", 1)',
    );
    expect(await textOf(brief.expectDown(relay))).toContain("Relay<> lives");
    const { got, waitedMs, probe } = await errorOf(brief.expect("get"));
    expect([got, probe]).toEqual([undefined, "s"]);
    expect(waitedMs).toBeGreaterThan(3);
  });

  test("the stack leads to the test, also for what never came", async () => {
    const store = await kit.probe(Store);
    const error = await errorOf(store.with({ within: 5 }).expect("get"));
    expect(error.stack).toContain("probe.test.ts");
  });

  test("a probe keeps so many messages, refuses calls beyond, and then says so", async () => {
    const store = await kit.probe(Store, { max: 2 });
    for (const key of ["a", "b", "c", "d"]) store.ref.cast.put(key, 1);
    expect((await errorOf(store.ref.call.get("e"))).code).toBe("ERR_REFUSED");
    const error = await errorOf(store.expect("put"));
    expect(error).toMatchObject({ code: "ERR_PROBE_FULL", max: 2, omitted: 3 });
    expect(store.received).toHaveLength(2);
  });
});

test.each([
  ["no handlers", [[]]],
  ["no name of a handler", [["then"]]],
  ["a handler twice", [["put", "put"]]],
  ["no definition", [{ name: "Store" }]],
  ["an unknown option", [["put"], { names: "x" }]],
  ["a bound out of range", [["put"], { max: 0 }]],
  ["a name that is none", [["put"], { name: "" }]],
])("refuses %s", async (_name, args) => {
  await using kit = testkit.testKit();
  const probe = kit.probe as (...args: unknown[]) => Promise<unknown>;
  expect((await errorOf(probe.apply(kit, args))).code).toBe("ERR_INVALID_OPTIONS");
});

test("answering a cast is a mistake of the test", async () => {
  await using kit = testkit.testKit();
  const store = await kit.probe(Store);
  store.ref.cast.put("a", 1);
  const cast = await store.expect("put");
  expect(() => cast.answer(undefined)).toThrow("answer must be used for a call");
  expect(cast.open).toBe(false);
});
