import crypto, * as cryptoNames from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { performance as hooksPerformance } from "node:perf_hooks";
import timers, * as timerNames from "node:timers";
import promises, * as promiseNames from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { installGlobals } from "../../runtime/sim/globals.ts";
import { holderOf } from "../../runtime/sim/patches.ts";
import { ManualClock, virtually } from "../support/manual-clock.ts";

const ORIGIN = new ManualClock().origin();

/** Taken before anything is replaced, as test runners take them. */
const early = {
  Date,
  setTimeout,
  random: Math.random,
  now: performance.now,
  D: class extends Date {},
};

/** Every object that is touched, with all of its properties. */
const HOLDERS: [name: string, holder: object][] = [
  ["globalThis", globalThis],
  ["Date", Date],
  ["Date.prototype", Date.prototype],
  ["Math", Math],
  ["process", process],
  ["process.hrtime", process.hrtime],
  ["performance", holderOf(performance, "now") ?? {}],
  ["webcrypto", holderOf(globalThis.crypto, "getRandomValues") ?? {}],
  ["node:crypto", crypto],
  ["node:timers", timers],
  ["node:timers/promises", promises],
  ["scheduler", holderOf(promises.scheduler, "wait") ?? {}],
  ["AbortSignal", AbortSignal],
  ["Temporal.Now", (globalThis as { Temporal?: { Now: object } }).Temporal?.Now ?? {}],
];

type Shape = Record<PropertyKey, PropertyDescriptor>;

function shapes(): Map<string, Shape> {
  return new Map(HOLDERS.map(([name, holder]) => [name, Object.getOwnPropertyDescriptors(holder)]));
}

/** Where two descriptors differ, by identity. */
function differences(before: Map<string, Shape>, after: Map<string, Shape>): string[] {
  const found: string[] = [];
  for (const [name, shape] of before) {
    const other = after.get(name) ?? {};
    const keys = new Set([...Reflect.ownKeys(shape), ...Reflect.ownKeys(other)]);
    for (const key of keys) {
      for (const field of [
        "value",
        "get",
        "set",
        "writable",
        "configurable",
        "enumerable",
      ] as const) {
        const same = Object.is(shape[key]?.[field], other[key]?.[field]);
        if (!same) found.push(`${name}.${String(key)}: ${field}`);
      }
    }
  }
  return found;
}

describe("what time it is", () => {
  const rows: [what: string, value: () => unknown, expected: unknown][] = [
    ["Date.now()", () => Date.now(), ORIGIN + 1234],
    ["new Date()", () => new Date(), new Date(ORIGIN + 1234)],
    ["Date()", () => Date(), new Date(ORIGIN + 1234).toString()],
    ["Reflect.construct", () => Reflect.construct(Date, []).getTime(), ORIGIN + 1234],
    ["a subclass", () => new (class extends Date {})().getTime(), ORIGIN + 1234],
    ["performance.now()", () => performance.now(), 1234.5678],
    ["its named import", () => hooksPerformance.now(), 1234.5678],
    ["performance.timeOrigin", () => performance.timeOrigin, ORIGIN],
    ["performance.mark", () => performance.mark("m").startTime, 1234.5678],
    ["a mark with a time", () => performance.mark("m", { startTime: 5 }).startTime, 5],
    ["performance.measure", () => performance.measure("m").duration, 1234.5678],
    ["measure from", () => performance.measure("m", { start: 1000 }).duration, 1234.5678 - 1000],
    ["measure, both", () => performance.measure("m", { start: 10, end: 30 }).duration, 20],
    ["process.hrtime()", () => process.hrtime(), [1, 234_567_800]],
    ["process.hrtime(before)", () => process.hrtime([0, 300_000_000]), [0, 934_567_800]],
    ["process.hrtime.bigint()", () => process.hrtime.bigint(), 1_234_567_800n],
    ["process.uptime()", () => process.uptime(), 1.2345678],
  ];
  for (const [what, value, expected] of rows) {
    test(what, () =>
      virtually((clock) => {
        clock.ms = 1234.5678;
        expect(value()).toEqual(expected);
      }),
    );
  }

  test("the wall clock has steps, and the monotonic one has none", () =>
    virtually((clock) => {
      clock.stepMs = -5000.5;
      expect([Date.now(), performance.now(), performance.timeOrigin]).toEqual([
        ORIGIN - 5001,
        0,
        ORIGIN,
      ]);
    }));

  test.runIf("Temporal" in globalThis)("Temporal.Now", () =>
    virtually((clock) => {
      type Now = Record<string, (zone?: string) => { toString(): string }>;
      const { Now } = (globalThis as unknown as { Temporal: { Now: Now } }).Temporal;
      clock.ms = 0.25;
      const read = (name: string, zone?: string): string => String(Now[name]?.(zone));
      expect(read("instant")).toBe("2023-11-14T22:13:20.00025Z");
      expect(read("plainDateISO", "Asia/Tokyo")).toBe("2023-11-15");
      expect(read("plainTimeISO", "UTC")).toBe("22:13:20.00025");
      expect(read("plainDateTimeISO", "UTC")).toBe("2023-11-14T22:13:20.00025");
      expect(read("zonedDateTimeISO", "UTC")).toBe("2023-11-14T22:13:20.00025+00:00[UTC]");
    }),
  );
});

