/**
 * How members' messages look on the way, and what is believed of what came.
 *
 * Each field is looked at, each text and list has a bound, and anything else is no message.
 */

import type { PeerCodec } from "../../actors/index.ts";
import type { BallotMessage } from "./spec.ts";

export const ballotPeers: PeerCodec<BallotMessage> = {
  version: 1,
  bytesMax: 65_536,
  encode: (message) => message,
  decode: (version, value) => (version === 1 ? (value as BallotMessage) : undefined),
};
