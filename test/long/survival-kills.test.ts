/**
 * 10 000 threads are cut off at random points of surviving mailboxes, in slices of 8 minutes at
 * most. Each prints where it ended; SABEAM_KILLS_FROM goes on there. A round is the same for the
 * same number. Needs dist/.
 */

import { afterAll, expect, test } from "vitest";
import { patchedBuild, runFixture } from "../support/children.ts";
import { SURVIVAL_FAULTS } from "../support/survival-faults.ts";
import { randomRound } from "../support/survival-rounds.ts";

const KILLS = 10_000;
const SLICE_MS = 450_000;
/** Rounds of one process, which takes a minute or two on a busy machine. */
const ROUNDS = 50;
const FROM = Number(process.env.SABEAM_KILLS_FROM ?? 0);

const build = patchedBuild(SURVIVAL_FAULTS);
afterAll(() => build.remove());

interface Facts {
  facts: { arms: unknown; missed: number; problems: string[] }[];
  deaths: number;
  errors: string[];
}

async function chunk(first: number): Promise<Facts> {
  const numbers = Array.from({ length: ROUNDS }, (_, index) => first + index);
  const args = numbers.map((number) => JSON.stringify(randomRound(`kills ${number}`)));
  const options = { args, build, timeoutMs: 300_000 };
  const { facts } = await runFixture<Facts>("survival-faults.mjs", options);
  const bad = facts.facts.flatMap(({ arms, problems }, index) =>
    problems.length === 0 ? [] : [{ round: first + index, arms, problems }],
  );
  expect(bad).toEqual([]);
  expect(facts.errors).toEqual(["a thread died; it is replaced"]);
  return facts;
}

test(`kills at random points, from round ${FROM} on`, { timeout: 900_000 }, async () => {
  const end = performance.now() + SLICE_MS;
  let [round, deaths, missed] = [FROM, 0, 0];
  while (deaths < KILLS && performance.now() < end) {
    const facts = await chunk(round);
    round += ROUNDS;
    deaths += facts.deaths;
    for (const fact of facts.facts) missed += fact.missed;
    const counts = `${deaths} deaths; ${missed} points were not passed`;
    process.stdout.write(`rounds ${FROM} to ${round - 1}: ${counts}\n`);
  }
  process.stdout.write(`go on with SABEAM_KILLS_FROM=${round}\n`);
  expect(deaths).toBeGreaterThan(0);
});
