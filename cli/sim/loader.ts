/** Loader: what Node must be told so that it takes a file, if that is TypeScript. */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { CliError } from "../errors.ts";

const TYPESCRIPT = /\.[mc]?tsx?$/;
const LOADS = /^--(import|loader|experimental-loader|require|experimental-strip-types)\b|^-r\b/;

interface Node {
  readonly version: string;
  /** It takes TypeScript as it is. */
  readonly strips: boolean;
  readonly flags: readonly string[];
}

/** Flags for the process that loads it. @throws CliError where nothing can */
export function flagsFor(file: string, { version, strips, flags }: Node = thisNode()): string[] {
  if (!TYPESCRIPT.test(file) || strips || flags.some((flag) => LOADS.test(flag))) return [];
  try {
    const tsx = createRequire(file).resolve("tsx");
    return ["--import", pathToFileURL(tsx).href];
  } catch (error) {
    const what = `${file} is TypeScript, which Node ${version} does not take by itself`;
    const advice = "install tsx there (npm install --save-dev tsx), or compile it";
    throw new CliError("ERR_CLI_NOT_LOADED", `${what}; ${advice}`, { cause: error });
  }
}

function thisNode(): Node {
  return {
    version: process.versions.node,
    // Undefined before Node 22.
    strips: typeof Reflect.get(process.features, "typescript") === "string",
    flags: [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)],
  };
}
