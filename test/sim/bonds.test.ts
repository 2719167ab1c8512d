/** Goal: links and monitors tell of each end, once (proofs/bonds.ts). Needs dist/. */

import { bonds } from "./proofs/bonds.ts";
import { testProof } from "./proofs/suite.ts";

testProof(bonds, { first: 0, count: 40 });
