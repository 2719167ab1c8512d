/**
 * What of a journal lives, in memory: all logs, and how many live bytes each segment holds.
 *
 *     entries ──take──► logs (kept.ts)        open ◄── what a log keeps
 *                    └─► live bytes by segment ──► which segments nobody needs, and what of the
 *                                                  oldest must be written again (`movable`)
 *
 * Memory: the bytes of what lives, where they lie in the bodies of their batches. As long as one
 * record of a body lives, all of it is held; so it is never more than what the files have.
 */

import { type Entry, entryBytes, readEntries } from "./entries.ts";
import { Kept, type Piece } from "./kept.ts";

/** Records that are written again go in pieces of about this. */
const RUN_BYTES = 65_536;

export class Content {
  readonly #logs = new Map<number, Kept>();
  readonly #byName = new Map<string, Kept>();
  /** By segment. */
  readonly #live = new Map<number, number>();
  #liveBytes = 0;
  #last: Kept | undefined;
  #nextLog = 1;
  /** Those that may have something in the segment that is written again. */
  #moving: { readonly segment: number; readonly logs: Kept[] } = { segment: 0, logs: [] };

  /** Sorted. */
  get names(): string[] {
    return [...this.#byName.keys()].sort();
  }

  /** In no order. */
  namesOf(prefix: string): string[] {
    const names: string[] = [];
    for (const name of this.#byName.keys()) if (name.startsWith(prefix)) names.push(name);
    return names;
  }

  get size(): number {
    return this.#byName.size;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** A number that no log has had. */
  get nextLog(): number {
    return this.#nextLog;
  }

  log(name: string): Kept | undefined {
    return this.#byName.get(name);
  }

  liveIn(segment: number): number {
    return this.#live.get(segment) ?? 0;
  }

  /**
   * What the body of a batch says holds from now on; it lies in that segment. False if it stops
   * making sense.
   */
  take(body: Uint8Array, segment: number): boolean {
    const piece = (from: number, to: number): Piece => ({ body, from, to, segment });
    return readEntries(body, {
      define: (id, life, name) => {
        const log = this.#log(id);
        log.define({ name, life, segment });
        this.#byName.set(name, log);
      },
      record: (id, index, from, to) => this.#log(id).append(index, body, from, to, segment),
      truncate: (id, from) => this.#log(id).truncate(from),
      snapshot: (id, upTo, from, to) => this.#log(id).setSnapshot(upTo, piece(from, to)),
      metadata: (id, from, to) => this.#log(id).setMetadata(piece(from, to)),
      remove: (id) => this.#remove(id),
    });
  }

  #remove(id: number): void {
    const log = this.#log(id);
    this.#logs.delete(id);
    this.#last = undefined;
    if (this.#byName.get(log.name ?? "") === log) this.#byName.delete(log.name ?? "");
    log.remove();
  }

  /** After the last entry of a recovery. The number of a log that is not whole, if there is one. */
  settle(): number | undefined {
    for (const log of this.#logs.values()) {
      if (!log.settle() || this.#byName.get(log.name ?? "") !== log) return log.id;
    }
    return undefined;
  }

  /**
   * Entries that say again what lives in a segment: at most so many bytes, but one entry at least.
   * Once they are taken in, it does not lie there any more.
   */
  movable(segment: number, bytesMax: number): Entry[] {
    const entries: Entry[] = [];
    if (this.#moving.segment !== segment) {
      const logs = [...this.#logs.values()].filter((log) => log.liesIn(segment));
      this.#moving = { segment, logs };
    }
    const { logs } = this.#moving;
    while (logs.at(-1)?.liesIn(segment) === false) logs.pop();
    let bytes = 0;
    for (const log of logs.toReversed()) {
      for (const entry of log.pieces(segment, Math.min(RUN_BYTES, bytesMax))) {
        bytes += entryBytes(entry);
        if (entries.length > 0 && bytes > bytesMax) return entries;
        entries.push(entry);
      }
    }
    return entries;
  }

  /** Made, if it is not there. */
  #log(id: number): Kept {
    // Records of one log mostly come one after the other.
    if (this.#last?.id === id) return this.#last;
    const log = this.#logs.get(id) ?? this.#made(id);
    this.#last = log;
    return log;
  }

  #made(id: number): Kept {
    const log = new Kept(id, (segment, bytes) => {
      const live = this.liveIn(segment) + bytes;
      if (live === 0) this.#live.delete(segment);
      else this.#live.set(segment, live);
      this.#liveBytes += bytes;
    });
    this.#logs.set(id, log);
    this.#nextLog = Math.max(this.#nextLog, id + 1);
    return log;
  }
}
