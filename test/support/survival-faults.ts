/**
 * Where a thread can be cut off, or the keeper held up, while mailboxes survive a death: patches
 * that call `globalThis.sabeamFault(name)` at each place of the built code.
 *
 * The first patch defines it, in every thread: survival-arms.mjs, beside the fixtures.
 */

import type { Patch } from "./children.ts";

/** Thread `index`, -1 for the keeper; its n-th passing of the point, and how often in a row. */
export type Arm = readonly [index: number, point: string, passes: number, times: number];

const arms = new URL("../runtime/fixtures/survival-arms.mjs", import.meta.url).href;

const fault = (name: string): string => `globalThis.sabeamFault?.("${name}");`;

const before = (name: string, file: string, find: string): Patch => ({
  file,
  find,
  put: `${fault(name)}\n${find}`,
});

const after = (name: string, file: string, find: string): Patch => ({
  file,
  find,
  put: `${find}\n${fault(name)}`,
});

/** The thread that has the mailboxes: its data path. */
const CONSUMER: readonly Patch[] = [
  before(
    "entry without TAIL",
    "runtime/backlog.js",
    "        words[TAIL] = tail;\n        words[APPENDED]",
  ),
  before(
    "entry not noted",
    "runtime/backlog.js",
    "        if (way.life !== 0)\n            this.pass(way, position);",
  ),
  after("entry, not in the mailbox", "runtime/backlog.js", "        words[NOTED] = tail;"),
  before("before HEAD", "runtime/consumer.js", "Atomics.store(this.#words, HEAD, head);"),
  after("after HEAD", "runtime/consumer.js", "Atomics.store(this.#words, HEAD, head);\n"),
  after(
    "turn begun",
    "actors/survivor.js",
    "no thread is ended between them.\n        counts[HANDLED] = (counts[HANDLED] ?? 0) + 1;",
  ),
  before(
    "handler ended, turn not",
    "actors/survivor.js",
    "        if (request === undefined)\n            this.#end(position, this.#again);",
  ),
  after(
    "turn ended, no room yet",
    "runtime/backlog.js",
    "(state & ~STATE_MASK) | (sends ? ENDED : DONE);",
  ),
  before(
    "room without HEAD",
    "runtime/backlog.js",
    "        this.#head = head;\n        words[HEAD]",
  ),
  before(
    "answers not flushed",
    "runtime/thread.js",
    "        let dry = true;\n        for (const p",
  ),
];

/** Whoever takes over. */
const HEIR: readonly Patch[] = [
  before(
    "backlogs not read",
    "actors/recovery.js",
    "        for (const mailbox of this.#heritage.mailboxes)\n            await this.#fin",
  ),
  before(
    "lanes not read",
    "actors/recovery.js",
    "        const lanes = this.#heritage.lanes.map((lane) => this.#open(lane));",
  ),
  after("books closed", "actors/recovery.js", "        this.#host.closeBooks(had);"),
  before(
    "waiting, not in the mailbox",
    "actors/recovery.js",
    "        const { tag, from, arg, urgent } = message;\n        intake.enter(",
  ),
  before("backlog replayed", "actors/recovery.js", "        cell.extra?.survivor?.release();"),
  // Beside "turn begun" of the consumer, in this order: there is a turn to be told of.
  before(
    "cut turn not told",
    "actors/recovery.js",
    "        if (request === undefined)\n            return;\n        const never",
  ),
  before(
    "answers of the dead not flushed",
    "actors/thread-boot.js",
    "        if (this.#nested)\n            this.#warn();",
  ),
  before(
    "inherited, not entered",
    "actors/recovery.js",
    "            this.#enter(record, way, leftovers);\n            leftovers.pass(record);",
  ),
  before(
    "entered, not passed",
    "actors/recovery.js",
    "            leftovers.pass(record);\n        }",
  ),
  before("lane not finished", "actors/recovery.js", "        leftovers.finish();"),
  before(
    "not named",
    "actors/recovery.js",
    "        for (const slot of this.#found.keys())\n            directory.revive(slot);",
  ),
  before("named, not answered", "actors/thread-boot.js", "        this.#host.begin();\n"),
  before("not born again", "actors/recovery.js", "            await lives.reborn(cell, birth);"),
];

