/** Goal: a stop loses nothing and ends everybody (proofs/stops.ts). Needs dist/. */

import { stops } from "./proofs/stops.ts";
import { testProof } from "./proofs/suite.ts";

testProof(stops, { first: 0, count: 40 });
