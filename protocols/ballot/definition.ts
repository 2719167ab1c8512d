/** The ballot as something that can be started: `system.protocol(Ballot, { id, config })`. */

import { defineProtocol, type ProtocolDefinition } from "../../actors/index.ts";
import { ballot } from "./ballot.ts";
import { BallotClient } from "./client.ts";
import type { BallotSpec } from "./spec.ts";

export const Ballot: ProtocolDefinition<BallotSpec, BallotClient> = defineProtocol(
  import.meta.url,
  "Ballot",
  { protocol: ballot, client: (handle) => new BallotClient(handle) },
);
