/**
 * Thousands of seeds of what test/sim/ proves with some dozens, in slices of 8 minutes at most.
 * Each prints where it ended; SABEAM_SEEDS_FROM goes on there. Needs dist/.
 */

import { expect, test } from "vitest";
import { accounting } from "../sim/proofs/accounting.ts";
import { crews } from "../sim/proofs/crews.ts";
import { mailboxes } from "../sim/proofs/mailboxes.ts";
import { names } from "../sim/proofs/names.ts";
import { missing, prove } from "../sim/proofs/proof.ts";
import { shutdown } from "../sim/proofs/shutdown.ts";
import { supervisors } from "../sim/proofs/supervisors.ts";

const PROOFS = [supervisors, crews, names, mailboxes, accounting, shutdown];
const SLICE_MS = 420_000;
/** Seeds of each proof, one after the other. */
const ROUND = 20;
/** Those before are for `npm test`. */
const FROM = Number(process.env.SABEAM_SEEDS_FROM ?? 1_000);

test(`seeds of all proofs, from ${FROM} on`, { timeout: 600_000 }, async () => {
  const end = performance.now() + SLICE_MS;
  const sums = PROOFS.map((): Record<string, number> => ({}));
  let next = FROM;
  for (; performance.now() < end; next += ROUND) {
    for (const [at, proof] of PROOFS.entries()) {
      const met = await prove(proof, { first: next, count: ROUND });
      const sum = sums[at] ?? {};
      for (const [what, times] of Object.entries(met)) sum[what] = (sum[what] ?? 0) + times;
    }
    process.stdout.write(`seeds ${FROM} to ${next + ROUND - 1} of each proof\n`);
  }
  for (const [at, proof] of PROOFS.entries()) {
    process.stdout.write(`${proof.name}: ${JSON.stringify(sums[at])}\n`);
    expect(missing(proof, sums[at] ?? {}, next - FROM)).toEqual([]);
  }
  process.stdout.write(`go on with SABEAM_SEEDS_FROM=${next}\n`);
});
