/** Logistic map: each series asks a computer for its next term, again and again. */

import { Master } from "./logistic-map.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** Series need nothing of each other: each master has its share of them on a thread of its own. */
const MASTERS = 2;

/** The checksum is the sum of the last terms, in millionths. */
export const run = program((system, size) => async () => {
  const share = size("series") / MASTERS;
  const sums = Array.from({ length: MASTERS }, async (_, index) => {
    const master = await system.spawn(Master, [], { thread: 1 + index });
    return master.with(PATIENT).call.run(index * share, share, size("count"));
  });
  return (await Promise.all(sums)).reduce((total, sum) => total + sum, 0);
});
