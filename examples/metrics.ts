/** Numbers that actors measure, on whatever threads: histograms, and each as it comes. */

import { startSystem } from "../actors/index.ts";
import { Kitchen } from "./metrics.actors.ts";

const system = await startSystem({ threads: 2 });
system.metrics.listen(({ kind, values: { dishes = 0 }, actor }) => {
  if (dishes === 100) console.log(kind, dishes, "by", actor);
});
const small = await system.spawn(Kitchen, [], { thread: 1, name: "small" });
const large = await system.spawn(Kitchen, [], { thread: 2, name: "large" });
for (let dishes = 1; dishes <= 50; dishes += 1) small.cast.cook(dishes);
for (let dishes = 51; dishes <= 100; dishes += 1) large.cast.cook(dishes);

// What threads hold back comes within 50 ms, and before the system has stopped.
await system.stop(); //=> cooking 100 by large

const cooking = system.metrics.of("cooking");
console.log([...cooking.keys()]); //=> [ 'durationMs', 'dishes' ]
const dishes = cooking.get("dishes");
console.log(dishes?.count, dishes?.min, dishes?.max, dishes?.mean); //=> 100 1 100 50.5
// Percentiles are within 0.8 %.
console.log(Math.floor(dishes?.percentile(90) ?? 0)); //=> 90
