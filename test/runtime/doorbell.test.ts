/** Sleep and wake of one thread: at most one waiter, none that is forgotten, none that piles up. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Doorbell } from "../../runtime/doorbell.ts";
import { hrtimeMs, realEnv } from "../../runtime/env.ts";
import { PENDING_IN, PENDING_SPACE } from "../../runtime/layout.ts";
import { Random } from "../../runtime/random.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const THREAD = 3;
const env = realEnv({ epochMs: hrtimeMs(), seed: "doorbell", spinMs: 0, cores: 2, threads: 4 });

class Sleeper {
  readonly signals = new Signals(allocateSignals());
  wakes = 0;
  readonly bell: Doorbell = new Doorbell(env, this.signals, THREAD, () => {
    this.wakes += 1;
    this.onWake();
  });
  onWake: () => void = () => {};

  /** Takes the bits, as a drain does. */
  take(): void {
    for (const word of [PENDING_IN, PENDING_IN + 1, PENDING_SPACE, PENDING_SPACE + 1]) {
      this.signals.take(THREAD, word);
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 10_000) throw new Error("it never comes");
    await turn();
  }
}

test("in whatever order: one waiter at most, and a ring is heard", async () => {
  const sleeper = new Sleeper();
  const { signals, bell } = sleeper;
  const random = new Random("doorbell");
  for (let step = 0; step < 20_000; step += 1) {
    const dice = random.int(6);
    if (dice === 0) bell.park();
    else if (dice === 1) bell.unpark();
    else if (dice === 2) signals.publish(random.int(64), THREAD);
    else if (dice === 3) signals.freed(random.int(64), THREAD);
    else if (dice === 4) sleeper.take();
    else if (random.chance(20)) signals.ringAnyway(THREAD);
    if (random.chance(5)) await turn();
    expect(bell.arms - sleeper.wakes).toBeGreaterThanOrEqual(0);
    expect(bell.arms - sleeper.wakes).toBeLessThanOrEqual(1);
  }
  sleeper.take();
  await turn();
  await turn();
  const before = sleeper.wakes;
  expect(bell.park()).toBe(true);
  signals.publish(5, THREAD);
  await until(() => sleeper.wakes === before + 1);
  expect(bell.arms).toBe(sleeper.wakes);
});

test.each([
  ["a record", (signals: Signals) => signals.publish(40, THREAD)],
  ["room", (signals: Signals) => signals.freed(2, THREAD)],
])("%s that came before keeps it awake", (_what, come) => {
  const { signals, bell } = new Sleeper();
  come(signals);
  expect(bell.park()).toBe(false);
  expect(signals.isParked(THREAD)).toBe(false);
});

test("only a sleeper is rung, and only once for many rings", async () => {
  const sleeper = new Sleeper();
  const { signals, bell } = sleeper;
  signals.ring(THREAD);
  expect(bell.park()).toBe(true);
  expect(signals.isParked(THREAD)).toBe(true);
  for (let times = 0; times < 10; times += 1) signals.ring(THREAD);
  expect(signals.isParked(THREAD)).toBe(false);
  await until(() => sleeper.wakes > 0);
  await turn();
  expect([sleeper.wakes, bell.arms]).toEqual([1, 1]);
});

test("close wakes the waiter, and nobody hears of it", async () => {
  const sleeper = new Sleeper();
  let woken = 0;
  const { signals, bell } = sleeper;
  bell.park();
  bell.close();
  const waiters = Atomics.notify(signals.words, THREAD * 256, 10);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  woken += sleeper.wakes;
  expect([waiters, woken]).toEqual([0, 0]);
  expect(bell.park()).toBe(true);
  expect(bell.arms).toBe(1);
});

// Each waiter that is made and never woken would stay for ever, with its promise and its closure.
test("20 000 times asleep and awake leave nothing behind", async () => {
  setFlagsFromString("--expose_gc");
  const gc = runInNewContext("gc") as () => void;
  const sleeper = new Sleeper();
  const { signals, bell } = sleeper;
  const heapAfter = async (cycles: number): Promise<number> => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const awake = new Promise<void>((resolve) => {
        sleeper.onWake = resolve;
      });
      // Awake again by itself some times: the waiter stays, and serves the next sleep.
      for (let times = cycle % 4; times > 0; times -= 1) {
        bell.park();
        bell.unpark();
      }
      bell.park();
      signals.publish(1, THREAD);
      await awake;
      sleeper.take();
    }
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(5000);
  const after = await heapAfter(20_000);
  expect(after - before).toBeLessThan(1_000_000);
  expect([bell.arms, sleeper.wakes]).toEqual([25_000, 25_000]);
});
