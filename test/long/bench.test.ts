/** As test/bench/small.test.ts, with all rows. Needs dist/. */

import { expect, test } from "vitest";
import { bench, playSmall } from "../support/bench.ts";

test("every row runs at its small size and prints one valid object", async () => {
  const listed = await bench(["--list"]);
  const records = await playSmall();
  // On a machine with one core those rows are all there is.
  const skipped = records.some(({ name }) => name.endsWith(", one core")) ? /^$/ : /, one core$/;
  const names = listed.out.filter((name) => !skipped.test(name));
  expect(records.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});
