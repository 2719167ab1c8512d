/**
 * How home comes back: what is kept is what it was opened with, each vote, and the outcome.
 *
 *     opened ─ vote ─ vote ─ vote ─ decided          records
 *     └── snapshot of these ──┘                      of a ballot whose votes are revised often
 *
 * Left out: who has waited, and who has seen the outcome. They ask again, and are told again.
 */

import type { MemberId, Recovered } from "../../actors/index.ts";
import type { CheckedConfig } from "./config.ts";
import { count } from "./home-count.ts";
import type { BallotOutcome } from "./outcome.ts";
import type { BallotSpec, Vote } from "./spec.ts";
import type { Home } from "./state.ts";

interface HomeSnapshot {
  readonly config: CheckedConfig;
  readonly votes: readonly (readonly [MemberId, Vote])[];
  readonly outcome: BallotOutcome | undefined;
}

export function snapshotOf({ terms, votes, outcome }: Home): HomeSnapshot {
  return { config: terms.config, votes: [...votes], outcome };
}

/** What it was opened with counts, and not what an heir is told. */
export function openedConfig(
  recovered: Recovered<BallotSpec> | undefined,
): CheckedConfig | undefined {
  const snapshot = recovered?.snapshot?.data as HomeSnapshot | undefined;
  const first = recovered?.records[0];
  return snapshot?.config ?? (first?.type === "opened" ? first.config : undefined);
}

export function recover(home: Home, { snapshot, records }: Recovered<BallotSpec>): void {
  if (snapshot !== undefined) {
    const { votes, outcome } = snapshot.data as HomeSnapshot;
    home.isOpened = true;
    for (const [member, vote] of votes) count(home, member, vote);
    home.outcome = outcome;
  }
  for (const record of records) {
    if (record.type === "opened") home.isOpened = true;
    else if (record.type === "vote") {
      const { member, choice, confidence, rationale, revision } = record;
      count(home, member, { choice, confidence, rationale, revision });
    } else home.outcome = record.outcome;
  }
  home.index = (snapshot?.upTo ?? 0) + records.length;
}
