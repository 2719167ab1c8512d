/**
 * What is measured of an instance that has finished, into the histograms of its protocol's name
 * (`system.metrics`): how long it took, for how many, and how many that is per second.
 */

import type { Values } from "../measures.ts";

/** Nothing takes less: clocks, and those of simulations all the more, may not move meanwhile. */
const RESOLUTION_MS = 0.001;

export function coordination(durationMs: number, participants: number): Values {
  const participantsPerSecond = (participants * 1000) / Math.max(durationMs, RESOLUTION_MS);
  return { durationMs, participants, participantsPerSecond };
}
