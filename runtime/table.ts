/**
 * A list of texts that grows and never changes, read by all threads without locks.
 *
 * Definitions of actors and shapes of messages are published here once and then known by a small id
 * everywhere. layout-tables.ts has the picture.
 *
 *     writer   bytes, then END of the text, then COUNT
 *     reader   COUNT, then END, then bytes
 *
 * What lies in the memory is not believed: positions are checked before they are used, so a table
 * that was written over gives an error and nothing worse.
 *
 * Left out: finding a text (readers keep a map of what they have read) and removing one.
 */

import { assert } from "./assert.ts";
import { SabeamError } from "./errors.ts";
import { COUNT, END, ENTRIES_MAX, TABLE_MAGIC, TABLE_MAGIC_AT } from "./layout-tables.ts";

/** More would not fit the int32 positions. */
const BYTES_MAX: number = 1024 * 1024 * 1024;

/** The memory holds what no writer wrote. Nothing can be done but to replace the system. */
export class TableCorrupt extends SabeamError {
  override readonly name = "TableCorrupt";
  /** The text that was asked for; -1 if the memory is no table at all. */
  readonly id: number;

  constructor(id: number, what: string) {
    super(
      "ERR_TABLE_CORRUPT",
      `text ${id} of a shared table cannot be read: ${what}. Something wrote over shared memory; ` +
        "stop this system and start another",
    );
    this.id = id;
  }
}

/** Memory for up to `entriesMax` texts of `bytes` bytes of UTF-8 in all. Untouched, it is free. */
export function allocateTable(bytes: number, entriesMax: number): SharedArrayBuffer {
  assert(Number.isInteger(bytes) && bytes >= 0 && bytes <= BYTES_MAX, "bytes are out of range");
  assert(
    Number.isInteger(entriesMax) && entriesMax >= 1 && entriesMax <= BYTES_MAX / 4,
    "entriesMax is out of range",
  );
  const memory = new SharedArrayBuffer((END + entriesMax) * 4 + bytes);
  const words = new Int32Array(memory, 0, END);
  // Pairs with the load in `open`. Writer: whoever allocates, before it is shared.
  Atomics.store(words, ENTRIES_MAX, entriesMax);
  // Pairs with the load in `open`. Writer: whoever allocates, before it is shared.
  Atomics.store(words, TABLE_MAGIC_AT, TABLE_MAGIC);
  return memory;
}

interface Open {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly entriesMax: number;
}

function open(memory: SharedArrayBuffer): Open {
  const whole = memory.byteLength >= END * 4;
  const words = new Int32Array(memory, 0, whole ? memory.byteLength >> 2 : 0);
  const magic = whole && Atomics.load(words, TABLE_MAGIC_AT) === TABLE_MAGIC;
  const entriesMax = whole ? Atomics.load(words, ENTRIES_MAX) : 0;
  if (!magic || entriesMax < 1 || END + entriesMax > words.length) {
    throw new TableCorrupt(-1, "the memory is not a table");
  }
  return { words, bytes: new Uint8Array(memory, (END + entriesMax) * 4), entriesMax };
}

/** The one writer, on the keeper. A second one on the same memory goes on where the first ended. */
export class TableWriter {
  readonly #table: Open;
  readonly #encoder = new TextEncoder();
  #count: number;
  #end: number;

  constructor(memory: SharedArrayBuffer) {
    this.#table = open(memory);
    const { words, bytes, entriesMax } = this.#table;
    this.#count = Atomics.load(words, COUNT);
    const counted = this.#count >= 0 && this.#count <= entriesMax;
    this.#end = counted && this.#count > 0 ? Atomics.load(words, END + this.#count - 1) : 0;
    if (!counted || this.#end < 0 || this.#end > bytes.length) {
      throw new TableCorrupt(this.#count - 1, `texts end at byte ${this.#end} of ${bytes.length}`);
    }
  }

  /**
   * The id of the new text, counted from 0; undefined when texts or bytes are used up. Half of a
   * surrogate pair, which UTF-8 cannot say, becomes U+FFFD.
   */
  append(text: string): number | undefined {
    const { words, bytes, entriesMax } = this.#table;
    const encoded = this.#encoder.encode(text);
    const end = this.#end + encoded.length;
    if (this.#count === entriesMax || end > bytes.length) return undefined;

    const id = this.#count;
    bytes.set(encoded, this.#end);
    // Pairs with the loads in TableReader.get. Writer: keeper.
    Atomics.store(words, END + id, end);
    this.#end = end;
    this.#count = id + 1;
    // Publishes the stores above. Pairs with the load in TableReader.count. Writer: keeper.
    Atomics.store(words, COUNT, this.#count);
    return id;
  }
}

/** Reads on any thread. Keeps nothing: whoever needs a text often keeps it. */
export class TableReader {
  readonly #table: Open;
  // Without `ignoreBOM` a byte order mark at the beginning of a text would be dropped.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(memory: SharedArrayBuffer) {
    this.#table = open(memory);
  }

  /** Texts published so far: their ids are 0 to one less. It only grows. */
  count(): number {
    // Pairs with the store in TableWriter.append: texts below it are written.
    const count = Atomics.load(this.#table.words, COUNT);
    return count >= 0 && count <= this.#table.entriesMax ? count : 0;
  }

  /**
   * The text of an id; undefined if nobody published it. Costs one copy and the decoding.
   *
   * @throws TableCorrupt `ERR_TABLE_CORRUPT` if the positions cannot be what a writer wrote.
   */
  get(id: number): string | undefined {
    if (!Number.isInteger(id) || id < 0 || id >= this.count()) return undefined;
    const { words, bytes } = this.#table;
    // Pair with the store of END in TableWriter.append.
    const start = id === 0 ? 0 : Atomics.load(words, END + id - 1);
    const end = Atomics.load(words, END + id);
    if (start < 0 || end < start || end > bytes.length) {
      throw new TableCorrupt(id, `it lies from byte ${start} to ${end} of ${bytes.length}`);
    }
    // A copy first: a decoder may look twice at bytes that somebody else could be changing.
    return this.#decoder.decode(bytes.slice(start, end));
  }
}
