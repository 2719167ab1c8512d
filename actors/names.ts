/**
 * Unique names, as one thread uses them: reads from the shared table, writes through the keeper.
 */

import { BUSY, NamesReader } from "../runtime/names.ts";
import type { Cell } from "./cell.ts";
import { NamesFull, NameTaken } from "./errors.ts";
import type { Host } from "./host.ts";
import type { ActorRef } from "./ref.ts";

export class Names {
  readonly #host: Host;
  readonly #reader: NamesReader;
  /** Names being given back: whoever must wait for that finds it here. */
  readonly #releasing: Map<string, Promise<void>> = new Map();
  /** It has been told that the table does not come to rest. */
  #told = false;

  constructor(host: Host, memory: SharedArrayBuffer) {
    this.#host = host;
    const { directory } = host.thread;
    this.#reader = new NamesReader(memory, (slot, incarnation) =>
      directory.isTaken(slot, incarnation),
    );
  }

  /** @throws NameTaken, NamesFull */
  async claim(name: string, cell: Cell): Promise<void> {
    const claim = await this.#host.link.claim(name, cell.slot, cell.incarnation);
    if (claim.type === "taken") throw new NameTaken(name, this.#host.describe(claim.slot));
    if (claim.type === "full") throw new NamesFull(this.#host.settings.maxNames);
  }

  release(name: string, { slot, incarnation }: Cell): void {
    const done = this.#host.link
      .release(name, slot, incarnation)
      // The keeper is gone, and with it the system: a dead holder's name is void anyhow.
      .catch(() => {})
      .finally(() => this.#releasing.delete(name));
    this.#releasing.set(name, done);
  }

  /** Settles once a name that this thread gave back is free. */
  async released(name: string): Promise<void> {
    await this.#releasing.get(name);
  }

  refOf(name: string): ActorRef | undefined {
    const holder = this.find(name);
    if (holder === undefined) return undefined;
    return this.#host.phonebook.at(holder.slot, holder.incarnation);
  }

  /** All of them, for people. */
  list(): { slot: number; incarnation: number; name: string }[] {
    return this.#reader.list();
  }

  /**
   * The living holder of a name. Synchronous; about 0.2 µs. Undefined, too, while nobody can say:
   * the keeper hangs in the middle of a change, or has died there, and then the system stops.
   */
  find(name: string): { slot: number; incarnation: number } | undefined {
    const holder = this.#reader.get(name);
    if (holder !== BUSY) {
      this.#told = false;
      return holder;
    }
    if (!this.#told) {
      this.#told = true;
      const message = "the table of names does not come to rest; it is as if nobody had a name";
      this.#host.log.warn({ name, thread: this.#host.thread.index }, message);
    }
    return undefined;
  }
}
