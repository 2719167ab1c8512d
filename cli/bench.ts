/** `sabeam bench …`: the program in bench/, which has its own flags and its own help. */

import { startProgram } from "./program.ts";
import type { Run } from "./verb.ts";

// What is measured is what runs in production, without the copies of development mode.
export const run: Run = (args) =>
  startProgram("bench", "bench/run", args, { NODE_ENV: "production" });