describe("Date is still Date", () => {
  const rows: [what: string, value: () => unknown, expected: unknown][] = [
    ["with arguments", () => new Date(2020, 1, 2).getMonth(), 1],
    ["with a number", () => new Date(5).getTime(), 5],
    ["with undefined", () => new Date(undefined as unknown as number).getTime(), Number.NaN],
    ["parse", () => Date.parse("1970-01-01T00:00:00.005Z"), 5],
    ["UTC", () => Date.UTC(1970, 0, 1, 0, 0, 1), 1000],
    ["instanceof", () => new Date() instanceof Date, true],
    ["instanceof the early one", () => new Date() instanceof early.Date, true],
    ["an early date", () => new early.Date(5) instanceof Date, true],
    ["a clone", () => structuredClone(new Date(5)) instanceof Date, true],
    ["constructor", () => new early.Date(5).constructor === Date, true],
    ["prototype", () => Date.prototype === early.Date.prototype, true],
    ["a subclass", () => new (class D extends Date {})() instanceof Date, true],
    ["an early subclass", () => new early.D(7).getTime(), 7],
    ["name and length", () => [Date.name, Date.length], ["Date", 7]],
    ["tag", () => Object.prototype.toString.call(new Date()), "[object Date]"],
    ["keys", () => Reflect.ownKeys(Date), Reflect.ownKeys(Date)],
    ["Date.now.name", () => Date.now.name, "now"],
    ["JSON", () => JSON.stringify(new Date(5)), '"1970-01-01T00:00:00.005Z"'],
  ];
  for (const [what, value, expected] of rows) {
    test(what, () => virtually(() => expect(value()).toEqual(expected)));
  }
});

