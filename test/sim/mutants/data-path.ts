/** Mutants of the data path and wake-ups. */

import type { Mutant } from "../../support/hunt.ts";

export const DATA_PATH: readonly Mutant[] = [
  {
    name: "the bit of a lane is not set when its TAIL has moved",
    proof: "stops",
    file: "runtime/producer.js",
    find:
      "        this.#published = this.#tail;\n" +
      "        this.#signals.publish(this.from, this.to);",
    put: "        this.#published = this.#tail;",
  },
  {
    name: "the bit is set and the bell is not rung",
    proof: "times",
    file: "runtime/signals.js",
    find: "        Atomics.or(this.words, word, bit);\n        this.ring(to);",
    put: "        Atomics.or(this.words, word, bit);",
  },
  {
    name: "parts of a large message overlap",
    proof: "mailboxes",
    file: "runtime/producer.js",
    find: "this.view.words[at + 3] = offset;",
    put: "this.view.words[at + 3] = Math.max(0, offset - partMax);",
  },
  {
    name: "a lane is closed without a look at how far it was read",
    proof: "mailboxes",
    file: "runtime/producer.js",
    find: "        Atomics.or(this.#words, TAIL, SEALED);\n" + "        this.#readHead();",
    put: "        Atomics.or(this.#words, TAIL, SEALED);",
  },
  {
    name: "a waiter that has fired passes for one that waits",
    proof: "stops",
    file: "runtime/doorbell.js",
    find: "        this.#armed = false;\n        this.unpark();",
    put: "        this.unpark();",
  },
  {
    name: "whoever takes PARKED does not notify",
    proof: "times",
    file: "runtime/signals.js",
    find:
      "        if (Atomics.exchange(this.words, parked, 0) === 1)\n" +
      "            Atomics.notify(this.words, parked, 1);",
    put: "        Atomics.exchange(this.words, parked, 0);",
  },
];
