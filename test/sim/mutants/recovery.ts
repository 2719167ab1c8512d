/** Mutants of recovery and mailboxes. */

import type { Mutant } from "../../support/hunt.ts";

export const RECOVERY: readonly Mutant[] = [
  {
    name: "the first message that no backlog has is skipped",
    proof: "mailboxes",
    file: "actors/recovery.js",
    find: "records: records.slice(last + 1)",
    put: "records: records.slice(last + 2)",
  },
  {
    name: "what has left before a sleep is not released",
    proof: "mailboxes",
    file: "actors/survivor.js",
    find: "this.backlog.release(this.#thread.flushes > this.#flushes, this.#unsent)",
    put: "this.backlog.release(false, this.#unsent)",
  },
  {
    name: "an async turn leaves its actor ready for the next",
    proof: "mailboxes",
    file: "actors/turns.js",
    find: "        else\n            cell.status = BUSY;\n        if (request",
    put: "        if (request",
  },
  {
    name: "dead letters are told and not counted",
    proof: "mailboxes",
    file: "actors/answers.js",
    find: "        this.#host.counts.deadLettered += 1;\n        this.buried(",
    put: "        this.buried(",
  },
  {
    name: "a turn that was cut off has another, though it may not",
    proof: "mailboxes",
    file: "actors/recovery.js",
    find:
      '    if (state !== "waiting" && !isIdempotent(cell, place))\n' + "        return false;\n",
    put: "",
  },
  {
    name: "a turn that is to be run again stays counted",
    proof: "mailboxes",
    file: "actors/recovery.js",
    find:
      "            counts[HANDLED] = (counts[HANDLED] ?? 0) - 1;\n" +
      "        if (message === undefined)",
    put: "            counts[HANDLED] ??= 0;\n        if (message === undefined)",
  },
  {
    name: "lanes of a dead thread are not ended",
    proof: "mailboxes",
    file: "runtime/keeper.js",
    find: "        this.#endLanes(index, generation);\n        const",
    put: "        const",
  },
];
