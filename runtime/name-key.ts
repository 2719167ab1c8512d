/**
 * One name as it lies in the table of names: UTF-8 in whole words, its length and its hash.
 *
 *     text    | G a m e | - 1 7 · |      the last word is filled up with zeroes
 *     bytes   7
 *     hash    of words and length, never 0, since 0 marks an empty entry
 *
 * Filling a key costs some ten ns for a short ASCII name and allocates nothing; other names go
 * through TextEncoder.
 */

import { SabeamError } from "./errors.ts";
import { NAME_BYTES, NAME_BYTES_MAX, NAME_TEXT } from "./layout-tables.ts";

/** A name was to be given that cannot be one: empty, too long, or half a surrogate pair in it. */
export class NameInvalid extends SabeamError {
  override readonly name = "NameInvalid";
  /** The first characters of what was to be the name. */
  readonly begins: string;

  constructor(text: string) {
    const begins = text.slice(0, 40);
    super(
      "ERR_NAME_INVALID",
      `${JSON.stringify(begins)} (${text.length} characters) cannot be a name; a name is ` +
        `well-formed text of 1 to ${NAME_BYTES_MAX} bytes of UTF-8`,
    );
    this.begins = begins;
  }
}

/** Made once per reader or writer, filled for each name. */
export class NameKey {
  readonly text: Int32Array = new Int32Array(NAME_BYTES_MAX / 4);
  bytes = 0;
  hash = 0;

  readonly #bytes: Uint8Array = new Uint8Array(this.text.buffer);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  /** False if the text cannot be a name. */
  fill(name: string): boolean {
    if (name.length > NAME_BYTES_MAX) return false;
    this.bytes = this.#encodeAscii(name) ? name.length : this.#encode(name);
    if (this.bytes === 0) return false;
    this.#bytes.fill(0, this.bytes, (this.bytes + 3) & ~3);
    this.hash = this.#mix();
    return true;
  }

  #encodeAscii(name: string): boolean {
    for (let index = 0; index < name.length; index += 1) {
      const unit = name.charCodeAt(index);
      if (unit > 127) return false;
      this.#bytes[index] = unit;
    }
    return true;
  }

  #encode(name: string): number {
    // Half a surrogate pair has no UTF-8: two such names would become one.
    if (!name.isWellFormed()) return 0;
    const { read, written } = this.#encoder.encodeInto(name, this.#bytes);
    return read === name.length ? written : 0;
  }

  /** The name in an entry of the table; takes the key's own place. */
  textAt(words: Int32Array, at: number): string {
    const bytes = Math.min(Atomics.load(words, at + NAME_BYTES) >>> 0, NAME_BYTES_MAX);
    for (let index = 0; index * 4 < bytes; index += 1) {
      this.text[index] = Atomics.load(words, at + NAME_TEXT + index);
    }
    return this.#decoder.decode(this.#bytes.subarray(0, bytes));
  }

  /** @source MurmurHash3 of Austin Appleby, 32 bits, without its tail: the last word is padded. */
  #mix(): number {
    let hash = this.bytes;
    for (let index = 0; index * 4 < this.bytes; index += 1) {
      let word = Math.imul(this.text[index] ?? 0, 0xcc9e2d51);
      word = (word << 15) | (word >>> 17);
      hash ^= Math.imul(word, 0x1b873593);
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return hash === 0 ? 1 : hash;
  }
}
