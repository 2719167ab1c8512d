/** Goal: nobody has a name that another one has, whatever dies (proofs/names.ts). Needs dist/. */

import { names } from "./proofs/names.ts";
import { testProof } from "./proofs/suite.ts";

testProof(names, { first: 0, count: 30 });
