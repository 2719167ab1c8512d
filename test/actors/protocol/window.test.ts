/** Goal: each number is taken once, in any order, and none that is too old to tell. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { WINDOW, Window } from "../../../actors/protocol/window.ts";

/** Steps forward and back, small and as large as the window. */
const steps = fc.array(
  fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -2 * WINDOW, max: 2 * WINDOW }),
    fc.constantFrom(-WINDOW, -WINDOW + 1, WINDOW - 1, WINDOW, WINDOW + 1, 2 ** 33),
  ),
  { maxLength: 200 },
);

test("as a set that remembers what is not too old", () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const window = new Window();
      const taken = new Set<number>();
      let highest = 0;
      let number = 0;
      for (const move of moves) {
        number = Math.max(1, number + move);
        const isNew = number > highest - WINDOW && !taken.has(number);
        expect(window.take(number)).toBe(isNew);
        taken.add(number);
        highest = Math.max(highest, number);
      }
    }),
    { numRuns: 300 },
  );
});
