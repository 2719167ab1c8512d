/** The package's own package.json, wherever this file lies in it: sources, dist/, or installed. */

import { readFileSync } from "node:fs";

export interface Manifest {
  readonly version: string;
  readonly description: string;
  /** As `engines.node` has it, without what compares: "20.19". */
  readonly nodeMin: string;
}

const NAME = "sabeam";
/** dist/bundle/cli/ is the deepest place from which it is looked for. */
const LEVELS_MAX = 4;

export function readManifest(): Manifest {
  for (let level = 1; level <= LEVELS_MAX; level += 1) {
    const text = readIfThere(new URL(`${"../".repeat(level)}package.json`, import.meta.url));
    const found = text === undefined ? {} : JSON.parse(text);
    if (found.name !== NAME) continue;
    const { version, description, engines } = found;
    return { version, description, nodeMin: engines.node.replace(/^\D*/, "") };
  }
  throw new Error(`${import.meta.url} does not lie in the package ${NAME}: install it again`);
}

function readIfThere(url: URL): string | undefined {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return undefined;
  }
}
