/** Big: every actor pings others at random and waits for each answer; all talk to all. */

import { Pinger } from "./big.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum is the sum of the places that answered. */
export const run = program((system, size) => async () => {
  const actors = size("actors");
  const total = await system.spawn(Total, [actors], { thread: 1 });
  const sum = total.with(PATIENT).call.sum();
  const pingers = await Promise.all(
    Array.from({ length: actors }, (_, place) =>
      system.spawn(Pinger, [place, size("seed"), total], { near: total }),
    ),
  );
  for (const pinger of pingers) pinger.cast.meet(pingers);
  for (const pinger of pingers) pinger.cast.begin(size("count"));
  const answered = await sum;
  // Who is done with its own pings still answers those of others, so all leave together.
  for (const pinger of pingers) pinger.cast.leave();
  return answered;
});
