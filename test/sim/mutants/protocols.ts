/** Mutants of shells, journals, ballots and barriers, which fleets must find. */

import type { Mutant } from "../../support/hunt.ts";

const SHELLS: readonly Mutant[] = [
  {
    name: "a shell speaks before what it says is durable",
    proof: "counters",
    file: "actors/protocol/outbox.js",
    find: "if (after === undefined || after <= this.durable)",
    put: "if (after !== 0)",
  },
  {
    name: "a member that starts again has lost its last record",
    proof: "counters",
    file: "actors/protocol/member-writes.js",
    find: "records: own };",
    put: "records: own.slice(0, -1) };",
  },
  {
    name: "a command that is sent again is another one",
    proof: "counters",
    file: "actors/protocol/handle.js",
    find: "call.command(attempts.id, ",
    put: "call.command(this.requestId(), ",
  },
  {
    name: "messages of a later life are taken for old ones",
    proof: "counters",
    file: "actors/protocol/peers.js",
    find: "if (incarnation < peer.incarnation)",
    put: "if (peer.incarnation >= 0)",
  },
  {
    name: "a member outlives its store",
    proof: "counters",
    file: "actors/protocol/shell.js",
    find: 'if (reason !== "shutdown")\n            throw new StoreLost(this.name, reason);',
    put: 'if (reason !== "shutdown")\n            return;',
  },
];

const JOURNALS: readonly Mutant[] = [
  {
    name: "a batch is called durable without a sync",
    proof: "counters",
    file: "actors/journal/tail.js",
    find: "await open.file.sync();",
    put: "",
  },
  {
    name: "the name of a new segment is not made durable",
    proof: "counters",
    file: "actors/journal/tail.js",
    find: "await this.#disk.syncFolder(this.#folder);",
    put: "",
  },
  {
    name: "a sync that has failed is taken for one",
    proof: "counters",
    file: "actors/journal/tail.js",
    find: "await open.file.sync();",
    put: "await open.file.sync().catch(() => undefined);",
  },
  {
    name: "the store answers before the journal has committed",
    proof: "counters",
    file: "actors/journal/group-commit.js",
    find: "await this.#journal.commit(task.writes);",
    put: "void this.#journal.commit(task.writes).catch(() => {});",
  },
  {
    name: "a segment goes although something in it lives",
    proof: "counters",
    file: "actors/journal/journal-files.js",
    find: "if (this.#content.liveIn(first.number) > 0)\n                return;",
    put: "",
  },
];

const BALLOTS: readonly Mutant[] = [
  {
    name: "a vote that comes again counts again",
    proof: "ballots",
    file: "protocols/ballot/home-count.js",
    find: "        add(home, known.choice, -weight);\n",
    put: "        void known;\n",
  },
  {
    name: "a vote is counted and not kept",
    proof: "ballots",
    file: "protocols/ballot/home.js",
    find: '    persist(home, [{ type: "vote", member, ...vote }], out);\n',
    put: "",
  },
  {
    name: "an outcome is told and not kept",
    proof: "ballots",
    file: "protocols/ballot/home.js",
    find: '    persist(home, [{ type: "decided", outcome: home.outcome }], out);\n',
    put: "",
  },
  {
    name: "who is absent changes nothing any more",
    proof: "ballots",
    file: "protocols/ballot/rule.js",
    find: "if (absent === 0)\n        return true;",
    put: "if (absent >= 0)\n        return true;",
  },
  {
    name: "a new life of home does not know that it has decided",
    proof: "ballots",
    file: "protocols/ballot/recovery.js",
    find: "            home.outcome = record.outcome;\n",
    put: "            void record.outcome;\n",
  },
];

const BARRIERS: readonly Mutant[] = [
  {
    name: "a member that arrives again counts again",
    proof: "barriers",
    file: "protocols/barrier/home.js",
    find: "    if (home.arrivals.has(from))\n        return true;\n    const why",
    put: "    const why",
  },
  {
    name: "a phase has no time-out",
    proof: "barriers",
    file: "protocols/barrier/home.js",
    find: '        out.push({ type: "timer", key: "phase", inMs: home.rules.timeoutMs });\n',
    put: "",
  },
  {
    name: "an arrival at a phase that is over counts for the open one",
    proof: "barriers",
    file: "protocols/barrier/home.js",
    find: "const isOver = phase < home.phase || home.broken !== undefined;\n    // Who says",
    put: "const isOver = home.broken !== undefined;\n    // Who says",
  },
  {
    name: "what became of a phase is told and not kept",
    proof: "barriers",
    file: "protocols/barrier/release.js",
    find: "    keep(home, outcome, out);\n",
    put: "",
  },
  {
    name: "an arrival is said once",
    proof: "barriers",
    file: "protocols/barrier/repeat.js",
    find: "    sendArrival(member, out);\n    for",
    put: "    for",
  },
];

export const PROTOCOLS: readonly Mutant[] = [...SHELLS, ...JOURNALS, ...BALLOTS, ...BARRIERS];
