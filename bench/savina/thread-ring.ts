/** Thread ring: a token goes round a ring of actors; only one of them ever has something to do. */

import { PATIENT, program } from "./stage.ts";
import { Seat } from "./thread-ring.actors.ts";
import { Total } from "./total.actors.ts";

/** The checksum: each actor's place in the ring times the tokens that it saw. */
export const run = program((system, size) => async () => {
  const actors = size("actors");
  const total = await system.spawn(Total, [actors], { thread: 1 });
  const seats = await Promise.all(
    Array.from({ length: actors }, (_, place) =>
      system.spawn(Seat, [place, actors, total], { near: total }),
    ),
  );
  seats.forEach((seat, place) => {
    seat.cast.join(seats[(place + 1) % actors] ?? seat);
  });
  seats[0]?.cast.token(size("count"));
  return total.with(PATIENT).call.sum();
});
