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
  {
    name: "a supervisor gives up one restart too early",
    proof: "supervisors",
    file: "runtime/intensity.js",
    find: "if (stamps.length <= this.intensity)\n            return true;",
    put: "if (stamps.length < this.intensity)\n            return true;",
  },
  {
    name: "rest-for-one starts those before the child again",
    proof: "supervisors",
    file: "actors/supervision/family.js",
    find: "all.slice(all.indexOf(child))",
    put: "all.slice(0, all.indexOf(child) + 1)",
  },
  {
    name: "the first child is stopped first",
    proof: "supervisors",
    file: "actors/supervision/family.js",
    find: "children.toReversed()",
    put: "children",
  },
  {
    name: "a child that its thread has taken along is not started again",
    proof: "supervisors",
    file: "actors/supervision/family.js",
    find: "return yield* isInnocent(reason) ? this.#again(child) : this.#restart(child);",
    put: "return isInnocent(reason) ? undefined : yield* this.#restart(child);",
  },
  {
    name: "the period of restarts never passes",
    proof: "supervisors",
    file: "runtime/intensity.js",
    find: "return oldest < now - this.periodMs;",
    put: "return oldest < 0;",
  },
];
