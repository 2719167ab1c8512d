/**
 * Goal: protocols are safe, and end, over far more messages and faults than `npm test` has time for
 * (test/sim/proofs/fleet.ts). In slices of 8 minutes at most, one after the other:
 *
 *     SABEAM_FLEET=/tmp/fleet.json npx vitest run --config vitest.long.config.ts test/long/fleets
 *
 * The file has the next seed and what was met until now; without it each slice begins anew. All
 * that TARGETS asks for takes some 90 minutes of one core. Needs dist/.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ballots } from "../sim/proofs/ballots.ts";
import { barriers } from "../sim/proofs/barriers.ts";
import { counters } from "../sim/proofs/counters.ts";
import { LONG_FROM } from "../sim/proofs/fleet.ts";
import { prove } from "../sim/proofs/proof.ts";

const PROOFS = [ballots, barriers, counters];
const SLICE_MS = 400_000;
const TARGETS: Readonly<Record<string, number>> = {
  messages: 15_000_000,
  partitions: 5_000,
  crashes: 20_000,
  completed: 100_000,
};

interface Fleet {
  /** The next seed. */
  next: number;
  seconds: number;
  /** By proof. */
  readonly met: Record<string, Record<string, number>>;
}

const file = process.env.SABEAM_FLEET;
const fleet: Fleet =
  file !== undefined && existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Fleet)
    : { next: Number(process.env.SABEAM_SEEDS_FROM ?? LONG_FROM), seconds: 0, met: {} };

test(`fleets from seed ${fleet.next} on`, { timeout: 900_000 }, async () => {
  const start = performance.now();
  while (performance.now() - start < SLICE_MS) {
    for (const proof of PROOFS) {
      const met = await prove(proof, { first: fleet.next, count: 1 });
      const sum = (fleet.met[proof.name] ??= {});
      for (const [what, times] of Object.entries(met)) sum[what] = (sum[what] ?? 0) + times;
    }
    fleet.next += 1;
  }
  fleet.seconds += Math.round((performance.now() - start) / 1000);
  if (file !== undefined) writeFileSync(file, JSON.stringify(fleet));
  const text = Object.keys(TARGETS).map((what) => `${what}: ${total(what)} of ${TARGETS[what]}`);
  process.stdout.write(`${text.join("\n")}\nafter ${fleet.seconds} s; next seed ${fleet.next}\n`);
  for (const what of Object.keys(TARGETS)) expect(total(what)).toBeGreaterThan(0);
});

function total(what: string): number {
  return Object.values(fleet.met).reduce((sum, met) => sum + (met[what] ?? 0), 0);
}
