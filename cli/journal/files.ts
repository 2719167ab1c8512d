/** The files of a folder, opened so that nothing can be changed in them. */

import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { JournalSource } from "../../actors/index.ts";

export function filesOf(folder: string): JournalSource {
  return {
    list: async () => (await readdir(folder)).sort(),
    open: async (name) => {
      const handle = await open(join(folder, name), "r");
      return {
        size: async () => (await handle.stat()).size,
        read: (at, length) => read(handle, at, length),
        close: () => handle.close(),
      };
    },
  };
}

async function read(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  // Each turn reads a byte at least, or it is the end.
  for (let more = 1; more > 0 && done < length; done += more) {
    ({ bytesRead: more } = await handle.read(bytes, done, length - done, at + done));
  }
  return bytes.subarray(0, done);
}
