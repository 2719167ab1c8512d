/** `sabeam demo …`: the program in demo/, which has its own arguments and its own help. */

import { startProgram } from "./program.ts";
import type { Run } from "./verb.ts";

export const run: Run = (args) => startProgram("demo", "demo/main", args);
