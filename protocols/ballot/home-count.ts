/** The sums of a ballot. What is replayed counts in the same way as what comes. */

import type { MemberId } from "../../actors/index.ts";
import { placeOf, type Terms } from "./config.ts";
import type { Vote } from "./spec.ts";
import type { Home } from "./state.ts";

export function createHome(terms: Terms, isDurable: boolean): Home {
  return {
    terms,
    isDurable,
    isOpened: false,
    votes: new Map(),
    standing: {
      weights: new Array<number>(terms.config.options.length + 1).fill(0),
      abstained: 0,
      absent: terms.total,
      present: 0,
    },
    outcome: undefined,
    waiting: [],
    unseen: new Set(),
    deadlineAt: 0,
    retryMs: terms.config.retryMs,
    seq: 0,
    durableUpTo: 0,
    index: 0,
    decidedSeq: 0,
  };
}

/** The sums, and nothing else: what is replayed counts in the same way. */
export function count(home: Home, member: MemberId, vote: Vote): void {
  const { standing, terms, votes } = home;
  const weight = terms.weights.get(member) ?? 0;
  const known = votes.get(member);
  if (known === undefined) {
    standing.absent -= weight;
    standing.present += 1;
  } else add(home, known.choice, -weight);
  add(home, vote.choice, weight);
  votes.set(member, vote);
}

function add({ standing, terms }: Home, choice: string, weight: number): void {
  const place = placeOf(terms.config.options, choice);
  if (place === standing.weights.length) standing.abstained += weight;
  else standing.weights[place] = (standing.weights[place] ?? 0) + weight;
}

export const membersOf = ({ terms }: Home): MemberId[] => [...terms.weights.keys()];

export const missingOf = (home: Home): MemberId[] =>
  membersOf(home).filter((member) => !home.votes.has(member));
