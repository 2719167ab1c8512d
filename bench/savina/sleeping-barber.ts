/** Sleeping barber: customers wait in a room with a bound, or come again when it is full. */

import { Barber, Factory, Room } from "./sleeping-barber.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/** The checksum: what came of making customers and cutting their hair, and how many had it cut. */
export const run = program((system, size) => async () => {
  const total = await system.spawn(Total, [2], { thread: 1 });
  const near = { near: total };
  const sum = total.with(PATIENT).call.sum();
  const barber = await system.spawn(Barber, [size("seed"), total], near);
  const room = await system.spawn(Room, [size("chairs"), barber], near);
  const factory = await system.spawn(Factory, [room, size("seed"), total], near);
  factory.cast.produce(size("count"));
  return sum;
});
