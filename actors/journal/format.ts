/**
 * How a journal lies in its files, byte by byte: the head of a segment, and the frame of a batch.
 *
 *     FOLDER/0000000001.segment    head │ batch │ batch │ …          numbers are little endian;
 *     FOLDER/0000000002.segment    head │ batch │ …                  "u53" is a uint64 up to 2^53
 *
 * Head of a segment, 256 bytes:
 *
 *       0  u8 × 8   89 53 42 4A 0D 0A 1A 0A    no text file begins so, and no transfer as text
 *                                              leaves it as it is ("SBJ")
 *       8  u32      version of the format      where it is, and what is before it, never changes
 *      12  u32      CRC-32C of the head with zeros here; over 256 bytes in every version
 *      16  u8 × 16  id of the journal, random
 *      32  u32      number of the segment, as in the name of its file
 *      36  u32      number of the segment before it, 0 for the first
 *      40  u32      where that one ends: up to this offset it was durable when this was written
 *      44  u32      number of the oldest segment that is needed
 *      48  u53      number of the first batch
 *      56  u8       length of the name of the node
 *      57  u8 …     its name in UTF-8, then zeros
 *
 * Frame of a batch, 44 bytes, right behind what is before it, at any address:
 *
 *       0  u32      7E 42 41 54 ("~BAT")
 *       4  u32      the first four bytes of the id of the journal
 *       8  u32      number of the segment
 *      12  u32      offset of this frame in it
 *      16  u32      durable: up to this offset the segment was durable when this was written;
 *                   0 for the first, which is written together with the head
 *      20  u32      number of the oldest segment that is needed once this batch is durable
 *      24  u32      bytes of the body
 *      28  u32      CRC-32C of the body
 *      32  u53      number of the batch, counted from 1; a batch is repeated under its number
 *      40  u32      CRC-32C of bytes 0 to 39
 *      44  body     entries (entries.ts), or nothing: all before it is durable, and it was closed
 *
 * What a recovery learns from a batch is more than its content: **everything before its `durable`
 * was durable**. So damage before it is damage, and damage behind the last of them is a batch that
 * was never acknowledged, or the last one that was.
 *
 * Its own place makes a batch worthless anywhere else: in a record that holds a copy of a journal,
 * or in a block of the disk that belonged to another file.
 */

import { crc32c } from "../../runtime/crc32c.ts";

export const FORMAT_VERSION = 1;
export const HEAD_BYTES = 256;
export const FRAME_BYTES = 44;
export const JOURNAL_ID_BYTES = 16;
/** Name of a node, in UTF-8. */
export const NODE_BYTES_MAX: number = HEAD_BYTES - 57;
/** No segment is longer, whatever it was written with: what a recovery reads at once. */
export const SEGMENT_BYTES_MAX = 1_073_741_824;

const MAGIC = [0x89, 0x53, 0x42, 0x4a, 0x0d, 0x0a, 0x1a, 0x0a];
/** As bytes, by which a recovery looks for batches behind damage. */
export const FRAME_MAGIC: Uint8Array = Uint8Array.of(0x7e, 0x42, 0x41, 0x54);
const FRAME_WORD = 0x5441427e;
const TWO_32 = 4294967296;

export interface SegmentHead {
  readonly version: number;
  readonly journal: Uint8Array;
  readonly number: number;
  /** 0 for the first. */
  readonly previous: number;
  readonly previousEnd: number;
  readonly oldest: number;
  readonly firstBatch: number;
  readonly node: string;
}

export interface Frame {
  readonly journal: number;
  readonly segment: number;
  readonly offset: number;
  readonly durable: number;
  readonly oldest: number;
  readonly bodyBytes: number;
  readonly bodySum: number;
  readonly batch: number;
}

/** Why bytes are no head: `kind` of what is wrong with them, for an error. */
export type NoHead = "short" | "not a segment" | "damaged";

export function segmentPath(folder: string, number: number): string {
  return pathIn(folder, `${String(number).padStart(10, "0")}.segment`);
}

