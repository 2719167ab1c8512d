/**
 * The disk of a node in a simulation: as `realDisk`, in virtual time, and with faults.
 *
 *     operations.ts   when something happens        stored.ts    the bytes of a file
 *     open-file.ts    what can be done with a file  folders.ts   the names of files
 *     troubles.ts     what is wrong right now       (both know what survives a crash)
 *
 * Left out: reads that fail, since a store can do as little about them as about flipped bits; and
 * short reads, which `DiskFile` does not have.
 */

import { byCodeUnits, checkPath, type Disk, type DiskFile } from "../disk.ts";
import type { Random } from "../random.ts";
import type { Delay } from "./delay.ts";
import { FOLDER, Folders, folderOf } from "./folders.ts";
import { type DiskParts, OpenFile } from "./open-file.ts";
import { type DelayStep, type Fail, Operations } from "./operations.ts";
import { Stored, type Unsynced } from "./stored.ts";
import { type DiskCounters, type DiskTrouble, Troubles } from "./troubles.ts";

/** A bit of what is saved; what is left out is drawn at random. */
export interface BitPlace {
  readonly file?: string | undefined;
  /** Byte in the file, from 0. */
  readonly offset?: number | undefined;
  /** 0 to 7. */
  readonly bit?: number | undefined;
}

export interface SimulatedDiskOptions {
  /** Is not changed; the same one gives the same disk. */
  random: Random;
  /** A timer of virtual time; it is called while an operation is being asked for. */
  delay: DelayStep;
}

export class SimulatedDisk implements Disk {
  readonly #random: Random;
  readonly #folders = new Folders();
  readonly #operations: Operations;
  readonly #troubles: Troubles = new Troubles(() => this.#folders.bytes);
  readonly #parts: DiskParts;
  /** Files that were ever made. */
  #files = 0;

  constructor({ random, delay }: SimulatedDiskOptions) {
    this.#random = random.fork("disk");
    this.#operations = new Operations(this.#random, delay);
    const [folders, operations, troubles] = [this.#folders, this.#operations, this.#troubles];
    this.#parts = { folders, operations, troubles };
  }

  get counters(): Readonly<DiskCounters> {
    return this.#troubles.counters;
  }

  async open(
    path: string,
    { create = false, exclusive = false }: { create?: boolean; exclusive?: boolean } = {},
  ): Promise<DiskFile> {
    checkPath("open", path, "no root");
    return await this.#operations.run({ cost: "write", name: "open", path }, (fail) => {
      const found = this.#folders.get(path);
      if (found === FOLDER) throw fail("EISDIR");
      if (found === undefined) this.#folder(folderOf(path), fail);
      if (found === undefined && !create) throw fail("ENOENT");
      if (found !== undefined && create && exclusive) throw fail("EEXIST");
      return new OpenFile(path, found ?? this.#made(path), this.#parts);
    });
  }

