/**
 * Modules that a thread loads before its first actor: the one of option `actors`, and those of
 * option `preload`, in this order and one after the other.
 */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { stackOf, summarise } from "../runtime/errors.ts";
import type { NotLoaded } from "../runtime/keeper-api.ts";
import { adviceFor } from "./advice.ts";
import { InvalidOptions, ModuleNotLoaded } from "./errors.ts";
import { importInTime } from "./importing.ts";
import type { Settings } from "./options.ts";

/**
 * Loads them on main, except for the program, which runs already.
 *
 * @throws ModuleNotLoaded for one of `preload`, InvalidOptions for one that waits for itself, and
 *   what the import of `actors` ended with.
 */
export async function loadOnMain({ actors, preload }: Settings, load: Load): Promise<void> {
  if (actors !== undefined && !isProgram(actors)) await within("actors", actors, load);
  const failed = await preloadAll(preload, async (url) => {
    if (!isProgram(url)) await within("preload", url, load);
  });
  if (failed !== undefined) throw notLoaded({ ...failed, thread: 0 }, failed.error);
}

/** Loads those of `preload`; gives the first that fails, and leaves the ones behind it. */
export async function preloadAll(
  urls: readonly string[],
  load: (url: string) => Promise<void>,
): Promise<(Omit<NotLoaded, "thread"> & { error: unknown }) | undefined> {
  for (const url of urls) {
    try {
      await load(url);
    } catch (error) {
      const [problem, advice] = [summarise(error), adviceFor(url, error)];
      return { url, problem, advice, stack: stackOf(error), error };
    }
  }
  return undefined;
}

/** @param cause the error itself where it is at hand; of one on another thread its stack is. */
export function notLoaded(
  { url, thread, problem, advice, stack }: NotLoaded,
  cause: unknown = Object.assign(new Error(problem), { stack }),
): ModuleNotLoaded {
  return new ModuleNotLoaded(url, thread, problem, { advice, cause, what: "preload" });
}

type Load = (url: string) => Promise<object>;

async function within(option: "actors" | "preload", url: string, load: Load): Promise<void> {
  const allowed = "a module that ends its loading; this one awaits the startSystem that loads it";
  await importInTime(load(url), () => new InvalidOptions(option, allowed, url));
}

/** True if Node was started with this file: by a link to it, or without its extension, too. */
function isProgram(url: string): boolean {
  const [, program] = process.argv;
  if (program === undefined || !url.startsWith("file:")) return false;
  const path = fileURLToPath(url);
  try {
    const { resolve } = createRequire(url);
    return program === path || resolve(program) === resolve(path);
  } catch {
    // One of them is no file: the import says what is wrong with it.
    return false;
  }
}
