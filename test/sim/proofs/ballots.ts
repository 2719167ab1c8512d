/**
 * Ballots of three members on three nodes, final and revisable, by all kinds of approval.
 *
 * Always: what `watch` of the protocol says. At the end: all that learn an outcome learn the same;
 * a vote that was acknowledged is in it; a durable ballot has an outcome, whatever has happened.
 */

import { isDeepStrictEqual } from "node:util";
import { Ballot, type BallotClient, type BallotOutcome } from "../../../dist/protocols/index.js";
import { begun, crashing, type Fleet, patiently, placed, runFleet } from "./fleet.ts";
import type { Proof } from "./proof.ts";

const MEMBERS = ["home", "left", "right"];
const CHOICES = ["red", "blue", "reject", "abstain"];
const APPROVALS = [
  ...["majority", "unanimous", "plurality"],
  ...[{ atLeast: "2/3" }, { atLeast: "3/5", of: "cast" }],
] as const;
const TIMEOUT_MS = [300, 1_000, 4_000];
const RETRY_MS = 100;
/** Nodes stand still for up to 20 s: a client may come so late to a member that is done. */
const LINGER_MS = 30_000;
/** A volatile ballot may be lost with its home; so long its members are asked. */
const VOLATILE_MS = 8_000;

async function play(fleet: Fleet, id: string): Promise<void> {
  const { isDurable, journal, note, random, sim } = fleet;
  const timeoutMs = TIMEOUT_MS[random.int(TIMEOUT_MS.length)] ?? 500;
  const config = {
    electorate: Object.fromEntries(MEMBERS.map((member) => [member, 1 + random.int(3)])),
    ...{ proposal: { id }, options: CHOICES.slice(0, 2), timeoutMs, retryMs: RETRY_MS },
    approval: APPROVALS[random.int(APPROVALS.length)] ?? "majority",
    votes: random.chance(30) ? "revisable" : "final",
    // Whoever is away for longer learns no outcome.
    lingerMs: 200_000,
  } as const;
  const members = placed(fleet, MEMBERS);
  const options = { id, config, members, ...journal, lingerMs: LINGER_MS };
  const group = await begun(fleet, sim.protocol(Ballot, options));
  if (group === undefined) return;
  const end = crashing(fleet, group, MEMBERS);
  const deadlineMs = isDurable ? fleet.leftMs() : VOLATILE_MS;
  const counted = new Map<string, string>();
  const outcomes = await Promise.all(
    MEMBERS.map(async (member) => {
      const client = group.client(member);
      await sim.sleep(random.int(timeoutMs));
      const choice = CHOICES[random.int(CHOICES.length)] ?? "red";
      const recorded = await vote(client, choice, deadlineMs);
      if (recorded) counted.set(member, choice);
      note(recorded ? "recorded" : "not recorded");
      return outcome(fleet, client, `${id} ${member}`, deadlineMs);
    }),
  );
  end();
  const known = outcomes.filter((one) => one !== undefined);
  if (isDurable && known.length < MEMBERS.length) throw new Error(`${id} has no outcome`);
  const [first] = known;
  if (first === undefined) return note("lost");
  for (const other of known) {
    if (!isDeepStrictEqual(first, other)) {
      throw new Error(`two outcomes: ${JSON.stringify(first)} and ${JSON.stringify(other)}`);
    }
  }
  if (config.votes === "final") checkCounted(first, config.electorate, counted);
  note(first.type);
  sim.completed();
}

/** Whether it was acknowledged as recorded. */
async function vote(client: BallotClient, choice: string, deadlineMs: number): Promise<boolean> {
  try {
    return (await client.vote(choice, { deadlineMs })).type === "recorded";
  } catch {
    return false;
  }
}

async function outcome(
  fleet: Fleet,
  client: BallotClient,
  requestId: string,
  deadlineMs: number,
): Promise<BallotOutcome | undefined> {
  try {
    return await patiently(fleet, requestId, deadlineMs, (options) => client.outcome(options));
  } catch (error) {
    if (fleet.isDurable) throw error;
    return undefined;
  }
}

/** Each choice has at least the weight of those whose vote for it was acknowledged. */
function checkCounted(
  { tallies }: BallotOutcome,
  electorate: Readonly<Record<string, number>>,
  counted: ReadonlyMap<string, string>,
): void {
  for (const { choice, weight } of tallies) {
    let least = 0;
    for (const [member, voted] of counted) if (voted === choice) least += electorate[member] ?? 0;
    if (weight < least) throw new Error(`${choice} has ${weight}, and ${least} was recorded`);
  }
}

export const ballots: Proof = {
  name: "ballots",
  file: "test/sim/protocols.test.ts",
  least: { completed: 1_300, accepted: 200, rejected: 700, crashes: 1_400, partitions: 800 },
  run: (seed, more) => runFleet(play, seed, more),
};
