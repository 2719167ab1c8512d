/** Goal: what waits for an actor outlives its thread (proofs/mailboxes.ts). Needs dist/. */

import { mailboxes } from "./proofs/mailboxes.ts";
import { testProof } from "./proofs/suite.ts";

/**
 * A call that gave way after its turn was cut off was told not to have been handled; what waited
 * for room when the thread died was sent behind what had waited behind it.
 */
const FOUND = [1266, 1442];

testProof(mailboxes, { first: 0, count: 40 }, FOUND);
