/** Producer-consumer: a manager with a bounded buffer between many who make and many who use. */

import { Consumer, Manager, Producer } from "./producer-consumer.actors.ts";
import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";

/**
 * Making and using are work for a core each. The checksum is the sum of what the consumers made of
 * the items.
 */
export const run = program((system, size) => async () => {
  const [producers, consumers] = [size("producers"), size("consumers")];
  const manager = await system.spawn(Manager, [size("buffer"), producers, consumers], {
    thread: 1,
  });
  const total = await system.spawn(Total, [consumers], { near: manager });
  const sum = total.with(PATIENT).call.sum();
  const steps = size("steps");
  for (let place = 0; place < consumers; place += 1) {
    const consumer = await system.spawn(Consumer, [manager, total, steps], { thread: 2 });
    manager.cast.available(consumer);
  }
  for (let place = 0; place < producers; place += 1) {
    const work = { place, items: size("count"), steps };
    const producer = await system.spawn(Producer, [manager, work], { near: manager });
    producer.cast.produce();
  }
  return sum;
});
