/** Search: answers questions from the saved index. There is nothing to share, so no actors. */

import type { Asking } from "./answer.ts";
import { CALLED_AS, type Command } from "./arguments.ts";
import type { Console } from "./console.ts";
import { DemoError } from "./errors.ts";
import { prompt, show } from "./prompt.ts";
import { defaultIndexPath, loadIndex } from "./saved.ts";

const HITS_MAX = 10;

/** Runs the command; the promise settles with the exit code. Throws DemoError. */
export async function runSearch(
  command: Extract<Command, { type: "search" }>,
  console: Console,
): Promise<number> {
  if (command.query === "" && !console.interactive) {
    throw new DemoError("ERR_DEMO_USAGE", `search what? ${CALLED_AS} search "some words"`);
  }
  const index = await loadIndex(command.index ?? defaultIndexPath());
  const asking: Asking = {
    library: index,
    lookup: async (terms) => terms.map((term) => index.postings(term)),
    hitsMax: HITS_MAX,
    now: console.now,
  };
  if (command.query === "") await prompt(asking, console);
  else await show(command.query, asking, console);
  return 0;
}
