/**
 * Every word of shared memory that threads of one system use to find and wake each other.
 *
 * Three kinds of memory, each a SharedArrayBuffer of its own (the two tables of text and names have
 * theirs in layout-tables.ts):
 *
 *     signals    one block of 1 KiB per thread, made once per system
 *     directory  header, owner of each range of slots, then 32 bytes per actor slot
 *     lane       one-way ring between two threads, made at the first send, never used again
 *
 * Signals, block of thread i (word numbers within the block; lines of 128 bytes, because CPUs fetch
 * 64-byte lines in pairs and a line written by two threads travels between them each time):
 *
 *       0  PARKED          1 = asleep, ring me.           thread i stores 1, whoever rings takes it
 *      32  PENDING_IN      one bit per thread that published into a lane to i  producers, i takes
 *      34  PENDING_SPACE   one bit per thread whose lane from i has room again consumers, i takes
 *      64  STATE           EMPTY BOOTING RUNNING DEAD                             keeper only
 *      65  GENERATION      which life of this index                               keeper only
 *      66  LAST_OWN        block 0: highest index of an own thread, 0 = none      keeper only
 *      67  CANCEL PING     a turn that is to give up; the last question           keeper only
 *      72  SEEN_TICK SEEN_AT   BEAT_TICK as it was seen last, and since when: ms  keeper only
 *      96  BEAT_SLOT BEAT_TICK BEAT_CALLBACK BEAT_TURN   who runs (heartbeat.ts)  thread i only
 *     100  PONG LOADING OPEN_TURNS INSPECTED   the last answer, who waits         thread i only
 *     104  OPEN            some async turns that go on (heartbeat.ts)             thread i only
 *     116  TID HEAP_KB TOLD TOLD_AT   what it says of itself while somebody looks thread i only
 *     128  COUNTS          doubles (counters.ts)                                  thread i only
 *
 * Lane (word numbers; TAIL and HEAD count bytes since the start, int32 that wraps, so only their
 * difference has a meaning; both are multiples of 8, so the bit SEALED of TAIL is free):
 *
 *       0  TAIL        producer, by compareExchange per batch; whoever seals the lane sets a bit
 *      32  HEAD        consumer only
 *      64  WANT_SPACE  producer sets, consumer takes
 *      96  COMMITTED   messages committed                                        producer only
 *      97  FINISHED    1 = what the lane held is accounted for    the end that outlives the other
 *      98  INHERITED   messages taken by those who took over for the consumer  they only
 *      99  PASSED      how far they have come, with the lowest bit set; 0: not  they only
 *     100  READ_AT     the record that one of them read last, with the lowest bit set  they only
 *     101  READS       how often that has been begun                            they only
 *     102  CLAIM       whose the rest is when the system stops   the first of them and the producer
 *     128  TAKEN       messages taken                                            consumer only
 *     132  MARKS       two pairs: a HEAD, messages before it (flow.ts)           consumer only
 *     160  the ring
 *
 * TAKEN is stored with each message, so it has a line apart from HEAD, which a sender without room
 * reads again and again: in one line, that cost a fifth of the messages.
 *
 * A record starts with its size in bytes (a multiple of 8, header included); a negative size is
 * padding up to the end of the ring. The second word's low byte is the kind; runtime/ knows
 * FRAGMENT, a part of a record that is too large for the ring, and that 2 and 3 are messages, which
 * it counts; all other kinds belong to actors/.
 */

import { assert } from "./assert.ts";

/** Threads of one system, main included: two words of pending bits. */
export const THREADS_MAX = 64;

/** Words of one thread's block in the signals. */
export const BLOCK_WORDS = 256;
export const PARKED = 0;
export const PENDING_IN = 32;
export const PENDING_SPACE = 34;
export const STATE = 64;
export const GENERATION = 65;
export const LAST_OWN = 66;
/** BEAT_TURN of a turn that is to give up; 0 = none. */
export const CANCEL = 67;
/** Counts the questions whether the thread's event loop turns. */
export const PING = 68;
export const SEEN_TICK = 72;
export const SEEN_AT = 73;
export const BEAT_SLOT = 96;
export const BEAT_TICK = 97;
/** Which callback runs (heartbeat.ts), or NO_CALLBACK: then BEAT_TURN has the handler. */
export const BEAT_CALLBACK = 98;
export const NO_CALLBACK = -1;
/** Number of the turn, handler in the low byte, sign bit set: 0 is no turn. */
export const BEAT_TURN = 99;
/** What PING was when the thread's event loop turned last. */
export const PONG = 100;
/** Id of a definition whose module is being imported, plus 1; 0 = none. */
export const LOADING = 101;
/** Async turns that have not settled; the first OPEN_PLACES have slot, incarnation and code. */
export const OPEN_TURNS = 102;
/** Block 0: main sees an inspector. */
export const INSPECTED = 103;
export const OPEN = 104;
export const OPEN_WORDS = 3;
export const OPEN_PLACES = 4;
/** The number that the operating system knows the thread by; 0: not known. */
export const TID = 116;
export const HEAP_KB = 117;
/** Which of those who have ASKED (statistics.ts) it has told all, and when: ms. */
export const TOLD = 118;
export const TOLD_AT = 119;
/** Counters are doubles from here on, two words each; see counters.ts for their order. */
export const COUNTS = 128;

