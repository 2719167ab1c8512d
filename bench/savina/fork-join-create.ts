/** Fork-join create: actors that live for one message and a little arithmetic. */

import { Forker } from "./fork-join-create.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** Each forks its share; parents and children stay on one thread. */
const FORKERS = 2;

/** The checksum is the sum of what the children computed. */
export const run = program((system, size) => async () => {
  const share = size("count") / FORKERS;
  const sums = Array.from({ length: FORKERS }, async (_, index) => {
    const forker = await system.spawn(Forker, [], { thread: 1 + index });
    return forker.with(PATIENT).call.fork(index * share, share);
  });
  return (await Promise.all(sums)).reduce((total, sum) => total + sum, 0);
});
