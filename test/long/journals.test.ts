/** Goal: as test/actors/journal/simulated.test.ts, for many seeds. */

import { test } from "vitest";
import { hardTimes, OF_NODES, OF_THREADS } from "../actors/journal/support/hard-times.ts";

const SEEDS = 300;
const TEST_MS = 600_000;

test(
  "what was durable is there afterwards, whatever a node lives through",
  async () => {
    for (let seed = 100; seed < 100 + SEEDS; seed += 1) {
      await hardTimes(seed, { folder: "/var/journal" }, OF_NODES);
      await hardTimes(seed, { memory: 65_536 }, OF_THREADS);
    }
  },
  TEST_MS,
);
