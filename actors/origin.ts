/**
 * The file that a definition comes from, and when two copies of a definition are the same code.
 *
 * They are if the text of their functions is (`hash`). That is too strict where a test runner or a
 * development server rewrites modules on main and threads load the file as it is. So in development
 * a copy that was rewritten is known by its file: the same file, unchanged between the two loads,
 * and the same handlers.
 *
 *     same text                                            → the same
 *     development, same file and handlers, one rewritten   → the same
 *     anything else (a file that changed meanwhile, code that differs by thread) → other code
 */

import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Blueprint } from "./define.ts";

/** A copy of a definition on another thread, as far as it matters here. */
export interface Copy {
  readonly hash: string;
  readonly handlers: readonly string[];
  /** In development only. */
  readonly stamp?: string | undefined;
  readonly rewritten?: boolean | undefined;
}

/**
 * Tells versions of a file apart: changes whenever the file is written or replaced. Undefined for
 * what is no file. Costs one stat.
 */
export function stampOf(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  try {
    const { ino, size, mtimeNs } = statSync(fileURLToPath(url), { bigint: true });
    return `${ino}-${size}-${mtimeNs}`;
  } catch {
    // There is no such file, or this process must not look at it: then text alone counts.
    return undefined;
  }
}

/** True if some function of the definition does not stand in its file as it stands in memory. */
export function isRewritten(blueprint: Blueprint): boolean {
  const { url, init, terminate, unknown, idle, behaviours } = blueprint;
  const callbacks = [init, terminate, unknown, blueprint.continue, idle];
  const texts = callbacks.filter((call) => call !== undefined).map(String);
  try {
    const file = readFileSync(fileURLToPath(url), "utf8");
    const all = [...texts, ...behaviours.flatMap((one) => one.texts)];
    return !all.every((text) => file.includes(text));
  } catch {
    return false;
  }
}

/** What to publish of a definition's origin. Reads its file, in development. */
export function originOf(blueprint: Blueprint, development: boolean): Partial<Copy> {
  if (!development || blueprint.stamp === undefined) return {};
  return { stamp: blueprint.stamp, rewritten: isRewritten(blueprint) };
}

/** True if a published copy and the one on this thread are the same code. */
export function isSameCode(copy: Copy, here: Blueprint): boolean {
  if (copy.hash === here.hash) return true;
  if (copy.stamp === undefined || copy.stamp !== here.stamp) return false;
  if (JSON.stringify(copy.handlers) !== JSON.stringify(here.names)) return false;
  return copy.rewritten === true || isRewritten(here);
}
