/**
 * Booted threads without an index, with the modules loaded: whoever takes the place of a dead
 * thread need not boot.
 *
 *     fill ──▶ boots ──▶ ready ──▶ has rehearsed ──take──▶ a thread of the system
 *       │        └──▶ a module that it loads does not end: killed, and that module is left out
 *       └──▶ at once if threads die one after the other, else after a while: what is started
 *            again on the thread that has just been replaced needs the cores first
 */

import { CONTROL_TIMEOUT_MS } from "./control.ts";
import { ThreadCounts } from "./counters.ts";
import { summarise } from "./errors.ts";
import type { KeeperOptions } from "./keeper-api.ts";
import type { Kept } from "./kept.ts";
import type { Signals } from "./signals.ts";

/** The next one boots when what the last one took over is up again. */
const FILL_DELAY_MS = 200;
/** Fewer actors are born again in no time, whatever is compiled meanwhile. */
const REHEARSE_ACTORS = 1000;
/** Two that are taken within it have died one after the other. */
const HURRY_MS = 1000;

/** A line for the log, at level debug. */
export type Note = (fields: object, message: string) => void;

export class Standbys {
  readonly #count: number;
  readonly #threads: number;
  readonly #signals: Signals;
  readonly #boot: (name: string) => Kept;
  /** What a module may take to load ahead of its use. */
  readonly #loadMs: number;
  readonly #note: Note;
  readonly #all: Kept[] = [];
  /** Those that have rehearsed, or are at it. */
  readonly #rehearsed: WeakSet<Kept> = new WeakSet();
  /** Modules that define actors, bounded by the table of definitions; false: not ahead of use. */
  readonly #urls: Map<string, boolean> = new Map();
  /** What those that stand by are asked to load, and have not said that they have. */
  readonly #loads: Set<{ readonly one: Kept; readonly url: string }> = new Set();
  #made = 0;
  #takenAt = Number.NEGATIVE_INFINITY;
  #hurry = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { threads, standbys, stallMs }: KeeperOptions,
    signals: Signals,
    boot: (name: string) => Kept,
    note: Note,
  ) {
    this.#count = threads === 0 ? 0 : standbys;
    this.#threads = threads;
    this.#loadMs = Math.min(2 * stallMs, CONTROL_TIMEOUT_MS);
    this.#signals = signals;
    this.#boot = boot;
    this.#note = note;
  }

  get all(): readonly Kept[] {
    return this.#all;
  }

  /** Boots what is missing, at once if that is urgent. */
  fill(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fill(), this.#hurry ? 0 : FILL_DELAY_MS);
  }

  #fill(): void {
    while (this.#all.length < this.#count) {
      this.#made += 1;
      const one = this.#boot(`sabeam standby ${this.#made}`);
      this.#all.push(one);
      for (const [url, ahead] of this.#urls) if (ahead) this.#load(one, url);
    }
  }

  #load(one: Kept, url: string): void {
    const load = { one, url };
    this.#loads.add(load);
    const loaded = one.control.within(this.#loadMs, "preload", url);
    loaded
      // Else it has been taken, or has ended.
      .catch(() => this.#all.includes(one) && this.spare(url))
      .finally(() => this.#loads.delete(load));
  }

  /** Nothing hurries: if a thread has so many actors that its heir had better be quick. */
  prepare(): void {
    for (let index = 1; index <= this.#threads; index += 1) {
      if (new ThreadCounts(this.#signals, index).actors < REHEARSE_ACTORS) continue;
      return this.#rehearse();
    }
  }

  /** Has the code of those that have booted compiled, once. */
  #rehearse(): void {
    for (const one of this.#all) {
      if (!one.online || this.#rehearsed.has(one)) continue;
      this.#rehearsed.add(one);
      void this.#rehearsal(one);
    }
  }

  async #rehearsal(one: Kept): Promise<void> {
    const { name, control } = one;
    try {
      await control.call("rehearse");
      this.#note({ name }, "a standby has rehearsed");
    } catch (error) {
      // It has been taken, or has ended; else it takes over all the same, if not as quickly.
      const problem = summarise(error);
      if (this.#all.includes(one)) this.#note({ name, problem }, "a standby could not rehearse");
    }
  }

  /** One that has booted, else one that is at it; undefined: there is none. */
  take(now: number): Kept | undefined {
    const one = this.#all.find(({ online }) => online) ?? this.#all[0];
    if (one !== undefined) this.gone(one);
    this.#hurry = now - this.#takenAt < HURRY_MS;
    this.#takenAt = now;
    return one;
  }

  /** It stands by no more. False: it did not. */
  gone(one: Kept): boolean {
    const at = this.#all.indexOf(one);
    if (at >= 0) this.#all.splice(at, 1);
    return at >= 0;
  }

  /** A module that defines actors: those that stand by load it ahead of its use. */
  preload(url: string): void {
    if (this.#urls.has(url)) return;
    this.#urls.set(url, true);
    for (const one of this.#all) this.#load(one, url);
  }

  /** This module does not come to its end: nobody loads it ahead of its use any more. */
  spare(url: string): void {
    this.#urls.set(url, false);
    for (const { one, url: loading } of this.#loads) {
      if (loading !== url || !this.gone(one)) continue;
      one.cause ??= `it did not load ${url}`;
      one.asked = true;
      void one.worker.terminate();
    }
  }

  /** No other one is booted. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
