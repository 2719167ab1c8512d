/**
 * How messages lie in a record: the words of each kind, in one place with a picture.
 *
 *     word        0     1                            2        3            4      5 …
 *     CAST        size  kind handler tag argc        slot     incarnation  from   payload
 *     CALL READY  size  kind handler tag argc        slot     incarnation  from   index seq flags
 *                       deadline (double, words 8–9)                              payload at 10
 *     SPAWN       as CALL, with the definition's id for slot; terms (terms.ts) before the payload
 *     INSPECT     as CALL, with the number of an operation for handler
 *     REPLY       size  kind status tag 1            index    seq          payload
 *     CANCEL      size  kind 0 0 1                   index    seq
 *     LETTER LOG MEASURED  kind 0 tag 1              0        payload at 3
 *     SIGNAL      size  kind op tag 1                slot     incarnation  definition slot
 *                       incarnation (of who sends it) id  reason           cause at 9
 *
 * Word 1 from its low byte: kind, handler (or status, or what a signal says), tag of the payload,
 * number of arguments (2 = two or more, as a list) with the bits URGENT, CONTEXT, SURVIVES. The
 * kind 1 is runtime/'s FRAGMENT.
 *
 * With CONTEXT, what the payload's place is said to be begins with the trace context of a CAST,
 * CALL or SPAWN (its length, then one byte per character, up to a whole word), then the payload.
 *
 * Payload tags: small values lie in the words themselves, everything else is packed by the codec.
 */

export const CAST = 2;
export const CALL = 3;
export const REPLY = 4;
export const CANCEL = 5;
export const SPAWN = 6;
export const READY = 7;
export const LETTER = 8;
export const LOG = 9;
export const INSPECT = 10;

export const SIGNAL = 11;
export const MEASURED = 12;

/** What a SIGNAL says, in the place of the handler. */
export const LINK = 0;
export const UNLINK = 1;
/** The other end of the link knows of the unlink. */
export const UNLINKED = 2;
/** Counts only if the link holds. */
export const LINKED_EXIT = 3;
export const EXIT = 4;
export const KILL = 5;
export const MONITOR = 6;
export const DEMONITOR = 7;
export const DOWN = 8;

export const SIGNAL_PAYLOAD = 9;
export const CAST_PAYLOAD = 5;
export const CALL_PAYLOAD = 10;
export const REPLY_PAYLOAD = 4;
export const NOTE_PAYLOAD = 3;
/** No head of a record has more, its trace context and padding included. */
export const HEAD_BYTES_MAX = 128;

/** A bit of the number of arguments, in CAST and CALL: sent with priority. */
export const URGENT = 4;
/** Another one, also in SPAWN: a trace context lies before the payload. */
export const CONTEXT = 8;
/** And in CAST and CALL: the mailbox outlives its thread, and the record with it. */
export const SURVIVES = 16;
export const ARGUMENTS_MASK = 3;

/** True for the head of a cast or call to a mailbox that survives. */
export function isSurviving(head: number): boolean {
  const kind = head & 255;
  return (kind === CAST || kind === CALL) && ((head >>> 24) & SURVIVES) !== 0;
}

/** CALL flags. */
export const CANCELLABLE = 1;
/** An actor calls, and may wait for it in a turn: whoever answers clears its waitsFor word. */
export const WAITS = 2;

/** REPLY status. */
export const GOOD = 0;
export const BAD = 1;

export const NOTHING = 0;
export const INT32 = 1;
export const FLOAT64 = 2;
export const TRUE = 3;
export const FALSE = 4;
export const NULL = 5;
export const UNDEFINED = 6;
/** length, then one byte per character. */
export const TEXT = 7;
/** definition, slot, incarnation. */
export const REFERENCE = 8;
/** Two or more numbers: count, padding to 8, doubles. */
export const NUMBERS = 9;
/** length, then bytes of the codec. */
export const PACKED = 10;
