/** The module of option `actors`, as main loads it. */

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { InvalidOptions } from "./errors.ts";

/** A bundle that takes longer waits for itself: it awaits the very `startSystem` that loads it. */
const BUNDLE_MS = 10_000;

/** Loads the bundle, unless it is the program, which runs already. @throws InvalidOptions */
export async function loadBundle(url: string | undefined): Promise<void> {
  if (url === undefined || isProgram(url)) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const allowed = "a module that ends its loading; this one awaits the startSystem that loads it";
    timer = setTimeout(() => reject(new InvalidOptions("actors", allowed, url)), BUNDLE_MS);
  });
  try {
    await Promise.race([import(url), late]);
  } finally {
    clearTimeout(timer);
  }
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
