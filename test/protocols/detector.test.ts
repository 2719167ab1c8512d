/**
 * Goal: whoever is silent is suspected within a bound; whoever is well is not, whatever stands
 * still here; and phi is what the paper says it is.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidOptions } from "../../actors/index.ts";
import * as health from "../../protocols/local-health.ts";
import * as phi from "../../protocols/phi-detector.ts";
import * as timeout from "../../protocols/timeout-detector.ts";
import { Random } from "../../runtime/index.ts";

describe("phi", () => {
  /** -log10 of the normal tail, by Simpson's rule: the tail is density × ∫ exp(-z t - t² / 2). */
  function exactPhi(z: number): number {
    const [steps, end] = [2000, 12];
    let sum = 0;
    for (let step = 0; step <= steps; step += 1) {
      const t = (end * step) / steps;
      const factor = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
      sum += factor * Math.exp(-z * t - (t * t) / 2);
    }
    const integral = (sum * end) / steps / 3;
    return (z * z) / 2 / Math.LN10 - Math.log10(integral / Math.sqrt(2 * Math.PI));
  }

  /** Of z, with a mean of 1000 and a deviation of 64 that nothing was heard to change. */
  const options = { expectedMs: 1000, deviationMinMs: 64, pauseMs: 0 };
  const phiAt = (z: number) => phi.phi(phi.create(0, options), 1000 + 64 * z);

  test("is at most 0.0034 too high, and at most 0.00005 too low", () => {
    expect(exactPhi(0)).toBeCloseTo(Math.log10(2), 9);
    let [highest, lowest] = [0, 0];
    for (let z = -4; z <= 9; z += 1 / 64) {
      highest = Math.max(highest, phiAt(z) - exactPhi(z));
      lowest = Math.min(lowest, phiAt(z) - exactPhi(z));
    }
    expect(highest).toBeLessThan(0.0034);
    expect(lowest).toBeGreaterThan(-0.00005);
  });

  test("is the same number everywhere", () => {
    const table: [z: number, phi: number][] = [
      [-10, 0],
      [0, 0.301],
      [1.625, 1.28625],
      [5.5, 7.7215],
      [9, 18.9475],
      [12, 30.6547],
    ];
    expect(table.map(([z]) => phiAt(z))).toEqual(table.map(([, expected]) => expected));
  });
});

const intervals = fc.array(fc.oneof(fc.nat(2000), fc.nat(2_000_000)), { maxLength: 60 });
const optionsOfPhi = fc.record({
  expectedMs: fc.integer({ min: 1, max: 131_072 }),
  threshold: fc.double({ min: 1, max: 18, noNaN: true }),
  pauseMs: fc.nat(5000),
  samplesMax: fc.integer({ min: 2, max: 20 }),
});

/** A detector that has heard heartbeats after such times. */
function heardBy(detector: phi.PhiDetector, times: readonly number[]): number {
  let at = detector.heardAt;
  for (const each of times) phi.heard(detector, (at += each));
  return at;
}