  async list(folder: string): Promise<string[]> {
    checkPath("list", folder, "root");
    return await this.#operations.run({ cost: "read", name: "list", path: folder }, (fail) => {
      this.#folder(folder, fail);
      return this.#folders.names(folder).sort(byCodeUnits);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    checkPath("rename", from, "no root");
    checkPath("rename", to, "no root");
    await this.#operations.run({ cost: "write", name: "rename", path: from }, (fail) => {
      this.#existing(from, fail);
      this.#folder(folderOf(to), fail);
      if (this.#folders.get(to) === FOLDER) throw fail("EISDIR");
      this.#folders.rename(from, to);
    });
  }

  async remove(path: string): Promise<void> {
    checkPath("remove", path, "no root");
    await this.#operations.run({ cost: "write", name: "remove", path }, (fail) => {
      this.#existing(path, fail);
      this.#folders.remove(path);
    });
  }

  async makeFolder(path: string): Promise<void> {
    checkPath("makeFolder", path, "no root");
    await this.#operations.run({ cost: "write", name: "makeFolder", path }, (fail) => {
      this.#folder(folderOf(path), fail);
      if (this.#folders.get(path) !== undefined) throw fail("EEXIST");
      this.#folders.create(path, FOLDER);
    });
  }

  async syncFolder(folder: string): Promise<void> {
    checkPath("syncFolder", folder, "root");
    await this.#operations.run({ cost: "sync", name: "syncFolder", path: folder }, (fail) => {
      this.#folder(folder, fail);
      // Names stay in the journal of the file system: unlike bytes, a later sync saves them.
      if (this.#troubles.failsNow()) throw fail("EIO");
      this.#folders.sync(folder);
    });
  }

  /** Each operation takes so long from now on. */
  slow(delay: Delay): void {
    this.#operations.slow(delay);
  }

  /** The next `times` syncs fail, of files or folders. */
  failSyncs(times = 1): void {
    this.#troubles.syncsToFail = times;
  }

  /** Leaves room for so many bytes; a write that needs more writes what there is room for. */
  fill(freeBytes: number): void {
    this.#troubles.fill(freeBytes);
  }

  /** Ends one kind of trouble, or all. */
  mend(of?: DiskTrouble): void {
    if (of === undefined || of === "slowDisk") this.#operations.slow();
    this.#troubles.mend(of);
  }

  /** Inverts a bit of what is saved. Where; undefined if there is no such byte. */
  flipBit({ file, offset, bit }: BitPlace = {}): Required<BitPlace> | undefined {
    const { counters } = this.#troubles;
    const random = this.#random.fork("flip").fork(String(counters.flippedBits));
    const chosen = this.#byteOf(file, offset, random.float());
    if (chosen === undefined) return undefined;
    const place = { file: chosen.path, offset: chosen.offset, bit: bit ?? random.int(8) };
    chosen.stored.flip(place.offset, place.bit);
    counters.flippedBits += 1;
    return place;
  }

  /**
   * The node crashes: nothing that it has begun settles any more, and its files are closed.
   *
   * @param unsynced what becomes of what was not synced, and of what has begun.
   */
  crash(unsynced: Unsynced = "lost"): void {
    const { counters } = this.#troubles;
    const random = this.#random.fork("crash").fork(String(counters.crashes));
    const begun = random.fork("begun");
    this.#operations.crash(() => unsynced !== "lost" && begun.chance(50));
    counters.crashes += 1;
    if (unsynced === "kept") return;
    for (const stored of this.#folders.stored()) {
      const { lost, torn } = stored.crash(random.fork(String(stored.number)), unsynced);
      counters.lost += lost;
      counters.torn += torn;
    }
    counters.lost += this.#folders.crash(random.fork("names"), unsynced);
  }

  /** The node is up again, and sees what has survived. Troubles last until they are mended. */
  restart(): void {
    this.#operations.restart();
  }

  /** Nothing settles until `resume`; needless if `delay` waits by itself while a node is paused. */
  pause(): void {
    this.#operations.pause();
  }

  resume(): void {
    this.#operations.resume();
  }

  #made(path: string): Stored {
    const made = new Stored(this.#files);
    this.#files += 1;
    this.#folders.create(path, made);
    return made;
  }

  #existing(path: string, fail: Fail): void {
    this.#folder(folderOf(path), fail);
    const entry = this.#folders.get(path);
    if (entry === undefined) throw fail("ENOENT");
    if (entry === FOLDER) throw fail("EISDIR");
  }

  #folder(path: string, fail: Fail): void {
    const entry = this.#folders.get(path);
    if (entry === FOLDER) return;
    if (entry !== undefined) throw fail("ENOTDIR");
    // A file in the place of a folder above is another error than nothing there at all.
    this.#folder(folderOf(path), fail);
    throw fail("ENOENT");
  }

  /** A byte that is saved; `u` from 0 to 1 chooses among all that there are. */
  #byteOf(
    file: string | undefined,
    offset: number | undefined,
    u: number,
  ): { path: string; stored: Stored; offset: number } | undefined {
    const files = [...this.#folders.files()]
      .map(([path, stored]) => ({ path, stored }))
      .filter(({ path, stored }) => path === (file ?? path) && stored.savedSize > (offset ?? 0))
      .sort((one, other) => byCodeUnits(one.path, other.path));
    if (offset !== undefined) {
      const chosen = files[Math.floor(u * files.length)];
      return chosen && { ...chosen, offset };
    }
    let at = Math.floor(u * files.reduce((sum, { stored }) => sum + stored.savedSize, 0));
    for (const chosen of files) {
      if (at < chosen.stored.savedSize) return { ...chosen, offset: at };
      at -= chosen.stored.savedSize;
    }
    return undefined;
  }
}
