/** Chameneos: creatures crowd one mall, which pairs them up; both of a pair take a new colour. */

import { COLOURS, Creature, Mall } from "./chameneos.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** The checksum is the sum of the meetings that each creature had: two for each pair. */
export const run = program((system, size) => async () => {
  const creatures = size("actors");
  const mall = await system.spawn(Mall, [size("count"), creatures], { thread: 1 });
  const meetings = mall.with(PATIENT).call.close();
  for (let index = 0; index < creatures; index += 1) {
    const creature = await system.spawn(Creature, [mall, index % COLOURS], { near: mall });
    creature.cast.begin();
  }
  return meetings;
});
