/**
 * Random stories of ladders: whatever happens to their rungs, the promises hold (ladder-world.ts
 * checks them after every step), and when nothing fails any more the best rung is in charge.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { Outcome } from "../../../actors/supervision/budget.ts";
import { answered, LadderWorld, rulesOf, timeout } from "./ladder-world.ts";

const MINUTE = 60_000;

type Doing = (world: LadderWorld, pick: (list: readonly number[]) => number | undefined) => void;

const outcomes: readonly Outcome[] = [
  answered,
  answered,
  { type: "answered", ms: 1, served: 100, failed: 90 },
  timeout,
  { type: "error", cause: "why" },
  { type: "not-ready", cause: "why" },
];

const some = (list: number | undefined, then: (attempt: number) => void): void => {
  if (list !== undefined) then(list);
};

const doings: readonly Doing[] = [
  (world) => world.pass(),
  (world) => world.pass(),
  (world) => world.settle(),
  (world) => world.calm(world.now + 3000),
  (world) => world.calm(world.now + MINUTE),
  (world) => void world.pass(3000),
  (world) => void world.ripen(),
  (world) => world.tempt(),
  (world) => some(world.state.trial?.number, (trial) => world.refuse(trial)),
  (world) => some(world.state.trial?.number, (trial) => world.answer(trial, answered)),
  (world) => some(world.open, (one) => world.crash(one)),
  (world) => {
    if (world.ripen()) some(world.state.trial?.number, (trial) => world.refuse(trial));
  },
  (world) => {
    if (world.ripen()) some(world.open, (one) => world.crash(one));
  },
  (world, pick) => some(pick(world.attempts("starting")), (one) => world.start(one)),
  (world, pick) => some(pick(world.attempts("starting")), (one) => world.failStart(one, false)),
  (world, pick) => some(pick(world.attempts("starting")), (one) => world.failStart(one, true)),
  (world, pick) => some(pick(world.attempts("up")), (one) => world.take(one)),
  (world, pick) => some(pick(world.attempts("up")), (one) => world.refuse(one)),
  (world, pick) => some(pick(world.attempts("up")), (one) => world.crash(one)),
  (world, pick) =>
    some(pick(world.attempts("up")), (one) =>
      some(pick(outcomes.map((_, index) => index)), (index) =>
        world.answer(one, outcomes[index] ?? answered),
      ),
    ),
  (world, pick) => some(pick([0, 1, 2]), (back) => world.complain(world.epoch - back)),
  // Nobody has ever heard of these.
  (world) => world.tell({ type: "started", attempt: 1e6 }),
  (world) => world.tell({ type: "ended", attempt: 1e6, cause: "crash" }),
  (world) => world.tell({ type: "activated", attempt: 1, epoch: 1e9 }),
  (world) => world.tell({ type: "due", timer: "climb" }),
];

/** @returns how often the stories came to what is rare. */
export function tellStories(runs: number, seed?: number): { climbs: number; renewals: number } {
  const ladder = fc.record({
    ranks: fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }),
    minimumRank: fc.nat(2),
    dwellMs: fc.constantFrom(0, 2500, 30_000),
    successes: fc.integer({ min: 1, max: 4 }),
  });
  const story = fc.array(fc.tuple(fc.nat(doings.length - 1), fc.nat(100)), { maxLength: 60 });
  let climbs = 0;
  let renewals = 0;
  const property = fc.property(ladder, story, ({ ranks, ...more }, steps) => {
    fc.pre(ranks.some((rank) => rank >= more.minimumRank));
    const world = new LadderWorld(rulesOf(ranks, more));
    for (const [doing, choice] of steps) {
      doings[doing]?.(world, (list) => list[choice % Math.max(1, list.length)]);
    }
    const best = `r${ranks.findIndex((rank) => rank >= more.minimumRank)}`;
    // The longest back-off, dwell, and the probes of a trial.
    const patience = world.now + MINUTE + more.dwellMs + 10_000;
    while (world.now < patience) world.calm(world.now + 1000);
    expect(world.serving).toBe(best);
    climbs += world.changes.filter(({ reason }) => reason === "probe-succeeded").length;
    renewals += world.changes.filter(({ reason }) => reason === "renewed").length;
  });
  fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
  return { climbs, renewals };
}
