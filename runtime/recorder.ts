/**
 * The flight recorder: what reached a thread last, in shared memory, where its death leaves it.
 *
 *     thread i ──record──▶ ring (i, life)  ◀──readEntries── anybody, also while it writes, or after
 *                                                           it died between two words
 *
 * Two rings per thread. Its lives take them in turns, so whoever replaces a dead thread leaves its
 * ring alone; the one after that writes over it. Nothing is cleared: an entry of another life is
 * known by its check, like one that is half written.
 *
 *     one entry   0  TIME         whole milliseconds of the system's clock, int32 that wraps
 *     (32 bytes)  1  SENDER       who it comes from, as the floor above packs it
 *                 2  SLOT         whom it is for
 *                 3  INCARNATION  and which life of that
 *                 4  HEAD         what it is: word 1 of a record, whose kinds the floor above knows
 *                 5  BYTES        of the record; 0 = there was none
 *                 6  SEQUENCE     counts the entries of this life, int32 that wraps
 *                 7  CHECK        of the other seven words and the life
 *
 * One writer, its thread, by plain stores: atomic ones would cost more than all the rest. So a
 * reader may see the words of an entry in any order, and of two laps of the ring. It copies first,
 * and believes what its CHECK fits. Whatever it is handed is whole; the oldest entries may be
 * missing if the thread writes meanwhile.
 *
 * Cost: 4 to 8 ns per entry, no allocation. Never a payload; never a reading of the clock.
 */

import { RECORD_ALIGN_BYTES, RING_BYTE, THREADS_MAX } from "./layout.ts";
import type { Batch } from "./record.ts";

/**
 * Entries of one ring, a power of two: one page of memory. A drain takes up to four times as many
 * records of a lane, and copies the newest of them only, as the others would not be kept.
 */
export const ENTRIES_MAX = 128;
const ENTRY_WORDS = 8;
const RING_WORDS: number = ENTRIES_MAX * ENTRY_WORDS;
/** So that memory that was never written is no entry, and neither is a run of equal words. */
const SEED = 0x5ab0_0f11;

/** 512 KiB, of which only the pages of threads that there are get touched. */
export function allocateRecorder(): SharedArrayBuffer {
  return new SharedArrayBuffer(THREADS_MAX * 2 * RING_WORDS * 4);
}

export interface Entry {
  /** Milliseconds of the system's clock, whole. */
  readonly at: number;
  readonly sender: number;
  readonly slot: number;
  /** Unsigned. */
  readonly incarnation: number;
  readonly head: number;
  readonly bytes: number;
}

/**
 * The whole entries of one life of a thread, oldest first. Some 5 µs.
 *
 * @param now of the system's clock; an entry that is older than 24 days is dated wrongly
 */
export function readEntries(
  memory: SharedArrayBuffer,
  thread: number,
  generation: number,
  now: number,
): Entry[] {
  // What is checked must be what is handed out, so it is copied first.
  const words = ringOf(memory, thread, generation).slice();
  const seed = seedOf(generation);
  const found: { sequence: number; entry: Entry }[] = [];
  for (let at = 0; at < words.length; at += ENTRY_WORDS) {
    const entry = words.subarray(at, at + ENTRY_WORDS);
    const [ms = 0, sender = 0, slot = 0, incarnation = 0, head = 0, bytes = 0, sequence = 0] =
      entry;
    const whole = check(seed, ms, sender, slot, incarnation, head, bytes, sequence);
    if (entry[ENTRY_WORDS - 1] !== whole) continue;
    const facts = { at: unwrap(ms, now), sender, slot, incarnation: incarnation >>> 0 };
    found.push({ sequence, entry: { ...facts, head, bytes } });
  }
  return found.sort((one, other) => (one.sequence - other.sequence) | 0).map(({ entry }) => entry);
}

/** The time nearest to `now` that wraps to these bits. */
function unwrap(ms: number, now: number): number {
  const whole = Math.floor(now);
  return whole - (((whole | 0) - ms) | 0);
}

