/**
 * Scan: finds the packages below a node_modules folder that bring native code (.node files).
 *
 * Bounded by the number of entries that are looked at. Links are not followed: what pnpm links to
 * lies in node_modules/.pnpm, which is walked; a linked workspace has a node_modules of its own.
 */

import { type Dirent, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { isForElsewhere } from "./binary.ts";

export interface AddOn {
  /** The package: "msgpackr-extract", "@scope/name". */
  readonly name: string;
  /** Its .node files that are not plainly for another platform; one that loads will do. */
  readonly files: string[];
}

export interface Scan {
  /** By name. */
  readonly addOns: readonly AddOn[];
  /** True if there were more entries than may be looked at. */
  readonly cut: boolean;
}

/** About ten times what a large project has; it takes some seconds. */
export const ENTRIES_MAX = 400_000;

export function scan(nodeModules: string, entriesMax: number = ENTRIES_MAX): Scan {
  const found = new Map<string, AddOn>();
  const folders = [nodeModules];
  let entries = 0;
  while (folders.length > 0 && entries < entriesMax) {
    const folder = folders.pop() ?? "";
    for (const entry of list(folder)) {
      entries += 1;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && entry.name.endsWith(".node")) note(found, nodeModules, path);
    }
  }
  const addOns = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { addOns, cut: folders.length > 0 };
}

/** The nearest node_modules, in this folder or above. */
export function findNodeModules(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules");
    if (list(path).length > 0) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

/** What is not there, or not ours to read, is nothing that we could load either. */
function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function note(found: Map<string, AddOn>, nodeModules: string, file: string): void {
  const inside = relative(nodeModules, file).split(sep);
  if (isForElsewhere(inside.join("/"), file)) return;
  const names = inside.slice(inside.lastIndexOf("node_modules") + 1);
  const name = names.slice(0, names[0]?.startsWith("@") ? 2 : 1).join("/");
  const addOn = found.get(name) ?? { name, files: [] };
  addOn.files.push(file);
  found.set(name, addOn);
}
