/**
 * How members' messages look on the way, and what is believed of what came: every field has its
 * type and its bound, and what is anything else is no message.
 */

import {
  type Field,
  fielded,
  finite,
  flag,
  list,
  oneOf,
  optional,
  type PeerCodec,
  peerCodec,
  plain,
  text,
  whole,
} from "../../actors/index.ts";
import {
  MS_MAX,
  NAME_CHARS_MAX,
  OPTIONS_MAX,
  PROPOSAL_BYTES_MAX,
  RATIONALE_MAX,
  REVISIONS_MAX,
} from "./config.ts";
import type { BallotOutcome } from "./outcome.ts";
import type { BallotMessage } from "./spec.ts";

const choice = text(NAME_CHARS_MAX, 1);
const epoch = whole(1);
const share = finite(0, 1);
const recorded = { choice, revision: whole(1, REVISIONS_MAX) };

const facts = {
  epoch,
  closedBy: oneOf("votes", "deadline", "client"),
  // Behind the options "reject" and "abstain".
  tallies: list(fielded({ choice, weight: whole() }), OPTIONS_MAX + 2),
  participation: fielded({
    members: whole(),
    electorate: whole(1),
    quorum: whole(1),
    weight: whole(),
    totalWeight: whole(1),
  }),
  confidence: optional(fielded({ mean: share, min: share, max: share })),
};

const outcome: Field<BallotOutcome> = either<BallotOutcome>(
  fielded({ type: oneOf("accepted"), option: choice, ...facts }),
  fielded({ type: oneOf("rejected"), ...facts }),
  fielded({
    type: oneOf("undecided"),
    reason: oneOf("no-quorum", "tie", "expired"),
    ...facts,
  }),
);

export const ballotPeers: PeerCodec<BallotMessage> = peerCodec({
  version: 1,
  messages: {
    open: {
      epoch,
      proposal: plain(PROPOSAL_BYTES_MAX),
      options: list(choice, OPTIONS_MAX),
      isRevisable: flag(),
      isDurable: flag(),
      leftMs: finite(0, MS_MAX),
      retryMs: whole(1, MS_MAX),
      recorded: optional(fielded(recorded)),
    },
    recorded: { epoch, ...recorded, isDecisive: optional(flag()) },
    refused: {
      epoch,
      reason: oneOf(
        "unknown-member",
        "wrong-epoch",
        "unknown-choice",
        "invalid-confidence",
        "invalid-rationale",
        "too-many-revisions",
      ),
    },
    closed: { epoch, outcome },
    join: {},
    // One more than counts, so that a member is told so.
    vote: { epoch, choice, confidence: share, rationale: text(RATIONALE_MAX), revision: whole(1) },
    seen: { epoch },
  },
});

function either<T>(...fields: readonly Field<T>[]): Field<T> {
  return {
    bytesMax: Math.max(...fields.map(({ bytesMax }) => bytesMax)),
    holds: (value) => fields.some((field) => field.holds(value)),
  };
}
