/** All mutants. Each fifth of them is hunted together: neighbours are not of the same day. */

import type { Mutant } from "../../support/hunt.ts";
import { BONDS } from "./bonds.ts";
import { DATA_PATH } from "./data-path.ts";
import { RECOVERY } from "./recovery.ts";
import { TIMES } from "./times.ts";

export const MUTANTS: readonly Mutant[] = [...DATA_PATH, ...RECOVERY, ...TIMES, ...BONDS];
