/**
 * Goal: instances of classes with an extension go wherever values go, and where they cannot be
 * read, that message alone is lost, with its reason: no lane, no count, no other message.
 */
import { describe, expect, test } from "vitest";
import type { DeadLetter, System } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Bank } = await fixture<typeof import("./fixtures/banks.mjs")>("banks");
const { Debt, Money, Moody } = await fixture<typeof import("./fixtures/money.mjs")>("money");
const { storage } = await fixture<typeof import("./fixtures/traces.mjs")>("traces");
const { Stranger } = await fixture<typeof import("./fixtures/strangers.mjs")>("strangers");

function collect(system: System): { letters: DeadLetter[]; told: () => string[] } {
  const letters: DeadLetter[] = [];
  system.deadLetters((letter) => void letters.push(letter));
  return {
    letters,
    told: () => letters.map(({ type, handler, reason }) => `${type} ${handler} ${reason}`),
  };
}

const modes = THREADS.flatMap((threads) =>
  [true, false].map((development) => ({ threads, development })),
);

describe.each(modes)("threads: $threads, development: $development", (options) => {
  const running = useSystem(options);
  const byReference = options.threads === 0 && !options.development;

  test("in messages, answers, and the arguments of the first spawn on a thread", async () => {
    const { system } = running;
    const first = new Money(1);
    const bank = await system.spawn(Bank, [first, { deep: [first] }]);
    bank.cast.keep(new Money(2));
    bank.cast.keep(new Money(3), new Moody("good"));
    await bank.call.keep(new Money(4));
    expect(await bank.call.look()).toEqual([1, "Object", 2, 3, "Moody", 4]);
    const kept = (await bank.call.kept()) as unknown[];
    expect(kept[0]).toBeInstanceOf(Money);
    expect(kept[1]).toEqual({ deep: [expect.any(Money)] });
    expect(await bank.call.echo(new Money(5))).toMatchObject({ cents: 5 });
    expect((await bank.call.share(6)).cents).toBe(6);
    expect((await bank.call.moody("good")).mood).toBe("good");
  });

  test("in a state that is read and replaced", async () => {
    const { system } = running;
    const bank = await system.spawn(Bank, [new Money(1)]);
    const { state, version } = await system.getState(bank);
    const { kept } = state as { kept: { cents: number }[] };
    expect(kept[0]?.cents).toBe(1);
    await system.replaceState(bank, { kept: [new Money(2)] }, version);
    expect(await bank.call.look()).toEqual([2]);
    const bad = { kept: [new Moody("bad")] };
    const { version: next } = await system.getState(bank);
    const error = await errorOf(system.replaceState(bank, bad, next));
    expect(error).toMatchObject({ name: "ExtensionFailed", extension: "Moody" });
    expect(await bank.call.look()).toEqual([2]);
  });

  test("an instance is frozen nowhere, and copied where other values are", async () => {
    const bank = await running.system.spawn(Bank);
    const sent = Object.assign(new Moody("good"), { extra: 1 });
    await bank.call.keep(sent);
    expect(Object.isFrozen(sent)).toBe(false);
    expect(await bank.call.isKept(sent)).toBe(byReference);
    const [answer] = (await bank.call.kept()) as [object];
    expect(answer).not.toBe(sent);
    expect(answer).toEqual(new Moody("good"));
  });

  test("in what handlers throw", async () => {
    const bank = await running.system.spawn(Bank);
    const refusal = await errorOf(bank.call.refuse(7));
    expect(refusal).toBeInstanceOf(sabeam.Refusal);
    expect((refusal.details as { fee: { cents: number } }).fee.cents).toBe(7);
    const debt = await errorOf(bank.call.owe(8));
    // Without an extension of its own an error arrives as the builtin class, with its fields.
    expect([debt.name, debt instanceof Debt]).toEqual(["Debt", false]);
    expect((debt.owed as { cents: number }).cents).toBe(8);
  });

  test("what cannot be encoded is refused where it is sent", async () => {
    const { system } = running;
    const bank = await system.spawn(Bank);
    const worse = new Moody("worse");
    const refused = await errorOf(bank.call.moody("worse"));
    expect(refused).toMatchObject({ code: "ERR_NOT_SENDABLE", path: "answer" });
    expect(refused.cause).toMatchObject({ message: "let me be" });
    if (byReference) return;
    expect(() => bank.cast.keep([worse])).toThrow(sabeam.NotSendable);
    const error = await errorOf(bank.call.keep([worse]));
    expect(error).toMatchObject({ name: "NotSendable", path: "args[0][0]" });
    expect(error.cause).toMatchObject({ message: "let me be" });
    expect((await errorOf(system.spawn(Bank, [worse]))).name).toBe("NotSendable");
  });

  test("what cannot be decoded: an error to who waits, else a dead letter", async () => {
    const { system } = running;
    const bank = await system.spawn(Bank);
    const failed = { code: "ERR_EXTENSION_FAILED", extension: "Moody" };
    const answer = await errorOf(bank.call.moody("bad"));
    expect(answer).toBeInstanceOf(sabeam.ExtensionFailed);
    expect(answer).toMatchObject({ ...failed, thread: 0, cause: { message: "not today" } });
    if (byReference) return;

    const { letters, told } = collect(system);
    const before = await quiet(system);
    const bad = new Moody("bad");
    bank.cast.keep(1);
    expect(bank.cast.keep([bad])).toBe(true);
    bank.cast.keep(2);
    const error = await errorOf(bank.call.keep(3, bad));
    expect(error).toMatchObject({ ...failed, thread: options.threads });
    expect(error.cause).toMatchObject({ name: "RangeError", message: "not today" });
    expect(await bank.call.kept()).toEqual([1, 2]);
    expect(await errorOf(system.spawn(Bank, [bad]))).toMatchObject(failed);

    await until("the letters came", () => letters.length === 2);
    expect(told()).toEqual(["cast keep undecodable", "call keep undecodable"]);
    const [letter] = letters;
    expect(letter).toMatchObject({ target: String(bank), sender: "outside" });
    expect(letter?.cause).toContain('extension "Moody" failed (RangeError: not today)');
    const { sent, handled, deadLettered, badLanes } = await quiet(system);
    expect(sent - before.sent).toBe(5);
    expect(handled - before.handled).toBe(3);
    expect(deadLettered - before.deadLettered).toBe(2);
    expect(badLanes).toBe(0);
  });

  test("behind a call that waits for room, where casts are copied at once", async () => {
    const { system } = running;
    const gate = await system.spawn(basic.Gate);
    const mailbox = { max: 8, policy: "back-pressure" } as const;
    const bank = await system.spawn(Bank, [], { mailbox });
    bank.cast.wait(gate);
    await until("it waits", async () => (await gate.call.came()) === 1);
    await until("it is congested", () => !bank.cast.keep("fill"));
    const { told } = collect(system);
    const held = bank.call.keep("held");
    expect(bank.cast.keep(new Moody("bad"))).toBe(true);
    bank.cast.keep(new Money(1));
    await gate.call.open();
    await held;
    await until("the last came", async () => (await bank.call.look()).at(-1) === 1);
    await until("the letter came", () => told().includes("cast keep undecodable"));
    await quiet(system);
  });
});

