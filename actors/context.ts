/**
 * How a trace context lies in a record, before the payload: its length in the first word, then one
 * byte per character, up to a whole word.
 *
 * Who sends has checked it (trace.ts); who reads believes nothing.
 */

import { readLatin1, writeLatin1 } from "../runtime/codec/text.ts";
import { BadRecord } from "../runtime/errors.ts";
import type { RecordView } from "../runtime/record.ts";
import { CONTEXT_MAX } from "./trace.ts";

/** Bytes that a context takes, 0 for none. */
export function contextBytes(context: string | undefined): number {
  return context === undefined ? 0 : 4 * wordsOf(context.length);
}

function wordsOf(length: number): number {
  return 1 + ((length + 3) >> 2);
}

/** Writes it from word `at` on; returns the word after it. */
export function writeContext(view: RecordView, at: number, context: string): number {
  view.words[at] = context.length;
  writeLatin1(view.bytes, (at + 1) * 4, context);
  return at + wordsOf(context.length);
}

/** The context at word `at`. @throws BadRecord if no sender can have written that */
export function readContext(view: RecordView, at: number, end: number): string {
  const length = at < end ? (view.words[at] ?? 0) : 0;
  if (length < 1 || length > CONTEXT_MAX || at + wordsOf(length) > end) {
    throw new BadRecord((end - at) * 4, "not a trace context");
  }
  return readLatin1(view.bytes, (at + 1) * 4, length);
}

/** The word after a context that was read. */
export function afterContext(at: number, context: string | undefined): number {
  return context === undefined ? at : at + wordsOf(context.length);
}
