/** Goal: a stop ends in time and leaves nobody, whenever it comes (proofs/shutdown.ts). */

import { shutdown } from "./proofs/shutdown.ts";
import { testProof } from "./proofs/suite.ts";

testProof(shutdown, { first: 0, count: 35 });
