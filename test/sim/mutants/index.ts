/** All mutants. Neighbours are not hunted on the same day. */

import type { Mutant } from "../../support/hunt.ts";
import { BONDS } from "./bonds.ts";
import { DATA_PATH } from "./data-path.ts";
import { PROTOCOLS } from "./protocols.ts";
import { RECOVERY } from "./recovery.ts";
import { TIMES } from "./times.ts";
import { TREES } from "./trees.ts";

export const MUTANTS: readonly Mutant[] = [
  ...[...DATA_PATH, ...RECOVERY, ...TIMES, ...BONDS, ...TREES],
  ...PROTOCOLS,
];
