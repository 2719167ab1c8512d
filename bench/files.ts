/** Where the results lie: in the sources, also when this runs from dist/. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const built = here.endsWith(join("dist", "bench"));

/** What is kept between runs is kept in a checkout, and this is none. */
export const INSTALLED: boolean = here.endsWith(join("dist", "bundle", "bench"));

/** The checkout. */
export const ROOT: string = built ? join(here, "..", "..") : join(here, "..");

/** Contenders run from here: in a build, from what is published, which is what a user runs. */
export const PUBLISHED: string = built ? join(here, "..", "bundle", "bench") : here;

/** The rows of the last whole run that was kept; the README's tables and charts show it. */
export const LATEST: string = join(ROOT, "bench", "latest.jsonl");

/** One line for each figure ever recorded; only ever appended to. */
export const HISTORY: string = join(ROOT, "bench", "history.jsonl");
