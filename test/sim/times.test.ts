/** Goal: timers and deadlines keep their times, whatever dies (proofs/times.ts). Needs dist/. */

import { testProof } from "./proofs/suite.ts";
import { times } from "./proofs/times.ts";

testProof(times, { first: 0, count: 40 });
