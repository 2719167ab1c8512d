/**
 * Goal: in development the log says what goes wrong while a program still runs: who, in which
 * handler, for how long; a few times each and not for ever; and nothing where nobody asked.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkWarnings, Warnings } from "../../actors/warnings.ts";
import type { SystemOptions } from "../../dist/actors/index.js";
import type { Env } from "../../runtime/env.ts";
import { basic, fixture, sabeam } from "./support/native.ts";
import {
  ended,
  errorOf,
  keepingLog,
  type Line,
  THREADS,
  until,
  useSystem,
} from "./support/systems.ts";

const { Gate } = basic;
const { Warned } = await fixture<typeof import("./fixtures/warned.mjs")>("warned");

const NEVER = Number.POSITIVE_INFINITY;
const DEFAULTS = {
  turnMs: 100,
  asyncTurnMs: 10_000,
  mailbox: 10_000,
  calls: true,
  leftovers: true,
};

describe("the option", () => {
  test.each([
    [undefined, true, DEFAULTS],
    [undefined, false, undefined],
    [false, true, undefined],
    [true, false, DEFAULTS],
    [{}, false, DEFAULTS],
    [{ turnMs: 5, calls: false }, false, { ...DEFAULTS, turnMs: 5, calls: false }],
    [
      { turnMs: false, asyncTurnMs: false, mailbox: false },
      true,
      { ...DEFAULTS, turnMs: NEVER, asyncTurnMs: NEVER, mailbox: NEVER },
    ],
  ])("%j, development: %s", (value, development, expected) => {
    expect(checkWarnings(value, development)).toEqual(expected);
  });

  test.each([
    ["warnings", "all"],
    ["warnings", null],
    ["warnings", []],
    ["warnings", { turn: 5 }],
    ["warnings.turnMs", { turnMs: 0 }],
    ["warnings.asyncTurnMs", { asyncTurnMs: 2 ** 31 }],
    ["warnings.asyncTurnMs", { asyncTurnMs: true }],
    ["warnings.mailbox", { mailbox: 1.5 }],
    ["warnings.calls", { calls: "yes" }],
    ["warnings.leftovers", { leftovers: 1 }],
  ])("%s is refused: %j", async (option, warnings) => {
    const options = { threads: 0, warnings } as SystemOptions;
    const error = await errorOf(sabeam.startSystem(options));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option });
  });
});

test("ten lines a minute of each kind; the rest is a number in the next one", () => {
  let now = 0;
  const { log, lines } = keepingLog();
  const warnings = new Warnings({ now: () => now } as Env, log);
  const tell = (kind: "calls" | "mailbox") => warnings.tell(kind, kind, () => ({ at: now }));
  for (let count = 0; count < 25; count += 1) tell("calls");
  tell("mailbox");
  now = 59_999;
  tell("calls");
  expect(lines.length).toBe(11);
  now = 60_000;
  tell("calls");
  tell("calls");
  expect(lines.slice(-2).map(({ fields }) => fields)).toEqual([
    { at: 60_000, suppressed: 16 },
    { at: 60_000, suppressed: undefined },
  ]);
});

const TURN_MS = 40;
const BLOCK_MS = 90;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({
    threads,
    development: false,
    warnings: { turnMs: TURN_MS, asyncTurnMs: 40, mailbox: 100 },
  });
  const told = (start: string, about: unknown): Line[] =>
    running.lines.filter(
      ({ message, fields }) =>
        message.startsWith(start) &&
        Object.values(fields).some((value) => String(value).includes(String(about))),
    );
  const once = (start: string, about: unknown): Promise<void> =>
    until(`${start}: ${about}`, () => told(start, about).length > 0);

  test.each(["block", "blockThenWait"] as const)("a turn that takes long: %s", async (handler) => {
    const warned = await running.system.spawn(Warned);
    await warned.call[handler](BLOCK_MS);
    await once("a turn blocked its thread", warned);
    const [line] = told("a turn blocked its thread", warned);
    expect(line).toMatchObject({
      level: "warn",
      fields: { turn: `${warned} in ${handler}`, thread: threads },
    });
    expect(line?.fields.ms).toBeGreaterThan(TURN_MS);
  });

  test("one of several: all are suspects, and soon it is known", async () => {
    const { system } = running;
    const quick = await Promise.all(Array.from({ length: 5 }, () => system.spawn(Warned)));
    const slow = await system.spawn(Warned);
    const start = "a turn blocked its thread";
    await until("it is found", async () => {
      slow.cast.block(BLOCK_MS);
      for (const one of quick) one.cast.note();
      await slow.call.hello();
      return told(start, `${slow} in block`).length > 0;
    });
    expect(told(start, `${slow} in block`)[0]?.fields.turn).toBe(`${slow} in block`);
    // On main they surely ran in one burst, the first time.
    if (threads > 0) return;
    const suspects = told("one of these turns blocked its thread", slow)[0]?.fields.turn;
    expect(suspects).toMatch(/^Warned<\S+> in block, (Warned<\S+> in \w+, ){3}3 more$/);
  });

  test("an async turn that does not settle: once, and what it waits for", async () => {
    const { system } = running;
    const [gate, warned] = [await system.spawn(Gate), await system.spawn(Warned)];
    warned.cast.wait(gate);
    warned.cast.note();
    const start = "an async turn has not settled";
    await once(start, warned);
    expect(told(start, warned)[0]).toMatchObject({
      level: "warn",
      fields: { waiting: 1, thread: threads },
    });
    expect(told(start, warned)[0]?.fields.turn).toMatch(
      new RegExp(`^${warned} in wait for \\d\\.\\d s, waits for ${gate}$`),
    );
    const second = await system.spawn(Warned);
    second.cast.wait(gate);
    await once(start, second);
    expect(told(start, warned).length).toBe(1);
    await gate.call.open();
    expect(await warned.call.hello()).toBe("hello");
  });

  test("a turn that goes on after its actor's end", async () => {
    const warned = await running.system.spawn(Warned);
    warned.cast.deaf();
    await warned.call.stop();
    await once("a turn goes on after its actor's end", `${warned} in deaf`);
    expect(told("an async turn", warned)).toEqual([]);
  });

  test("a mailbox that grows: told at the mark, and again after half of it", async () => {
    const { system } = running;
    const [gate, warned] = [await system.spawn(Gate), await system.spawn(Warned)];
    const start = "a mailbox grows";
    const casts = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= 1) warned.cast.note();
      // Behind them on the way, and never handled while the actor is busy.
      await system.statistics(warned);
    };
    warned.cast.wait(gate);
    await until("it waits", async () => (await system.statistics(warned)).status === "busy");
    await casts(100);
    expect(told(start, warned)).toEqual([]);
    await casts(30);
    await once(start, warned);
    expect(told(start, warned)[0]?.fields).toMatchObject({ actor: String(warned), waiting: 101 });
    expect(told(start, warned)[0]?.fields.busy).toContain(`${warned} in wait for`);
    await gate.call.open();
    await warned.call.hello();
    // From here on 70 stay: too many for the mark to be crossed anew.
    const second = await system.spawn(Gate);
    await system.suspend(warned);
    for (let left = 0; left < 45; left += 1) warned.cast.note();
    warned.cast.wait(second);
    await casts(75);
    await until("it is told again", () => told(start, warned).length === 2);
    await system.resume(warned);
    await until("45 are handled", async () => (await system.statistics(warned)).queued === 75);
    await casts(35);
    expect(told(start, warned).length).toBe(2);
    await second.call.open();
    await warned.call.hello();
  });
});

describe.each([true, false])("on a worker thread, development: %s", (development) => {
  const running = useSystem({ threads: 1, development });
  const crashOf = (ref: unknown): Line | undefined =>
    running.lines.find(
      ({ message, fields }) => message === "actor crashed" && fields.actor === String(ref),
    );
  const warningOf = (ref: unknown): Line | undefined =>
    running.lines.find(
      ({ message, fields }) =>
        (message.startsWith("a call failed") && fields.by === String(ref)) ||
        (message.startsWith("code of an actor") && fields.actor === String(ref)),
    );
  /** Nobody but the culprit has ended. */
  const isWhole = (): boolean => running.system.threads.every(({ generation }) => generation === 1);

  test.each(["forget", "forgetAsync"] as const)(
    "a call that nobody awaits: %s",
    async (handler) => {
      const { system } = running;
      const [other, warned] = [await system.spawn(Warned), await system.spawn(Warned)];
      warned.cast[handler](other);
      await until("it crashed", () => crashOf(warned) !== undefined);
      expect(crashOf(warned)?.fields).toMatchObject({
        handler: "uncaught",
        reason: "RangeError: on purpose",
      });
      if (development) {
        expect(warningOf(warned)).toMatchObject({
          level: "warn",
          fields: { call: `fail of ${other}`, error: "RangeError: on purpose" },
        });
        expect(warningOf(warned)?.fields.stack).toMatch(new RegExp(`at ${handler} .*warned\\.mjs`));
      } else expect(warningOf(warned)).toBe(undefined);
      expect(isWhole()).toBe(true);
    },
  );

  test.each([0, 1])("a spawn that nobody awaits, on thread %i", async (thread) => {
    const warned = await running.system.spawn(Warned);
    warned.cast.forgetSpawn(thread);
    await until("it crashed", () => crashOf(warned) !== undefined);
    expect(crashOf(warned)?.fields.reason).toBe("RangeError: not born");
    expect(warningOf(warned)?.fields.call).toBe(development ? "spawn of Warned" : undefined);
    expect(isWhole()).toBe(true);
  });

  test("whoever has ended by then costs nobody anything", async () => {
    const { system } = running;
    const [other, warned] = [await system.spawn(Warned), await system.spawn(Warned)];
    warned.cast.forgetAndStop(other);
    await ended(other);
    await ended(warned);
    const third = await system.spawn(Warned);
    expect(await third.call.hello()).toBe("hello");
    expect(crashOf(warned)).toBe(undefined);
    expect(isWhole()).toBe(true);
  });

  test("a timer left behind uses its actor: told once, and the thread lives", async () => {
    const { system } = running;
    const [other, warned] = [await system.spawn(Warned), await system.spawn(Warned)];
    await warned.call.leave(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await other.call.hello()).toBe("hello");
    expect(isWhole()).toBe(true);
    if (development) {
      await until("it is told", () => warningOf(warned) !== undefined);
      expect(warningOf(warned)?.fields.stack).toMatch(/self\.timers of .*\n.*warned\.mjs/);
    }
    const count = running.lines.filter(({ fields }) => fields.actor === String(warned)).length;
    expect(count).toBe(development ? 1 : 0);
  });
});

test("on main Node's own rules hold: the process ends, but not anonymously", async () => {
  const program = fileURLToPath(new URL("./fixtures/careless.mjs", import.meta.url));
  const { code, stdout, stderr } = await new Promise<Record<string, unknown>>((resolve) => {
    execFile(process.execPath, [program], { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const lines = String(stderr);
  expect(lines).toMatch(
    /sabeam warn: a call failed and nobody caught its error.* call="fail of Warned<.*>" by=outside/,
  );
  // What Node prints has both stacks.
  expect(lines).toMatch(
    /RangeError: on purpose\n +at fail \(.*warned\.mjs.*\n +--- fail of .*\n +at carelessMain/,
  );
});
