/**
 * Where a thread can be cut off on the data path: patches that call `globalThis.sabeamFault(name)`
 * at each place of the built code. floor-actors.mjs ends the thread there.
 */

import type { Patch } from "./children.ts";

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

export const FAULT_POINTS: readonly Patch[] = [
  before(
    "reserved",
    "runtime/producer.js",
    "        if (this.#large)\n            return this.#sendL",
  ),
  before(
    "before TAIL",
    "runtime/producer.js",
    "const seen = Atomics.compareExchange(this.#words, TAIL",
  ),
  before("TAIL, no bit", "runtime/producer.js", "this.#signals.publish(this.from, this.to);"),
  after("WANT_SPACE", "runtime/producer.js", "Atomics.store(this.#words, WANT_SPACE, 1);"),
  before("bit, not rung", "runtime/signals.js", "this.ring(to);\n    }"),
  before("PARKED taken", "runtime/signals.js", "    Atomics.notify(this.words, parked, 1);"),
  before("bits taken", "runtime/thread.js", "            if (bits === 0)\n"),
  before("before HEAD", "runtime/consumer.js", "Atomics.store(this.#words, HEAD, head);"),
  after("after HEAD", "runtime/consumer.js", "Atomics.store(this.#words, HEAD, head);\n"),
  before("room, not told", "runtime/consumer.js", "    this.#signals.freed(this.to, this.from);"),
  before("range taken", "runtime/directory.js", "Atomics.compareExchange(this.words, NEXT_RANGE"),
  before(
    "slot not alive",
    "runtime/directory.js",
    "        // Pairs with the load in `isAlive`. Writer: the owner of the range.\n" +
      "        Atomics.store(this.words, at + SLOT_STATE, state);",
  ),
  before("sent, not committed", "actors/outgoing.js", "        lane.commit(isMessage, survives);"),
  before("taken, not received", "runtime/consumer.js", "const good = receiver.receive("),
  after("announced", "runtime/doorbell.js", "Atomics.store(this.#words, this.#word, 1);"),
  before("armed", "runtime/doorbell.js", "if (!this.#signals.pending(this.#thread))"),
];