describe("an extension that one thread has and another has not", () => {
  const running = useSystem({ threads: 1 });
  const missing = (extension: string, thread: number) => ({
    name: "ExtensionMissing",
    code: "ERR_EXTENSION_MISSING",
    extension,
    thread,
  });

  test("where it arrives: an error that says what to do, or a dead letter", async () => {
    const { system } = running;
    const stranger = await system.spawn(Stranger);
    const { letters, told } = collect(system);
    const before = await quiet(system);
    stranger.cast.note(1);
    expect(stranger.cast.note(new Money(2))).toBe(true);
    stranger.cast.note(3, { deep: [new Money(4)] });
    const error = await errorOf(stranger.call.echo(new Money(5)));
    expect(error).toBeInstanceOf(sabeam.ExtensionMissing);
    expect(error).toMatchObject(missing("Money", 1));
    expect(error.message).toMatch(/thread 1 .*"Money".* import the module .*preload/);
    expect(await stranger.call.notes()).toEqual([1]);
    // Its module is loaded there, and brings none.
    expect(await errorOf(system.spawn(Stranger, [new Money(6)]))).toMatchObject(
      missing("Money", 1),
    );

    await until("the letters came", () => letters.length === 3);
    const casts = ["cast note undecodable", "cast note undecodable"];
    expect(told()).toEqual([...casts, "call echo undecodable"]);
    expect(letters[0]).toMatchObject({ target: String(stranger), thread: 1 });
    expect(letters[0]?.cause).toContain('no extension "Money"');
    const { sent, handled, deadLettered, badLanes } = await quiet(system);
    const fresh = [sent - before.sent, handled - before.handled];
    expect([...fresh, deadLettered - before.deadLettered, badLanes]).toEqual([5, 2, 3, 0]);
  });

  test("in an answer or an error: the call fails at the caller, the actor goes on", async () => {
    const { system } = running;
    const stranger = await system.spawn(Stranger);
    expect(await errorOf(stranger.call.secret())).toMatchObject(missing("Secret", 0));
    expect(await stranger.call.echo("alive")).toBe("alive");
    expect(await errorOf(stranger.call.fail())).toMatchObject(missing("Secret", 0));
    expect(system.counters().badLanes).toBe(0);
  });

  test("in a line for the log: another line says so", async () => {
    const { system, lines } = running;
    const stranger = await system.spawn(Stranger);
    await stranger.call.log();
    await until("the line came", () => lines.some(({ fields }) => fields.from === 1));
    const line = lines.find(({ fields }) => fields.from === 1);
    expect(line?.level).toBe("warn");
    expect(String(line?.fields.error)).toContain('no extension "Secret"');
    expect(await stranger.call.echo("alive")).toBe("alive");
  });

  test("the actor's own module brings it, once it is loaded", async () => {
    const { system } = running;
    const stranger = await system.spawn(Stranger);
    const bank = await system.spawn(Bank, [new Money(1), { a: [new Money(2)] }]);
    expect(await bank.call.look()).toEqual([1, "Object"]);
    expect(await stranger.call.echo(new Money(3))).toMatchObject({ cents: 3 });
  });
});

