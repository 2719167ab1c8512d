/**
 * Goal: over a bad network, and on disks that fail as disks do, a ballot comes to one outcome that
 * stays, and no vote is lost of which somebody was told that it is recorded.
 * Method: simulations with `watch` after each step; nodes lose their power at random moments, with
 * torn tails, failed syncs and flipped bits. Needs dist/.
 */

import { expect, test } from "vitest";
import { type AnyRef, openStore, type System } from "../../../dist/actors/index.js";
import { type Plan, type Simulation, simulate } from "../../../dist/actors/sim/index.js";
import { Ballot, type BallotConfig, type BallotOutcome } from "../../../dist/protocols/index.js";
import { Random } from "../../../dist/runtime/index.js";
import { Voter } from "./agents.ts";

/** SABEAM_BALLOT_SEEDS=100 tries more. */
const SEEDS: number = Number(process.env.SABEAM_BALLOT_SEEDS ?? 2);
const NODES = ["h", "a", "b", "c"];
const VOTERS = ["a", "b", "c"];

/** A third of what is sent between nodes is lost, much comes twice, and nothing is in order. */
const BAD_LINKS: Plan = [
  {
    ...{ at: 0, type: "link", from: NODES, to: NODES, lossPercent: 33, duplicatePercent: 30 },
    delay: { type: "uniform", minMs: 1, maxMs: 300 },
  },
];

const TRIES_MAX = 20;

/** Opening may fail as any sync may; then it is tried again. */
async function onDisk(system: System, _node?: unknown, tries = 1): Promise<AnyRef> {
  try {
    return await openStore(system, { folder: "/ballots", thread: 0 });
  } catch (error) {
    const isSync = (error as { readonly code?: string }).code === "ERR_JOURNAL_FOLDER";
    if (!isSync || tries === TRIES_MAX) throw error;
    return onDisk(system, undefined, tries + 1);
  }
}

/** Home on node h, and each voter with an agent on a node of its own. */
function open(
  sim: Simulation,
  chance: Random,
  more: Partial<BallotConfig>,
  journal?: (system: System) => Promise<AnyRef>,
) {
  const members = VOTERS.map((name) => {
    const vote = ["accept", "reject", "abstain"][chance.int(3)] ?? "";
    const thinkMs = chance.int(500);
    const participant = (system: System) => system.spawn(Voter, [vote, thinkMs]);
    return [name, { node: name, participant }] as const;
  });
  return sim.protocol(Ballot, {
    id: "b",
    config: { proposal: { rate: 0.1 }, electorate: VOTERS, ...more },
    members: { home: "h", ...Object.fromEntries(members) },
    ...(journal !== undefined && { journal }),
  });
}

test("over a network that loses, repeats and reorders, all learn the same", async () => {
  for (let seed = 0; seed < SEEDS / 2; seed += 1) {
    await simulate({ seed, nodes: NODES, threads: 1, faults: BAD_LINKS }, async (sim) => {
      const group = await open(sim, new Random(seed), { approval: "plurality" });
      const all = ["home", ...VOTERS].map((member) => group.client(member).outcome());
      const [first, ...others] = await Promise.all(all);
      for (const other of others) expect(other).toEqual(first);
      expect(first?.participation.members).toBeGreaterThanOrEqual(2);
    });
  }
});

const GOOD_LINKS: Plan = [
  {
    ...{ at: 0, type: "link", from: NODES, to: NODES, lossPercent: 10, duplicatePercent: 10 },
    delay: { type: "uniform", minMs: 1, maxMs: 10 },
  },
];

const patient = { deadlineMs: 60_000 };
const OVER_MS = 3_000;

/** Power cuts of home at random moments, and what may go wrong with its disk at that. */
function powerCuts(chance: Random): Plan {
  // A write takes longer than a message, so that there is much to lose.
  const delay = { type: "uniform", minMs: 4, maxMs: 40 } as const;
  const plan: Plan[number][] = [...GOOD_LINKS, { at: 0, type: "slowDisk", node: "h", delay }];
  let at = 200;
  for (let cut = 0; cut < 8; cut += 1) {
    at += 50 + chance.int(150);
    if (chance.chance(40)) plan.push({ at, type: "failSync", node: "h" });
    at += 1 + chance.int(40);
    const unsynced = (["lost", "prefix", "torn", "kept"] as const)[chance.int(4)] ?? "torn";
    plan.push({ at, type: "crashNode", node: "h", unsynced });
    at += 20 + chance.int(50);
    plan.push(
      { at, type: "mendDisk", node: "h", of: "failSync" },
      { at, type: "restartNode", node: "h" },
    );
  }
  return plan;
}

