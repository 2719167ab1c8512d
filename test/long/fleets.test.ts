/**
 * Goal: protocols over nodes that fail are safe, and end, over far more messages and faults than
 * `npm test` has time for (test/sim/proofs/fleet.ts): one seed after the other until all that
 * TARGETS asks for is reached. That takes about an hour of one core; or slices of some minutes:
 *
 *     SABEAM_FLEET=/tmp/fleet.json npx vitest run --config vitest.long.config.ts test/long/fleets
 *
 * The file has the next seed and what was met until now. Needs dist/.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ballots } from "../sim/proofs/ballots.ts";
import { barriers } from "../sim/proofs/barriers.ts";
import { counters } from "../sim/proofs/counters.ts";
import { LONG_FROM } from "../sim/proofs/fleet.ts";
import { type Proof, prove } from "../sim/proofs/proof.ts";

const PROOFS = [ballots, barriers, counters];
const SLICE_MS = 420_000;
const WHOLE_MS = 4 * 3_600_000;
/** Violations that are told; then it ends. */
const VIOLATIONS_MAX = 10;
const TARGETS: Readonly<Record<string, number>> = {
  messages: 15_000_000,
  partitions: 5_000,
  crashes: 20_000,
  instances: 100_000,
};

interface Fleet {
  /** The next seed. */
  next: number;
  /** Of processor time. */
  seconds: number;
  /** By proof. */
  readonly met: Record<string, Record<string, number>>;
  readonly violations: string[];
}

const file = process.env.SABEAM_FLEET;
const fleet: Fleet =
  file !== undefined && existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Fleet)
    : { next: LONG_FROM, seconds: 0, met: {}, violations: [] };

test(`fleets from seed ${fleet.next} on`, { timeout: WHOLE_MS }, async () => {
  const until = performance.now() + (file === undefined ? WHOLE_MS : SLICE_MS);
  while (!isReached() && performance.now() < until) await round();
  process.stdout.write(`${summary()}\n`);
  expect(fleet.violations).toEqual([]);
  if (file === undefined) expect(isReached(), summary()).toBe(true);
});

/** The next seed of all proofs. */
async function round(): Promise<void> {
  const cpu = process.cpuUsage();
  for (const proof of PROOFS) await one(proof, fleet.next);
  fleet.next += 1;
  const { user, system } = process.cpuUsage(cpu);
  fleet.seconds += (user + system) / 1e6;
  if (file !== undefined) writeFileSync(file, JSON.stringify(fleet));
  if (fleet.violations.length >= VIOLATIONS_MAX) expect(fleet.violations).toEqual([]);
}

async function one(proof: Proof, first: number): Promise<void> {
  try {
    const met = await prove(proof, { first, count: 1 });
    const sum = (fleet.met[proof.name] ??= {});
    for (const [what, times] of Object.entries(met)) sum[what] = (sum[what] ?? 0) + times;
  } catch (error) {
    fleet.violations.push(String(error));
  }
}

function total(what: string): number {
  const name = what === "instances" ? "completed" : what;
  return Object.values(fleet.met).reduce((sum, met) => sum + (met[name] ?? 0), 0);
}

function isReached(): boolean {
  return Object.entries(TARGETS).every(([what, target]) => total(what) >= target);
}

function summary(): string {
  const totals = Object.entries(TARGETS).map(([what, of]) => `${what} ${total(what)} of ${of}`);
  const { next, seconds, violations } = fleet;
  const seeds = `${next - LONG_FROM} seeds in ${Math.round(seconds)} s`;
  return `fleets: ${totals.join(", ")}, violations ${violations.length}; ${seeds}`;
}
