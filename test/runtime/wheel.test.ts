import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TICK_MS, Wheel } from "../../runtime/wheel.ts";

/** A rotation of the wheel. A test may know it: the interesting cases lie on both sides of it. */
const ROTATION_MS = 8192 * TICK_MS;

function collect(wheel: Wheel, now: number): number[] {
  const fired: number[] = [];
  wheel.advance(now, (payload) => fired.push(payload));
  return fired;
}

describe("table", () => {
  test("when an entry fires", () => {
    const table: [start: number, due: number, notYet: number, fires: number][] = [
      [0, 10, 9, 10],
      [0, 10, 9.999, 10],
      [0, 9.5, 9.999, 10],
      [0, 0, 0, 1],
      [100, 50, 100, 101],
      [100, Number.NEGATIVE_INFINITY, 100, 101],
      [1234.567, 1235.2, 1235.9, 1236],
      [0, ROTATION_MS, ROTATION_MS - 1, ROTATION_MS],
      [0, ROTATION_MS + 1, ROTATION_MS, ROTATION_MS + 1],
      [0, 5 * ROTATION_MS + 7, 5 * ROTATION_MS + 6, 5 * ROTATION_MS + 7],
      [1.7e12, 1.7e12 + 3 * ROTATION_MS, 1.7e12 + 3 * ROTATION_MS - 1, 1.7e12 + 3 * ROTATION_MS],
    ];
    for (const [start, due, notYet, fires] of table) {
      const row = `start ${start} due ${due}`;
      const wheel = new Wheel(start);
      wheel.insert(due, 7);
      expect(wheel.nextDue(), row).toBe(fires);
      expect(collect(wheel, notYet), row).toEqual([]);
      expect(wheel.nextDue(), row).toBe(fires);
      expect(collect(wheel, wheel.nextDue()), row).toEqual([7]);
      expect(wheel.size, row).toBe(0);
      expect(wheel.nextDue(), row).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test("order: by due tick, then by insertion, also over a gap of several rotations", () => {
    const wheel = new Wheel(0);
    const dues = [ROTATION_MS + 5, 5, 3 * ROTATION_MS, 5, 2 * ROTATION_MS + 5, 1, ROTATION_MS + 5];
    dues.forEach((due, index) => void wheel.insert(due, index));
    expect(collect(wheel, 10 * ROTATION_MS)).toEqual([5, 1, 3, 0, 6, 4, 2]);
  });

  test("a clock that stands or goes back fires nothing", () => {
    const wheel = new Wheel(0);
    wheel.insert(10, 1);
    expect(collect(wheel, 10)).toEqual([1]);
    wheel.insert(5, 2);
    expect(collect(wheel, 10)).toEqual([]);
    expect(collect(wheel, 3)).toEqual([]);
    expect(collect(wheel, Number.NaN)).toEqual([]);
    expect(collect(wheel, 11)).toEqual([2]);
  });

  test("a removed entry never fires, and its time is passed at most once for nothing", () => {
    const wheel = new Wheel(0);
    const early = wheel.insert(10, 1);
    wheel.insert(20, 2);
    // In the same list as the early one, a rotation later.
    wheel.insert(10 + ROTATION_MS, 3);
    wheel.remove(early);
    const woken: number[] = [];
    for (let turns = 0; wheel.size > 0; turns += 1) {
      expect(turns).toBeLessThan(4);
      woken.push(...collect(wheel, wheel.nextDue()));
    }
    expect(woken).toEqual([2, 3]);
  });

  test("a list emptied by removals is no reason to wake up", () => {
    const wheel = new Wheel(0);
    wheel.insert(10, 1);
    wheel.insert(5000, 2);
    wheel.remove(wheel.insert(30, 3));
    expect(collect(wheel, 10)).toEqual([1]);
    expect(wheel.nextDue()).toBe(5000);
  });

  test("the last removal leaves nothing to wake up for", () => {
    const wheel = new Wheel(0);
    wheel.remove(wheel.insert(10, 1));
    expect(wheel.nextDue()).toBe(Number.POSITIVE_INFINITY);
  });

  test("misuse is refused", () => {
    const wheel = new Wheel(0);
    const entry = wheel.insert(10, 1);
    wheel.remove(entry);
    for (const wrong of [entry, 0, -1, 8191, 8192, 1e9]) {
      expect(() => wheel.remove(wrong), String(wrong)).toThrow();
    }
    expect(() => wheel.insert(Number.NaN, 1)).toThrow();
    expect(() => wheel.insert(Number.POSITIVE_INFINITY, 1)).toThrow();
    wheel.insert(1, 1);
    expect(() => wheel.advance(5, () => wheel.advance(6, () => {}))).toThrow();
  });

  test("what fire throws is thrown, and the rest fires at the next call", () => {
    const wheel = new Wheel(0);
    for (const payload of [1, 2, 3]) wheel.insert(5, payload);
    const failing = (payload: number): void => {
      if (payload === 2) throw new Error("two");
    };
    expect(() => wheel.advance(5, failing)).toThrow("two");
    expect(wheel.size).toBe(1);
    expect(wheel.nextDue()).toBe(5);
    expect(collect(wheel, 5)).toEqual([3]);
  });

  test("a hundred thousand entries: numbers are used again", () => {
    const wheel = new Wheel(0);
    const seen = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const entries: number[] = [];
      for (let index = 0; index < 100_000; index += 1) {
        entries.push(wheel.insert(1 + index * 7 + round, index));
      }
      for (const entry of entries) {
        seen.add(entry);
        wheel.remove(entry);
      }
    }
    expect(wheel.size).toBe(0);
    expect(seen.size).toBe(100_000);
  });
});

interface Row {
  payload: number;
  tick: number;
  entry: number;
}

/** What the wheel should do, as an array sorted by (tick, insertion). */
class Model {
  rows: Row[] = [];
  tick = 0;

  insert(due: number, payload: number, entry: number): void {
    const tick = Math.max(Math.ceil(due), this.tick + 1);
    const at = this.rows.findIndex((row) => row.tick > tick);
    this.rows.splice(at < 0 ? this.rows.length : at, 0, { payload, tick, entry });
  }

  take(entry: number): Row | undefined {
    const at = this.rows.findIndex((row) => row.entry === entry);
    return at < 0 ? undefined : this.rows.splice(at, 1)[0];
  }

  /** Time passes; what is due is what an advance must fire, in this order. */
  advance(now: number): Row[] {
    this.tick = Math.max(this.tick, Math.floor(now));
    return this.rows.filter(({ tick }) => tick <= this.tick);
  }
}

/** `inside` holds the decisions made inside `fire`, so that they shrink too. */
type Step = { type: "insert" | "remove" | "advance"; by: number; inside: number[] };

const distance = fc.oneof(
  fc.integer({ min: -5, max: 40 }),
  fc.double({ min: 0, max: 20, noNaN: true }),
  fc.constantFrom(ROTATION_MS - 1, ROTATION_MS, ROTATION_MS + 1, 2 * ROTATION_MS),
  fc.integer({ min: 0, max: 4 * ROTATION_MS }),
);

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom("insert", "insert", "insert", "remove", "advance"),
  by: distance,
  inside: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 4 }),
});

