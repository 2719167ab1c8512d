/** Goal: every message is accounted for, every call settles (proofs/accounting.ts). Needs dist/. */

import { accounting } from "./proofs/accounting.ts";
import { testProof } from "./proofs/suite.ts";

testProof(accounting, { first: 40, count: 35 });
