/**
 * Walk: finds the files below a folder, each once.
 *
 *     root/            entered once, by device and inode
 *       a.md           found
 *       b.md → a.md    the same file under another name: seen before
 *       sub/
 *         up → ..      a loop: seen before, so every walk ends
 *         gone → …     leads nowhere: unreadable
 *
 * The order is that of the names, so that two walks over the same tree number the files alike.
 *
 * Left out: reading the files, and patterns to leave some out.
 */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { systemCode } from "./errors.ts";
import { FILE_BYTES_MAX } from "./source.ts";

/** What is indexed. Upper and lower case are the same. */
export const EXTENSIONS: ReadonlySet<string> = new Set([".md", ".js", ".ts", ".json"]);

/** A walk ends after this many files and says so. */
export const FILES_MAX = 1_000_000;

/** How many files of one folder are looked at together. */
const STATS_AT_ONCE_MAX = 16;

/** How many folders are listed before it is their turn. More would keep the readers waiting. */
const FOLDERS_AHEAD_MAX = 4;

export interface FoundFile {
  path: string;
  /** As the folder says, before it is read; 0 if that is too many to read it at all. */
  bytes: number;
}

export interface Unreadable {
  path: string;
  /** The system's code, such as "EACCES". */
  code: string;
}

export class Walk {
  folders = 0;
  files = 0;
  bytes = 0;
  /** Folders and files that were met again: loops, links, hard links. */
  seenBefore = 0;
  /** Pipes, sockets and devices with a name that would be indexed. */
  special = 0;
  unreadable: Unreadable[] = [];
  /** The walk stopped at filesMax. */
  cut = false;
  readonly #root: string;
  readonly #filesMax: number;
  readonly #seen = new Set<string>();

  constructor(root: string, filesMax = FILES_MAX) {
    this.#root = root;
    this.#filesMax = filesMax;
  }

  /**
   * The files, one after the other. Call it once. Cost: one stat per file and link. Throws the
   * reason of the signal.
   */
  async *run(signal?: AbortSignal): AsyncGenerator<FoundFile> {
    const waiting = [this.#root];
    const ahead = new Map<string, Promise<Listing>>();
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      signal?.throwIfAborted();
      for (const next of [folder, ...waiting.slice(-FOLDERS_AHEAD_MAX)]) {
        if (!ahead.has(next)) ahead.set(next, list(next));
      }
      const listing = await ahead.get(folder);
      ahead.delete(folder);
      const found = this.#enter(folder, listing);
      for (const file of found.files) {
        if (this.files === this.#filesMax) {
          this.cut = true;
          return;
        }
        this.files += 1;
        this.bytes += file.bytes;
        yield file;
      }
      waiting.push(...found.folders.reverse());
    }
  }

  /** What is new in a folder. Looking ahead must not decide that, or the order would be chance. */
  #enter(folder: string, listing?: Listing): { files: FoundFile[]; folders: string[] } {
    const files: FoundFile[] = [];
    const folders: string[] = [];
    if (listing === undefined || !this.#isNew(listing.id)) return { files, folders };
    if (listing.code === "") this.folders += 1;
    else this.unreadable.push({ path: folder, code: listing.code });
    for (const { path, kind } of listing.entries) {
      if (kind.type === "folder") folders.push(path);
      else if (kind.type === "special") this.special += 1;
      else if (kind.type === "unreadable") this.unreadable.push({ path, code: kind.code });
      else if (kind.type === "file" && this.#isNew(kind.id)) {
        files.push({ path, bytes: kind.bytes });
      }
    }
    return { files, folders };
  }

  #isNew(id: string): boolean {
    if (this.#seen.has(id)) {
      this.seenBefore += 1;
      return false;
    }
    this.#seen.add(id);
    return true;
  }
}

type Kind =
  | { type: "folder" }
  | { type: "file"; id: string; bytes: number }
  | { type: "special" }
  | { type: "unreadable"; code: string }
  | { type: "nothing" };

/** What is in a folder, found out without any effect: it may turn out that it was seen before. */
interface Listing {
  id: string;
  /** Why it cannot be read, or "". */
  code: string;
  entries: { path: string; kind: Kind }[];
}

/** Never rejects. */
async function list(folder: string): Promise<Listing> {
  const listing: Listing = { id: folder, code: "", entries: [] };
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    listing.id = `${dev}:${ino}`;
    const entries = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink() || isWanted(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (let start = 0; start < entries.length; start += STATS_AT_ONCE_MAX) {
      const some = entries.slice(start, start + STATS_AT_ONCE_MAX).map(async (entry) => {
        const path = join(folder, entry.name);
        return { path, kind: await look(path, entry) };
      });
      listing.entries.push(...(await Promise.all(some)));
    }
  } catch (error) {
    listing.code = systemCode(error);
  }
  return listing;
}

async function look(path: string, entry: Dirent): Promise<Kind> {
  if (entry.isDirectory()) return { type: "folder" };
  try {
    const found = await stat(path, { bigint: true });
    if (found.isDirectory()) return { type: "folder" };
    if (!isWanted(entry.name)) return { type: "nothing" };
    if (!found.isFile()) return { type: "special" };
    const bytes = found.size > FILE_BYTES_MAX ? 0 : Number(found.size);
    return { type: "file", id: `${found.dev}:${found.ino}`, bytes };
  } catch (error) {
    return { type: "unreadable", code: systemCode(error) };
  }
}

function isWanted(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase());
}