describe("with a trace context in the record", () => {
  const running = useSystem({ threads: 1, trace: new URL("fixtures/traces.mjs", import.meta.url) });

  test("the arguments of the first spawn on a thread are found behind it", async () => {
    const bank = await storage.run("a context", () => running.system.spawn(Bank, [new Money(1)]));
    expect(await bank.call.look()).toEqual([1]);
    const { told } = collect(running.system);
    storage.run("a context", () => bank.cast.keep(new Moody("bad")));
    const error = await errorOf(storage.run("a context", () => bank.call.keep(new Moody("bad"))));
    expect(error.name).toBe("ExtensionFailed");
    await until("the letters came", () => told().length === 2);
    expect(told()).toEqual(["cast keep undecodable", "call keep undecodable"]);
    expect(await bank.call.look()).toEqual([1]);
  });
});

describe("bad input", () => {
  const { defineExtension } = sabeam;
  const define = defineExtension as unknown as (...args: unknown[]) => void;
  const functions = { encode: () => 0, decode: () => ({}) };
  class Fresh {}

  test("one name twice, one class twice", () => {
    const twice = { name: "DuplicateExtension", code: "ERR_DUPLICATE_EXTENSION" };
    const refused = (...args: unknown[]): unknown => {
      try {
        define(...args);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refused("Money", Fresh, functions)).toBeInstanceOf(sabeam.DuplicateExtension);
    expect(refused("Money", Fresh, functions)).toMatchObject({ ...twice, extension: "Money" });
    expect(refused("Other", Money, functions)).toMatchObject({ ...twice, extension: "Other" });
    expect(refused("@shop/money.Fresh", Fresh, functions)).toBe(undefined);
  });

  test.each<[string, unknown[]]>([
    ["name must be 1 to 100", ["", Fresh, functions]],
    ["name must be 1 to 100", ["n".repeat(101), Fresh, functions]],
    ["name must be 1 to 100", ["two words", Fresh, functions]],
    ["name must be 1 to 100", [undefined, Fresh, functions]],
    ["must be a class", ["A", undefined, functions]],
    ["must be a class", ["A", {}, functions]],
    ["must be a class", ["A", () => {}, functions]],
    ["must be a class", ["A", Function, functions]],
    ["it needs { encode, decode }", ["A", Fresh]],
    ["encode must be a function", ["A", Fresh, { decode: () => 1 }]],
    ["decode must be a function", ["A", Fresh, { encode: () => 1, decode: "x" }]],
    ...[Object, Array, Map, Date, Uint8Array, Buffer, DataView, TypeError].map(
      (Class): [string, unknown[]] => ["travel as they are", ["A", Class, functions]],
    ),
  ])("%s: %j", (message, args) => {
    expect(() => define(...args)).toThrow(sabeam.InvalidDefinition);
    expect(() => define(...args)).toThrow(message);
  });

  test("more than there may be", () => {
    let made = 0;
    const more = () => {
      for (; made < 2000; made += 1) define(`More${made}`, class {}, functions);
    };
    expect(more).toThrow("1024 extensions");
    expect(made).toBeLessThanOrEqual(1024);
    expect(made).toBeGreaterThan(1000);
  });
});