export const THREAD_EMPTY = 0;
export const THREAD_BOOTING = 1;
export const THREAD_RUNNING = 2;
export const THREAD_DEAD = 3;

export const TAIL = 0;
export const HEAD = 32;
export const WANT_SPACE = 64;
export const COMMITTED = 96;
export const FINISHED = 97;
export const TAKEN = 128;
export const MARKS = 132;
export const INHERITED = 98;
export const PASSED = 99;
export const PASSED_BIT = 1;
export const READ_AT = 100;
export const READS = 101;
export const CLAIM = 102;
export const CLAIM_HEIR = 1;
export const CLAIM_SENDER = 2;
/** First byte of the ring. */
export const RING_BYTE = 640;
export const RING_WORD: number = RING_BYTE / 4;

/**
 * The bit of TAIL that ends a lane: nobody publishes into it any more. One `or` sets it and leaves
 * the position as it was, so there is no moment at which somebody who dies takes it along.
 */
export const SEALED = 1;

export const LANE_BYTES_MIN = 16 * 1024;
export const LANE_BYTES_MAX = 1024 * 1024;
export const LANE_BYTES_DEFAULT = 128 * 1024;

export const RECORD_ALIGN_BYTES = 8;
/** Size, kind, and at least one word more. */
export const RECORD_BYTES_MIN = 16;
/** The kind of a record that carries a part of a larger one. */
export const FRAGMENT = 1;
/** Bits of a part's second word: its sender keeps the whole (wholes.ts); and it is the last one. */
export const KEPT = 0x100;
export const LAST = 0x200;
/** size, kind, total bytes of the whole record, offset of this part; then the part. */
export const FRAGMENT_HEADER_BYTES = 16;

/** Directory: words of one slot. */
export const SLOT_WORDS = 8;
/**
 * thread in the low 8 bits, the thread's generation above.    Writer: the thread that owns the
 * range.
 */
export const SLOT_PLACE = 0;
/** Counts the lives of the slot, unsigned, never restarts.     Writer: owner. */
export const SLOT_INCARNATION = 1;
/** Id in the table of definitions.                             Writer: owner. */
export const SLOT_DEFINITION = 2;
/** Bits ALIVE, CONGESTED, HOLD, SURVIVES, or ALIAS.             Writer: owner. */
export const SLOT_STATE = 3;
/** Slot that this actor waits for in a turn.                   Writer: owner. */
export const SLOT_WAITS_FOR = 4;
/** Of an alias in place of the two: slot and incarnation that it leads to. */
export const SLOT_POINTS_TO = 4;
export const SLOT_POINTS_LIFE = 5;
/** Of an alias: odd while the two are being written.           Writer: owner. */
export const SLOT_POINTS_SEQ = 6;
/**
 * Number of the call it waits with, 0 = does not wait.        Writer: owner; who answers takes it.
 */
export const SLOT_WAITS_CALL = 5;

export const ALIVE = 1;
export const CONGESTED = 2;
/** Calls to it wait until it is no longer congested. */
export const HOLD = 4;
/** No actor, but the address of one. */
export const ALIAS = 8;
/** The death of its thread does not end the address: the thread that takes over goes on with it. */
export const SURVIVES = 16;

/** `stallAfter` of this actor, in milliseconds; 0 = the system's. Writer: owner. */
export const SLOT_STALL_MS = 7;
/** In SLOT_STALL_MS: never. */
export const STALL_NEVER = -1;

/** Directory header: next range never taken yet. */
export const NEXT_RANGE = 0;
/** The shortest SLOT_STALL_MS that there has been; 0 = none. Writer: who has a shorter one. */
export const STALL_MIN = 1;
export const DIRECTORY_HEADER_WORDS = 32;
/** Slots are handed to threads in ranges of this many. */
export const RANGE_SLOTS = 1024;

export const MAX_ACTORS_DEFAULT: number = 1024 * 1024;
/** An address packs slot and incarnation in the 53 exact bits of a double. */
export const MAX_ACTORS_LIMIT: number = 1024 * 1024;

assert(RING_BYTE % RECORD_ALIGN_BYTES === 0, "the ring must start aligned");
assert(COUNTS + 2 * 32 <= BLOCK_WORDS, "the counters must fit in the block");
assert((MARKS & 3) === 0, "the second mark is found by a bit");
assert((COUNTS & 1) === 0, "the counters must start aligned");
assert(FRAGMENT_HEADER_BYTES % RECORD_ALIGN_BYTES === 0, "a part must start aligned");

/** Bytes of a record with its padding. */
export function alignRecord(bytes: number): number {
  return (bytes + (RECORD_ALIGN_BYTES - 1)) & ~(RECORD_ALIGN_BYTES - 1);
}
