/**
 * How many messages went into a lane and came out of it, in words that outlive both of its ends.
 *
 *     sent ──▶ thread ── COMMITTED ──▶ lane ── TAKEN ──▶ thread ──▶ handled, dead letter, dropped
 *
 *     in the thread   sent + messagesIn - messagesOut - handled - deadLettered - dropped
 *     in the lane     COMMITTED - TAKEN
 *
 * Messages are casts and calls, not answers and signals. Each is in one place at any instant: it
 * moves from a thread to a lane, or back, by two plain stores side by side, the lane's word and the
 * thread's counter (counters.ts). V8 ends a thread where code calls or loops, and there is neither
 * between them. So whoever finds a thread dead, or a lane that lost an end, knows to one how many
 * messages died there.
 *
 * A consumer stores HEAD once for many records. So that it is known of each HEAD how many messages
 * lie before it, MARKS holds the last two of them with their numbers: what it had taken beyond HEAD
 * when it died lies in the ring still, and is not counted a second time.
 */

import { countersOf, MESSAGES_IN, MESSAGES_OUT } from "./counters.ts";
import {
  COMMITTED,
  FINISHED,
  FRAGMENT,
  FRAGMENT_HEADER_BYTES,
  INHERITED,
  MARKS,
  TAKEN,
} from "./layout.ts";
import type { RecordView } from "./record.ts";
import type { Signals } from "./signals.ts";

/** No lane holds more; a larger number was written by nobody who counts. */
const IN_LANE_MAX: number = 2 ** 24;
/** The kinds 2 and 3 are messages: these bits of a head say that a record is of one of them. */
const KIND_BITS = 254;
const KIND_MESSAGE = 2;

/** Whether a record with this head is a message, to be handled by an actor. */
export function isMessage(head: number): boolean {
  return (head & KIND_BITS) === KIND_MESSAGE;
}

/** The same of a record in a ring: of a large one, its first part says so. */
export function beginsMessage({ words }: RecordView, at: number): boolean {
  const head = words[at + 1] ?? 0;
  if ((head & 255) !== FRAGMENT) return isMessage(head);
  return words[at + 3] === 0 && isMessage(words[at + (FRAGMENT_HEADER_BYTES >> 2) + 1] ?? 0);
}

function plausible(messages: number): number {
  return messages >= 0 && messages <= IN_LANE_MAX ? messages : 0;
}

/** How many messages behind this HEAD the consumer of a lane, which has ended, has taken. */
export function takenBehind(lane: Int32Array, head: number): number {
  const taken = lane[TAKEN] ?? 0;
  if (lane[MARKS] === head) return plausible((taken - (lane[MARKS + 1] ?? 0)) | 0);
  if (lane[MARKS + 2] === head) return plausible((taken - (lane[MARKS + 3] ?? 0)) | 0);
  return 0;
}

/** The sending end counts. Writer of COMMITTED: the producer. */
export class Outflow {
  readonly #lane: Int32Array;
  readonly #counts: Float64Array;
  /** Not read back: the memory is others' too. */
  #committed = 0;

  constructor(lane: Int32Array, signals: Signals, thread: number) {
    this.#lane = lane;
    this.#counts = countersOf(signals, thread);
  }

  /** So many messages go into the lane; a negative number comes back. Two stores. */
  add(messages: number): void {
    const lane = this.#lane;
    const counts = this.#counts;
    const committed = (this.#committed + messages) | 0;
    const out = (counts[MESSAGES_OUT] ?? 0) + messages;
    this.#committed = committed;
    lane[COMMITTED] = committed;
    counts[MESSAGES_OUT] = out;
  }

  /** How many the other end has not taken. Only once that has ended, and is not at it. */
  get left(): number {
    return plausible((this.#committed - (this.#lane[TAKEN] ?? 0)) | 0);
  }

  /** How many of those that lie behind HEAD the other end has taken all the same. */
  takenBehind(head: number): number {
    return takenBehind(this.#lane, head);
  }

  /** All that was in the lane is accounted for. */
  finish(): void {
    this.#lane[FINISHED] = 1;
  }
}

/** The receiving end counts. Writer of TAKEN and MARKS: the consumer. */
export class Inflow {
  readonly #lane: Int32Array;
  readonly #counts: Float64Array;
  #taken: number;
  #mark = MARKS;

  constructor(lane: Int32Array, signals: Signals, thread: number) {
    this.#lane = lane;
    this.#counts = countersOf(signals, thread);
    this.#taken = lane[TAKEN] ?? 0;
  }

  /** So many messages come out of the lane; a negative number goes back. Two stores. */
  add(messages: number): void {
    const lane = this.#lane;
    const counts = this.#counts;
    const taken = (this.#taken + messages) | 0;
    const came = (counts[MESSAGES_IN] ?? 0) + messages;
    this.#taken = taken;
    lane[TAKEN] = taken;
    counts[MESSAGES_IN] = came;
  }

  /** HEAD is about to be stored: what was taken lies before it. */
  reached(head: number): void {
    const lane = this.#lane;
    const mark = this.#mark;
    this.#mark = mark ^ 2;
    lane[mark + 1] = this.#taken;
    lane[mark] = head;
  }

  /**
   * Takes what the other end committed and can publish no more, as a number. Returns it; from here
   * on this thread has them to account for.
   */
  takeRest(): number {
    const lane = this.#lane;
    const gone = this.#taken + (lane[INHERITED] ?? 0);
    const rest = plausible(((lane[COMMITTED] ?? 0) - gone) | 0);
    this.add(rest);
    lane[FINISHED] = 1;
    return rest;
  }
}
