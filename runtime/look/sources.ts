/** The shared memory of a system, opened for reading by whoever looks in. */

import { Directory } from "../directory.ts";
import { hrtimeMs } from "../env.ts";
import { THREAD_RUNNING } from "../layout.ts";
import { NOBODY, type SystemBuffers } from "../ledger.ts";
import { NamesReader } from "../names.ts";
import { Signals } from "../signals.ts";
import { Statistics } from "../statistics.ts";
import { Catalogue } from "./catalogue.ts";
import { plainText } from "./plain-text.ts";

/** The system that is looked into. */
export interface Looked {
  readonly buffers: SystemBuffers;
  /** Worker threads besides main, and own threads that there may be. */
  readonly threads: number;
  readonly ownThreads: number;
  /** Its beginning, on the clock of `hrtimeMs`. */
  readonly epochMs: number;
}

export class Sources {
  readonly signals: Signals;
  readonly directory: Directory;
  readonly statistics: Statistics;
  readonly catalogue: Catalogue;
  /** Worker threads besides main; own threads have the indexes behind. */
  readonly threads: number;
  /** Indexes that threads may have. */
  readonly indexes: number;
  readonly #names: NamesReader;
  readonly #epochMs: number;

  constructor({ buffers, threads, ownThreads, epochMs }: Looked) {
    this.signals = new Signals(buffers.signals);
    this.directory = new Directory(buffers.directory, this.signals, NOBODY, 0);
    this.statistics = new Statistics(buffers.statistics);
    this.catalogue = new Catalogue(buffers.definitions);
    this.threads = threads;
    this.indexes = 1 + threads + ownThreads;
    this.#names = new NamesReader(buffers.names, (slot, incarnation) =>
      this.directory.isAlive(slot, incarnation),
    );
    this.#epochMs = epochMs;
  }

  /** Milliseconds of the system's life. */
  now(): number {
    return hrtimeMs() - this.#epochMs;
  }

  /** By slot. */
  names(): Map<number, string> {
    return new Map(this.#names.list().map(({ slot, name }) => [slot, plainText(name)]));
  }

  isRunning(index: number): boolean {
    return this.signals.state(index) === THREAD_RUNNING;
  }

  /** `Counter<12.1>`, of whoever lives in that slot or did. */
  address(slot: number, incarnation: number): string {
    return `${this.catalogue.name(this.directory.definition(slot))}<${slot}.${incarnation}>`;
  }
}