/** Runs wheel and model side by side; throws where they differ. */
class Run {
  readonly wheel = new Wheel(0);
  readonly model = new Model();
  now = 0;
  #payload = 0;

  insert(due: number): void {
    this.#payload += 1;
    this.model.insert(due, this.#payload, this.wheel.insert(due, this.#payload));
  }

  /** Some live entry, chosen by a number. */
  remove(choice: number): void {
    const row = this.model.rows[choice % Math.max(1, this.model.rows.length)];
    if (row === undefined) return;
    this.wheel.remove(row.entry);
    this.model.take(row.entry);
  }

  advance(by: number, inside: readonly number[]): void {
    this.now = Math.max(0, this.now + by);
    const due = this.model.advance(this.now);
    let turn = 0;
    this.wheel.advance(this.now, (payload, entry) => {
      // Those removed by an earlier fire are gone from the model and must not fire.
      let expected = due.shift();
      while (expected !== undefined && !this.model.rows.includes(expected)) expected = due.shift();
      expect({ payload, entry }).toEqual({ payload: expected?.payload, entry: expected?.entry });
      const choice = inside[turn % Math.max(1, inside.length)] ?? 0;
      turn += 1;
      // The entry that fires is still reserved: neither of these may disturb it.
      if (choice % 5 === 1) this.insert(this.now + (choice % 50) - 10);
      if (choice % 5 === 2) this.remove(choice);
      if (choice % 5 === 3) this.wheel.remove(entry);
      if (choice % 5 === 4) {
        const next = this.model.rows.find((row) => row.tick <= this.model.tick && row !== expected);
        if (next !== undefined) this.remove(this.model.rows.indexOf(next));
      }
      this.model.take(entry);
    });
    const left = due.filter((row) => this.model.rows.includes(row));
    expect(left).toEqual([]);
  }

  check(): void {
    expect(this.wheel.size).toBe(this.model.rows.length);
    const first = this.model.rows[0]?.tick ?? Number.POSITIVE_INFINITY;
    const next = this.wheel.nextDue();
    expect(next).toBeLessThanOrEqual(first);
    if (first < Number.POSITIVE_INFINITY) expect(next).toBeGreaterThan(this.now);
  }
}

// Goal: fires exactly what a sorted array would, in that order, whatever happens inside `fire`.
test("model: a sorted array", () => {
  const property = fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
    const run = new Run();
    for (const { type, by, inside } of steps) {
      if (type === "insert") run.insert(run.now + by);
      else if (type === "remove") run.remove(Math.abs(Math.floor(by)));
      else run.advance(by, inside);
      run.check();
    }
    // A sleeper that trusts nextDue gets everything on time and wakes at most once per entry that
    // ever was.
    for (let wakes = 0; run.wheel.size > 0; wakes += 1) {
      expect(wakes).toBeLessThan(steps.length * 5 + 1);
      run.advance(run.wheel.nextDue() - run.now, []);
      run.check();
    }
  });
  fc.assert(property, { numRuns: 200, seed: 1 });
});
