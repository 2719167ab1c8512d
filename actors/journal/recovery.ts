/**
 * What a folder of segments says, after whatever has happened to it.
 *
 *     newest ──► before it ──► … ──► oldest that is needed        the chain, by the heads
 *        │           └ each ends where the head of the next one says, and must be whole
 *        └ ends where it stops being whole: damage before what its frames say was durable is
 *          JournalCorrupt, and what is behind is cut
 *
 * Then the chain is read again, from the oldest on, into the content. At any time one segment is in
 * memory, beside what lives of the others (content.ts).
 *
 * The last batch of all may be whole and not durable: in the memory of the operating system, after
 * a sync that failed. It is given apart (`unproven`), and whoever goes on writes it again.
 *
 * Files beside the chain are left over: of creations that were cut short, of failed syncs, and of
 * removals that a power cut has undone.
 */

import type { Disk, DiskFile } from "../../runtime/disk.ts";
import { JournalCorrupt, JournalForeign, JournalVersion } from "../errors-journal.ts";
import { Content } from "./content.ts";
import {
  FORMAT_VERSION,
  FRAME_BYTES,
  type Frame,
  HEAD_BYTES,
  journalTag,
  readHead,
  SEGMENT_BYTES_MAX,
  type SegmentHead,
  segmentNumber,
  segmentPath,
} from "./format.ts";
import { type Batch, durableBehind, type Scan, scan } from "./scan.ts";

/** What a recovery needs of a disk. */
export interface Source extends Pick<Disk, "list"> {
  open(path: string): Promise<Pick<DiskFile, "size" | "read" | "close">>;
}

/** A segment whose batches count. */
export interface Segment {
  readonly number: number;
  bytes: number;
}

export interface Recovered {
  readonly content: Content;
  /** From the oldest on; what lives lies in them. */
  readonly segments: readonly Segment[];
  /** Undefined for a new journal. */
  readonly journal: Uint8Array | undefined;
  /** The last segment with durable batches, and where they end; 0 if there is none. */
  readonly segment: number;
  readonly durable: number;
  /** Number of the next batch. */
  readonly batch: number;
  readonly nextSegment: number;
  /** The last segment with batches, durable or not; 0 if there is none. */
  readonly newest: number;
  /** Bodies of the last batches, as far as nothing says that they are durable: one at most. */
  readonly unproven: readonly Uint8Array[];
  /** Files that nobody needs, once a batch is durable again. */
  readonly leftovers: readonly string[];
}

/** A segment file, as far as its head goes. */
interface SegmentFile<Head = SegmentHead | undefined> {
  readonly path: string;
  readonly number: number;
  readonly size: number;
  /** Undefined if it is damaged. */
  readonly head: Head;
}

/**
 * @param node whose journal it must be; undefined: anybody's.
 * @throws JournalCorrupt, JournalVersion, JournalForeign, DiskError
 */
export async function recover(
  disk: Source,
  folder: string,
  node: string | undefined,
): Promise<Recovered> {
  const files = await segmentFiles(disk, folder, node);
  const nextSegment = (files[0]?.number ?? 0) + 1;
  const newest = await newestOf(disk, files);
  if (newest === undefined) return fresh(files, nextSegment);
  const { head, bytes, batches, durable } = newest;
  const proven = batches.filter(({ at }) => at < durable);
  const chain = chainOf(files, newest, batches.at(-1)?.frame.oldest ?? head.oldest);

  const content = new Content();
  const segments: Segment[] = [];
  for (const [index, file] of chain.entries()) {
    const next = (chain[index + 1] ?? newest).head;
    const { previousEnd: end } = next;
    const earlier = await bytesOf(disk, file);
    const whole = scan(earlier, file.head, end);
    if (whole.end !== end) throw damaged(file.path, Math.min(whole.end, end));
    if (next.firstBatch !== file.head.firstBatch + whole.batches.length) {
      throw damaged(file.path, end, "the batches before the next segment are not in it");
    }
    replay(content, earlier, whole.batches, file);
    segments.push({ number: file.number, bytes: end });
  }
  replay(content, bytes, proven, newest);
  if (proven.length > 0) segments.push({ number: newest.number, bytes: durable });
  const broken = content.settle();
  if (broken !== undefined) throw damaged(newest.path, 0, `log number ${broken} is not whole`);
  const isProven = proven.length > 0;
  return {
    ...{ content, segments, journal: head.journal, nextSegment, newest: newest.number },
    segment: isProven ? newest.number : head.previous,
    durable: isProven ? durable : head.previousEnd,
    batch: head.firstBatch + proven.length,
    unproven: batches
      .slice(proven.length)
      .map(({ at, frame }) => bodyOf(bytes, at, frame))
      .filter(({ length }) => length > 0),
    leftovers: leftovers(files, new Set(segments.map(({ number }) => number))),
  };
}

function fresh(files: readonly SegmentFile[], nextSegment: number): Recovered {
  return {
    ...{ content: new Content(), segments: [], journal: undefined, nextSegment },
    ...{ segment: 0, durable: 0, batch: 1, newest: 0, unproven: [] },
    leftovers: leftovers(files, new Set()),
  };
}

/** All, the newest first. */
async function segmentFiles(
  disk: Source,
  folder: string,
  node: string | undefined,
): Promise<SegmentFile[]> {
  const numbers = (await disk.list(folder)).map(segmentNumber);
  const files: SegmentFile[] = [];
  for (const number of numbers.filter((some) => some !== undefined).sort((a, b) => b - a)) {
    const file = await segmentFile(disk, segmentPath(folder, number), number);
    const journal = files.find(({ head }) => head !== undefined)?.head?.journal;
    const { head, path } = file;
    if (head !== undefined) check(path, head, number, node, journal);
    files.push(file);
  }
  return files;
}

