/**
 * Where everything lies in the shared memory of a backlog (backlog.ts).
 *
 *     word   0  TAIL        where the next entry goes; counts bytes, int32 that wraps
 *            1  PHASE       unborn, born, over
 *            2  INITS       inits begun since the last one that ended
 *            3  BIRTH       bytes of the order that it was spawned with, from BIRTH_BYTE on
 *            4  CAPACITY    bytes of the ring, behind that; a power of two
 *            5  APPENDED    entries so far       6  RELEASED
 *            7  NOTED       TAIL when the lane of the last entry had been noted as seen
 *            8  READS       readings of the birth begun, less those that have ended
 *           32  HEAD        what lies before is over
 *           64  three words per thread: the lane whose record was seen last, and its position there
 *
 *     entry   0 size | 1 state | 2 thread 3 generation 4 life 5 position | 6 … the record
 *
 * An entry has a multiple of 8 bytes; a negative size is padding up to the ring's end. `thread`,
 * `generation` and `life` (the receiver's generation) name the lane it came through, `position` its
 * place there: the head of a lane moves after its records were appended, so one that was appended
 * may be met there again. The life of a record's lane is 0 if it was sent by the same thread.
 */

import { assert } from "./assert.ts";
import { THREADS_MAX } from "./layout.ts";

export const TAIL = 0;
export const PHASE = 1;
export const INITS = 2;
export const BIRTH = 3;
export const CAPACITY = 4;
export const APPENDED = 5;
export const RELEASED = 6;
export const NOTED = 7;
export const READS = 8;
export const HEAD = 32;
export const SEEN = 64;
export const SEEN_WORDS = 3;
export const BIRTH_BYTE: number = (SEEN + SEEN_WORDS * THREADS_MAX) * 4;

/**
 * States of an entry: the two low bits; then URGENT; the attempts above, which are turns and
 * readings that have begun, less the readings that have ended.
 */
export const WAITING = 0;
export const BEGUN = 1;
/** Its turn has ended, and its answer may not have left yet. */
export const ENDED = 2;
export const DONE = 3;
export const STATE_MASK = 3;
export const URGENT = 4;
export const ATTEMPT_SHIFT = 8;
export const ATTEMPT: number = 1 << ATTEMPT_SHIFT;
/** Bits of a state that nobody sets. */
export const UNUSED: number = (ATTEMPT - 1) & ~(STATE_MASK | URGENT);

export const ENTRY_WORDS = 6;
export const ENTRY_BYTES: number = ENTRY_WORDS * 4;

assert(BIRTH_BYTE % 8 === 0, "the birth must start aligned");

/** The way that a record took: a lane between two lives of threads. */
export interface Way {
  readonly from: number;
  readonly generation: number;
  /** The receiver's generation; 0: sent within the thread. */
  readonly life: number;
}
