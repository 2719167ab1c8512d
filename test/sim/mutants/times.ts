/** Mutants of timers and deadlines. */

import type { Mutant } from "../../support/hunt.ts";

export const TIMES: readonly Mutant[] = [
  {
    name: "an interval begins when the last one was noticed",
    proof: "times",
    file: "actors/timers.js",
    find: "timer.due += (missed + 1) * timer.everyMs;",
    put: "timer.due = now + timer.everyMs;",
  },
  {
    name: "a tick counts for whichever timer has its key",
    proof: "times",
    file: "actors/timers.js",
    find: "if (this.#timers.get(timer.key) !== timer)\n" + "            return undefined;",
    put: "if (!this.#timers.has(timer.key))\n            return undefined;",
  },
  {
    name: "the deadline of an answered call stays in the wheel",
    proof: "times",
    file: "actors/calls.js",
    find: "        if (request.timer >= 0)\n" + "            this.#wheel.remove(request.timer);\n",
    put: "",
  },
  {
    name: "the wheel does not learn of an earlier timer",
    proof: "times",
    file: "runtime/wheel.js",
    find: "        if (due < this.#nextTick)\n            this.#nextTick = due;\n",
    put: "",
  },
];
