/**
 * TypeScript through tsx on threads, where Node has no `module.registerHooks` (before 22.15).
 *
 * `--import tsx` reaches every thread, but there tsx registers its loader on main only.
 */

import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loaderFlags } from "./flags.ts";

const IMPORT = /^--import[ =]/;
/** By name, or by the file that tsx's own command line names. */
const TSX = /^tsx(?:\/esm)?$|^file:.*\/tsx\/dist\/(?:loader|esm\/index)\.mjs$/;

/** From where to look for tsx, if a flag of this thread loads it. */
export function tsxParent(flags: readonly string[] = loaderFlags()): string | undefined {
  const modules = flags.filter((flag) => IMPORT.test(flag)).map((flag) => flag.replace(IMPORT, ""));
  const tsx = modules.find((module) => TSX.test(module));
  if (tsx === undefined) return undefined;
  // Node resolves names in flags from the current folder.
  return tsx.startsWith("file:") ? tsx : pathToFileURL(join(process.cwd(), "flags")).href;
}

/** Lets this worker thread import TypeScript, if main does so by tsx. */
export function registerTsx(): void {
  if ("registerHooks" in nodeModule) return;
  const parentURL = tsxParent();
  if (parentURL === undefined) return;
  // What tsx does on main. Without data it takes itself for the old --loader, and refuses.
  process.setSourceMapsEnabled(true);
  nodeModule.register("tsx/esm", { parentURL, data: {} });
}
