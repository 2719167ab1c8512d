import { expect, test } from "vitest";
import { type Backoff, delay } from "../../runtime/backoff.ts";
import { Random } from "../../runtime/random.ts";

/** Answers 0 (no jitter taken) or the greatest number asked for, and counts the questions. */
function fixed(answer: "least" | "most"): { int(max: number): number; asked: number } {
  return {
    asked: 0,
    int(max) {
      this.asked += 1;
      return answer === "least" ? 0 : max - 1;
    },
  };
}

const doubling: Backoff = { minMs: 100, maxMs: 1000, factor: 2, jitter: 0.5 };

test("how long one waits", () => {
  const table: [Backoff, attempt: number, longest: number, shortest: number][] = [
    [doubling, 0, 100, 50],
    [doubling, 1, 200, 100],
    [doubling, 2, 400, 200],
    [doubling, 3, 800, 400],
    [doubling, 4, 1000, 500],
    [doubling, 1_000_000, 1000, 500],
    [{ ...doubling, jitter: 0 }, 2, 400, 400],
    [{ ...doubling, jitter: 1 }, 2, 400, 0],
    [{ ...doubling, factor: 1 }, 1_000_000, 100, 50],
    [{ ...doubling, factor: 1.5 }, 3, 337, 169],
    [{ ...doubling, factor: 1e300 }, 5, 1000, 500],
    [{ minMs: 1, maxMs: 1, factor: 2, jitter: 1 }, 3, 1, 0],
    [{ minMs: 1, maxMs: 2147483647, factor: 10, jitter: 0 }, 99, 2147483647, 2147483647],
    [{ minMs: 1, maxMs: 1000, factor: 1.000001, jitter: 0 }, 1_000_000_000, 1, 1],
  ];
  for (const [backoff, attempt, longest, shortest] of table) {
    const row = `${JSON.stringify(backoff)}, attempt ${attempt}`;
    expect(delay(attempt, backoff, fixed("least")), row).toBe(longest);
    expect(delay(attempt, backoff, fixed("most")), row).toBe(shortest);
  }
});

test("one number is drawn, whatever the jitter", () => {
  for (const jitter of [0, 0.5, 1]) {
    const random = fixed("least");
    delay(3, { ...doubling, jitter }, random);
    expect(random.asked).toBe(1);
  }
});

test("those who fail together come back apart, and inside the bounds", () => {
  const waits = new Set<number>();
  for (let member = 0; member < 200; member += 1) {
    const wait = delay(0, doubling, new Random("seed").fork(`member ${member}`));
    expect(wait).toBeGreaterThanOrEqual(50);
    expect(wait).toBeLessThanOrEqual(100);
    waits.add(wait);
  }
  expect(waits.size).toBeGreaterThan(40);
});

test("nonsense is refused", () => {
  const bad: Partial<Backoff>[] = [
    { minMs: 0 },
    { minMs: 0.5 },
    { minMs: Number.NaN },
    { maxMs: 99 },
    { maxMs: 2147483648 },
    { factor: 0.9 },
    { factor: Number.NaN },
    { jitter: -0.1 },
    { jitter: 1.1 },
  ];
  for (const wrong of bad) {
    const call = (): number => delay(0, { ...doubling, ...wrong }, fixed("least"));
    expect(call, JSON.stringify(wrong)).toThrow();
  }
  expect(() => delay(-1, doubling, fixed("least"))).toThrow();
  expect(() => delay(1.5, doubling, fixed("least"))).toThrow();
});
