/** Timers and ticks of a simulation where they must not be as Node's: in virtual time. */

import promises from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Timeout, TimeoutIds } from "../../runtime/sim/timeout.ts";
import { ManualClock, virtually } from "../support/manual-clock.ts";

describe("in virtual time", () => {
  const dues: [delay: unknown, ms: number][] = [
    [undefined, 1],
    [0, 1],
    [0.5, 1],
    [1.9, 1],
    ["7", 7],
    [null, 1],
    [250.7, 250],
    [2 ** 31 - 1, 2 ** 31 - 1],
    [3.6e6, 3.6e6],
  ];
  for (const [delay, ms] of dues) {
    test(`a delay of ${String(delay)} is ${ms} ms`, () =>
      virtually((clock) => {
        let ranAt = -1;
        setTimeout(() => (ranAt = clock.ms), delay as number);
        clock.advance(2 ** 31);
        expect(ranAt).toBe(ms);
      }));
  }

  test("an interval is due so long after its callback began, however late that was", () =>
    virtually((clock) => {
      const ran: number[] = [];
      const timer = setInterval(() => {
        ran.push(clock.ms);
        // A callback that takes 3 ms, the third one longer than the interval.
        clock.ms += ran.length === 3 ? 25 : 3;
        if (ran.length === 5) clearInterval(timer);
      }, 10);
      clock.advance(100);
      expect(ran).toEqual([10, 20, 30, 55, 65]);
    }));

  test("a refresh puts off what is pending", () =>
    virtually((clock) => {
      const ran: number[] = [];
      const timer = setTimeout(() => ran.push(clock.ms), 12);
      setTimeout(() => timer.refresh(), 6);
      clock.advance(100);
      expect(ran).toEqual([18]);
    }));

  test("what a callback throws goes to whoever runs the step, and an interval goes on", () =>
    virtually((clock) => {
      let rounds = 0;
      const fail = (): void => {
        rounds += 1;
        throw new Error(`round ${rounds}`);
      };
      const timer = setInterval(fail, 10);
      expect(() => clock.advance(10)).toThrow("round 1");
      expect(() => clock.advance(10)).toThrow("round 2");
      clearInterval(timer);
      setTimeout(fail, 1);
      setImmediate(fail);
      expect(() => clock.advance(10)).toThrow("round 3");
      expect(() => clock.advance(10)).toThrow("round 4");
      expect(clock.pending).toBe(0);
    }));

  test("handles and numbers from before are cleared where they belong", async () => {
    const calls: string[] = [];
    const outside = [1, 2].map((name) => setTimeout(() => calls.push(`outside ${name}`), 1));
    const immediate = setImmediate(() => calls.push("immediate"));
    let inside: NodeJS.Timeout | undefined;
    await virtually(() => {
      clearTimeout(outside[0]);
      clearTimeout(Number(outside[1]));
      clearImmediate(immediate);
      inside = setTimeout(() => calls.push("inside"), 1);
    });
    clearTimeout(inside);
    await promises.setTimeout(5);
    expect(calls).toEqual([]);
  });

  test("what is no immediate is not cleared as one, and Node's own go on", () =>
    virtually(async (clock, { real }) => {
      const timer = setTimeout(() => {}, 1) as unknown as NodeJS.Immediate;
      for (const wrong of [timer, 5, "x", {}, null, undefined]) {
        clearImmediate(wrong as NodeJS.Immediate);
      }
      expect(clock.pending).toBe(1);
      await new Promise<void>((resolve) => real.setImmediate(resolve));
      clock.advance(1);
    }));

  test("ticks are counted until they are over", () =>
    virtually(async (_clock, globals) => {
      const { nextTick } = globals.real;
      const left: number[] = [];
      process.nextTick(() => left.push(globals.ticks));
      process.nextTick(() => process.nextTick(() => left.push(globals.ticks)));
      expect(globals.ticks).toBe(2);
      await new Promise<void>((resolve) => nextTick(() => nextTick(resolve)));
      expect(left).toEqual([2, 1]);
      expect(globals.ticks).toBe(0);
    }));

  test("a test runner that assigns the real nextTick does not stop the count", () =>
    virtually(async (_clock, globals) => {
      const { nextTick } = globals.real;
      process.nextTick = nextTick;
      process.nextTick(() => {});
      expect(globals.ticks).toBe(1);
      await new Promise<void>((resolve) => nextTick(resolve));
      expect(globals.ticks).toBe(0);
    }));

  const ends: [name: string, end: (timer: Timeout, clock: ManualClock) => unknown][] = [
    ["runs", (_timer, clock) => clock.advance(1)],
    ["is closed", (timer) => timer.close()],
  ];
  for (const [name, end] of ends) {
    test(`a number stands for a handle until that ${name}`, () => {
      const [clock, ids] = [new ManualClock(), new TimeoutIds()];
      const timer = new Timeout({ clock, ids }, { callback() {}, args: [], ms: 1, repeats: false });
      const id = timer[Symbol.toPrimitive]();
      expect(ids.find(String(id))).toBe(timer);
      end(timer, clock);
      expect(ids.find(id)).toBeUndefined();
    });
  }
});