describe("phi detector", () => {
  test("grows with time and never shrinks, and less so with patience", () => {
    const property = fc.property(optionsOfPhi, intervals, fc.nat(10), (options, times, steps) => {
      const detector = phi.create(0, options);
      const at = heardBy(detector, times);
      let before = 0;
      for (let step = 0; step <= steps; step += 1) {
        const later = at + (step * 3 * options.expectedMs) / 2;
        const now = phi.phi(detector, later);
        expect(now).toBeGreaterThanOrEqual(before);
        expect(phi.phi(detector, later, 3)).toBeLessThanOrEqual(now);
        before = now;
      }
    });
    fc.assert(property);
  });

  test("remembers exactly the last times", () => {
    const property = fc.property(optionsOfPhi, intervals, (options, times) => {
      const detector = phi.create(0, options);
      heardBy(detector, times);
      const last = times.map((each) => Math.min(each, 8 * options.expectedMs));
      const kept = last.slice(-options.samplesMax);
      expect([...detector.samples].sort()).toEqual([...kept].sort());
      expect(detector.sum).toBe(kept.reduce((sum, each) => sum + each, 0));
      expect(detector.squares).toBe(kept.reduce((sum, each) => sum + each * each, 0));
    });
    fc.assert(property);
  });

  test("sums of the largest times stay exact", () => {
    const detector = phi.create(0, { expectedMs: 131_072, samplesMax: 1000 });
    const longest = 8 * 131_072;
    heardBy(detector, Array<number>(2000).fill(longest));
    heardBy(detector, [longest - 1]);
    expect(detector.squares).toBe(999 * longest ** 2 + (longest - 1) ** 2);
    expect(Number.isSafeInteger(detector.squares + longest ** 2)).toBe(true);
    heardBy(detector, Array<number>(1000).fill(0));
    expect(detector).toMatchObject({ sum: 0, squares: 0 });
  });

  test("says when it will suspect, which is within the bound, whatever it has heard", () => {
    const property = fc.property(
      optionsOfPhi,
      intervals,
      fc.integer({ min: 1, max: 9 }),
      (options, times, patience) => {
        const detector = phi.create(0, options);
        const at = heardBy(detector, times);
        const inMs = phi.suspectInMs(detector, at, patience);
        // 9.1 deviations are phi 18; deviations are at most half of what a sample may be.
        const boundMs = options.pauseMs + (8 + 4 * 9.1) * options.expectedMs;
        expect(inMs).toBeLessThanOrEqual(Math.ceil(boundMs * patience));
        expect(phi.isSuspect(detector, at + inMs + 1, patience)).toBe(true);
        expect(phi.suspectInMs(detector, at + inMs + 1, patience)).toBe(0);
        if (inMs > 1) expect(phi.isSuspect(detector, at + inMs - 2, patience)).toBe(false);
        phi.heard(detector, at + inMs + 1);
        expect(phi.isSuspect(detector, at + inMs + 1, patience)).toBe(false);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  test("waits longer for whoever is irregular", () => {
    const suspectAfter = (times: readonly number[]) => {
      const detector = phi.create(0, { expectedMs: 1000 });
      const at = heardBy(detector, times);
      return phi.suspectInMs(detector, at);
    };
    const even = suspectAfter([1000, 1000, 1000, 1000]);
    expect(even).toBe(3562);
    expect(suspectAfter([500, 1500, 500, 1500])).toBeGreaterThan(even + 2000);
    // A burst of what had to wait does not make it nervous, nor one long silence blind.
    expect(suspectAfter(Array<number>(200).fill(0))).toBe(even);
    expect(suspectAfter([...Array<number>(199).fill(1000), 3_600_000])).toBeLessThan(3 * even);
  });
});

describe("time-out detector", () => {
  test("suspects from the time-out on, times patience, until it is heard", () => {
    const detector = timeout.create(100, 50);
    const table: [at: number, patience: number, isSuspect: boolean, inMs: number][] = [
      [100, 1, false, 50],
      [149.5, 1, false, 1],
      [150, 1, true, 0],
      [150, 2, false, 50],
      [200, 2, true, 0],
      [9000, 1, true, 0],
    ];
    for (const [at, patience, isSuspect, inMs] of table) {
      expect(timeout.isSuspect(detector, at, patience)).toBe(isSuspect);
      expect(timeout.suspectInMs(detector, at, patience)).toBe(inMs);
    }
    timeout.heard(detector, 9000);
    timeout.heard(detector, 8000);
    expect(timeout.suspectInMs(detector, 9000)).toBe(50);
  });
});

describe("local health", () => {
  test("of a gap only what a look may be late counts, whatever is asked when", () => {
    const state = health.create(0, { everyMs: 100, lateMs: 50 });
    expect([health.look(state, 100), health.look(state, 250)]).toEqual([0, 0]);
    expect(health.awakeAt(state, 300)).toBe(300);
    expect([health.awakeAt(state, 400), health.awakeAt(state, 5250)]).toEqual([400, 400]);
    expect(health.look(state, 5250)).toBe(4850);
    expect(health.awakeAt(state, 5250)).toBe(400);
    expect(health.awakeAt(state, 5300)).toBe(450);
  });

  test("time awake never goes back and is never ahead of time", () => {
    const gaps = fc.array(fc.record({ gap: fc.nat(1000), isLook: fc.boolean() }));
    const property = fc.property(gaps, fc.nat(200), (steps, lateMs) => {
      const state = health.create(0, { everyMs: 100, lateMs });
      let [now, before] = [0, 0];
      for (const { gap, isLook } of steps) {
        now += gap;
        const awake = health.awakeAt(state, now);
        expect(awake).toBeGreaterThanOrEqual(before);
        expect(awake).toBeLessThanOrEqual(now);
        if (isLook) health.look(state, now);
        expect(health.awakeAt(state, now)).toBe(awake);
        before = awake;
      }
    });
    fc.assert(property);
  });

  test("patience goes up and down by one, between 1 and 9", () => {
    const state = health.create(0, { everyMs: 100 });
    const looks = (gap: number, count: number) => {
      const from = state.lookedAt;
      for (let look = 1; look <= count; look += 1) health.look(state, from + look * gap);
      return health.patience(state);
    };
    expect([looks(100, 3), looks(201, 1), looks(200, 1)]).toEqual([1, 2, 1]);
    expect([looks(1000, 20), looks(100, 7), looks(100, 1), looks(100, 1)]).toEqual([9, 2, 1, 1]);
    health.adjust(state, 3);
    expect(health.patience(state)).toBe(4);
  });
});

/** A heartbeat, two looks, and what may be late on the way. */
const TIMEOUT_MS = 1500;

/**
 * A thread that watches a member by heartbeats each second, and stands still now and then for up to
 * half a minute. When it goes on, what is due comes first and the heartbeats that wait come after,
 * or only after the next stall.
 */
class Watch {
  readonly health = health.create(0, { everyMs: 100 });
  readonly timeout = timeout.create(0, TIMEOUT_MS);
  readonly phi = phi.create(0, { expectedMs: 1000 });
  readonly #random: Random;
  readonly #awake: (now: number) => number;
  readonly suspectedAt: Partial<Record<"timeout" | "phi", number>> = {};
  stalls = 0;

  constructor(seed: number, isAware: boolean) {
    this.#random = new Random(seed).fork("thread");
    this.#awake = (now) => (isAware ? health.awakeAt(this.health, now) : now);
  }

  /** The member is well until `diesAt`, and stalls end there: from then on a bound holds. */
  run(seed: number, diesAt: number, untilMs: number): void {
    const network = new Random(seed).fork("network");
    let [beatAt, stalledUntil, mayDrain] = [0, 0, true];
    const waiting: number[] = [];
    for (let now = 0; now < untilMs; now += 20) {
      for (; beatAt <= now && beatAt < diesAt; beatAt += 950 + network.int(100)) {
        waiting.push(beatAt + network.int(100));
      }
      if (now < stalledUntil) continue;
      this.#due(now);
      if (mayDrain) this.#drain(waiting, now);
      const stalls = now < diesAt && this.#random.chance(mayDrain ? 0.5 : 85);
      mayDrain = !stalls || this.#random.chance(20);
      if (stalls) {
        this.stalls += 1;
        stalledUntil = Math.min(diesAt, now + 300 + this.#random.int(30_000));
      }
    }
  }

  #due(now: number): void {
    const isLookFirst = this.#random.chance(50);
    if (isLookFirst) this.#look(now);
    const [at, patience] = [this.#awake(now), health.patience(this.health)];
    if (timeout.isSuspect(this.timeout, at, patience)) this.suspectedAt.timeout ??= now;
    if (phi.isSuspect(this.phi, at, patience)) this.suspectedAt.phi ??= now;
    if (!isLookFirst) this.#look(now);
  }

  #look(now: number): void {
    if (now - this.health.lookedAt >= 100) health.look(this.health, now);
  }

  #drain(waiting: number[], now: number): void {
    while ((waiting[0] ?? Number.POSITIVE_INFINITY) <= now) {
      waiting.shift();
      timeout.heard(this.timeout, this.#awake(now));
      phi.heard(this.phi, this.#awake(now));
    }
  }
}

describe("a thread that stands still", () => {
  const diesAt = 300_000;
  const watches = (isAware: boolean) =>
    Array.from({ length: 40 }, (_, seed) => {
      const watch = new Watch(seed, isAware);
      watch.run(seed, diesAt, diesAt + 20_000);
      return watch;
    });

  test("suspects nobody of it, and whoever has died within the bound", () => {
    const all = watches(true);
    expect(Math.min(...all.map(({ stalls }) => stalls))).toBeGreaterThan(3);
    for (const { suspectedAt, phi: detector } of all) {
      const { timeout: byTimeout = 0, phi: byPhi = 0 } = suspectedAt;
      expect(byTimeout).toBeGreaterThan(diesAt);
      expect(byPhi).toBeGreaterThan(diesAt);
      // Patience is gone after 9 looks; 1.5 s for what was on its way, and for the last gap.
      expect(byTimeout).toBeLessThan(diesAt + TIMEOUT_MS + 1500);
      const silentMs = phi.suspectInMs(detector, detector.heardAt);
      expect(byPhi).toBeLessThan(diesAt + silentMs + 1500);
      expect(silentMs).toBeLessThan(8000);
    }
  });

  test("suspects others of it where it counts time and not time awake", () => {
    const wrong = watches(false).filter(({ suspectedAt }) => {
      const { timeout: byTimeout = 0, phi: byPhi = 0 } = suspectedAt;
      return byTimeout < diesAt && byPhi < diesAt;
    });
    expect(wrong.length).toBeGreaterThan(35);
  });
});

test("wrong options are refused", () => {
  const wrong: (() => unknown)[] = [
    ...[0, -1, 1.5, Number.NaN, 2 ** 31].map((ms) => () => timeout.create(0, ms)),
    ...[0, -1, 1.5, Number.NaN, 131_073].map((expectedMs) => () => phi.create(0, { expectedMs })),
    ...[0, 0.9, Number.NaN, 18.1].map(
      (threshold) => () => phi.create(0, { expectedMs: 1, threshold }),
    ),
    ...[-1, Number.NaN, 2 ** 31].map((pauseMs) => () => phi.create(0, { expectedMs: 1, pauseMs })),
    ...[0, -1, Number.NaN].map(
      (deviationMinMs) => () => phi.create(0, { expectedMs: 1, deviationMinMs }),
    ),
    ...[1, 2.5, 1001].map((samplesMax) => () => phi.create(0, { expectedMs: 1, samplesMax })),
    ...[0, 1.5, 60_001].map((everyMs) => () => health.create(0, { everyMs })),
    ...[-1, 1.5, 60_001].map((lateMs) => () => health.create(0, { lateMs })),
    ...[-1, 1.5, 101].map((scoreMax) => () => health.create(0, { scoreMax })),
  ];
  for (const make of wrong) expect(make).toThrow(InvalidOptions);
  expect(() => phi.create(0, { expectedMs: 1, deviationMinMs: 0 })).toThrow(
    "deviationMinMs must be a number above 0 and up to 2147483647; got 0",
  );
});
