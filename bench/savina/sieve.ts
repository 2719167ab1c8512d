/** Sieve: a pipeline of filters, each of which knows some primes and lets pass what they leave. */

import { Filter, Source } from "./sieve.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum is the sum of the primes up to `count`. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [1], { thread: 1 });
  const filter = await system.spawn(Filter, [0, 2, total], { thread: 1 });
  const source = await system.spawn(Source, [filter], { thread: 2 });
  source.cast.send(3, size("count"));
  return total.with(PATIENT).call.sum();
});
