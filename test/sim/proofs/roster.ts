/** Members of crews: who lives under which supervisor; and the epochs of a ladder. */

import type { AnyRef } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";
import { dip } from "./pen.ts";

interface Life {
  readonly ref: string;
  readonly parent: string;
}

export class Roster {
  readonly #sim: Simulation;
  readonly #lives: Map<string, Life[]> = new Map();
  #epoch = 0;
  /** Of the last answer that the ladder's address gave. */
  #served = 0;
  readonly problems: string[] = [];
  readonly met: Record<string, number> = { begun: 0, epochs: 0, served: 0 };

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  #isAlive(ref: string): boolean {
    const [node] = this.#sim.nodes.values();
    return node?.find(ref) !== undefined;
  }

  /** From within `init`: no other life of it under a supervisor that lives. */
  begins(id: string, ref: AnyRef, parent: AnyRef | undefined): void {
    dip();
    this.count("begun");
    const lives = this.#lives.get(id) ?? [];
    const living = lives.filter((one) => this.#isAlive(one.ref) && this.#isAlive(one.parent));
    this.is(living.length === 0, () => `${id} begins as ${ref}, and ${living[0]?.ref} lives`);
    lives.push({ ref: String(ref), parent: String(parent) });
    this.#lives.set(id, lives);
  }

  /** All lives that go on, of ids that begin with this. */
  living(prefix: string): string[] {
    const lives = [...this.#lives].filter(([id]) => id.startsWith(prefix));
    return lives.flatMap(([, all]) =>
      all.map(({ ref }) => ref).filter((ref) => this.#isAlive(ref)),
    );
  }

  /** A rung is told that it is to be in charge. */
  activated(epoch: number): void {
    dip();
    this.count("epochs");
    this.is(epoch > this.#epoch, () => `epoch ${epoch} comes after ${this.#epoch}`);
    this.#epoch = epoch;
  }

  /** What a call by the ladder's address was answered with, one after the other. */
  served(epoch: number): void {
    this.count("served");
    const isKnown = epoch >= this.#served && epoch <= this.#epoch && epoch > 0;
    this.is(isKnown, () => `epoch ${epoch} serves, after ${this.#served}; ${this.#epoch} is known`);
    this.#served = epoch;
  }
}
