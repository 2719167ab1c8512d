/**
 * A folder as a disk: what is in it, by paths that begin there. It is made if it is not there, so
 * that it survives a power cut.
 *
 *     real        the folder of the machine      a/b ──▶ /var/lib/shop/a/b
 *     simulated   a prefix on the node's disk    a/b ──▶ var/lib/shop/a/b
 */

import { mkdir } from "node:fs/promises";
import { dirname, posix, resolve } from "node:path";
import { asDiskError, type Disk, DiskError, type DiskFile, realDisk, syncWhole } from "./disk.ts";

/** @throws (rejects with) DiskError (ERR_DISK) */
export async function realFolder(folder: string): Promise<Disk> {
  const whole = resolve(folder);
  try {
    const first = await mkdir(whole, { recursive: true });
    // Each is a name in the one above.
    for (let made = whole; first !== undefined; made = dirname(made)) {
      await syncWhole(dirname(made));
      if (made === first) break;
    }
  } catch (error) {
    throw asFolderError(asDiskError(error, "makeFolder", whole));
  }
  return realDisk(whole);
}

/** A folder that is there is no error; what is there in its place is. */
function asFolderError(error: unknown): unknown {
  if (!(error instanceof DiskError) || error.reason !== "EEXIST") return error;
  return new DiskError("ENOTDIR", error.operation, error.path, { cause: error });
}

/** The same of another disk, whose root stands for the root of the machine. */
export async function folderOf(disk: Disk, folder: string): Promise<Disk> {
  const prefix = posix.normalize(folder).replace(/^\/+|\/+$/g, "");
  if (prefix === "" || prefix === ".") return disk;
  let above = "";
  for (const name of prefix.split("/")) {
    const path = below(above, name);
    const made = await disk.makeFolder(path).then(
      () => true,
      (error: unknown) => {
        if (error instanceof DiskError && error.reason === "EEXIST") return false;
        throw error;
      },
    );
    if (made) await disk.syncFolder(above);
    above = path;
  }
  return new PartOfDisk(disk, prefix);
}

function below(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

class PartOfDisk implements Disk {
  readonly #disk: Disk;
  readonly #prefix: string;

  constructor(disk: Disk, prefix: string) {
    this.#disk = disk;
    this.#prefix = prefix;
  }

  async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new FileOfPart(path, await this.#disk.open(this.#at(path), options));
  }

  list(folder: string): Promise<string[]> {
    return this.#disk.list(folder === "" ? this.#prefix : this.#at(folder));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(this.#at(from), this.#at(to));
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(this.#at(path));
  }

  makeFolder(path: string): Promise<void> {
    return this.#disk.makeFolder(this.#at(path));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#disk.syncFolder(folder === "" ? this.#prefix : this.#at(folder));
  }

  /** What is no path here, is none there. */
  #at(path: string): string {
    return path === "" ? "" : below(this.#prefix, path);
  }
}

class FileOfPart implements DiskFile {
  readonly path: string;
  readonly #file: DiskFile;

  constructor(path: string, file: DiskFile) {
    this.path = path;
    this.#file = file;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(at: number, length: number): Promise<Uint8Array> {
    return this.#file.read(at, length);
  }

  write(at: number, bytes: Uint8Array): Promise<void> {
    return this.#file.write(at, bytes);
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size);
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
