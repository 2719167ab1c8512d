/**
 * What a thread is told of an actor to be, besides its arguments: terms, which are mostly the same
 * for thousands of children. So they are encoded once and decoded once.
 *
 *     SPAWN record:  … ─▶ length, bytes of the terms ─▶ arguments, as those of a call
 *
 * Who sends keeps the bytes for the actors of each parent that came last. Who reads keeps what came
 * last, by its bytes: equal bytes mean equal terms, whoever sent them.
 */

import type { Codec } from "../runtime/codec/codec.ts";
import { BadRecord } from "../runtime/errors.ts";
import type { RecordView } from "../runtime/record.ts";
import type { Lineage } from "./lineage.ts";
import type { ActorRef } from "./ref.ts";
import type { MailboxOptions, ShutdownTime } from "./types.ts";

export interface Terms {
  name?: string;
  label?: string;
  mailbox?: MailboxOptions;
  /** Left out for one that nobody's actor has spawned. */
  lineage?: Lineage;
  /** Linked with its parent from before its `init` on. */
  link?: boolean;
  /** What its `terminate` may take, if who spawns it says so. */
  shutdown?: ShutdownTime;
  /** How often it was started before, for whoever looks in. */
  restarts?: number;
  /** How long its turns may take, if who spawns it says so. */
  stallAfter?: number;
  /** A supervisor has spawned it, and will start it again. */
  supervised?: boolean;
  /** The same, and will not. */
  temporary?: boolean;
  /** Whose mailbox and address it takes over, if they wait on that thread. */
  inherit?: ActorRef;
}

/** An actor to be. */
export interface Order {
  readonly terms: Terms;
  readonly args: readonly unknown[];
}

/** Terms that a thread keeps decoded: a power of two. */
const KNOWN_MAX = 64;

interface Known {
  readonly terms: Terms;
  readonly bytes: Uint8Array;
}

export class TermsBook {
  readonly #codec: Codec;
  /** Those of the last child of each parent. */
  readonly #sent: WeakMap<Lineage, Known> = new WeakMap();
  readonly #read: (Known | undefined)[] = [];

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** The bytes of terms. @throws NotSendable, MessageTooLarge */
  encode(terms: Terms): Uint8Array {
    const { lineage } = terms;
    const known = lineage === undefined ? undefined : this.#sent.get(lineage);
    if (known !== undefined && isSame(known.terms, terms)) return known.bytes;
    const length = this.#codec.encode(terms, "spawn");
    const { scratch, start } = this.#codec;
    const bytes = new Uint8Array(scratch.subarray(start, start + length));
    if (lineage !== undefined) this.#sent.set(lineage, { terms, bytes });
    return bytes;
  }

  /** The terms at word `at`: not to be changed. @throws BadRecord if no sender wrote them */
  read(view: RecordView, at: number, end: number): Terms {
    const length = at < end ? (view.words[at] ?? 0) : 0;
    if (length < 1 || length > (end - at - 1) * 4) {
      throw new BadRecord((end - at) * 4, "not the terms of a spawn");
    }
    const start = (at + 1) * 4;
    const place = hash(view.bytes, start, length) & (KNOWN_MAX - 1);
    const known = this.#read[place];
    if (known !== undefined && isEqual(known.bytes, view.bytes, start, length)) return known.terms;
    const terms = this.#codec.decode(view.bytes, start, length);
    if (typeof terms !== "object" || terms === null) {
      throw new BadRecord(length, "terms of a spawn that are no object");
    }
    const bytes = new Uint8Array(view.bytes.subarray(start, start + length));
    this.#read[place] = { terms, bytes };
    return terms;
  }
}

/** Words that terms of so many bytes take in a record. */
export function wordsOf(length: number): number {
  return 1 + ((length + 3) >> 2);
}

/** Writes them from word `at` on; returns the word after them. */
export function writeTerms(view: RecordView, at: number, bytes: Uint8Array): number {
  view.words[at] = bytes.length;
  view.bytes.set(bytes, (at + 1) * 4);
  return at + wordsOf(bytes.length);
}

/** The word after terms that were read. */
export function afterTerms(view: RecordView, at: number): number {
  return at + wordsOf(view.words[at] ?? 0);
}

/**
 * Objects may have been changed in between, but for a lineage, which never is. Written out, since a
 * loop over the keys is slow where each object has other ones.
 */
function isSame(one: Terms, other: Terms): boolean {
  return (
    one.lineage === other.lineage &&
    one.restarts === other.restarts &&
    one.name === other.name &&
    one.label === other.label &&
    one.link === other.link &&
    one.shutdown === other.shutdown &&
    one.stallAfter === other.stallAfter &&
    one.supervised === other.supervised &&
    one.temporary === other.temporary &&
    !hasObjects(one) &&
    !hasObjects(other)
  );
}

function hasObjects({ mailbox, inherit }: Terms): boolean {
  return mailbox !== undefined || inherit !== undefined;
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, length: number): number {
  let sum = 0x811c9dc5;
  for (let index = start; index < start + length; index += 1) {
    sum = Math.imul(sum ^ (bytes[index] ?? 0), 0x01000193);
  }
  return sum >>> 8;
}

function isEqual(known: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (known[index] !== bytes[start + index]) return false;
  }
  return true;
}
