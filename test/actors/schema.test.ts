/**
 * Goal: what a schema does not allow never reaches its handler, costs the actor nothing, and is
 * told to whoever sent it; what it allows arrives as the schema makes it.
 */
import { describe, expect, test } from "vitest";
import type { DeadLetter, MessageIssue } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Shop } = await fixture<typeof import("./fixtures/shops.mjs")>("shops");

const ISSUES_MAX = 16;
const order = { id: 1, lines: [{ price: 2 }] };
const made = { id: 1, lines: [{ price: 2, unit: "piece" }] };
const wrong = { id: 1, lines: [{ price: 2 }, { price: -1 }] };

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  function collect(): { letters: DeadLetter[]; end: () => void } {
    const letters: DeadLetter[] = [];
    const end = running.system.deadLetters((letter) => void letters.push(letter));
    return { letters, end };
  }

  test("the handler gets what the schema makes of an argument", async () => {
    const shop = await running.system.spawn(Shop);
    expect(await shop.call.order({ ...order, unknown: true })).toEqual([made]);
    expect(await shop.call.slow(order, "as it is")).toEqual([made, "as it is"]);
    expect(await shop.call.callable(7)).toEqual(["<7>"]);
    expect(await shop.call.overlap("12")).toBe(12);
    expect(await shop.call.adopted("13")).toEqual([13]);
    expect(await shop.call.later("14")).toBe(14);
    shop.cast.order(order);
    expect((await shop.call.state()).notes).toEqual([made, made, "as it is", "<7>", 13, made]);
  });

  test("a list has a schema for each argument, also for those left out", async () => {
    const shop = await running.system.spawn(Shop);
    expect(await shop.call.add(1)).toEqual([1, "-"]);
    expect(await shop.call.add(1, " a ")).toEqual([1, "a"]);
    expect(await shop.call.add(1, "b", "c", "d")).toEqual([1, "b", "c", "d"]);
    const error = await errorOf(shop.call.add("1", "long"));
    const paths = (error.issues as MessageIssue[]).map(({ path }) => path);
    expect(paths).toEqual(["args[0]", "args[1]"]);
    expect(await errorOf(shop.call.add())).toMatchObject({ issues: [{ path: "args[0]" }] });
  });

  test("a call is rejected, typed and with the place, and the actor lives on", async () => {
    const shop = await running.system.spawn(Shop);
    const error = await errorOf(shop.call.order(wrong));
    expect(error).toBeInstanceOf(sabeam.InvalidMessage);
    expect(error).toMatchObject({ code: "ERR_INVALID_MESSAGE", handler: "order", omitted: 0 });
    expect(error.target).toBe(String(shop));
    const issues = [{ path: "args[0].lines[1].price", message: expect.any(String) }];
    expect(error.issues).toEqual(issues);
    expect(error.message).toContain(`order of ${shop} was not run: args[0].lines[1].price: `);
    for (const handler of ["slow", "overlap", "adopted", "later"] as const) {
      expect(await errorOf(shop.call[handler]("x"))).toMatchObject({ name: "InvalidMessage" });
    }
    expect(await shop.call.state()).toEqual({ notes: [], running: 0, most: 0 });
  });

  test("a message that was not handled is a dead letter, and not counted as handled", async () => {
    const { system } = running;
    const shop = await system.spawn(Shop);
    await shop.call.state();
    const before = await quiet(system);
    const { letters, end } = collect();
    shop.cast.order(wrong);
    shop.cast.slow("x");
    shop.cast.overlap("x");
    await errorOf(shop.call.add("x"));
    await errorOf(shop.call.slow("x"));
    await until("all came", () => letters.length === 5);
    const { sent, handled, deadLettered } = await quiet(system);
    const fresh = [sent - before.sent, handled - before.handled];
    expect([...fresh, deadLettered - before.deadLettered]).toEqual([5, 0, 5]);
    const told = letters.map(({ type, reason, handler }) => `${type} ${handler} ${reason}`);
    const casts = ["order", "slow", "overlap"].map((handler) => `cast ${handler} invalid`);
    expect(told).toEqual([...casts, "call add invalid", "call slow invalid"]);
    const [first] = letters;
    expect(first).toMatchObject({ target: String(shop), sender: "outside", thread: threads });
    expect(first?.cause).toContain("args[0].lines[1].price: ");
    end();
  });

  test("the sender is named, and a timer's tick is judged like any message", async () => {
    const { system } = running;
    const [shop, sender] = [await system.spawn(Shop), await system.spawn(Shop)];
    const { letters, end } = collect();
    for (const handler of ["add", "slow"]) await sender.call.send(shop, handler, "x");
    await until("both came", () => letters.length === 2);
    expect(letters.map((letter) => letter.sender)).toEqual([String(sender), String(sender)]);
    await shop.call.every(2, "add", "not a number");
    await until("a tick came", () => letters.length > 2);
    expect(letters[2]).toMatchObject({ reason: "invalid", handler: "add", sender: "outside" });
    await shop.call.every(2, "add", 1);
    await until("a tick passed", async () => (await shop.call.state()).notes.length > 1);
    end();
  });

  test("handlers stay what they were: in turn, concurrent, refusing, crashing", async () => {
    const { system } = running;
    const shop = await system.spawn(Shop);
    await Promise.all([shop.call.slow(order), shop.call.slow("x").catch(() => {})]);
    await Promise.all([shop.call.slow(order), shop.call.slow(order)]);
    expect((await shop.call.state()).most).toBe(1);
    await Promise.all([shop.call.overlap("1"), shop.call.overlap("2")]);
    expect((await shop.call.state()).most).toBe(2);
    expect(await errorOf(shop.call.refuse(3))).toMatchObject({ code: "ERR_REFUSED" });
    expect(await errorOf(shop.call.crash(3))).toMatchObject({ name: "RangeError" });
    await ended(shop);
  });

  test("somebody else's InvalidMessage, not caught, is a crash like any error", async () => {
    const { system } = running;
    const [shop, other] = [await system.spawn(Shop), await system.spawn(Shop)];
    const error = await errorOf(shop.call.pass(other));
    expect(error).toMatchObject({ name: "InvalidMessage", target: String(other) });
    await ended(shop);
    expect((await other.call.state()).notes).toEqual([]);
  });

  test("schemas that do not do their work are named as the cause", async () => {
    const shop = await running.system.spawn(Shop);
    const threw = await errorOf(shop.call.throws());
    expect(threw).toMatchObject({ name: "InvalidMessage", issues: [] });
    expect(threw.cause).toMatchObject({ name: "TypeError", message: "the schema is broken" });
    expect(threw.message).toContain("its schema threw TypeError: the schema is broken");
    for (const handler of ["promises", "rejects"] as const) {
      const error = await errorOf(shop.call[handler]("text"));
      expect(error.name).toBe("InvalidMessage");
      expect(error.message).toContain("synchronous");
    }
    expect((await errorOf(shop.call.mute())).message).toContain("gave 7 and no result");
    expect(await shop.call.plain("alive")).toEqual(["alive"]);
  });

  test("issues are bounded, and whatever a schema makes of them can travel", async () => {
    const shop = await running.system.spawn(Shop);
    const many = await errorOf(shop.call.many(1000));
    const issues = many.issues as MessageIssue[];
    expect(issues.length).toBe(ISSUES_MAX);
    expect(many.omitted).toBe(1000 - ISSUES_MAX);
    expect(many.message).toContain("(and 999 more issues)");
    expect(issues.every(({ message }) => message.length <= 201)).toBe(true);

    const path = async (kind: string): Promise<string | undefined> =>
      ((await errorOf(shop.call.odd(kind))).issues as MessageIssue[])[0]?.path;
    expect(await path("path")).toBe('args[0]["a b"]["Symbol(s)"][0].c');
    expect(await path("bare")).toBe("args[0]");
    expect((await path("deep"))?.length).toBeLessThan(202);
    for (const kind of ["getter", "text", "nothing"]) {
      const error = await errorOf(shop.call.odd(kind));
      expect(error.message, kind).toContain("issues that cannot be read");
    }
    expect(await shop.call.plain("alive")).toEqual(["alive"]);
  });
});

