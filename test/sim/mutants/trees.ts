/** Mutants of supervisors and the stop. */

import type { Mutant } from "../../support/hunt.ts";

export const TREES: readonly Mutant[] = [
  {
    name: "a stop does not wait for what was sent",
    proof: "stops",
    file: "actors/stop.js",
    find: '        await phases.pass("drain", drainMs, () => this.#drain(drainTimeout, caller));\n',
    put: "",
  },
  {
    name: "a stop ends actors without their terminate",
    proof: "stops",
    file: "actors/shutdown.js",
    find: "            lives.end(cell, SHUTDOWN);",
    put: "            lives.abandon(cell, SHUTDOWN);",
  },
  {
    name: "nobody waits for a terminate that is async",
    proof: "stops",
    file: "actors/lives.js",
    find:
      "        if (!isThenable(result))\n" +
      "            return this.#bury(cell, reason);\n" +
      "        // When",
    put: "        this.#bury(cell, reason);\n        // When",
  },
];
