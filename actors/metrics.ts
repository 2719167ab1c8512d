/**
 * What was measured in a system: of each kind and name a histogram, on main, and listeners that are
 * told of each measurement.
 *
 *     threads ──records──▶ metrics ──▶ kind "Ballot": durationMs, participants, …
 *                                └──▶ listeners
 */

import { Histogram } from "../runtime/histogram.ts";
import { Listeners } from "./listeners.ts";
import type { WriteLog } from "./log.ts";
import type { Batch, Measurement } from "./measures.ts";

/** Histograms of all kinds together. */
export const HISTOGRAMS_MAX = 1024;

export class Metrics {
  readonly #kinds: Map<string, Map<string, Histogram>> = new Map();
  readonly #listeners: Listeners<Measurement>;
  /** Has main's own actors tell what they hold back. */
  readonly #flush: () => void;
  #histograms = 0;
  #leftOut = 0;

  constructor(write: WriteLog, flush: () => void) {
    this.#listeners = new Listeners("measurements", write);
    this.#flush = flush;
  }

  /** Called by the system. */
  add({ measured, leftOut }: Batch): void {
    this.#leftOut += leftOut;
    for (const measurement of measured) this.#addOne(measurement);
    for (const measurement of measured) this.#listeners.tell(measurement);
  }

  #addOne({ kind, values }: Measurement): void {
    const ofKind = this.#kinds.get(kind) ?? new Map<string, Histogram>();
    let isKept = true;
    for (const [name, value] of Object.entries(values)) {
      const histogram = ofKind.get(name) ?? this.#make();
      if (histogram === undefined) isKept = false;
      else {
        ofKind.set(name, histogram);
        histogram.record(value);
      }
    }
    if (ofKind.size > 0) this.#kinds.set(kind, ofKind);
    if (!isKept) this.#leftOut += 1;
  }

  #make(): Histogram | undefined {
    if (this.#histograms === HISTOGRAMS_MAX) return undefined;
    this.#histograms += 1;
    return new Histogram();
  }

  /** The kinds that were measured: protocols by their names, and those of `self.measure`. */
  get kinds(): string[] {
    this.#flush();
    return [...this.#kinds.keys()];
  }

  /**
   * Copies of a kind's histograms, by name: `of("Ballot").get("durationMs")`. Empty if nothing was
   * measured. What another thread measures is here within some 50 ms.
   */
  of(kind: string): Map<string, Histogram> {
    this.#flush();
    const copies = new Map<string, Histogram>();
    for (const [name, histogram] of this.#kinds.get(kind) ?? []) copies.set(name, histogram.copy());
    return copies;
  }

  /**
   * Measurements that are not in the histograms, or not in all: malformed ones, those for which
   * there was no room on the way, and those of more than 1024 kinds and names.
   */
  get leftOut(): number {
    this.#flush();
    return this.#leftOut;
  }

  /** Calls `listener` for each measurement; returns what ends it. @throws InvalidOptions */
  listen(listener: (measurement: Measurement) => void): () => void {
    return this.#listeners.add(listener);
  }
}