test("a durable ballot outlives power cuts, torn tails and failed syncs", async () => {
  for (let seed = 0; seed < SEEDS / 2; seed += 1) {
    const chance = new Random(seed);
    const faults = powerCuts(chance);
    await simulate({ seed, nodes: NODES, threads: 1, faults }, async (sim) => {
      const config = { approval: { atLeast: "2/3" }, timeoutMs: 20_000, retryMs: 50 } as const;
      const group = await open(sim, chance, config, onDisk);
      const home = group.client();
      const receipt = await group.client("a").vote("accept", patient).catch(refusal);
      const outcome = await home.outcome(patient);
      // Once more, when it has been told, and all other power cuts are over.
      await sim.sleep(Math.max(0, OVER_MS - sim.now));
      const node = sim.node("h");
      node.crash("torn");
      await node.start();
      // Another client, which has heard nothing.
      const again = await group.client().outcome(patient);
      expect(again).toEqual(outcome);
      const votes = await group.client().audit(patient);
      if (receipt?.type === "recorded") {
        expect(votes.find(({ member }) => member === "a")?.choice).toBe("accept");
      }
      expect(tally(votes)).toEqual(outcome.tallies);
    });
  }
});

test("the power fails as soon as somebody is told: what was told is kept", async () => {
  const delay = { type: "uniform", minMs: 10, maxMs: 40 } as const;
  const faults: Plan = [...GOOD_LINKS, { at: 0, type: "slowDisk", node: "h", delay }];
  for (const [seed, unsynced] of (["lost", "torn"] as const).entries()) {
    await simulate({ seed, nodes: NODES, threads: 1, faults }, async (sim) => {
      const cut = async (): Promise<void> => {
        sim.node("h").crash(unsynced);
        await sim.node("h").start();
      };
      const members = { home: "h", a: "a", b: "b", c: "c" };
      const config = { proposal: 1, electorate: VOTERS, approval: "plurality" } as const;
      const group = await sim.protocol(Ballot, { id: "b", config, members, journal: onDisk });
      const told: string[] = [];
      for (const member of VOTERS) {
        const receipt = await group.client(member).vote("accept", patient);
        if (receipt.type === "recorded") told.push(member);
        await cut();
      }
      const outcome = await group.client().outcome(patient);
      expect(outcome).toMatchObject({ type: "accepted", closedBy: "votes" });
      await cut();
      expect(await group.client().outcome(patient)).toEqual(outcome);
      const kept = (await group.client().audit(patient)).map(({ member }) => member);
      expect(kept).toEqual(expect.arrayContaining(told));
    });
  }
});

test("a bit that flips in what is kept is found, or changes nothing", async () => {
  const met = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await simulate({ seed, nodes: NODES, threads: 1 }, async (sim) => {
      const journal = (system: System): Promise<AnyRef> =>
        onDisk(system).catch(({ code }) => {
          met.add(code);
          return new Promise<never>(() => {});
        });
      const group = await open(sim, new Random(seed), { approval: "plurality" }, journal);
      const outcome = await group.client().outcome(patient);
      const node = sim.node("h");
      node.crash("kept");
      node.disk.flipBit();
      await node.start();
      const again = await group
        .client()
        .outcome({ deadlineMs: 5_000 })
        .catch(({ code }) => code);
      if (typeof again === "string") met.add(again);
      else expect(again).toEqual(outcome);
    });
  }
  expect([...met].sort()).toEqual(["ERR_JOURNAL_CORRUPT", "ERR_NO_SUCH_INSTANCE"]);
});

/** Its agent may have been faster. */
function refusal(error: { readonly code?: string }): undefined {
  expect(error.code).toBe("ERR_VOTED_ALREADY");
}

/** What the audit comes to, counted here. */
function tally(votes: readonly { choice: string; weight: number }[]): BallotOutcome["tallies"] {
  return ["accept", "reject", "abstain"].map((choice) => {
    const weights = votes.filter((vote) => vote.choice === choice).map(({ weight }) => weight);
    return { choice, weight: weights.reduce((sum, weight) => sum + weight, 0) };
  });
}