describe("chance is a stream", () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const rows: [what: string, value: () => unknown, isGood: (value: never) => boolean][] = [
    ["Math.random", () => Math.random(), (value: number) => value >= 0 && value < 1],
    ["crypto.randomUUID", () => globalThis.crypto.randomUUID(), (id: string) => UUID.test(id)],
    ["node:crypto randomUUID", () => crypto.randomUUID(), (id: string) => UUID.test(id)],
    ["its named import", () => cryptoNames.randomUUID(), (id: string) => UUID.test(id)],
    [
      "getRandomValues",
      () => [...globalThis.crypto.getRandomValues(new Uint16Array(8).subarray(1))],
      (words: number[]) => words.length === 7,
    ],
    [
      "node:crypto getRandomValues",
      () => [...cryptoNames.getRandomValues(new BigInt64Array(2))].map(String),
      (words: string[]) => words.length === 2,
    ],
    ["randomBytes", () => [...crypto.randomBytes(7)], (bytes: number[]) => bytes.length === 7],
    ["its alias", () => [...crypto.pseudoRandomBytes(7)], (bytes: number[]) => bytes.length === 7],
    ["randomInt", () => crypto.randomInt(10), (value: number) => value >= 0 && value < 10],
    ["randomInt from", () => crypto.randomInt(5, 7), (value: number) => value === 5 || value === 6],
    [
      "randomFillSync",
      () => [...crypto.randomFillSync(new Uint32Array(4), 1, 2)],
      (words: number[]) => words[0] === 0 && words[3] === 0 && words[1] !== 0,
    ],
  ];
  for (const [what, value, isGood] of rows) {
    test(what, async () => {
      const seen: unknown[] = [];
      for (let round = 0; round < 2; round += 1) {
        await virtually(() => {
          const values = [value(), value()];
          expect(values.every((one) => isGood(one as never))).toBe(true);
          seen.push(values);
        });
      }
      expect(seen[0]).toEqual(seen[1]);
      // Two numbers below ten may be equal, and the rest may not.
      const [one, other] = seen[0] as unknown[];
      if (what.startsWith("randomInt")) return;
      expect(one).not.toEqual(other);
      expect(value()).not.toEqual(one);
    });
  }

  test.runIf("randomUUIDv7" in crypto)("randomUUIDv7 has the time in it", () =>
    virtually(() => {
      const { randomUUIDv7 } = crypto as unknown as { randomUUIDv7: () => string };
      const id = randomUUIDv7();
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
      expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(ORIGIN);
    }),
  );

  test("with callbacks it comes in a turn of its own, in the async context of the call", () =>
    virtually((clock) => {
      const got: unknown[] = [];
      crypto.randomBytes(3, (error, bytes) => got.push([error, bytes.length]));
      crypto.randomInt(1, 2, (error, value) => got.push([error, value]));
      crypto.randomFill(new Uint8Array(2), (error, bytes) => got.push([error, bytes.length]));
      expect(got).toEqual([]);
      clock.advance(0);
      expect(got).toEqual([
        [null, 3],
        [null, 1],
        [null, 2],
      ]);
    }));
});

describe("bad arguments get what Node gives", () => {
  const bad = <Value>(value: Value): never => value as never;
  const rows: [what: string, call: () => unknown][] = [
    ["setTimeout", () => setTimeout(bad("text"))],
    ["setInterval", () => setInterval(bad(undefined))],
    ["setImmediate", () => setImmediate(bad(5))],
    ["setTimeout, a bigint", () => setTimeout(() => {}, bad(5n))],
    ["nextTick", () => process.nextTick(bad(5))],
    ["hrtime", () => process.hrtime(bad(5))],
    ["hrtime, three", () => process.hrtime(bad([1, 2, 3]))],
    ["randomBytes", () => crypto.randomBytes(-1)],
    ["randomBytes, callback", () => crypto.randomBytes(1, bad(5))],
    ["randomInt", () => crypto.randomInt(5, 5)],
    ["randomInt, wide", () => crypto.randomInt(2 ** 48)],
    ["randomUUID", () => crypto.randomUUID(bad(5))],
    ["randomFillSync", () => crypto.randomFillSync(Buffer.alloc(4), 5)],
    ["randomFill", () => crypto.randomFill(Buffer.alloc(4), bad(5))],
    ["getRandomValues", () => globalThis.crypto.getRandomValues(bad(new Float64Array(1)))],
    ["getRandomValues, long", () => globalThis.crypto.getRandomValues(new Uint8Array(65_537))],
    ["getRandomValues, this", () => globalThis.crypto.getRandomValues.call(bad({}), bad([]))],
    ["AbortSignal.timeout", () => AbortSignal.timeout(-1)],
    ["AbortSignal.timeout, text", () => AbortSignal.timeout(bad("5"))],
    ["mark", () => performance.mark("m", bad(5))],
    ["measure", () => performance.measure("m", "no such mark")],
  ];
  const outcome = (call: () => unknown): unknown => {
    try {
      return call();
    } catch (error) {
      const { name, message, code } = error as Error & { code: unknown };
      return { name, message, code };
    }
  };
  for (const [what, call] of rows) {
    test(what, async () => {
      const expected = outcome(call);
      expect(expected).toHaveProperty("message");
      await virtually((clock) => {
        expect(outcome(call)).toEqual(expected);
        expect(clock.pending).toBe(0);
      });
    });
  }
});

