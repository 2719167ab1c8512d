/**
 * Commands whose answers are kept, oldest first. Linked, so that one from their middle is taken out
 * at once, and that nothing is made for one that is put in.
 */

import type { Command } from "./commands.ts";

export class Kept {
  size = 0;
  oldest: Command | undefined;
  #newest: Command | undefined;

  add(command: Command): void {
    command.kept = this;
    command.older = this.#newest;
    if (this.#newest === undefined) this.oldest = command;
    else this.#newest.newer = command;
    this.#newest = command;
    this.size += 1;
  }

  /** It is one of them. */
  remove(command: Command): void {
    const { older, newer } = command;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    this.size -= 1;
  }
}
