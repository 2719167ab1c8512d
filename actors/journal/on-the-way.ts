/** Writes of one log that are not durable yet: how many, and how many bytes. */

/** Above one of these, too much is on its way. */
const WRITES_MAX = 4096;
const BYTES_MAX: number = 4 * 1024 * 1024;

export class OnTheWay {
  /** Bytes of each, oldest first. */
  #sizes: number[] = [];
  /** Those before it are durable. */
  #first = 0;
  #bytes = 0;
  /** The last that is durable. */
  #durable = 0;

  get isCongested(): boolean {
    return this.#sizes.length - this.#first > WRITES_MAX || this.#bytes > BYTES_MAX;
  }

  left(bytes: number): void {
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  /** False for what is known already, or was never on the way. */
  arrived(upTo: number): boolean {
    const end = this.#first + upTo - this.#durable;
    if (end <= this.#first || end > this.#sizes.length) return false;
    for (; this.#first < end; this.#first += 1) this.#bytes -= this.#sizes[this.#first] ?? 0;
    this.#durable = upTo;
    if (this.#first * 2 >= this.#sizes.length) {
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }
}
