/**
 * The first modules of the keeper's thread and of worker threads: where they are, or what stands in
 * for them.
 *
 *     installed      the files beside this one
 *     --input-type   the same by way of a `data:` URL: Node takes no file as first module then
 *     bundled        no such files: the keeper comes as text, and a worker thread loads the bundle,
 *                    which finds out here that it is to boot a thread
 */

import { existsSync } from "node:fs";
import { SystemFailed } from "./errors.ts";
import { loaderFlags } from "./flags.ts";
import { bootThread, threadData } from "./thread-boot.ts";

/** The file that holds this module: the bundle, if a bundler took it there. */
const HOME: string | undefined = import.meta.url;

export interface Entries {
  readonly keeper: URL;
  readonly thread: URL;
  /** The bundle that boots threads. */
  readonly home: string | undefined;
}

/** @throws SystemFailed in a bundle that cannot find itself */
export async function findEntries(): Promise<Entries> {
  if (typeof HOME !== "string") {
    throw new SystemFailed(
      "sabeam is part of a bundle that does not know its own URL (CommonJS format?), so it " +
        "cannot start threads; build ES modules, or keep sabeam out of the bundle (external)",
    );
  }
  const [keeper, thread] = [beside("../runtime/keeper-entry"), beside("./thread-entry")];
  if (existsSync(keeper) && existsSync(thread)) {
    const typed = loaderFlags().some((flag) => flag.startsWith("--input-type"));
    const [first, second] = typed ? [byData(keeper), byData(thread)] : [keeper, thread];
    return { keeper: first, thread: second, home: undefined };
  }
  const { KEEPER_TEXT } = await import("../runtime/keeper-text.ts");
  return { keeper: dataUrl(KEEPER_TEXT), thread: dataUrl(bootText(HOME)), home: HOME };
}

/** The file beside this module, in the form this module has (source or built). */
function beside(file: string): URL {
  const extension = HOME?.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`${file}${extension}`, HOME);
}

function byData(file: URL): URL {
  return dataUrl(`import ${JSON.stringify(file.href)};`);
}

function dataUrl(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

/**
 * Loads the bundle. What else goes wrong in it, once the thread has booted, is told by the spawns
 * that need its actors.
 */
function bootText(home: string): string {
  return `
    import { workerData } from "node:worker_threads";
    const settled = (error) => {
      if (workerData.booted !== true) throw error ?? new Error("the bundle booted no thread");
    };
    import(${JSON.stringify(home)}).then(() => settled(), settled);
  `;
}

const data = threadData();
if (data?.home !== undefined && data.home === HOME) bootThread(data);
