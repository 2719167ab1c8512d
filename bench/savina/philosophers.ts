/** Philosophers: who is hungry asks an arbitrator for two forks, and asks again when denied. */

import { Arbitrator, Philosopher } from "./philosophers.actors.ts";
import { PATIENT, program } from "./stage.ts";

/** The checksum is the number of meals that the philosophers have counted. */
export const run = program((system, size) => async () => {
  const seats = size("actors");
  const arbitrator = await system.spawn(Arbitrator, [seats], { thread: 1 });
  const meals = arbitrator.with(PATIENT).call.close();
  for (let seat = 0; seat < seats; seat += 1) {
    const near = { near: arbitrator };
    const philosopher = await system.spawn(Philosopher, [seat, size("count"), arbitrator], near);
    philosopher.cast.think();
  }
  return meals;
});
