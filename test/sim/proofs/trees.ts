/**
 * A tree of supervisors as its leaves see it: who begins and ends, in which order, and why.
 *
 * Of supervisors it knows their addresses, since each leaf knows those of its ancestors; so it
 * knows which life of a supervisor has started which life of a leaf.
 */

import type { AnyRef, ExitReason } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";
import { dip } from "./pen.ts";
import { ASKED, type BranchSpec, type LeafSpec } from "./trees.actors.ts";

/** A supervisor that has begun to stop its children is gone after so many ms at the latest. */
const END_MS = 20_000;
/** Until a supervisor counts an end, which waits for the job at work. */
const COUNT_MS = 100;
/** The same while threads die: the job may wait for one that is being replaced. */
const COUNT_LATE_MS = 500;

interface Life {
  readonly leaf: string;
  readonly ref: string;
  /** Addresses of the supervisors above it, the nearest first. */
  readonly ancestors: readonly string[];
  /** How it ended, as far as it could note that. */
  ended: "crash" | "over" | "told" | undefined;
}

interface Place {
  readonly leaf: LeafSpec;
  readonly branch: BranchSpec;
  /** Of how many lives at once one supervisor may know. */
  readonly lives: Life[];
}

export class Trees {
  /** Undefined before the program runs: then nothing goes wrong yet. */
  sim: Simulation | undefined;
  readonly #places: Map<string, Place> = new Map();
  /** By the address of the supervisor: when children ended that it has to start again. */
  readonly #counted: Map<string, { readonly times: number[]; readonly rules: BranchSpec }> =
    new Map();
  /** Supervisors that must be gone by then, and why. */
  #doomed: { readonly ref: string; readonly byMs: number; readonly why: string }[] = [];
  /** Leaves that somebody is about to stop, or has. */
  readonly stopped: Set<string> = new Set();
  /** No actor is held up and no `init` fails, so that it is exact how often anything restarts. */
  readonly #isCalm: boolean;
  /** The tree is up, and children that are started again may fail to. */
  mayFail = false;
  readonly problems: string[] = [];
  readonly met: Record<string, number> = { begun: 0, ended: 0, groups: 0, gaveUp: 0 };

  readonly #countMs: number;

  constructor(root: BranchSpec, isCalm: boolean, threadsDie: boolean) {
    this.#isCalm = isCalm;
    this.#countMs = threadsDie ? COUNT_LATE_MS : COUNT_MS;
    this.#enter(root);
  }

