/** How a journal over files is set up, and within which bounds. */

import type { Disk } from "../../runtime/disk.ts";
import { InvalidOptions } from "../errors-system.ts";
import { ENTRY_EXTRA_BYTES, NAME_BYTES_MAX, RECORD_EXTRA_BYTES } from "./entries.ts";
import { NODE_BYTES_MAX, SEGMENT_BYTES_MAX } from "./format.ts";
import type { Owner } from "./owner.ts";
import type { Bounds } from "./plan.ts";
import { BODY_AT } from "./tail.ts";

export interface FileJournalOptions extends Partial<Bounds> {
  readonly disk: Disk;
  /** On the disk; made, if it is not there and the one above is. "" is the root. */
  readonly folder: string;
  /** What errors call it, like a path from elsewhere; the folder by default. */
  readonly name?: string;
  /** Whose promises it keeps: 1 to 199 bytes in UTF-8. */
  readonly node: string;
  readonly owner: Owner;
  /** Uniform in [0, 1): for the id of a new journal. */
  readonly random: () => number;
  /** A segment is at most so long: 4 KiB to 1 GiB, 64 MiB by default. */
  readonly segmentBytes?: number;
}

export interface Sizes extends Bounds {
  readonly segmentBytes: number;
}

const SEGMENT_BYTES_DEFAULT = 67_108_864;
const SEGMENT_BYTES_MIN = 4096;
const RECORD_BYTES_MAX_DEFAULT = 16_777_216;
const LIVE_BYTES_MAX_DEFAULT = 1_073_741_824;
const LOGS_MAX_DEFAULT = 100_000;
/** What lives at most, in segments: far fewer than a journal may have. */
const LIVE_SEGMENTS_MAX = 64;
/** A batch must have room for the longest name. */
const BATCH_BYTES_MIN: number = NAME_BYTES_MAX + ENTRY_EXTRA_BYTES;

/** With what was left out. @throws InvalidOptions (ERR_INVALID_OPTIONS) */
export function checked(options: FileJournalOptions): Sizes {
  const { node, segmentBytes = SEGMENT_BYTES_DEFAULT, logsMax = LOGS_MAX_DEFAULT } = options;
  const nodeBytes = typeof node === "string" && node.isWellFormed() ? Buffer.byteLength(node) : 0;
  if (nodeBytes < 1 || nodeBytes > NODE_BYTES_MAX) {
    throw new InvalidOptions("node", `a Unicode text of 1 to ${NODE_BYTES_MAX} bytes`, node);
  }
  check("segmentBytes", segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
  // Half of a segment, so that there is room for what lives of the oldest one besides.
  const half = Math.floor((segmentBytes - BODY_AT) / 2);
  const { batchBytesMax = half } = options;
  check("batchBytesMax", batchBytesMax, BATCH_BYTES_MIN, half);
  const recordMax = batchBytesMax - ENTRY_EXTRA_BYTES - RECORD_EXTRA_BYTES;
  const { recordBytesMax = Math.min(RECORD_BYTES_MAX_DEFAULT, recordMax) } = options;
  check("recordBytesMax", recordBytesMax, 1, recordMax);
  const liveMax = LIVE_SEGMENTS_MAX * segmentBytes;
  const { liveBytesMax = Math.min(LIVE_BYTES_MAX_DEFAULT, liveMax) } = options;
  check("liveBytesMax", liveBytesMax, 1, liveMax);
  check("logsMax", logsMax, 1, Number.MAX_SAFE_INTEGER);
  return { segmentBytes, batchBytesMax, recordBytesMax, liveBytesMax, logsMax };
}

function check(option: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw new InvalidOptions(option, `a whole number from ${min} to ${max}`, value);
}
