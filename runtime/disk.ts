/**
 * Files as a store needs them: read and write anywhere, sync, rename. Small, so that a simulated
 * disk (sim/disk.ts) can stand in its place; both pass the same test.
 *
 *     write ──► seen by every read ──sync──► survives a power cut
 *     create, rename, remove ──► seen ──syncFolder of the folder──► survives
 *
 * Paths are relative to the root of the disk, with forward slashes; "" is the root, a folder.
 *
 * Left out: what a log or a snapshot does not need, like links, times, rights and folders that go.
 */

import { constants, fstatSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { SabeamError, summarise } from "./errors.ts";

/** All of it throws DiskError (`ERR_DISK`), with a `reason`. */
export interface Disk {
  /**
   * A file for reading and writing; made, if it is not there and `create` is true. If `exclusive`
   * is true as well, it must not be there: of two who make one at once, one gets EEXIST.
   */
  open(path: string, options?: { create?: boolean; exclusive?: boolean }): Promise<DiskFile>;
  /** Names of what is in the folder, sorted by code units. */
  list(folder: string): Promise<string[]>;
  /** Gives a file another name, in any folder; a file that had it is gone. Atomic. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; whoever has it open keeps it. */
  remove(path: string): Promise<void>;
  /** Its parent must be there, and it must not. */
  makeFolder(path: string): Promise<void>;
  /** After it, what was created, renamed and removed in the folder survives a power cut. */
  syncFolder(folder: string): Promise<void>;
}

/** An open file. Operations that are not awaited may happen in any order. */
export interface DiskFile {
  readonly path: string;
  size(): Promise<number>;
  /** All `length` bytes from there on, or as many as there are to the end of the file. */
  read(at: number, length: number): Promise<Uint8Array>;
  /**
   * Writes all bytes; a gap before them is zeros. The bytes must stay as they are until it has
   * settled. A disk that gets full may have written some of them.
   */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** Makes it so long; what is added is zeros. */
  truncate(size: number): Promise<void>;
  /**
   * After it, all that was written before it began survives a power cut. If it fails, that may be
   * lost, even if a later sync succeeds: what reads still return need not be on the disk. It fails
   * (ENOENT) for a file that was removed, as what no name leads to is lost when it is closed.
   */
  sync(): Promise<void>;
  /** Does not sync. */
  close(): Promise<void>;
}

/** Why an operation failed, by the names that operating systems have for it. */
export type DiskReason = keyof typeof REASONS;

const REASONS = {
  ENOENT: "it, or the folder it should be in, is not there; create it first",
  EEXIST: "it is there already",
  EISDIR: "it is a folder; only files can be opened, renamed and removed",
  ENOTDIR: "it, or what it should be in, is no folder",
  ENOSPC: "the disk is full; free some space, then try again",
  EIO:
    "the device failed; what was written since the last good sync may be lost, so start again " +
    "from what can be read after closing, and do not trust another sync",
  EBADF: "the file was closed, or its node has crashed since; open it again",
  EINVAL: 'a path is like "folder/file", without "." or "..", and places are whole numbers from 0',
  ENODEV: "its node is down",
  EACCES: "this user has no right to it",
  EROFS: "the disk can only be read; mount it for writing",
} as const;

/** An operation on a disk failed; `reason` says why. */
export class DiskError extends SabeamError {
  override readonly name = "DiskError";
  readonly reason: DiskReason;
  /** Like "write". */
  readonly operation: string;
  readonly path: string;

  constructor(reason: DiskReason, operation: string, path: string, options?: ErrorOptions) {
    const what = `${operation} of ${JSON.stringify(path)}`;
    super("ERR_DISK", `${what} failed (${reason}): ${REASONS[reason]}`, options);
    this.reason = reason;
    this.operation = operation;
    this.path = path;
  }
}

/** For longer reads the size of the file is asked first. */
const ASKED_BYTES_MAX = 1_048_576;

const PATH = /^[^/\0\\]+(?:\/[^/\0\\]+)*$/;

/** @throws DiskError (EINVAL) for what is no path, and for "" unless it may be the root. */
export function checkPath(operation: string, path: string, root: "root" | "no root"): void {
  if (path === "" && root === "root") return;
  const dots = path.split("/").some((name) => name === "." || name === "..");
  if (dots || !PATH.test(path)) throw new DiskError("EINVAL", operation, path);
}

/** @throws DiskError (EINVAL) for places and lengths that no file has. */
export function checkPlaces(operation: string, path: string, ...places: number[]): void {
  const wrong = places.some((place) => !Number.isSafeInteger(place) || place < 0);
  if (wrong) throw new DiskError("EINVAL", operation, path);
}

/** The real one: files below `root`, a folder that is there. */
export function realDisk(root: string): Disk {
  /** Does it, and says of what fails which operation it was. */
  async function run<Result>(
    operation: string,
    path: string,
    act: (whole: string) => Promise<Result>,
    mayBeRoot: "root" | "no root" = "no root",
  ): Promise<Result> {
    checkPath(operation, path, mayBeRoot);
    try {
      return await act(join(root, path));
    } catch (error) {
      throw asDiskError(error, operation, path);
    }
  }
  return {
    open: (path, { create = false, exclusive = false } = {}) =>
      run("open", path, async (whole) => {
        const made = exclusive ? constants.O_CREAT | constants.O_EXCL : constants.O_CREAT;
        return new RealFile(path, await open(whole, constants.O_RDWR | (create ? made : 0)));
      }),
    list: (folder) =>
      run("list", folder, async (whole) => (await readdir(whole)).sort(byCodeUnits), "root"),
    rename: (from, to) =>
      run("rename", from, async (whole) => {
        checkPath("rename", to, "no root");
        const [source, target] = [await stat(whole), await stat(join(root, to)).catch(() => null)];
        if (source.isDirectory()) throw new DiskError("EISDIR", "rename", from);
        if (target?.isDirectory()) throw new DiskError("EISDIR", "rename", to);
        await rename(whole, join(root, to));
      }),
    remove: (path) =>
      run("remove", path, async (whole) => {
        if ((await stat(whole)).isDirectory()) throw new DiskError("EISDIR", "remove", path);
        await unlink(whole);
      }),
    makeFolder: (path) => run("makeFolder", path, (whole) => mkdir(whole)),
    syncFolder: (folder) => run("syncFolder", folder, syncWhole, "root"),
  };
}

export function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

export async function syncWhole(folder: string): Promise<void> {
  // Windows has no handles of folders, and writes names through.
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class RealFile implements DiskFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** There are file systems that count no names. */
  readonly #countsNames: boolean;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
    this.#countsNames = fstatSync(handle.fd).nlink > 0;
  }

  size(): Promise<number> {
    return this.#run("size", async () => (await this.#handle.stat()).size);
  }

  read(at: number, length: number): Promise<Uint8Array> {
    return this.#run("read", async () => {
      checkPlaces("read", this.path, at, length);
      // Whoever asks for far more than there is gets no memory for it.
      const left = length > ASKED_BYTES_MAX ? (await this.#handle.stat()).size - at : length;
      const bytes = new Uint8Array(Math.max(0, Math.min(length, left)));
      let done = 0;
      // Each turn reads a byte at least, or it is the end.
      for (let more = 1; more > 0 && done < bytes.length; done += more) {
        const { bytesRead } = await this.#handle.read(bytes, done, bytes.length - done, at + done);
        more = bytesRead;
      }
      return bytes.subarray(0, done);
    });
  }

  write(at: number, bytes: Uint8Array): Promise<void> {
    return this.#run("write", async () => {
      checkPlaces("write", this.path, at);
      // A call that can write nothing throws.
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        done += (await this.#handle.write(bytes, done, left, at + done)).bytesWritten;
      }
    });
  }

  truncate(size: number): Promise<void> {
    return this.#run("truncate", async () => {
      checkPlaces("truncate", this.path, size);
      await this.#handle.truncate(size);
    });
  }

  sync(): Promise<void> {
    return this.#run("sync", async () => {
      await this.#handle.sync();
      // A few µs, as all of it is in memory.
      const isGone = this.#countsNames && fstatSync(this.#handle.fd).nlink === 0;
      if (isGone) throw new DiskError("ENOENT", "sync", this.path);
    });
  }

  close(): Promise<void> {
    return this.#run("close", () => this.#handle.close());
  }

  async #run<Result>(operation: string, act: () => Promise<Result>): Promise<Result> {
    try {
      if (this.#handle.fd < 0) throw new DiskError("EBADF", operation, this.path);
      return await act();
    } catch (error) {
      throw asDiskError(error, operation, this.path);
    }
  }
}

/** Names of the same thing, and what the platform tells of a full quota. */
const SAME: { readonly [code: string]: DiskReason } = { EDQUOT: "ENOSPC", EPERM: "EACCES" };

export function asDiskError(error: unknown, operation: string, path: string): unknown {
  if (error instanceof DiskError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : summarise(error);
  const reason = Object.hasOwn(REASONS, code) ? (code as DiskReason) : SAME[code];
  // What has no name here is told as it is.
  return reason === undefined ? error : new DiskError(reason, operation, path, { cause: error });
}
