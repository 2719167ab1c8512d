/**
 * The names on a simulated disk: which are seen, which survive a power cut, and the changes between
 * the two.
 *
 *     create, rename, remove ──► seen
 *                 └────────────► changes ──syncFolder──► saved
 *
 * A sync of a folder saves the changes in it, and those before that they build on. A change is
 * saved as a whole or not at all, so a rename never leaves a file without a name.
 *
 * @source Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014: what of names and
 *   their order survives on which file system; "torn" is what holds on none better.
 */

import type { Random } from "../random.ts";
import { Stored, type Unsynced } from "./stored.ts";

export const FOLDER = "folder";

/** What a path leads to. */
export type Entry = Stored | typeof FOLDER;

type Tree = Map<string, Entry>;

interface Change {
  /** All that it is about, by which a later change may build on it. */
  readonly paths: readonly string[];
  /** Does nothing where what it builds on is missing. */
  apply(tree: Tree): void;
}

/** Changes that wait for a sync; before there are more, the oldest is saved, as a kernel would. */
const CHANGES_MAX = 10_000;

export class Folders {
  #seen: Tree = new Map([["", FOLDER]]);
  #saved: Tree = new Map([["", FOLDER]]);
  #changes: Change[] = [];

  get(path: string): Entry | undefined {
    return this.#seen.get(path);
  }

  /** It has a name; most probably this one. */
  has(file: Stored, path: string): boolean {
    if (this.#seen.get(path) === file) return true;
    for (const entry of this.#seen.values()) if (entry === file) return true;
    return false;
  }

  /** Names of what is seen in a folder. */
  names(folder: string): string[] {
    return [...this.#seen.keys()]
      .filter((path) => path !== "" && folderOf(path) === folder)
      .map((path) => path.slice(folder === "" ? 0 : folder.length + 1));
  }

  /** Of all files that are seen. */
  get bytes(): number {
    let bytes = 0;
    for (const [, file] of this.files()) bytes += file.size;
    return bytes;
  }

  /** All files that are seen, by their paths, in the order in which they were made. */
  *files(): Generator<[path: string, file: Stored]> {
    for (const [path, entry] of this.#seen) if (entry instanceof Stored) yield [path, entry];
  }

  /** All files that are seen or saved, each once, in the order in which they were made. */
  stored(): Stored[] {
    const all = [...this.#saved.values(), ...this.#seen.values()];
    return [...new Set(all)].filter((entry) => entry instanceof Stored);
  }

  create(path: string, entry: Entry): void {
    this.#change([path], (tree) => {
      if (tree.get(folderOf(path)) === FOLDER && !tree.has(path)) tree.set(path, entry);
    });
  }

  remove(path: string): void {
    const entry = this.#seen.get(path);
    this.#change([path], (tree) => {
      if (tree.get(path) === entry) tree.delete(path);
    });
  }

  rename(from: string, to: string): void {
    const entry = this.#seen.get(from);
    this.#change([from, to], (tree) => {
      if (entry === undefined || tree.get(from) !== entry) return;
      if (tree.get(folderOf(to)) !== FOLDER) return;
      tree.delete(from);
      tree.set(to, entry);
    });
  }

  sync(folder: string): void {
    const needed = new Set<string>();
    const saved = new Set<Change>();
    for (const change of this.#changes.toReversed()) {
      const inIt = change.paths.some((path) => folderOf(path) === folder);
      const below = change.paths.some((path) => needed.has(path));
      if (!inIt && !below) continue;
      saved.add(change);
      for (const path of change.paths) {
        needed.add(path);
        // And the folder that it is in, should that be new.
        needed.add(folderOf(path));
      }
    }
    for (const change of this.#changes) if (saved.has(change)) change.apply(this.#saved);
    this.#changes = this.#changes.filter((change) => !saved.has(change));
  }

  /** A power cut. How many changes were lost. */
  crash(random: Random, unsynced: Exclude<Unsynced, "kept">): number {
    const total = this.#changes.length;
    const first = unsynced === "prefix" ? random.int(total + 1) : 0;
    const kept = this.#changes.filter((_, index) =>
      unsynced === "torn" ? random.chance(50) : index < first,
    );
    for (const change of kept) change.apply(this.#saved);
    this.#changes = [];
    this.#seen = new Map(this.#saved);
    return total - kept.length;
  }

  #change(paths: readonly string[], apply: (tree: Tree) => void): void {
    apply(this.#seen);
    this.#changes.push({ paths, apply });
    if (this.#changes.length > CHANGES_MAX) this.#changes.shift()?.apply(this.#saved);
  }
}

/** The folder that a path lies in; that of the root is none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}
