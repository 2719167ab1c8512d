/**
 * Threads that are made for one actor each, as the keeper sees them.
 *
 *     free → booting → running ─ the last actor has ended ─▶ closed → left → worker ended → free
 *                          └──── the thread dies ──────────────────────────────────────────┘
 *
 * Their indexes follow those of the worker threads. None has a standby: whoever wants its actor
 * back spawns it again. An own thread finds out by itself that nobody lives on it any more
 * (actors/own-thread.ts); it then says `close`, after which nobody sends to it, and `left` once all
 * that it had sent was taken. A start that finds no free index waits for those that are about to
 * end, and for nothing else: an index whose actor lives is not given back soon.
 */

import type { Directory } from "./directory.ts";
import { summarise } from "./errors.ts";
import type { NotLoaded, OwnStart } from "./keeper-api.ts";
import type { Heap, Kept } from "./kept.ts";
import { THREAD_BOOTING, THREAD_DEAD } from "./layout.ts";
import type { Signals } from "./signals.ts";

/** How long a start waits for an own thread that has no actor any more to end. */
const VACANT_MS = 2000;
/** Starts that wait so at a time. */
const WAITING_MAX = 1024;

/** What it needs of the keeper. */
export interface OwnKeeping {
  readonly signals: Signals;
  readonly directory: Directory;
  /** By index. */
  readonly threads: (Kept | undefined)[];
  /** The system does not stop. */
  readonly running: boolean;
  boot(name: string, heap: Heap | undefined): Kept;
  assign(kept: Kept, index: number, generation: number): Promise<NotLoaded | undefined>;
  /** Everybody learns that the thread has ended in peace. */
  ended(kept: Kept): void;
}

export class OwnThreads {
  readonly #keeping: OwnKeeping;
  readonly #first: number;
  /** Indexes in use, those that are handed over to the next in line included. */
  readonly #taken: boolean[];
  readonly #waiting: Set<(index: number | undefined) => void> = new Set();

  constructor(
    keeping: OwnKeeping,
    { threads, ownThreads }: { threads: number; ownThreads: number },
  ) {
    this.#keeping = keeping;
    this.#first = threads + 1;
    this.#taken = new Array<boolean>(ownThreads).fill(false);
  }

  has(index: number): boolean {
    return index >= this.#first;
  }

  async start(heapMb: number | undefined): Promise<OwnStart> {
    const index = this.#take() ?? (await this.#nextVacant());
    if (!this.#keeping.running) return { type: "stopping" };
    if (index === undefined) return { type: "taken" };
    const { signals } = this.#keeping;
    const generation = signals.generation(index) + 1;
    const heap: Heap | undefined = heapMb === undefined ? heapMb : { mb: heapMb, of: "its spawn" };
    const kept = this.#keeping.boot(`sabeam own thread ${index}`, heap);
    this.#setLast(index);
    try {
      const failed = await this.#keeping.assign(kept, index, generation);
      if (failed === undefined) return { type: "started", index, generation };
      kept.left = true;
      signals.setState(index, THREAD_DEAD, generation);
      void kept.worker.terminate();
      return { type: "not-loaded", failed };
    } catch (error) {
      void kept.worker.terminate();
      if (!this.#keeping.running) return { type: "stopping" };
      return { type: "failed", index, cause: kept.cause ?? summarise(error) };
    }
  }

  /** The lowest free index. */
  #take(): number | undefined {
    const free = this.#taken.indexOf(false);
    if (free < 0) return undefined;
    this.#taken[free] = true;
    return this.#first + free;
  }

  #nextVacant(): Promise<number | undefined> {
    const full = this.#waiting.size >= WAITING_MAX;
    if (full || !this.#taken.some((_, own) => this.#isVacant(this.#first + own))) {
      return Promise.resolve(undefined);
    }
    return new Promise((resolve) => {
      const done = (index: number | undefined): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve(index);
      };
      const timer = setTimeout(done, VACANT_MS, undefined);
      this.#waiting.add(done);
    });
  }

  /** Nobody lives there any more, so it is about to end. (Or nobody yet: then the time passes.) */
  #isVacant(index: number): boolean {
    const { signals, directory } = this.#keeping;
    if (signals.state(index) === THREAD_BOOTING) return false;
    return directory.living(index).next().done === true;
  }

  /** From here on nobody sends to it; what it has sent is still taken. */
  close(index: number, generation: number): void {
    if (this.#find(index, generation) === undefined) return;
    this.#keeping.signals.setState(index, THREAD_DEAD, generation);
  }

  /** Nothing of it is on its way any more. */
  left(index: number, generation: number): void {
    const kept = this.#find(index, generation);
    if (kept === undefined) return;
    kept.left = true;
    this.#keeping.ended(kept);
    void kept.worker.terminate();
  }

  #find(index: number, generation: number): Kept | undefined {
    const kept = this.has(index) ? this.#keeping.threads[index] : undefined;
    return kept?.generation === generation ? kept : undefined;
  }

  /** Its worker has ended: the index goes to who waits for one. */
  freed(index: number): void {
    this.#keeping.threads[index] = undefined;
    this.#setLast(0);
    const [next] = this.#waiting;
    if (next === undefined) this.#taken[index - this.#first] = false;
    else next(index);
  }

  #setLast(index: number): void {
    const last = this.#keeping.threads.findLastIndex((kept) => kept !== undefined);
    const own = Math.max(index, last);
    this.#keeping.signals.setLastOwn(this.has(own) ? own : 0);
  }
}
