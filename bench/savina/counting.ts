/** Counting: a producer sends increments to a counter, then asks what they came to. */

import { Counter, Producer } from "./counting.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** The checksum is what the counter has counted. */
export const run = program((system, size) => async () => {
  const counter = await system.spawn(Counter, [], { thread: 1 });
  const producer = await system.spawn(Producer, [counter], { thread: 1 });
  return producer.with(PATIENT).call.produce(size("count"));
});
