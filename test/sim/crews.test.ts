/** Goal: members live once and run again, the best rung is in charge (proofs/crews.ts). */

import { crews } from "./proofs/crews.ts";
import { testProof } from "./proofs/suite.ts";

testProof(crews, { first: 0, count: 25 });
