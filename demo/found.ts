/**
 * Found: the files of a walk in the order found, for somebody who takes them while it still walks.
 *
 *     walk ──► [ a  b  c  d … ]  ──► take, take, take
 *
 * The walk does not wait for who takes: a path is small, and the walk has its own bound
 * (FILES_MAX). So the total is known long before the work is done.
 */
import type { FoundFile } from "./walk.ts";

export class Found {
  readonly files: FoundFile[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  get ended(): boolean {
    return this.#ended;
  }

  /** Takes over all that the walk finds. Settles at the end of the walk. */
  async fill(walk: AsyncIterable<FoundFile>): Promise<void> {
    try {
      for await (const file of walk) {
        this.files.push(file);
        this.#wake();
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  /** The files from a place on, at most `max`; waits until there is one. None: it was the last. */
  async take(start: number, max: number): Promise<FoundFile[]> {
    while (start >= this.files.length && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.files.slice(start, start + max);
  }
}
