#!/usr/bin/env node
/** `sabeam`: the command of the package. What it does is in run.ts; verbs.ts lists the verbs. */

import { openConsole } from "./console.ts";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), openConsole());
