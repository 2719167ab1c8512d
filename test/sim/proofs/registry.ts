/**
 * What is known of names from outside: who had one from when to when, and who was refused.
 *
 *     attempt ──▶ claimed ──▶ born ──▶ up (spawn has settled) ──▶ gone        a life of a name
 *            └──▶ refused                                                     by whom?
 *
 * Everything that the runtime says is compared with it as it is said.
 */

import type { AnyRef } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";

/** From the death of a thread until the directory says so, in ms: the keeper has to hear of it. */
const HEARD_MS = 10;
/** A claim whose claimer died with its thread has had its effect by then, or never will. */
const CLAIM_MS = 1000;

interface Life {
  readonly name: string;
  readonly from: number;
  /** Undefined until its `init` has run. */
  ref: AnyRef | undefined;
  isUp: boolean;
  /** Since then it is known not to have the name. */
  gone: number | undefined;
}

export class Registry {
  readonly #sim: Simulation;
  readonly #lives: Life[] = [];
  /** Those of which an end is not known, without those of dead claimers. */
  #living: Life[] = [];
  /** What did not hold. */
  readonly problems: string[] = [];
  readonly met: Record<string, number> = { claimed: 0, refused: 0, asked: 0, absent: 0, looks: 0 };

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  #count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  /** Notes who has gone meanwhile. */
  sweep(): void {
    this.#living = this.#living.filter((life) => !this.#isGone(life));
  }

  #isGone(life: Life): boolean {
    if (life.gone !== undefined) return true;
    if (life.ref === undefined || this.#sim.state(life.ref) !== undefined) return false;
    life.gone = this.#sim.now;
    return true;
  }

  #of(name: string): Life[] {
    this.sweep();
    return this.#living.filter((life) => life.name === name && life.ref !== undefined);
  }

  /** From within `init`: nobody else has the name. */
  born(name: string, number: number, ref: AnyRef): void {
    const others = this.#of(name);
    this.#is(others.length === 0, () => `${ref} has ${name}, and ${others[0]?.ref} lives`);
    const life = this.#lives[number];
    if (life === undefined) return this.#is(false, () => `${number} was born unasked for`);
    this.#is(life.ref === undefined && life.name === name, () => `${number} was born twice`);
    life.ref = ref;
    this.#living.push(life);
  }

  /** Spawns a holder by `spawn`, which gives it its number. */
  async claim(name: string, spawn: (number: number) => Promise<AnyRef>): Promise<void> {
    const life: Life = { name, from: this.#sim.now, ref: undefined, isUp: false, gone: undefined };
    const number = this.#lives.push(life) - 1;
    try {
      const ref = await spawn(number);
      this.#is(ref === life.ref || String(ref) === String(life.ref), () => `${ref}, not ${number}`);
      life.isUp = true;
      this.#count("claimed");
    } catch (error) {
      if (life.ref === undefined) life.gone = this.#sim.now;
      this.#refused(life, error as { code?: string });
    }
  }

  /** Somebody else must have had the name at some time since it was asked for. */
  #refused(mine: Life, { code }: { code?: string }): void {
    if (code !== "ERR_NAME_TAKEN") return this.#count(String(code));
    this.#count("refused");
    mine.gone = mine.from; // It never had it.
    const since = mine.from - HEARD_MS;
    const holder = this.#lives.find(
      (life) => life !== mine && life.name === mine.name && until(life) >= since,
    );
    this.#is(holder !== undefined, () => `${mine.name} is taken, and nobody has had it`);
  }

  /** Calls by name: whoever answers has it, and who has it throughout answers. */
  async ask(name: string, who: () => Promise<[string, number]>): Promise<void> {
    const before = this.#of(name).find(({ isUp }) => isUp);
    this.#count("asked");
    try {
      const [said] = await who();
      this.#is(said === name, () => `${name} leads to ${said}`);
    } catch (error) {
      const { code, handled } = error as { code?: string; handled?: string };
      if (code === "ERR_CALL_TIMEOUT") return;
      this.#count("absent");
      const there = before !== undefined && !this.#isGone(before);
      this.#is(!there || handled === "maybe", () => `${before?.ref} has ${name}, and: ${error}`);
    }
  }

  /** Reads the table: a living holder is found, and a dead one is not, once its death is known. */
  look(name: string, whereis: () => AnyRef | undefined): void {
    const [living] = this.#of(name).filter(({ isUp }) => isUp);
    const found = whereis();
    this.#count("looks");
    if (found === undefined) {
      return this.#is(living === undefined, () => `nobody has ${name}, but ${living?.ref} lives`);
    }
    const life = this.#lives.findLast(({ ref }) => String(ref) === String(found));
    // One that has not been born may have the name already.
    if (life === undefined) return;
    this.#is(life.name === name, () => `${name} leads to ${life.name}`);
    this.#is(until(life) >= this.#sim.now - HEARD_MS, () => `${found} has ${name}, and is dead`);
  }
}

/** As long as a life may have had its name. */
function until({ from, ref, gone }: Life): number {
  return gone ?? (ref === undefined ? from + CLAIM_MS : Number.POSITIVE_INFINITY);
}
