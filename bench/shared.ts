/**
 * What the contenders of one process have in common: a system that one of them has started serves
 * the next ones too. In a measured run each contender has a process of its own; small sizes share
 * one, since starting is most of what they cost.
 */

export class Shared {
  readonly #things = new Map<string, Promise<AsyncDisposable>>();

  /** What `make` makes, once for each key; it lives as long as the process. */
  once<Thing extends AsyncDisposable>(key: string, make: () => Promise<Thing>): Promise<Thing> {
    const known = this.#things.get(key);
    // The one cast: a key stands for one kind of thing.
    if (known !== undefined) return known as Promise<Thing>;
    const made = make();
    this.#things.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    for (const thing of this.#things.values()) await (await thing)[Symbol.asyncDispose]();
  }
}
