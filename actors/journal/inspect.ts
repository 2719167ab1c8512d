/**
 * What there is in the folder of a journal, or in one of its files, for people: segments, logs, and
 * every damage with its place. Changes nothing, and throws for nothing that is in the files.
 */

import { SabeamError } from "../../runtime/errors.ts";
import { JournalCorrupt } from "../errors-journal.ts";
import { Content } from "./content.ts";
import { FORMAT_VERSION, pathIn, readHead, type SegmentHead, segmentNumber } from "./format.ts";
import type { Kept } from "./kept.ts";
import { bodyOf, type Recovered, recover, type Source } from "./recovery.ts";
import { type Scan, scan } from "./scan.ts";

export interface Inspection {
  /** Undefined if no head of a segment can be read. */
  readonly node: string | undefined;
  /** In hexadecimal digits. */
  readonly journal: string | undefined;
  /** False: `logs` is what can be read, and not what a recovery would give out. */
  readonly isWhole: boolean;
  readonly segments: readonly InspectedSegment[];
  /** By name. */
  readonly logs: readonly InspectedLog[];
  readonly problems: readonly Problem[];
}

export interface InspectedSegment {
  readonly file: string;
  readonly bytes: number;
  readonly batches: number;
  readonly firstBatch: number | undefined;
  /** A recovery reads it. */
  readonly isNeeded: boolean;
  /** Bytes behind the last whole batch that a recovery leaves out, and may. */
  readonly tornBytes: number;
}

export interface InspectedLog {
  readonly name: string;
  readonly life: number;
  readonly records: number;
  readonly recordBytes: number;
  /** Index of the last record, or what the snapshot stands for. */
  readonly last: number;
  readonly snapshot: { readonly upTo: number; readonly bytes: number } | undefined;
  readonly metadataBytes: number | undefined;
}

export interface Problem {
  readonly file: string | undefined;
  readonly offset: number | undefined;
  readonly code: string;
  readonly message: string;
}

interface Looked {
  readonly file: string;
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly head: SegmentHead | undefined;
  readonly scan: Scan | undefined;
}

/**
 * @param file one segment alone, by its name; a recovery reads all that are there.
 * @throws DiskError (ERR_DISK) if the folder or a file cannot be read.
 */
export async function inspectJournal(
  disk: Source,
  folder: string,
  file?: string,
): Promise<Inspection> {
  const names = file === undefined ? await disk.list(folder) : [file];
  const looked: Looked[] = [];
  for (const name of names) {
    const number = segmentNumber(name);
    if (number !== undefined) looked.push(await look(disk, folder, name, number));
  }
  const recovered = file === undefined ? await attempt(disk, folder) : undefined;
  const problems = looked.flatMap((one) => problemsOf(one, file !== undefined));
  const thrown = recovered instanceof SabeamError ? [problemOf(recovered)] : [];
  const isKnown = (one: Problem): boolean =>
    problems.some(({ file: other, offset }) => other === one.file && offset === one.offset);
  const whole = recovered instanceof SabeamError ? undefined : recovered;
  const content = whole === undefined ? readable(looked) : withUnproven(whole);
  const head = looked.findLast((one) => one.head !== undefined)?.head;
  return {
    node: head?.node,
    journal: head && Buffer.from(head.journal).toString("hex"),
    isWhole: whole !== undefined,
    segments: looked.map((one) => segmentOf(one, whole)),
    logs: content.names.map((name) => logOf(content, name)),
    problems: [...problems, ...thrown.filter((one) => !isKnown(one))],
  };
}

async function look(disk: Source, folder: string, file: string, number: number): Promise<Looked> {
  const open = await disk.open(pathIn(folder, file));
  try {
    const bytes = await open.read(0, await open.size());
    const read = readHead(bytes);
    const head = typeof read === "string" || read.version !== FORMAT_VERSION ? undefined : read;
    return { file, number, bytes, head, scan: head && scan(bytes, head, bytes.length) };
  } finally {
    await open.close();
  }
}

async function attempt(disk: Source, folder: string): Promise<Recovered | SabeamError> {
  try {
    return await recover(disk, folder, undefined);
  } catch (error) {
    if (error instanceof SabeamError && error.code !== "ERR_DISK") return error;
    throw error;
  }
}

/** What one file says against itself. Whether a head may be damaged, a recovery must say. */
function problemsOf({ file, bytes, head, scan: found }: Looked, isAlone: boolean): Problem[] {
  if (found !== undefined && found.end < found.durable) {
    return [problemOf(new JournalCorrupt(file, found.end, "what stands there is no whole batch"))];
  }
  if (head !== undefined || !isAlone) return [];
  const read = readHead(bytes);
  const what = typeof read === "string" ? `its head is ${read}` : `its format is ${read.version}`;
  return [problemOf(new JournalCorrupt(file, 0, what))];
}

function problemOf(error: SabeamError): Problem {
  const { code, message } = error;
  const { file, offset } = error as Partial<JournalCorrupt>;
  return { file: file?.slice(file.lastIndexOf("/") + 1), offset, code, message };
}

function withUnproven({ content, unproven, nextSegment }: Recovered): Content {
  for (const body of unproven) content.take(body, nextSegment);
  return content;
}

/** All that is whole, in the order in which it lies there. */
function readable(looked: readonly Looked[]): Content {
  const content = new Content();
  for (const { bytes, number, scan: found } of looked) {
    for (const { at, frame } of found?.batches ?? [])
      content.take(bodyOf(bytes, at, frame), number);
  }
  content.settle();
  return content;
}

function segmentOf({ file, number, bytes, head, scan: found }: Looked, whole?: Recovered) {
  const needed = whole?.segments.find((segment) => segment.number === number);
  const isLast = whole?.newest === number;
  return {
    file,
    bytes: bytes.length,
    batches: found?.batches.length ?? 0,
    firstBatch: head?.firstBatch,
    isNeeded: whole === undefined || needed !== undefined || isLast,
    tornBytes: found === undefined ? 0 : bytes.length - found.end,
  };
}

function logOf(content: Content, name: string): InspectedLog {
  const log = content.log(name) as Kept; // It is one of its names.
  const { life, records, snapshot, metadata } = log.kept();
  return {
    ...{ name, life, records: records.length, last: log.last },
    recordBytes: records.reduce((sum, { length }) => sum + length, 0),
    snapshot: snapshot && { upTo: snapshot.upTo, bytes: snapshot.bytes.length },
    metadataBytes: metadata?.length,
  };
}
