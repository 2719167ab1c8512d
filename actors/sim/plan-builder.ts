/**
 * Fault plans written by hand, one call for each entry:
 *
 *     sim.at(5_000).partition(["a"], ["b", "c"]);
 *     sim.at(8_000).heal().kill("a", 1);
 *
 * It collects what is to come before a run, and passes on what is added while one goes on.
 */

import type { Delay } from "../../runtime/sim/delay.ts";
import type { LinkQuality } from "../../runtime/sim/network.ts";
import type { Unsynced } from "../../runtime/sim/stored.ts";
import type { DiskTrouble } from "../../runtime/sim/troubles.ts";
import type { Plan, PlanEntry, PlanScope } from "./plan.ts";
import { sortPlan } from "./plan.ts";
import { checkEntry, PLAN_ENTRIES_MAX } from "./plan-check.ts";
import { InvalidPlan } from "./plan-error.ts";

/** What `at` adds itself. */
export type TimelessEntry = WithoutAt<PlanEntry>;
type WithoutAt<Entry> = Entry extends PlanEntry ? Omit<Entry, "at"> : never;

export interface PlanBuilderOptions {
  /** Milliseconds of virtual time, which no entry may lie before. Default 0: it has not begun. */
  now?: () => number;
  /** Is told each entry once it was found right, in the order in which they are added. */
  added?: (entry: PlanEntry) => void;
}

export class PlanBuilder {
  readonly #scope: PlanScope;
  readonly #now: () => number;
  readonly #added: ((entry: PlanEntry) => void) | undefined;
  readonly #entries: PlanEntry[] = [];

  constructor(scope: PlanScope, { now = () => 0, added }: PlanBuilderOptions = {}) {
    this.#scope = scope;
    this.#now = now;
    this.#added = added;
  }

  /** What was added so far, sorted by time. */
  get plan(): Plan {
    return Object.freeze(sortPlan(this.#entries));
  }

  /**
   * The time for the entries that are added to what this returns: whole milliseconds of virtual
   * time since the beginning.
   *
   * @throws InvalidPlan (`ERR_INVALID_PLAN`) from the call that adds an entry, if the time or the
   *   entry is wrong, or the time has passed. Nothing was added then.
   */
  at(ms: number): PlanMoment {
    return new PlanMoment(ms, (entry) => this.add(entry));
  }

  /** Adds an entry with its time, in the form that plans have as data. */
  add(value: PlanEntry): void {
    const place = { index: this.#entries.length, field: "" };
    if (place.index === PLAN_ENTRIES_MAX) {
      throw new InvalidPlan(place, `left out: a plan has at most ${PLAN_ENTRIES_MAX}`, value);
    }
    const entry = checkEntry(value, place, this.#scope);
    const now = this.#now();
    if (entry.at < now) {
      throw new InvalidPlan(
        { ...place, field: "at" },
        `${Math.ceil(now)} ms or later: it is past`,
        entry.at,
      );
    }
    this.#entries.push(entry);
    this.#added?.(entry);
  }
}

/** One time in a plan that is being written. Each method adds an entry at that time. */
export class PlanMoment {
  readonly #at: number;
  readonly #add: (entry: PlanEntry) => void;

  /** Use `PlanBuilder.at`. */
  constructor(at: number, add: (entry: PlanEntry) => void) {
    this.#at = at;
    this.#add = add;
  }

  /** Any entry, for fields that the methods below have no argument for. */
  add(entry: TimelessEntry): this {
    this.#add({ at: this.#at, ...entry } as PlanEntry);
    return this;
  }

  /** Crashes an actor, by name or path. */
  crash(node: string, actor: string): this {
    return this.add({ type: "crash", node, actor });
  }

  /** The actor takes no turn for so long; for good if `forMs` is left out. */
  stall(node: string, actor: string, forMs?: number): this {
    return this.add({ type: "stall", node, actor, ...given({ forMs }) });
  }

  /** Each turn of the actor takes so long, for so long; for good if `forMs` is left out. */
  slow(node: string, actor: string, delay: Delay, forMs?: number): this {
    return this.add({ type: "slow", node, actor, delay, ...given({ forMs }) });
  }

  /** Ends a worker thread, from 1; before its n-th write to shared memory from then on. */
  kill(node: string, thread: number, afterWrites?: number): this {
    return this.add({ type: "kill", node, thread, ...given({ afterWrites }) });
  }

  /** Crashes a node; `unsynced` says what becomes of writes that were not synced. */
  crashNode(node: string, unsynced?: Unsynced): this {
    return this.add({ type: "crashNode", node, ...given({ unsynced }) });
  }

  restartNode(node: string): this {
    return this.add({ type: "restartNode", node });
  }

  /** Stops all threads of a node, as SIGSTOP does; nothing is lost. */
  pauseNode(node: string): this {
    return this.add({ type: "pauseNode", node });
  }

  resumeNode(node: string): this {
    return this.add({ type: "resumeNode", node });
  }

  /** Sets the wall clock of a node forward, or back. */
  stepClock(node: string, byMs: number): this {
    return this.add({ type: "stepClock", node, byMs });
  }

  /** Lets the clocks of a node run so many millionths too fast; 0 is right. */
  driftClock(node: string, ppm: number): this {
    return this.add({ type: "driftClock", node, ppm });
  }

  /** No way leads from a node of one group to one of another. */
  partition(...groups: readonly (readonly string[])[]): this {
    return this.add({ type: "partition", groups });
  }

  /** No way leads from a node of `from` to one of `to`; the ways back stay open. */
  oneWayPartition(from: readonly string[], to: readonly string[]): this {
    return this.add({ type: "oneWayPartition", from, to });
  }

  /** The two of each pair do not reach each other. */
  partialPartition(...pairs: readonly (readonly [string, string])[]): this {
    return this.add({ type: "partialPartition", pairs });
  }

  /** Ends the partition of that name; all if it is left out. */
  heal(name?: string): this {
    return this.add({ type: "heal", ...given({ name }) });
  }

  /** Changes the ways from each of `from` to each of `to`. */
  link(from: readonly string[], to: readonly string[], quality: LinkQuality): this {
    return this.add({ type: "link", from, to, ...quality });
  }

  /** Makes those ways as they were at the beginning; all ways if both are left out. */
  mendLink(from?: readonly string[], to?: readonly string[]): this {
    return this.add({ type: "mendLink", ...given({ from }), ...given({ to }) });
  }

  slowDisk(node: string, delay: Delay): this {
    return this.add({ type: "slowDisk", node, delay });
  }

  /** The next `times` syncs fail; default 1. */
  failSync(node: string, times?: number): this {
    return this.add({ type: "failSync", node, ...given({ times }) });
  }

  /** Leaves room for so many bytes. */
  fillDisk(node: string, freeBytes: number): this {
    return this.add({ type: "fillDisk", node, freeBytes });
  }

  /** Inverts a bit of what is saved, at random where `place` says nothing. */
  flipBit(node: string, place: { file?: string; offset?: number; bit?: number } = {}): this {
    return this.add({ type: "flipBit", node, ...place });
  }

  /** Ends slowness, failing syncs and fullness of a disk, or one of them. */
  mendDisk(node: string, of?: DiskTrouble): this {
    return this.add({ type: "mendDisk", node, ...given({ of }) });
  }
}

/** The fields that have a value. */
function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