test("definitions with schemas that cannot work are refused", () => {
  const define = sabeam.defineActor as unknown as (...args: unknown[]) => unknown;
  const good = { "~standard": { validate: () => ({ value: 1 }) } };
  const table: [message: string, schemas: unknown][] = [
    ["schemas must be an object", 1],
    ["schemas must be an object", null],
    ["schemas names sub, which is not a handler", { sub: good }],
    ["schemas.add is no schema", { add: {} }],
    ["schemas.add is no schema", { add: null }],
    ["schemas.add is no schema", { add: { "~standard": { validate: 1 } } }],
    ["schemas.add is no schema", { add: { "~standard": null } }],
    ["schemas.add[1] is no schema", { add: [good, "string"] }],
    ["schemas.add must have 1 to 32 schemas", { add: [] }],
    ["schemas.add must have 1 to 32 schemas", { add: Array(33).fill(good) }],
  ];
  for (const [message, schemas] of table) {
    const spec = { init: () => ({}), handlers: { add: () => 1 }, schemas };
    const refused = () => define(import.meta.url, "Refused", spec);
    expect(refused, message).toThrow(sabeam.InvalidDefinition);
    expect(refused).toThrow(message);
  }
});

test("schemas are a part of a definition's identity; bits are those of the handler", () => {
  const define = sabeam.defineActor as unknown as (...args: unknown[]) => {
    hash: string;
    behaviours: [{ bits: number[] }];
  };
  const good = { "~standard": { validate: () => ({ value: 1 }) } };
  const handlers = { async add() {}, sub() {} };
  const made = [undefined, { add: good }, { sub: good }, { add: [good, good] }].map(
    (schemas, index) =>
      define(import.meta.url, `Identity${index}`, { init: () => ({}), handlers, schemas }),
  );
  expect(new Set(made.map(({ hash }) => hash)).size).toBe(4);
  expect(made.map(({ behaviours: [{ bits }] }) => bits)).toEqual(Array(4).fill([1, 0]));
});