/** "" is the root of a disk. */
export function pathIn(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Undefined for a file that is none. */
export function segmentNumber(name: string): number | undefined {
  const digits = /^(\d{10})\.segment$/.exec(name)?.[1];
  const number = Number(digits);
  return digits === undefined || number < 1 || number >= TWO_32 ? undefined : number;
}

/** The four bytes of the id that every batch carries. */
export function journalTag(journal: Uint8Array): number {
  return viewOf(journal).getUint32(0, true);
}

export function writeHead(bytes: Uint8Array, head: SegmentHead): void {
  const view = viewOf(bytes);
  bytes.fill(0, 0, HEAD_BYTES);
  bytes.set(MAGIC);
  view.setUint32(8, head.version, true);
  bytes.set(head.journal, 16);
  view.setUint32(32, head.number, true);
  view.setUint32(36, head.previous, true);
  view.setUint32(40, head.previousEnd, true);
  view.setUint32(44, head.oldest, true);
  setU53(view, 48, head.firstBatch);
  bytes[56] = new TextEncoder().encodeInto(head.node, bytes.subarray(57, HEAD_BYTES)).written;
  view.setUint32(12, crc32c(bytes, 0, HEAD_BYTES), true);
}

/** Trusts nothing. Of another version only `version` means what it says. */
export function readHead(bytes: Uint8Array): SegmentHead | NoHead {
  if (bytes.length < HEAD_BYTES) return "short";
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return "not a segment";
  const view = viewOf(bytes);
  const blank = bytes.slice(0, HEAD_BYTES).fill(0, 12, 16);
  if (crc32c(blank) !== view.getUint32(12, true)) return "damaged";
  const nodeBytes = Math.min(bytes[56] as number, NODE_BYTES_MAX);
  return {
    version: view.getUint32(8, true),
    journal: bytes.slice(16, 16 + JOURNAL_ID_BYTES),
    number: view.getUint32(32, true),
    previous: view.getUint32(36, true),
    previousEnd: view.getUint32(40, true),
    oldest: view.getUint32(44, true),
    firstBatch: getU53(view, 48),
    node: new TextDecoder().decode(bytes.subarray(57, 57 + nodeBytes)),
  };
}

/** Puts the frame before a body that stands at `at + FRAME_BYTES`. */
export function writeFrame(bytes: Uint8Array, at: number, frame: Omit<Frame, "bodySum">): void {
  const view = viewOf(bytes);
  const body = at + FRAME_BYTES;
  view.setUint32(at, FRAME_WORD, true);
  view.setUint32(at + 4, frame.journal, true);
  view.setUint32(at + 8, frame.segment, true);
  view.setUint32(at + 12, frame.offset, true);
  view.setUint32(at + 16, frame.durable, true);
  view.setUint32(at + 20, frame.oldest, true);
  view.setUint32(at + 24, frame.bodyBytes, true);
  view.setUint32(at + 28, crc32c(bytes, body, body + frame.bodyBytes), true);
  setU53(view, at + 32, frame.batch);
  view.setUint32(at + 40, crc32c(bytes, at, at + 40), true);
}

/** The frame at that offset, by its own sum; undefined if there is none, or it is damaged. */
export function readFrame(bytes: Uint8Array, at: number): Frame | undefined {
  if (at + FRAME_BYTES > bytes.length) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(at, true) !== FRAME_WORD) return undefined;
  if (view.getUint32(at + 40, true) !== crc32c(bytes, at, at + 40)) return undefined;
  return {
    journal: view.getUint32(at + 4, true),
    segment: view.getUint32(at + 8, true),
    offset: view.getUint32(at + 12, true),
    durable: view.getUint32(at + 16, true),
    oldest: view.getUint32(at + 20, true),
    bodyBytes: view.getUint32(at + 24, true),
    bodySum: view.getUint32(at + 28, true),
    batch: getU53(view, at + 32),
  };
}

/** Whether what stands behind a frame is what was written there. */
export function isWholeBody(bytes: Uint8Array, at: number, frame: Frame): boolean {
  const body = at + FRAME_BYTES;
  if (body + frame.bodyBytes > bytes.length) return false;
  return crc32c(bytes, body, body + frame.bodyBytes) === frame.bodySum;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function setU53(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % TWO_32, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
}

/** More than a number holds exactly becomes too large for every bound. */
export function getU53(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32;
}
