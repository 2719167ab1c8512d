/** Goal: what waits for an actor outlives its thread (proofs/mailboxes.ts). Needs dist/. */

import { mailboxes } from "./proofs/mailboxes.ts";
import { testProof } from "./proofs/suite.ts";

testProof(mailboxes, { first: 0, count: 40 });
