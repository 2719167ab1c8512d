/** Goal: the proofs find every mutant. Bound: SEEDS seeds each, one at a time. Needs dist/. */

import { expect, test } from "vitest";
import { MUTANTS } from "../sim/mutants/index.ts";
import { PROTOCOLS } from "../sim/mutants/protocols.ts";
import { hunt, SEEDS, told } from "../support/hunt.ts";

test("there are 40 at least, 15 of them of protocols, and no two are the same", () => {
  const patches = MUTANTS.map(({ file, find, put }) => `${file}: ${find} → ${put}`);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
  expect(PROTOCOLS.length).toBeGreaterThanOrEqual(15);
  expect([new Set(patches).size, new Set(MUTANTS.map(({ name }) => name)).size]).toEqual([
    MUTANTS.length,
    MUTANTS.length,
  ]);
});

for (const mutant of MUTANTS) {
  test(`${mutant.proof} finds: ${mutant.name}`, async () => {
    const caught = await hunt(mutant);
    expect(caught.found, `"${mutant.name}" outlives ${SEEDS} seeds`).toBeDefined();
    process.stdout.write(told(mutant, caught));
  });
}
