/** Goal: nothing of an epoch that is over gets through, and what is no epoch is no way around. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidOptions } from "../../../actors/errors.ts";
import { Fence } from "../../../actors/supervision/fence.ts";

test("accepts an epoch if none above it was accepted", () => {
  const property = fc.property(fc.array(fc.nat(20)), fc.nat(10), (epochs, first) => {
    const fence = new Fence(first);
    let highest = first;
    let refused = 0;
    for (const epoch of epochs) {
      expect(fence.accept(epoch)).toBe(epoch >= highest);
      if (epoch < highest) refused += 1;
      highest = Math.max(highest, epoch);
      expect(fence).toMatchObject({ epoch: highest, refused });
    }
  });
  fc.assert(property);
});

test.each([undefined, null, Number.NaN, -1, 1.5, "7", 2 ** 53, Number.POSITIVE_INFINITY])(
  "%s is no epoch",
  (epoch) => {
    const fence = new Fence(3);
    expect(() => fence.accept(epoch as number)).toThrow(InvalidOptions);
    expect(() => new Fence((epoch ?? Number.NaN) as number)).toThrow(InvalidOptions);
    expect(fence).toMatchObject({ epoch: 3, refused: 0 });
  },
);