describe("installing and restoring", () => {
  test("everything is as it was, named imports too", async () => {
    // What belongs to fetch is loaded when it is first looked at, and adds to the globals.
    void globalThis.Response;
    const before = shapes();
    const names = [{ ...cryptoNames }, { ...timerNames }, { ...promiseNames }];
    await virtually(() => {
      expect(differences(before, shapes()).length).toBeGreaterThan(30);
      expect(timerNames.setTimeout).toBe(globalThis.setTimeout);
      expect(timerNames.setTimeout).not.toBe(early.setTimeout);
    });
    expect(differences(before, shapes())).toEqual([]);
    expect([{ ...cryptoNames }, { ...timerNames }, { ...promiseNames }]).toEqual(names);
    expect(timerNames.setTimeout).toBe(early.setTimeout);
  });

  const locked: [what: string, lock: () => () => void][] = [
    ["Math.random", () => lockOf("Math", Math)],
    ["process.hrtime", () => lockOf("process", process)],
    ["process.nextTick", () => lockOf("process", process, "hrtime", "uptime")],
    ["AbortSignal.timeout", () => lockOf("AbortSignal", AbortSignal)],
  ];
  for (const [what, lock] of locked) {
    test(`it fails in the middle, at ${what}`, () => {
      const before = shapes();
      const unlock = lock();
      let thrown: unknown;
      try {
        installGlobals(new ManualClock());
      } catch (error) {
        thrown = error;
      } finally {
        unlock();
        syncBuiltinESMExports();
      }
      const name = "GlobalNotReplaced";
      expect(thrown).toMatchObject({ code: "ERR_GLOBAL_NOT_REPLACED", what, name });
      expect(differences(before, shapes())).toEqual([]);
      expect(timerNames.setTimeout).toBe(early.setTimeout);
    });
  }

  test("one in another is refused, and the outer one goes on", () =>
    virtually((clock) => {
      const before = shapes();
      expect(() => installGlobals(new ManualClock())).toThrow(
        expect.objectContaining({ code: "ERR_NESTED_SIMULATION", name: "NestedSimulation" }),
      );
      expect(differences(before, shapes())).toEqual([]);
      clock.ms = 5;
      expect(performance.now()).toBe(5);
    }));

  test("restoring twice does not disturb the next one", async () => {
    const first = installGlobals(new ManualClock());
    first.restore();
    await virtually((clock) => {
      first.restore();
      clock.ms = 7;
      expect(performance.now()).toBe(7);
    });
  });

  test("what was taken before is real, what was taken meanwhile is so afterwards", async () => {
    let kept:
      | { Date: DateConstructor; setTimeout: typeof setTimeout; random: () => number }
      | undefined;
    await virtually((clock) => {
      clock.ms = -ORIGIN;
      expect(early.Date.now()).toBeGreaterThan(ORIGIN);
      kept = { Date, setTimeout, random: Math.random };
      expect(kept.Date.now()).toBe(0);
    });
    expect(kept?.Date.now()).toBeGreaterThan(ORIGIN);
    expect(new (kept?.Date ?? Date)().valueOf()).toBeGreaterThan(ORIGIN);
    expect(kept?.Date().slice(0, 15)).toBe(Date().slice(0, 15));
    await new Promise<void>((resolve) => void kept?.setTimeout(resolve, 1));
    const custom = promisify(kept?.setTimeout ?? setTimeout);
    expect(await custom(1, "value")).toBe("value");
  });

  test("the real ones are at hand", () =>
    virtually(async (_clock, { real }) => {
      expect(real.Date.now()).toBeGreaterThan(ORIGIN);
      expect(real.now()).toBeGreaterThan(0);
      expect(real.setTimeout).toBe(early.setTimeout);
      await new Promise<void>((resolve) => real.setImmediate(resolve));
      await new Promise<void>((resolve) => void real.setTimeout(resolve, 1));
    }));
});

/** Makes a global an object whose properties, but for some, cannot be defined. */
function lockOf(name: string, holder: object, ...open: PropertyKey[]): () => void {
  const before = Reflect.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
  const value = new Proxy(holder, {
    defineProperty: (target, key, shape) =>
      open.includes(key) && Reflect.defineProperty(target, key, shape),
  });
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return () => void Object.defineProperty(globalThis, name, before);
}
