/** A proof as a test: its seeds, and that they have met enough. */

import { expect, test } from "vitest";
import { missing, type Proof, prove, type Seeds, seedsOr } from "./proof.ts";

const TIMEOUT_MS = 120_000;

/** @param found seeds that have found something once */
export function testProof(proof: Proof, usual: Seeds, found: readonly number[] = []): void {
  const seeds = seedsOr(usual);
  const { first, count } = seeds;
  const title = `${proof.name}: seeds ${first} to ${first + count - 1}`;
  test(title, { timeout: TIMEOUT_MS }, async () => {
    const cpu = process.cpuUsage();
    const met = await prove(proof, seeds);
    const { user, system } = process.cpuUsage(cpu);
    const ms = ((user + system) / 1000 / count).toFixed(1);
    process.stdout.write(`${proof.name}: ${count} seeds, ${ms} ms each; ${JSON.stringify(met)}\n`);
    if (count >= usual.count) expect(missing(proof, met, count)).toEqual([]);
  });
  if (found.length === 0) return;
  test(`${proof.name}: seeds ${found.join(", ")}`, { timeout: TIMEOUT_MS }, async () => {
    for (const first of found) await prove(proof, { first, count: 1 });
  });
}
