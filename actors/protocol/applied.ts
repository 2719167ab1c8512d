/**
 * Commands for which a member has kept records, so that one that comes again is known to have been
 * applied, also in the next life.
 *
 *     record kept ──▶ waits ──replied──▶ its client hears of it, or has to ask again ──▶ forgotten
 *     read from the log: of a former life ──▶ asked again, or given up ──▶ forgotten
 *
 * None is forgotten while its client may still ask: if there are too many of those, what is new is
 * refused. What is forgotten is written to the log with a later record, so the next life begins
 * with what this one knew, and not with all that it has ever applied.
 */

import type { RequestId } from "./contract.ts";

/** Commands that may wait, and as many that were answered lately. */
export const APPLIED_MAX = 131_072;
/** Those that were answered last are known for longer, whatever becomes of their clients. */
export const ANSWERED_KEPT = 1024;
/** An answer may be lost with the thread that gives it: its client asks again at once. */
export const ANSWERED_MS = 1000;
/** A client asks again each half second while nobody is there; one that gave up, when it wants. */
export const UNHEARD_MS = 60_000;
/** Forgotten ids are written so many at a time. */
export const FORGOTTEN_BATCH = 256;
/** Between two looks through all of them. */
const SWEEP_MS = 250;

export class Applied {
  /** Until when its client may ask again. Those that were answered are in that order. */
  readonly #until: Map<RequestId, number> = new Map();
  readonly #forgotten: RequestId[] = [];
  #sweepAt = 0;

  /** All that are known. */
  get ids(): readonly RequestId[] {
    return [...this.#until.keys()];
  }

  get size(): number {
    return this.#until.size;
  }

  has(id: RequestId): boolean {
    return this.#until.has(id);
  }

  /** A record is kept for it: it waits for its answer now. */
  add(id: RequestId): void {
    this.#put(id, Number.POSITIVE_INFINITY);
  }

  /** It has its answer, or its client has given up. It may ask again until then. */
  settle(id: RequestId, now: number, until: number): void {
    if (!this.#until.has(id)) return;
    this.#put(id, until);
    if (this.#until.size > ANSWERED_KEPT) this.#sweep(now);
  }

  /** Its client says that it has the answer. */
  drop(id: RequestId): void {
    const until = this.#until.get(id);
    if (until === undefined || until === Number.POSITIVE_INFINITY) return;
    this.#until.delete(id);
    this.#forgotten.push(id);
  }

  /** What the log says of former lives, in its order. */
  read(applied: RequestId | undefined, forgotten: readonly RequestId[] = []): void {
    if (applied !== undefined) this.add(applied);
    for (const id of forgotten) this.#until.delete(id);
  }

  /** All that was read: nobody waits for it in this life yet. */
  begin(now: number): void {
    for (const id of this.#until.keys()) this.#until.set(id, now + UNHEARD_MS);
  }

  /** False: each may still be asked for again, so that nothing new may be applied. */
  hasRoom(now: number): boolean {
    if (this.#until.size >= APPLIED_MAX) this.#sweep(now);
    return this.#until.size < APPLIED_MAX;
  }

  /** What is to be written with the next record; undefined: not yet. */
  takeForgotten(): readonly RequestId[] | undefined {
    if (this.#forgotten.length < FORGOTTEN_BATCH) return undefined;
    return this.#forgotten.splice(-FORGOTTEN_BATCH);
  }

  #put(id: RequestId, until: number): void {
    this.#until.delete(id);
    this.#until.set(id, until);
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + SWEEP_MS;
    for (const [id, until] of this.#until) {
      if (this.#until.size <= ANSWERED_KEPT) return;
      if (until > now) continue;
      this.#until.delete(id);
      this.#forgotten.push(id);
    }
  }
}