function ringOf(memory: SharedArrayBuffer, thread: number, generation: number): Int32Array {
  const ring = thread * 2 + (generation & 1);
  return new Int32Array(memory, ring * RING_WORDS * 4, RING_WORDS);
}

/** The writing end, for one life of a thread. */
export class Recorder {
  readonly #words: Int32Array;
  readonly #seed: number;
  #sequence = 0;

  constructor(memory: SharedArrayBuffer, thread: number, generation: number) {
    this.#words = ringOf(memory, thread, generation);
    this.#seed = seedOf(generation);
  }

  /**
   * Copies the heads of records that follow each other in a lane: the words 1 to 4 of each. One
   * whose kind is not among `kinds` (a bit each) is left to `others`.
   */
  copy({ words: source, head, left }: Batch, ms: number, kinds: number, others: Others): void {
    const words = this.#words;
    const capacity = source.length * 4 - RING_BYTE;
    let sequence = this.#sequence;
    let offset = head & (capacity - 1);
    for (let more = left; more > 0; ) {
      const from = (RING_BYTE + offset) >> 2;
      const size = source[from] ?? 0;
      // A negative one is padding up to the end of the ring.
      const bytes = size < 0 ? capacity - offset : size;
      if (bytes < RECORD_ALIGN_BYTES) break;
      more -= bytes;
      offset = (offset + bytes) & (capacity - 1);
      if (size < 0) continue;
      const what = source[from + 1] ?? 0;
      if (((kinds >>> (what & 31)) & 1) === 0) {
        this.#sequence = sequence;
        others(source, from, bytes);
        sequence = this.#sequence;
        continue;
      }
      const slot = source[from + 2] ?? 0;
      const incarnation = source[from + 3] ?? 0;
      const sender = source[from + 4] ?? 0;
      const at = (sequence & (ENTRIES_MAX - 1)) * ENTRY_WORDS;
      words[at] = ms;
      words[at + 1] = sender;
      words[at + 2] = slot;
      words[at + 3] = incarnation;
      words[at + 4] = what;
      words[at + 5] = bytes;
      words[at + 6] = sequence;
      words[at + 7] = check(this.#seed, ms, sender, slot, incarnation, what, bytes, sequence);
      sequence = (sequence + 1) | 0;
    }
    this.#sequence = sequence;
  }

  /** @param ms of the clock as it was read last: an int32, since a double would be allocated */
  record(
    ms: number,
    sender: number,
    slot: number,
    incarnation: number,
    head: number,
    bytes: number,
  ): void {
    const words = this.#words;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) | 0;
    const at = (sequence & (ENTRIES_MAX - 1)) * ENTRY_WORDS;
    words[at] = ms;
    words[at + 1] = sender;
    words[at + 2] = slot;
    words[at + 3] = incarnation;
    words[at + 4] = head;
    words[at + 5] = bytes;
    words[at + 6] = sequence;
    words[at + 7] = check(this.#seed, ms, sender, slot, incarnation, head, bytes, sequence);
  }
}

/** Records one entry, or none, of the record at word `at`. */
type Others = (words: Int32Array, at: number, bytes: number) => void;

function seedOf(generation: number): number {
  return Math.imul(SEED ^ generation, 0x9e3779b1);
}

/**
 * Each word by a factor of its own: two that have changed places must not go unnoticed. Some of the
 * words of another lap pass for this one's by a chance of 1 in 2^32.
 */
function check(
  seed: number,
  ms: number,
  sender: number,
  slot: number,
  incarnation: number,
  head: number,
  bytes: number,
  sequence: number,
): number {
  return (
    seed ^
    Math.imul(ms, 0x9e3779b1) ^
    Math.imul(sender, 0x85ebca6b) ^
    Math.imul(slot, 0xc2b2ae35) ^
    Math.imul(incarnation, 0x27d4eb2f) ^
    Math.imul(head, 0x165667b1) ^
    Math.imul(bytes, 0x7feb352d) ^
    Math.imul(sequence, 0x846ca68b)
  );
}
