/** Goal: a rehearsal comes to its end, and to a quick one once the thread is needed. */

import { expect, test } from "vitest";
import { checkSystemOptions } from "../../actors/options.ts";
import { rehearse } from "../../actors/rehearsal.ts";
import { realMachine } from "../../runtime/machine.ts";

const { settings } = checkSystemOptions({ threads: 2 });

test.each([
  ["all, if nobody needs the thread", Number.POSITIVE_INFINITY, 40],
  ["no more, once somebody does", 2, 3],
])("%s", async (_, spare, looks) => {
  let looked = 0;
  await rehearse(settings, realMachine, () => {
    looked += 1;
    return looked > spare;
  });
  expect(looked).toBe(looks);
});
