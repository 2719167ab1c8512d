/**
 * Booted threads without an index, with the modules loaded: whoever takes the place of a dead
 * thread need not boot.
 *
 *     fill ──▶ boots ──▶ ready ──take──▶ a thread of the system
 *       └──▶ at once if threads die one after the other, else after a while: what is started
 *            again on the thread that has just been replaced needs the cores first
 */

import type { Kept } from "./kept.ts";

/** The next one boots when what the last one took over is up again. */
const FILL_DELAY_MS = 200;
/** Two that are taken within it have died one after the other. */
const HURRY_MS = 1000;

export class Standbys {
  readonly #count: number;
  readonly #boot: (name: string) => Kept;
  readonly #all: Kept[] = [];
  /** Modules that define actors; bounded by the table of definitions. */
  readonly #urls: Set<string> = new Set();
  #made = 0;
  #takenAt = Number.NEGATIVE_INFINITY;
  #hurry = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param count how many stand by */
  constructor(count: number, boot: (name: string) => Kept) {
    this.#count = count;
    this.#boot = boot;
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
      for (const url of this.#urls) one.control.post("preload", url);
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
    this.#urls.add(url);
    for (const { control } of this.#all) control.post("preload", url);
  }

  /** No other one is booted. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
