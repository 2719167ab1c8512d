/** Mutants of names, links and monitors. */

import type { Mutant } from "../../support/hunt.ts";

export const BONDS: readonly Mutant[] = [
  {
    name: "a name is given to a second actor",
    proof: "names",
    file: "runtime/names.js",
    find:
      "if (this.#isAlive(taken.slot, taken.incarnation))\n" + "                return { taken };",
    put:
      "if (this.#isAlive(taken.slot, taken.incarnation) && slot <= taken.slot)\n" +
      "                return { taken };",
  },
  {
    name: "a name leads to a dead holder",
    proof: "names",
    file: "runtime/names.js",
    find:
      "if (holder === undefined || !this.#isAlive(holder.slot, holder.incarnation))\n" +
      "            return undefined;\n" +
      "        return holder;",
    put: "return holder;",
  },
  {
    name: "a monitor stays when it has fired",
    proof: "bonds",
    file: "actors/monitors.js",
    find: "        this.#monitors.delete(id);\n        const { cell, ref, name",
    put: "        const { cell, ref, name",
  },
  {
    name: "only crashes go through a link",
    proof: "bonds",
    file: "actors/exits.js",
    find: 'reason.type === "normal" && from',
    put: 'reason.type !== "crash" && from',
  },
  {
    name: "a link to an actor that died with its thread is cut in silence",
    proof: "bonds",
    file: "actors/links.js",
    find: "                this.exited(cell, ref, fate(ref));",
    put: "                links.delete(keyOf(ref));",
  },
];
