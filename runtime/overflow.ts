/**
 * Where records wait in the sender's own memory while the ring is full: a bounded FIFO of chunks.
 *
 * Records lie in chunks exactly as they will lie in the ring, so that moving them there is a copy
 * of as many whole records as fit. While one waits, every later record of the lane waits behind it:
 * that keeps the order. The bound is in bytes; at the bound `hasRoom` says so and nothing is lost.
 */

import { type RecordView, viewOf } from "./record.ts";

export const OVERFLOW_BYTES_DEFAULT: number = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Emptied chunks kept for the next time. */
const SPARE_CHUNKS_MAX = 8;

interface Chunk {
  readonly view: RecordView;
  written: number;
  read: number;
}

export class Overflow {
  readonly #bytesMax: number;
  #chunks: Chunk[] = [];
  readonly #spare: Chunk[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** One record is taken however large it is; after that, the bound holds. */
  hasRoom(size: number): boolean {
    return this.#bytes === 0 || this.#bytes + size <= this.#bytesMax;
  }

  /** A chunk with room for `size` bytes. The caller has asked `hasRoom`. */
  reserve(size: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.view.bytes.length - last.written >= size) return last;
    const spare = size <= CHUNK_BYTES ? this.#spare.pop() : undefined;
    const chunk = spare ?? {
      view: viewOf(new ArrayBuffer(Math.max(CHUNK_BYTES, size))),
      written: 0,
      read: 0,
    };
    this.#chunks.push(chunk);
    return chunk;
  }

  commit(chunk: Chunk, size: number): void {
    chunk.written += size;
    this.#bytes += size;
  }

  /** The chunk whose first unread record is the oldest, or undefined when nothing waits. */
  oldest(): Chunk | undefined {
    return this.#bytes === 0 ? undefined : this.#chunks[0];
  }

  consume(chunk: Chunk, size: number): void {
    chunk.read += size;
    this.#bytes -= size;
    if (chunk.read < chunk.written) return;
    this.#chunks.shift();
    chunk.read = 0;
    chunk.written = 0;
    const plain = chunk.view.bytes.length === CHUNK_BYTES;
    if (plain && this.#spare.length < SPARE_CHUNKS_MAX) this.#spare.push(chunk);
  }

  /** Visits what waits, oldest first, and forgets it. */
  drop(visit: (view: RecordView, at: number, size: number) => void): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    for (const { view, read, written } of chunks) {
      for (let at = read; at < written; ) {
        const size = view.words[at >> 2] ?? 0;
        visit(view, at >> 2, size);
        at += size;
      }
    }
  }
}
