/** Functions of the user that are told of events, on main; what one throws is logged. */

import { InvalidOptions } from "./errors.ts";
import type { Log } from "./log.ts";

type Listener<Event> = (event: Event) => void;

export class Listeners<Event> {
  readonly #what: string;
  readonly #write: (level: keyof Log, fields: object, message: string) => void;
  readonly #listeners: Set<Listener<Event>> = new Set();
  /** Being told; bounded by the rate at which events are told at all. */
  readonly #events: Event[] = [];

  constructor(what: string, write: (level: keyof Log, fields: object, message: string) => void) {
    this.#what = what;
    this.#write = write;
  }

  /** Returns what ends it. @throws InvalidOptions */
  add(listener: Listener<Event>): () => void {
    if (typeof listener !== "function")
      throw new InvalidOptions("listener", "a function", listener);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** In turn, so that a listener that causes an event does not call itself. */
  tell(event: Event): void {
    this.#events.push(event);
    if (this.#events.length > 1) return;
    for (let next = this.#events[0]; next !== undefined; next = this.#events[0]) {
      for (const listener of this.#listeners) this.#one(listener, next);
      this.#events.shift();
    }
  }

  #one(listener: Listener<Event>, event: Event): void {
    try {
      listener(event);
    } catch (error) {
      this.#write("error", { error }, `a listener of ${this.#what} threw`);
    }
  }
}