async function segmentFile(disk: Source, path: string, number: number): Promise<SegmentFile> {
  const file = await disk.open(path);
  try {
    const size = await file.size();
    if (size > SEGMENT_BYTES_MAX) {
      throw damaged(path, SEGMENT_BYTES_MAX, `it has ${size} bytes, and no segment has so many`);
    }
    const bytes = await file.read(0, HEAD_BYTES);
    const head = readHead(bytes);
    if (typeof head !== "string") return { path, number, size, head };
    // What was cut short while it was created is not there, or zeros.
    if (head === "not a segment" && bytes.some((byte) => byte !== 0)) {
      throw damaged(path, 0, "it does not begin as a segment does");
    }
    return { path, number, size, head: undefined };
  } finally {
    await file.close();
  }
}

function check(
  path: string,
  head: SegmentHead,
  number: number,
  node: string | undefined,
  journal: Uint8Array | undefined,
): void {
  if (head.version !== FORMAT_VERSION) throw new JournalVersion(path, head.version, FORMAT_VERSION);
  if (node !== undefined && head.node !== node) throw new JournalForeign(path, head.node, node);
  if (head.number !== number) throw damaged(path, 32, `it is segment ${head.number} by its head`);
  if (journal !== undefined && Buffer.compare(journal, head.journal) !== 0) {
    throw damaged(path, 16, "it belongs to another journal of the same node");
  }
}

/** The last segment, with what is whole of it. */
interface Newest extends SegmentFile<SegmentHead>, Scan {
  readonly bytes: Uint8Array;
}

/**
 * The newest with a batch. Those after it were cut short while they were created; but what their
 * heads say of those before them is true.
 */
async function newestOf(disk: Source, files: readonly SegmentFile[]): Promise<Newest | undefined> {
  const heads: SegmentHead[] = [];
  const journal = files.find(hasHead)?.head.journal;
  const tag = journal && journalTag(journal);
  for (const file of files) {
    const bytes = await bytesOf(disk, file);
    if (!hasHead(file)) {
      const durable = durableBehind(bytes, 0, { tag, segment: file.number });
      if (durable > 0) throw damaged(file.path, 0, "its head is not as it was");
      continue;
    }
    const whole = scan(bytes, file.head, file.size);
    const ends = heads.filter(({ previous }) => previous === file.number);
    const durable = Math.max(whole.durable, ...ends.map(({ previousEnd }) => previousEnd));
    if (whole.end < durable) throw damaged(file.path, whole.end);
    if (whole.batches.length > 0) {
      checkMissing(file.path, file.number, heads);
      return { ...file, ...whole, bytes, durable };
    }
    heads.push(file.head);
  }
  checkMissing(files[0]?.path ?? "", 0, heads);
  return undefined;
}

/** Nobody may have come after a segment that is not there. */
function checkMissing(path: string, newest: number, heads: readonly SegmentHead[]): void {
  const missing = heads.find(({ previous, oldest }) => previous > newest && previous >= oldest);
  if (missing === undefined) return;
  throw damaged(segmentPath(folderOf(path), missing.previous), 0, "it is not there");
}

function hasHead(file: SegmentFile): file is SegmentFile<SegmentHead> {
  return file.head !== undefined;
}

/** Those before the newest that are needed, the oldest first. */
function chainOf(
  files: readonly SegmentFile[],
  newest: SegmentFile<SegmentHead>,
  oldest: number,
): SegmentFile<SegmentHead>[] {
  const chain: SegmentFile<SegmentHead>[] = [];
  let { head } = newest;
  // Numbers fall, so it ends.
  while (head.previous >= oldest && head.previous > 0) {
    const { previous, number } = head;
    const path = segmentPath(folderOf(newest.path), previous);
    const file = files.find((some) => some.number === previous);
    if (file === undefined) throw damaged(path, 0, "it is not there");
    if (!hasHead(file)) throw damaged(path, 0, "its head is not as it was");
    if (previous >= number) throw damaged(newest.path, 36, "it would come before itself");
    if (file.size < head.previousEnd) throw damaged(path, file.size, "the rest is not there");
    chain.unshift(file);
    ({ head } = file);
  }
  return chain;
}

async function bytesOf(disk: Source, { path, size }: SegmentFile): Promise<Uint8Array> {
  const file = await disk.open(path);
  try {
    return await file.read(0, size);
  } finally {
    await file.close();
  }
}

function replay(
  content: Content,
  bytes: Uint8Array,
  batches: readonly Batch[],
  { path, number }: SegmentFile,
): void {
  for (const { at, frame } of batches) {
    const isSound = content.take(bodyOf(bytes, at, frame), number);
    if (!isSound) throw damaged(path, at, "its batch makes no sense");
  }
}

export function bodyOf(bytes: Uint8Array, at: number, { bodyBytes }: Frame): Uint8Array {
  return bytes.subarray(at + FRAME_BYTES, at + FRAME_BYTES + bodyBytes);
}

function leftovers(files: readonly SegmentFile[], needed: ReadonlySet<number>): string[] {
  return files.filter(({ number }) => !needed.has(number)).map(({ path }) => path);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function damaged(
  path: string,
  offset: number,
  what = "what stands there is no whole batch",
): Error {
  return new JournalCorrupt(path, offset, what);
}