  #enter(branch: BranchSpec): void {
    for (const child of branch.children) {
      if ("children" in child) this.#enter(child);
      else this.#places.set(child.id, { leaf: child, branch, lives: [] });
    }
  }

  get #now(): number {
    return this.sim?.now ?? 0;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#now.toFixed(3)} ms: ${problem()}`);
  }

  isAlive(ref: string): boolean {
    const [node] = this.sim?.nodes.values() ?? [];
    return node?.find(ref) !== undefined;
  }

  /** The lives of a leaf, or of those below a branch, that this supervisor has started and live. */
  #livingOf(child: LeafSpec | BranchSpec, supervisor: string): Life[] {
    if ("children" in child) {
      return child.children.flatMap((one) => this.#livingOf(one, supervisor));
    }
    const last = this.#places.get(child.id)?.lives.at(-1);
    if (last === undefined || !last.ancestors.includes(supervisor)) return [];
    // With a supervisor between the two that is dead, it has its exit signal on the way.
    const between = last.ancestors.slice(0, last.ancestors.indexOf(supervisor));
    return [last.ref, ...between].every((ref) => this.isAlive(ref)) ? [last] : [];
  }

  /** From within `init` of a leaf. */
  begins(leaf: string, ref: AnyRef, ancestors: readonly string[]): void {
    dip();
    const place = this.#places.get(leaf);
    const [supervisor = "nobody"] = ancestors;
    if (place === undefined) return this.#is(false, () => `${leaf} is of no tree`);
    const { lives, branch } = place;
    this.met.begun = (this.met.begun ?? 0) + 1;
    const last = lives.at(-1);
    if (last !== undefined && this.isAlive(last.ref)) {
      // Those of a dead supervisor have a signal on their way.
      const orphan = last.ancestors.some((one) => !this.isAlive(one));
      this.#is(orphan, () => `${leaf} begins as ${ref}, and ${last.ref} lives`);
    }
    // One that was stopped by itself is started by itself.
    if (branch.strategy !== "one-for-one" && !this.stopped.has(leaf)) {
      const later = branch.children.slice(indexOf(branch, leaf) + 1);
      const living = later.flatMap((one) => this.#livingOf(one, supervisor));
      this.#is(living.length === 0, () => `${leaf} begins, and ${living[0]?.leaf} lives`);
    }
    lives.push({ leaf, ref: String(ref), ancestors, ended: undefined });
    if (!this.#counted.has(supervisor)) {
      this.#counted.set(supervisor, { times: [], rules: branch });
    }
  }

  /** From within `terminate` of a leaf. */
  ends(leaf: string, ref: AnyRef, { type, cause }: ExitReason): void {
    dip();
    const place = this.#places.get(leaf);
    const life = place?.lives.findLast((one) => one.ref === String(ref));
    if (place === undefined || life === undefined) return this.#is(false, () => `${ref} ends`);
    const [supervisor = ""] = life.ancestors;
    this.met.ended = (this.met.ended ?? 0) + 1;
    const wasTold = type === "shutdown" && cause !== ASKED;
    life.ended = wasTold ? "told" : type === "crash" ? "crash" : "over";
    if (wasTold) return this.#told(place, supervisor);
    const { restart } = place.leaf;
    const again = restart === "permanent" || (restart === "transient" && type === "crash");
    if (again) this.#counts(place, supervisor);
  }

  /** Its supervisor stops it: the last ones first, and for a reason. */
  #told({ leaf, branch }: Place, supervisor: string): void {
    if (this.stopped.has(leaf.id) || !this.isAlive(supervisor)) return;
    const index = indexOf(branch, leaf.id);
    const later = branch.children.slice(index + 1);
    const living = later.flatMap((one) => this.#livingOf(one, supervisor));
    this.#is(living.length === 0, () => `${leaf.id} is stopped before ${living[0]?.leaf}`);
    const { strategy } = branch;
    const causes = strategy === "rest-for-one" ? branch.children.slice(0, index) : branch.children;
    const isDown = (one: LeafSpec | BranchSpec): boolean =>
      one !== leaf && this.#livingOf(one, supervisor).length === 0;
    if (strategy !== "one-for-one" && causes.some(isDown)) {
      this.met.groups = (this.met.groups ?? 0) + 1;
      return;
    }
    this.#doom(supervisor, END_MS, `it has stopped ${leaf.id}`);
  }

  #doom(ref: string, ms: number, why: string): void {
    this.#doomed.push({ ref, byMs: this.#now + ms, why });
  }

  #counts({ branch }: Place, supervisor: string): void {
    const count = this.#counted.get(supervisor);
    if (count === undefined) return;
    const { times, rules } = count;
    const now = this.#now;
    times.push(now);
    const first = times.at(-1 - rules.intensity);
    const alone = branch.strategy === "one-for-one" && this.#isCalm;
    if (!alone || first === undefined || first < now - rules.period + this.#countMs) return;
    this.#doom(supervisor, END_MS, `${rules.intensity + 1} of its children have ended`);
  }

  /** A supervisor says that it has had to start children too often. */
  gaveUp(supervisor: string): void {
    this.met.gaveUp = (this.met.gaveUp ?? 0) + 1;
    const count = this.#counted.get(supervisor);
    if (count === undefined || !this.#isCalm) return;
    const { times, rules } = count;
    // Of supervisors among its children it is not known when they ended.
    if (rules.children.some((child) => "children" in child)) return;
    const since = this.#now - rules.period - this.#countMs;
    const recent = times.filter((time) => time >= since).length;
    this.#is(recent > rules.intensity, () => {
      return `${supervisor} gives up after ${recent} ends of ${rules.intensity} within its period`;
    });
  }

  /** Those that must be gone are. */
  look(): void {
    const now = this.#now;
    this.#doomed = this.#doomed.filter(({ ref, byMs, why }) => {
      if (!this.isAlive(ref)) return false;
      this.#is(now < byMs, () => `${ref} goes on, and ${why}`);
      return true;
    });
  }

  /** At the end: whoever lives is one that the tree knows. @param known addresses of leaves */
  close(known: ReadonlyMap<string, string>): void {
    const now = this.#now;
    for (const [id, { leaf, lives }] of this.#places) {
      const last = lives.at(-1);
      const living = lives.filter(({ ref }) => this.isAlive(ref)).map(({ ref }) => ref);
      const expected = known.has(id) ? [last?.ref] : [];
      this.#is(
        String(living) === String(expected),
        () => `${id}: ${living} lives, not ${expected}`,
      );
      this.#is(!known.has(id) || known.get(id) === last?.ref, () => `${id} is ${known.get(id)}`);
      const { restart } = leaf;
      const isOver = restart === "transient" && last?.ended === "over";
      const goesOn = restart !== "temporary" && !isOver && !this.stopped.has(id);
      const mustLive = goesOn && known.size > 0;
      this.#is(!mustLive || known.has(id), () => `${id} has not been started again`);
    }
    for (const { ref, why } of this.#doomed) {
      this.#is(!this.isAlive(ref), () => `${ref} goes on at ${now}, and ${why}`);
    }
  }
}

function indexOf(branch: BranchSpec, id: string): number {
  return branch.children.findIndex((child) => child.id === id);
}
