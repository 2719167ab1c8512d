/** Names of definitions and of their handlers, by id, as the system's table has them. */

import { CALLBACK_FIRST, CALLBACKS } from "../heartbeat.ts";
import { TableReader } from "../table.ts";
import { plainText } from "./plain-text.ts";

interface Entry {
  readonly name: string;
  readonly handlers: readonly string[];
}

export class Catalogue {
  readonly #table: TableReader;
  /** Bounded by the table. */
  readonly #entries: Map<number, Entry> = new Map();

  constructor(definitions: SharedArrayBuffer) {
    this.#table = new TableReader(definitions);
  }

  name(definition: number): string {
    return this.#entry(definition)?.name ?? "?";
  }

  /** By its code in the heartbeat. Undefined: it is none of its handlers, and no callback. */
  handler(definition: number, code: number): string | undefined {
    return this.#entry(definition)?.handlers[code] ?? CALLBACKS[code - CALLBACK_FIRST];
  }

  #entry(definition: number): Entry | undefined {
    const known = this.#entries.get(definition);
    if (known !== undefined) return known;
    const text = this.#table.get(definition);
    if (text === undefined) return undefined;
    const { name, handlers } = JSON.parse(text) as Entry;
    const entry = { name: plainText(name), handlers: handlers.map((one) => plainText(one)) };
    this.#entries.set(definition, entry);
    return entry;
  }
}
