/**
 * Goal: nothing goes wrong in silence: one line for each crash, from any thread, with what to know.
 */
import { describe, expect, test } from "vitest";
import type { Log } from "../../dist/actors/index.js";
import { basic, fixture, sabeam } from "./support/native.ts";
import { errorOf, keepingLog, THREADS, until, useSystem } from "./support/systems.ts";

const { Notepad } = basic;
const { Thrower } = await fixture<typeof import("./fixtures/failing.mjs")>("failing");
const { Talker } = await fixture<typeof import("./fixtures/talkers.mjs")>("talkers");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  test("one line for each crash: who, where, why, and the stack", async () => {
    const { system, lines } = running;
    const options = { name: "the one", label: "for people" };
    const refs = [await system.spawn(Thrower, [], options), await system.spawn(Thrower)];
    refs[0]?.cast.sync("TypeError");
    await errorOf(refs[1]?.call.asynchronous("coded") ?? Promise.reject(new Error()));
    const crashes = () => lines.filter(({ message }) => message === "actor crashed");
    await until("both are told", () => crashes().length === 2);
    const [first, second] = crashes().toSorted((one) => (one.fields.label ? -1 : 1));
    expect(first).toMatchObject({
      level: "error",
      fields: {
        actor: String(refs[0]),
        name: "the one",
        label: "for people",
        handler: "sync",
        reason: "TypeError: a type",
      },
    });
    expect(first?.fields.stack).toMatch(/^TypeError: a type\n.*failing\.mjs/s);
    expect(second).toMatchObject({
      fields: { actor: String(refs[1]), handler: "asynchronous", reason: "Error: with a code" },
    });
    expect(second?.fields.label).toBe(undefined);
  });

  test("what is thrown and is no error", async () => {
    const { system, lines } = running;
    for (const kind of ["string", "object", "undefined", "symbol"]) {
      const thrower = await system.spawn(Thrower);
      thrower.cast.sync(kind);
      const line = () => lines.find(({ fields }) => fields.actor === String(thrower));
      await until("it is told", () => line() !== undefined);
      expect(line()).toMatchObject({ level: "error", message: "actor crashed" });
      expect(line()?.fields.reason).toEqual(expect.any(String));
    }
  });

  test("self.log: level, fields and message arrive, in order", async () => {
    const { system, lines } = running;
    const talker = await system.spawn(Talker);
    await talker.call.say({ order: 7, nested: { list: [1, 2] } });
    const said = () => lines.filter(({ message }) => message.startsWith("said"));
    await until("all came", () => said().length === 4);
    const fields = { order: 7, nested: { list: [1, 2] } };
    expect(said()).toEqual([
      { level: "debug", fields, message: "said at debug" },
      { level: "info", fields, message: "said at info" },
      { level: "warn", fields, message: "said at warn" },
      { level: "error", fields, message: "said at error" },
    ]);
  });

  test("a line whose fields cannot travel still comes", async () => {
    const { system, lines } = running;
    const talker = await system.spawn(Talker);
    await talker.call.sayUnsendable();
    await until("it came", () => lines.some(({ message }) => message === "with a function"));
    const line = lines.find(({ message }) => message === "with a function");
    expect(line).toMatchObject({ level: "warn", fields: { fine: 1 } });
    expect(await talker.call.sayUnsendable()).toBe(undefined);
  });

  test("a line without fields, and one without anything", async () => {
    const { system, lines } = running;
    const talker = await system.spawn(Talker);
    await talker.call.sayPlainly();
    await until("it came", () => lines.some(({ message }) => message === "the end"));
    const plain = lines.slice(-4).map(({ fields, message }) => [fields, message]);
    expect(plain).toEqual([
      [{}, "just text"],
      [{}, "undefined"],
      [{}, "null before it"],
      [{}, "the end"],
    ]);
  });

  test("a log that throws harms nobody", async () => {
    const fail = (): never => {
      throw new Error("disk full");
    };
    const log: Log = { debug: fail, info: fail, warn: fail, error: fail };
    const system = await sabeam.startSystem({ threads, log });
    const [thrower, notepad] = [await system.spawn(Thrower), await system.spawn(Notepad)];
    expect(await errorOf(thrower.call.sync("Error"))).toMatchObject({ message: "plain" });
    expect(await notepad.call.echo(1)).toBe(1);
    await system.stop();
  });
});

test("a wrong log is refused, and says what is needed", async () => {
  const fine = keepingLog().log;
  const wrong: unknown[] = [null, "console", {}, { ...fine, warn: undefined }, { info: () => {} }];
  for (const log of wrong) {
    const error = await errorOf(sabeam.startSystem({ threads: 0, log: log as Log }));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "log" });
    expect(error.message).toContain("an object with debug, info, warn, error");
  }
});

test("anything with these four methods will do, and keeps its `this`", async () => {
  class Pino {
    readonly lines: unknown[] = [];
    debug(...args: unknown[]) {
      this.lines.push(["debug", ...args]);
    }
    info(...args: unknown[]) {
      this.lines.push(["info", ...args]);
    }
    warn(...args: unknown[]) {
      this.lines.push(["warn", ...args]);
    }
    error(...args: unknown[]) {
      this.lines.push(["error", ...args]);
    }
    child() {
      return this;
    }
  }
  const log = new Pino();
  const system = await sabeam.startSystem({ threads: 0, log });
  const talker = await system.spawn(Talker);
  await talker.call.say({ a: 1 });
  await system.stop();
  expect(log.lines).toContainEqual(["warn", { a: 1 }, "said at warn"]);
});
