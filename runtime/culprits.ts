/**
 * Whom a thread died of, as its last words tell: the actor whose turn stood there.
 *
 *     heartbeat of the dead thread ──▶ slot ──directory, definitions──▶ `Counter<12.1> in add`
 *
 * The keeper reads it when the worker has ended, so nothing moves any more; and it knows names only
 * from the tables, as it loads no code of anybody.
 */

import type { Directory } from "./directory.ts";
import { HANDLER_UNKNOWN } from "./layout.ts";
import type { Signals } from "./signals.ts";
import type { TableReader } from "./table.ts";

/** One actor, on the thread that it has ended. */
export interface Culprit {
  readonly slot: number;
  readonly incarnation: number;
  /** Its id in the table of definitions: who waits for its `init` knows no slot. */
  readonly definition: number;
}

/** What is known of who it was. */
export interface Accused {
  /** Undefined: nobody knows. */
  readonly culprit: Culprit | undefined;
  /** For people: `Counter<12.1> in add`. */
  readonly text: string | undefined;
}

const NOBODY: Accused = { culprit: undefined, text: undefined };

export class Culprits {
  readonly #signals: Signals;
  readonly #directory: Directory;
  readonly #definitions: TableReader;

  constructor(signals: Signals, directory: Directory, definitions: TableReader) {
    this.#signals = signals;
    this.#directory = directory;
    this.#definitions = definitions;
  }

  /** Whose turn stands on that thread. */
  of(thread: number): Accused {
    const { slot, handler } = this.#signals.beating(thread);
    if (!this.#directory.inRange(slot) || this.#directory.threadOf(slot) !== thread) return NOBODY;
    const incarnation = this.#directory.incarnation(slot);
    const definition = this.#directory.definition(slot);
    const { name, handlers } = this.#factsOf(definition);
    const where = handler === HANDLER_UNKNOWN ? undefined : handlers[handler];
    const text = `${name}<${slot}.${incarnation}>${where === undefined ? "" : ` in ${where}`}`;
    return { culprit: { slot, incarnation, definition }, text };
  }

  #factsOf(definition: number): { name: string; handlers: readonly string[] } {
    const text = this.#definitions.get(definition);
    if (text === undefined) return { name: "?", handlers: [] };
    return JSON.parse(text) as { name: string; handlers: readonly string[] };
  }
}
