/** A thread that ends: who waited learns why, and another one takes its place. Needs dist/. */

import { beforeAll, expect, test } from "vitest";
import { runFixture } from "../support/children.ts";

interface End {
  code?: string;
  handled?: string;
  reason?: { type: string; cause: string };
}

interface Facts {
  ends: End[];
  free: boolean;
  saw: number[];
  found: boolean;
  answers: number[];
  sameAddress: boolean;
  deadEnd: End;
  letters: string[];
  generations: number[];
  cause: string;
  counts: { queued: number };
}

const WAYS = [
  ["exit", "exit code 3, by Floor<A> in exit"],
  ["throw", "Error: a timer threw"],
  ["reject", "Error: nobody listened"],
  ["terminate", "terminated"],
] as const;

let all: Record<string, Facts> = {};

beforeAll(async () => {
  const { code, facts, stderr } = await runFixture<Record<string, Facts>>("thread-deaths.mjs");
  expect([code, stderr]).toEqual([0, ""]);
  all = facts;
}, 30_000);

test.each(WAYS)("%s: who waits learns it, and another life begins", (way, cause) => {
  const facts = all[way];
  if (facts === undefined) throw new Error(`no facts of ${way}`);
  for (const end of facts.ends) expect(end).toMatchObject({ code: "ERR_ACTOR_DOWN" });
  expect(facts.ends[0]?.reason).toEqual({ type: "lost", cause: facts.cause });
  expect(facts.cause.replace(/<[\d.]+>/, "<A>")).toBe(cause);
  expect([facts.free, facts.found, facts.sameAddress]).toEqual([true, true, false]);
  expect(facts.saw).toEqual([50, 50]);
  expect(facts.answers).toEqual([1, 2, 3]);
  expect(facts.deadEnd).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "no" });
  expect(facts.letters).toEqual(["cast noproc", "call noproc"]);
  expect(facts.counts.queued).toBe(0);
});

test("the generation of the thread grows with each life, the others' do not", () => {
  expect(WAYS.map(([way]) => all[way]?.generations)).toEqual([
    [1, 2, 1],
    [1, 4, 1],
    [1, 6, 1],
    [1, 8, 1],
  ]);
});
