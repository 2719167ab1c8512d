/** Fork-join throughput: masters keep many actors supplied with small pieces of work. */

import { Master, Worker } from "./fork-join-throughput.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** Each on a thread of its own, with its share of the workers. */
const MASTERS = 2;

/** The checksum is the sum of what the workers computed. */
export const run = program((system, size) => async () => {
  const [messages, share] = [size("count"), size("actors") / MASTERS];
  const sums = Array.from({ length: MASTERS }, async (_, index) => {
    const total = await system.spawn(Total, [share], { thread: 1 + index });
    const workers = await Promise.all(
      Array.from({ length: share }, () => system.spawn(Worker, [messages, total], { near: total })),
    );
    const master = await system.spawn(Master, [workers, messages], { near: total });
    master.cast.rounds();
    return total.with(PATIENT).call.sum();
  });
  return (await Promise.all(sums)).reduce((total, sum) => total + sum, 0);
});
