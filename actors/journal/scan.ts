/**
 * Looks through the bytes of one segment: its whole batches, where they end, and up to where
 * something in it says that it was durable.
 *
 *     head │ batch │ batch │ ~~damage~~ │ batch │
 *                          └ end        └ its frame says: all before me was durable
 *
 * Behind damage only frames are looked at, at every byte. A frame whose own sum is right was
 * written by us, so what it says of what is before it is true, even if its body is not whole.
 */

import {
  FRAME_BYTES,
  FRAME_MAGIC,
  type Frame,
  HEAD_BYTES,
  isWholeBody,
  journalTag,
  readFrame,
  type SegmentHead,
} from "./format.ts";

/** A whole batch; its body lies behind the frame. */
export interface Batch {
  /** Offset of the frame in the file. */
  readonly at: number;
  readonly frame: Frame;
}

export interface Scan {
  readonly batches: readonly Batch[];
  /** Offset behind the last of them. */
  readonly end: number;
  /** Offset up to which the segment is known to have been durable; 0 if nothing says so. */
  readonly durable: number;
}

/** What a frame must agree with. */
export interface Whose {
  /** Undefined if no head has told. */
  readonly tag: number | undefined;
  readonly segment: number;
}

/**
 * @param to offset at which the batches must end if they are whole: the length of the file, or what
 *   the next segment says.
 */
export function scan(bytes: Uint8Array, head: SegmentHead, to: number): Scan {
  const whose = { tag: journalTag(head.journal), segment: head.number };
  const batches: Batch[] = [];
  let at = HEAD_BYTES;
  let durable = 0;
  while (at < to) {
    const frame = readFrame(bytes, at);
    if (frame === undefined || !belongs(frame, at, whose)) break;
    durable = Math.max(durable, frame.durable);
    if (frame.batch !== head.firstBatch + batches.length || !isWholeBody(bytes, at, frame)) break;
    batches.push({ at, frame });
    at += FRAME_BYTES + frame.bodyBytes;
  }
  if (at < to) durable = Math.max(durable, durableBehind(bytes, at, whose));
  return { batches, end: at, durable };
}

/** The offset up to which frames from `from` on say that the segment was durable. Linear. */
export function durableBehind(bytes: Uint8Array, from: number, whose: Whose): number {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let durable = 0;
  // Each turn finds one more, and there is one in four bytes at most.
  for (let at = all.indexOf(FRAME_MAGIC, from); at >= 0; at = all.indexOf(FRAME_MAGIC, at + 1)) {
    const frame = readFrame(bytes, at);
    if (frame !== undefined && belongs(frame, at, whose))
      durable = Math.max(durable, frame.durable);
  }
  return durable;
}

function belongs(frame: Frame, at: number, { tag, segment }: Whose): boolean {
  const isOurs = tag === undefined || frame.journal === tag;
  return isOurs && frame.segment === segment && frame.offset === at && frame.durable <= at;
}
