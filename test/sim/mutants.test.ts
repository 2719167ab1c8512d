/**
 * Goal: the proofs find bugs. Method: five mutants each day, in turn; `npm run test:long` hunts
 * them all. Bound: SEEDS seeds each. Needs dist/.
 */

import { expect, test } from "vitest";
import { hunt, SEEDS, told } from "../support/hunt.ts";
import { MUTANTS } from "./mutants/index.ts";

const DAY_MS = 86_400_000;
const A_DAY = 5;

const groups = Math.ceil(MUTANTS.length / A_DAY);
const group = Math.floor(Date.now() / DAY_MS) % groups;
const today = MUTANTS.filter((_, index) => index % groups === group);
const names = today.map(({ name }) => name).join("; ");

test(`mutants of day ${group + 1} of ${groups}: ${names}`, { timeout: 120_000 }, async () => {
  for (const mutant of today) {
    const caught = await hunt(mutant);
    expect(
      caught.found,
      `"${mutant.name}" outlives ${SEEDS} seeds of ${mutant.proof}`,
    ).toBeDefined();
    process.stdout.write(told(mutant, caught));
  }
});
