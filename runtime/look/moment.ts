/**
 * One look: all that the views of one moment are made of, and the views of single actors.
 *
 * Made anew for each look; what has to be kept from one to the next is in looker.ts.
 */

import {
  BORN_MS,
  LONGEST_BITS,
  LONGEST_MASK,
  ROW_BORN,
  ROW_BUSY,
  ROW_HANDLED,
  ROW_LONGEST,
  ROW_PARENT,
  ROW_PARENT_LIFE,
  ROW_QUEUED,
  ROW_RESTARTS,
  rowOf,
  STATUS_BUSY,
  STATUS_STARTING,
  STATUS_STOPPING,
  STATUS_SUSPENDED,
} from "../statistics.ts";
import type { Beat } from "./beats.ts";
import { type Change, type Numbers, numbersOf } from "./sample.ts";
import type { Sources } from "./sources.ts";
import type { ActorStatus, ActorView, RunningView } from "./view.ts";

/** Which life of a slot. */
export interface Life {
  readonly slot: number;
  readonly incarnation: number;
}

export class Moment {
  readonly sources: Sources;
  /** Milliseconds of the system's life. */
  readonly now: number;
  /** Milliseconds since the last look. */
  readonly sinceMs: number | undefined;
  readonly names: ReadonlyMap<number, string>;
  /** By thread. */
  readonly beats: readonly (Beat | undefined)[];

  constructor(parts: Pick<Moment, "sources" | "now" | "sinceMs" | "names" | "beats">) {
    this.sources = parts.sources;
    this.now = parts.now;
    this.sinceMs = parts.sinceMs;
    this.names = parts.names;
    this.beats = parts.beats;
  }

  /** A number a second, since the last look. */
  rate(count: number | undefined): number | undefined {
    const { sinceMs } = this;
    if (count === undefined || sinceMs === undefined || sinceMs <= 0) return undefined;
    return rounded((count * 1000) / sinceMs, 10);
  }

  word(slot: number, word: number): number {
    return this.sources.statistics.words[rowOf(slot) + word] ?? 0;
  }

  numbers(slot: number): Numbers {
    const [handled, queued] = [this.word(slot, ROW_HANDLED), this.word(slot, ROW_QUEUED)];
    return numbersOf(handled, queued, this.word(slot, ROW_BUSY));
  }

  /** Microseconds of its longest turn since somebody looked last; undefined: it had none. */
  longestUs(slot: number): number | undefined {
    const longest = this.word(slot, ROW_LONGEST);
    const window = (this.sources.statistics.window << LONGEST_BITS) | 0;
    const us = longest & LONGEST_MASK;
    return us > 0 && (longest & ~LONGEST_MASK) === window ? us : undefined;
  }

  ageMs(slot: number): number {
    const born = (this.word(slot, ROW_BORN) >>> 0) * BORN_MS;
    return Math.max(0, Math.round(this.now - born));
  }

  restarts(slot: number): number {
    return this.word(slot, ROW_RESTARTS);
  }

  /** Who spawned it, alive or not. */
  parent(slot: number): Life | undefined {
    const parent = this.word(slot, ROW_PARENT);
    if (!this.sources.directory.inRange(parent)) return undefined;
    return { slot: parent, incarnation: this.word(slot, ROW_PARENT_LIFE) >>> 0 };
  }

  /** The turn that runs on a thread right now. */
  runs(thread: number): RunningView | undefined {
    const beat = this.beats[thread];
    const { directory, catalogue } = this.sources;
    if (beat === undefined || !directory.inRange(beat.slot)) return undefined;
    const { slot, handler: code, ms } = beat;
    const handler = catalogue.handler(directory.definition(slot), code);
    const actor = this.sources.address(slot, directory.incarnation(slot));
    return { actor, handler, ms: Math.round(ms) };
  }

  /** @param change since the last look */
  actor({ slot, incarnation }: Life, change: Change | undefined): ActorView {
    const { sources } = this;
    const { directory, catalogue } = sources;
    const alive = directory.isAlive(slot, incarnation);
    const thread = directory.threadOf(slot);
    const beat = this.beats[thread];
    const running = alive && beat?.slot === slot ? this.runs(thread) : undefined;
    const waits = alive ? directory.waitsFor(slot) : undefined;
    // Another life of the slot has its own numbers there.
    const own = directory.incarnation(slot) === incarnation;
    const numbers = own ? this.numbers(slot) : numbersOf(0, 0, 0);
    const parent = own ? this.parent(slot) : undefined;
    return {
      address: sources.address(slot, incarnation),
      slot,
      incarnation,
      definition: catalogue.name(directory.definition(slot)),
      name: alive ? this.names.get(slot) : undefined,
      alive,
      status: alive ? statusOf(numbers, running, waits) : this.#gone(slot, incarnation),
      thread,
      parent: parent && sources.address(parent.slot, parent.incarnation),
      running,
      waitsFor:
        waits === undefined ? undefined : sources.address(waits, directory.incarnation(waits)),
      queued: alive ? numbers.queued : 0,
      handled: numbers.handled,
      ...this.#counted(slot, alive ? change : undefined),
      restarts: own ? this.restarts(slot) : 0,
      ageMs: own ? this.ageMs(slot) : 0,
    };
  }

  #gone(slot: number, incarnation: number): ActorStatus {
    return this.sources.directory.isKept(slot, incarnation) ? "recovering" : "dead";
  }

  #counted(slot: number, change: Change | undefined) {
    const turns = change?.handled ?? 0;
    const busyMs = change === undefined ? undefined : change.busyUs / 1000;
    const perSecond = this.rate(busyMs);
    return {
      growth: change?.queued,
      rate: this.rate(change?.handled),
      meanUs: turns === 0 ? undefined : rounded(((busyMs ?? 0) * 1000) / turns, 100),
      longestUs: change === undefined ? undefined : this.longestUs(slot),
      busy: perSecond === undefined ? undefined : rounded(perSecond / 10, 10),
    };
  }
}

/** Digits behind the point that mean something. */
export function rounded(value: number, per: number): number {
  return Math.round(value * per) / per;
}

function statusOf(
  { status, queued }: Numbers,
  running: RunningView | undefined,
  waits: number | undefined,
): ActorStatus {
  if (running !== undefined) return "running";
  if (waits !== undefined) return "waiting";
  if (status === STATUS_STARTING) return "starting";
  if (status === STATUS_STOPPING) return "stopping";
  if (status === STATUS_SUSPENDED) return "suspended";
  if (status === STATUS_BUSY) return "busy";
  return queued > 0 ? "ready" : "idle";
}
