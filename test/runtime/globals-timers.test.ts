/**
 * Timers of a simulation against Node's: each scenario runs on both, and tells the same.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import crypto from "node:crypto";
import timers from "node:timers";
import promises from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { virtually } from "../support/manual-clock.ts";

type Tell = (...what: unknown[]) => void;
type Scenario = (tell: Tell) => void | Promise<void>;

/** Longer than any scenario, in virtual time. */
const ALL_MS = 40;
/** After it a scenario that tells less than expected has failed. */
const REAL_MS_MAX = 5000;
/** How long a scenario may tell more than expected. */
const MORE_MS = 5;

/** The order of immediates and timers depends on how busy the machine is. */
function inAnyOrder(told: unknown[][]): unknown[][] {
  return [...told].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

async function real(scenario: Scenario, lines: number): Promise<unknown[][]> {
  const told: unknown[][] = [];
  await scenario((...what) => void told.push(what));
  const until = performance.now() + REAL_MS_MAX;
  while (told.length < lines && performance.now() < until) await promises.setTimeout(1);
  await promises.setTimeout(MORE_MS);
  return told;
}

async function virtual(scenario: Scenario): Promise<unknown[][]> {
  const told: unknown[][] = [];
  await virtually(async (clock, globals) => {
    const done = scenario((...what) => void told.push(what));
    // Outside of promises, as Node runs timers.
    const turn = (ms: number): Promise<void> =>
      new Promise((resolve, reject) => {
        globals.real.setImmediate(() => {
          try {
            resolve(clock.advance(ms));
          } catch (error) {
            reject(error);
          }
        });
      });
    for (let ms = 0; ms < ALL_MS; ms += 1) await turn(1);
    await turn(0);
    await done;
    expect(clock.pending).toBe(0);
  });
  return told;
}

function outcome(error: unknown): unknown {
  const { name, message, code, cause } = error as Error & { code: unknown };
  return { name, message, code, cause };
}

const scenarios: Record<string, Scenario> = {
  "arguments and this": (tell) => {
    const one = setTimeout(
      function (this: unknown, ...args: unknown[]) {
        tell("timeout", this === one, args);
      },
      ...([1, "a", undefined, 3, 4, 5] as unknown as [number]),
    );
    const two = setImmediate(function (this: unknown, ...args: unknown[]) {
      tell("immediate", this === two, args);
    }, "b");
    const three = setInterval(
      function (this: unknown, text: string) {
        tell("interval", this === three, text);
        clearInterval(three);
      },
      20,
      "c",
    );
  },
  "order of equal times": (tell) => {
    // First, since time may pass between two of them, and then it would be due after the others.
    setTimeout(() => tell("earlier"), 2);
    for (const name of ["a", "b", "c"]) setTimeout(() => tell(name), 5);
  },
  "order of immediates": (tell) => {
    for (const name of ["a", "b", "c"]) setImmediate(() => tell(name));
  },
  "zero is one": (tell) => {
    setTimeout(() => tell("one"), 1);
    setTimeout(() => tell("zero"), 0);
    setTimeout(() => tell("none"));
    setTimeout(() => tell("a text"), "1" as unknown as number);
    setTimeout(() => tell("a fraction"), 1.9);
  },
  "microtasks and ticks come between": (tell) => {
    setTimeout(() => {
      tell("timeout");
      void Promise.resolve().then(() => tell("its promise"));
      process.nextTick((text: string) => tell(text), "its tick");
    }, 1);
    setTimeout(() => tell("later"), 10);
  },
  clearing: (tell) => {
    const handle = (): NodeJS.Timeout => setTimeout(() => tell("never"), 1);
    const ways: ((timer: NodeJS.Timeout) => unknown)[] = [
      (timer) => clearTimeout(timer),
      (timer) => clearInterval(timer),
      (timer) => clearTimeout(+timer),
      (timer) => clearTimeout(`${+timer}`),
      (timer) => timer.close() === timer,
      (timer) => timer[Symbol.dispose](),
      (timer) => timers.clearTimeout(timer),
    ];
    for (const way of ways) tell(way(handle()));
    clearImmediate(setImmediate(() => tell("never")));
    setImmediate(() => tell("never"))[Symbol.dispose]();
    for (const nothing of [undefined, null, {}, 0, -1, "x", Number.NaN]) {
      clearTimeout(nothing as undefined);
    }
    const one = setTimeout(() => {
      tell("clears another that is due");
      clearTimeout(other);
    }, 3);
    const other = setTimeout(() => tell("never"), 3);
    const [id, otherId] = [+one, +other];
    tell(typeof id, id === +one, id !== otherId);
  },
  refreshing: (tell) => {
    let rounds = 0;
    const timer = setTimeout(() => {
      rounds += 1;
      tell("round", rounds);
      if (rounds < 3) tell(timer.refresh() === timer);
    }, 2);
    const closed = setTimeout(() => tell("never"), 1);
    clearTimeout(closed);
    closed.refresh();
  },
  "ref and unref": (tell) => {
    const timer = setTimeout(() => {}, 1);
    tell(timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.ref() === timer);
    tell(timer.hasRef());
    const immediate = setImmediate(() => {});
    tell(immediate.hasRef(), immediate.unref() === immediate, immediate.hasRef());
    tell(immediate.ref() === immediate, immediate.hasRef());
  },
  "an interval": (tell) => {
    let rounds = 0;
    const timer = setInterval(() => {
      rounds += 1;
      tell("round", rounds);
      if (rounds === 4) clearInterval(timer);
    }, 4);
  },
  "promises of timers": async (tell) => {
    tell(await promisify(setTimeout)(1, "promisified"));
    tell(await promisify(setImmediate)("promisified"));
    tell(await promises.setTimeout(1, "slept"), await promises.setTimeout());
    tell(await promises.setImmediate("immediate"));
    tell(await promises.scheduler.wait(1), await promises.scheduler.yield());
    let rounds = 0;
    for await (const value of promises.setInterval(1, "round")) {
      tell(value);
      if ((rounds += 1) === 3) break;
    }
  },
  "promises of timers that are aborted": async (tell) => {
    const signal = AbortSignal.abort("for a reason");
    const failed = (promise: Promise<unknown>): Promise<void> =>
      promise.then(
        () => tell("resolved"),
        (error) => tell(outcome(error), error instanceof Error),
      );
    const next = (options: object): Promise<unknown> =>
      promises.setInterval(1, 1, options)[Symbol.asyncIterator]().next();
    await failed(promises.setTimeout(1, 1, { signal }));
    await failed(promises.setImmediate(1, { signal }));
    await failed(promises.scheduler.wait(1, { signal }));
    await failed(next({ signal }));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const { signal: later } = controller;
    const waiting = [promises.setTimeout(3.6e6, 1, { signal: later }), next({ signal: later })];
    // The interval gives its first round before it is aborted, or not: both came after 1 ms.
    await failed(waiting[0] as Promise<unknown>);
    await waiting[1]?.catch(() => {});
    await failed(next({ signal: later }));
  },
  "promises of timers, misused": async (tell) => {
    const misused = (promise: Promise<unknown>): Promise<void> =>
      promise.then(
        () => tell("resolved"),
        (error) => tell(outcome(error)),
      );
    const bad = <Value>(value: Value): never => value as never;
    await misused(promises.setTimeout(bad("1")));
    for (const options of [5, null, { ref: 5 }, { signal: {} }]) {
      await misused(promises.setTimeout(1, 1, bad(options)));
      await misused(promises.setImmediate(1, bad(options)));
      const rounds = (): Promise<unknown> =>
        promises.setInterval(1, 1, bad(options))[Symbol.asyncIterator]().next();
      await misused(Promise.resolve().then(rounds));
    }
  },
  "AbortSignal.timeout": async (tell) => {
    const signal = AbortSignal.timeout(3);
    tell(signal.aborted, signal instanceof AbortSignal);
    const any = AbortSignal.any([signal, new AbortController().signal]);
    await new Promise((resolve) => any.addEventListener("abort", resolve));
    tell(signal.aborted, outcome(signal.reason), signal.reason instanceof DOMException);
    tell(any.reason === signal.reason);
  },
  "async context": async (tell) => {
    const storage = new AsyncLocalStorage<string>();
    const told = (where: string) => () => tell(where, storage.getStore());
    storage.run("inside", () => {
      setTimeout(told("timeout"), 2);
      setImmediate(told("immediate"));
      const interval = setInterval(() => {
        tell("interval", storage.getStore());
        clearInterval(interval);
      }, 6);
      process.nextTick(told("tick"));
      void promises.setTimeout(9).then(told("promise"));
      crypto.randomBytes(1, () => setTimeout(told("bytes"), 15));
    });
    const again = storage.run("first", () => setTimeout(told("refreshed"), 2));
    await promises.setTimeout(12);
    storage.run("second", () => again.refresh());
  },
};

describe("as Node does it", () => {
  for (const [name, scenario] of Object.entries(scenarios)) {
    test(name, async () => {
      const told = await virtual(scenario);
      expect(told.length).toBeGreaterThan(0);
      const expected = await real(scenario, told.length);
      if (/immediate|arguments|context/.test(name)) {
        expect(inAnyOrder(told)).toEqual(inAnyOrder(expected));
      } else {
        expect(told).toEqual(expected);
      }
    });
  }

  test("warnings of delays", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const warnings = (): unknown[] => warned.mock.calls.splice(0);
    const delays = [undefined, 0, 0.5, 1, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY, "x"];
    try {
      for (const delay of delays) {
        await virtually((clock) => {
          clearTimeout(setTimeout(() => {}, delay as number));
          expect(clock.pending).toBe(0);
        });
        const told = warnings();
        clearTimeout(setTimeout(() => {}, delay as number));
        // Some versions warn each time, and some once.
        expect(told.slice(0, 1)).toEqual([...warnings(), ...told].slice(0, 1));
      }
      clearTimeout(setTimeout(() => {}, 2 ** 31));
      expect(warnings()).toHaveLength(1);
    } finally {
      warned.mockRestore();
    }
  });
});
