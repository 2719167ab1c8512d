/** Goal: a threshold is the number that was written, and what cannot be that is refused. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidQuorum } from "../../protocols/errors.ts";
import { atLeast, fraction, fractionText, type Threshold } from "../../protocols/fraction.ts";

test("what is written is read digit by digit, in lowest terms", () => {
  const table: [written: Threshold, text: string][] = [
    [0.67, "67/100"],
    ["0.67", "67/100"],
    ["67%", "67/100"],
    ["66.7%", "667/1000"],
    ["2/3", "2/3"],
    ["6/9", "2/3"],
    [{ numerator: 3, denominator: 5 }, "3/5"],
    [{ numerator: 300, denominator: 500 }, "3/5"],
    [0.6, "3/5"],
    [0.5, "1/2"],
    [1, "1/1"],
    ["1.000", "1/1"],
    ["100%", "1/1"],
    ["10e-1", "1/1"],
    [1e-7, "1/10000000"],
    [0.1, "1/10"],
    [0.999999999999999, "999999999999999/1000000000000000"],
    ["9007199254740990/9007199254740991", "9007199254740990/9007199254740991"],
  ];
  for (const [written, text] of table) {
    expect(fractionText(fraction(written)), String(written)).toBe(text);
    expect(fraction(text)).toEqual(fraction(written));
  }
});

test.each([
  0,
  -0,
  -0.5,
  1.01,
  2,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 / 3, // Not 2/3 but the double nearest to it, which is less.
  0.1 + 0.2,
  "",
  "half",
  "0/3",
  "4/3",
  "2/0",
  "-1/2",
  "1/2/3",
  " 1/2",
  ".5",
  "0x1",
  "101%",
  "0%",
  "1e999",
  "0.0000000000000001",
  "9007199254740992/9007199254740993",
  { numerator: 0, denominator: 1 },
  { numerator: 1.5, denominator: 2 },
  { numerator: "1", denominator: 2 },
  { numerator: 3, denominator: 2 },
  { numerator: 1 },
  null,
  true,
  [1, 2],
])("%j is no threshold", (written) => {
  const wrong = () => fraction(written as Threshold, "approval");
  expect(wrong).toThrow(InvalidQuorum);
  expect(wrong).toThrow(/^approval must be above 0 and at most 1, like 0\.6, .*; got /);
});

test("all decimals of up to 15 digits are exact", () => {
  const decimals = fc.integer({ min: 1, max: 15 }).chain((digits) => {
    const one = 10n ** BigInt(digits);
    return fc.record({ one: fc.constant(one), part: fc.bigInt({ min: 1n, max: one }) });
  });
  const property = fc.property(decimals, ({ one, part }) => {
    const digits = part.toString().padStart(one.toString().length, "0");
    const text = `${digits.slice(0, 1)}.${digits.slice(1)}`;
    const { numerator, denominator } = fraction(text);
    expect(BigInt(numerator) * one).toBe(part * BigInt(denominator));
    // A number up to 1 that has so few digits prints as them: the same as its text.
    expect(fraction(Number(text))).toEqual({ numerator, denominator });
  });
  fc.assert(property, { numRuns: 300 });
});

test("atLeast is the smallest whole number that reaches it, up to the largest", () => {
  const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const property = fc.property(whole, whole, whole, (a, b, total) => {
    const part = fraction({ numerator: Math.min(a, b), denominator: Math.max(a, b) });
    const needed = atLeast(part, total);
    const reaches = (count: number) =>
      BigInt(count) * BigInt(part.denominator) >= BigInt(total) * BigInt(part.numerator);
    expect(Number.isSafeInteger(needed) && needed >= 1 && needed <= total).toBe(true);
    expect([reaches(needed), reaches(needed - 1)]).toEqual([true, false]);
  });
  fc.assert(property, { numRuns: 500 });
});
