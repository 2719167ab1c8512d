/** Files as bytes, to be damaged at will. */

import type { Source } from "../../../../actors/journal/recovery.ts";
import { type Disk, DiskError } from "../../../../runtime/disk.ts";

export class MemoryDisk implements Source {
  readonly files: Map<string, Uint8Array> = new Map();

  open(path: string): ReturnType<Source["open"]> {
    const bytes = this.files.get(path);
    if (bytes === undefined) return Promise.reject(new DiskError("ENOENT", "open", path));
    return Promise.resolve({
      size: () => Promise.resolve(bytes.length),
      read: (at, length) => Promise.resolve(bytes.slice(at, at + length)),
      close: () => Promise.resolve(),
    });
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()].sort());
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
