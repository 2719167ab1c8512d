/** Files as bytes, to be damaged at will; only what a recovery needs of a disk. */

import { type Disk, DiskError, type DiskFile } from "../../../../runtime/disk.ts";

export class MemoryDisk implements Disk {
  readonly files: Map<string, Uint8Array> = new Map();

  open(path: string): Promise<DiskFile> {
    const bytes = this.files.get(path);
    if (bytes === undefined) return Promise.reject(new DiskError("ENOENT", "open", path));
    return Promise.resolve({
      path,
      size: () => Promise.resolve(bytes.length),
      read: (at, length) => Promise.resolve(bytes.slice(at, at + length)),
      write: () => this.#never("write", path),
      truncate: () => this.#never("truncate", path),
      sync: () => this.#never("sync", path),
      close: () => Promise.resolve(),
    });
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()].sort());
  }

  rename = (path: string): Promise<void> => this.#never("rename", path);
  remove = (path: string): Promise<void> => this.#never("remove", path);
  makeFolder = (path: string): Promise<void> => this.#never("makeFolder", path);
  syncFolder = (path: string): Promise<void> => this.#never("syncFolder", path);

  /** Nobody who only reads does this. */
  #never(operation: string, path: string): Promise<never> {
    return Promise.reject(new DiskError("EACCES", operation, path));
  }
}

/** All files of a folder of another disk. */
export async function copyOf(disk: Disk, folder: string): Promise<MemoryDisk> {
  const copy = new MemoryDisk();
  for (const name of await disk.list(folder)) {
    const file = await disk.open(folder === "" ? name : `${folder}/${name}`);
    copy.files.set(name, await file.read(0, await file.size()));
    await file.close();
  }
  return copy;
}
