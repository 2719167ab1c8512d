/** Goal: children live once, start and stop in order, and run again (proofs/supervisors.ts). */

import { testProof } from "./proofs/suite.ts";
import { supervisors } from "./proofs/supervisors.ts";

testProof(supervisors, { first: 0, count: 35 });
