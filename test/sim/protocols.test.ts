/** Goal: protocols over nodes that fail are safe, and end (proofs/fleet.ts). Needs dist/. */

import { ballots } from "./proofs/ballots.ts";
import { barriers } from "./proofs/barriers.ts";
import { counters } from "./proofs/counters.ts";
import { testProof } from "./proofs/suite.ts";

testProof(ballots, { first: 0, count: 4 });
testProof(counters, { first: 0, count: 2 });
testProof(barriers, { first: 0, count: 2 });