/** The thread of an actor that ends by itself, and whoever goes on with that. */
const ENDING: readonly Patch[] = [
  after("over, nothing discarded", "actors/survivor.js", "        this.backlog.phase = OVER;"),
  after(
    "discarded, not told",
    "actors/survivor.js",
    "last store of `discard`.\n        counts[DEAD_LETTERED] = (counts[DEAD_LETTERED] ?? 0) + 1;",
  ),
  before(
    "all discarded, address not given back",
    "actors/lives.js",
    "        thread.directory.release(cell.slot);",
  ),
  before(
    "address given back, backlog not dropped",
    "actors/survival.js",
    "        void this.#host.link.dropMailbox(cell.slot, cell.incarnation);",
  ),
  after(
    "backlog dropped",
    "actors/survival.js",
    "        void this.#host.link.dropMailbox(cell.slot, cell.incarnation);",
  ),
];

/** A thread that sends. */
const SENDER: readonly Patch[] = [
  before(
    "committed",
    "runtime/producer.js",
    "const seen = Atomics.compareExchange(this.#words, TAIL",
  ),
  before("published", "runtime/producer.js", "this.#signals.publish(this.from, this.to);"),
];

/** The keeper, which does not die: meanwhile others act, and die. */
const KEEPER: readonly Patch[] = [
  after(
    "DEAD, lanes open",
    "runtime/keeper.js",
    "        this.#signals.setState(index, THREAD_DEAD, generation);",
  ),
  after(
    "a lane sealed",
    "runtime/heritage.js",
    "        Atomics.or(new Int32Array(lane.memory), TAIL, SEALED);",
  ),
  before("sealed, not told", "runtime/keeper.js", "        const culprit = accused?.culprit;"),
  before(
    "told, not assigned",
    "runtime/keeper.js",
    "        const heritage = this.#heritages.of(index);",
  ),
  before(
    "RUNNING, not taken",
    "runtime/keeper.js",
    "            this.#heritages.taken(index, heritage);",
  ),
  before(
    "taken, not told",
    "runtime/keeper.js",
    '            this.#tell((control) => control.post("threadReplaced"',
  ),
];

const setUp: readonly Patch[] = [
  {
    file: "runtime/layout.js",
    find: "export const THREADS_MAX = 64;",
    put: `export const THREADS_MAX = 64;\nimport ${JSON.stringify(arms)};`,
  },
  {
    file: "actors/thread-boot.js",
    find: "        const failed = await this.#ready;\n",
    put: "        globalThis.sabeamIndex = index;\n        const failed = await this.#ready;\n",
  },
  {
    file: "runtime/keeper.js",
    find: "export class Keeper {",
    put: "globalThis.sabeamIndex ??= -1;\nexport class Keeper {",
  },
];

export const SURVIVAL_FAULTS: readonly Patch[] = [
  ...setUp,
  ...CONSUMER,
  ...HEIR,
  ...ENDING,
  ...SENDER,
  ...KEEPER,
];

const namesOf = (patches: readonly Patch[]): string[] =>
  patches.map(({ put }) => /sabeamFault\?\.\("(.*?)"\)/.exec(put)?.[1] ?? "");

type Passer = "consumer" | "heir" | "ending" | "sender" | "keeper";

/** Names of the points, by who passes them. */
export const POINTS: Readonly<Record<Passer, string[]>> = {
  consumer: namesOf(CONSUMER),
  heir: namesOf(HEIR),
  ending: namesOf(ENDING),
  sender: namesOf(SENDER),
  keeper: namesOf(KEEPER),
};
