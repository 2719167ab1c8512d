/** Trapezoidal: workers approximate an integral, each over a part of the range. */

import { PATIENT, program } from "./stage.ts";
import { Total } from "./total.actors.ts";
import { Worker } from "./trapezoidal.actors.ts";

const WORKERS = 100;
const LEFT = 1;
const RIGHT = 5;

/** The checksum is the integral, each part in millionths; `count` is the number of pieces. */
export const run = program((system, size) => async () => {
  const pieces = size("count") / WORKERS;
  const width = (RIGHT - LEFT) / size("count");
  const total = await system.spawn(Total, [WORKERS], { thread: 1 });
  const parts = Array.from({ length: WORKERS }, async (_, index) => {
    const worker = await system.spawn(Worker, [total], { thread: "spread" });
    worker.cast.integrate(LEFT + index * pieces * width, width, pieces);
  });
  await Promise.all(parts);
  return total.with(PATIENT).call.sum();
});
