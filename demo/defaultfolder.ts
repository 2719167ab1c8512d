/**
 * The folder that is indexed if nobody names one: the nearest place with much real text.
 *
 *     node_modules here ──or──► node_modules that this package is installed in ──or──► here
 */
import { statSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const NAME = "node_modules";

/** `here` is where the user is, `own` the path of a file of this package. */
export function defaultFolder(
  here: string = process.cwd(),
  own: string = fileURLToPath(import.meta.url),
): string {
  if (isFolder(join(here, NAME))) return NAME;
  const names = own.split(sep);
  const at = names.lastIndexOf(NAME);
  return at < 0 ? "." : names.slice(0, at + 1).join(sep);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
