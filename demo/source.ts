/**
 * Source: one file, read as text or skipped with a reason.
 *
 *     too large       more than FILE_BYTES_MAX
 *     binary          a NUL byte among the first PROBE_BYTES
 *     not UTF-8       no NUL byte there, but bytes that are not UTF-8
 *     unreadable      no permission, gone, no regular file any more, or growing under our eyes
 *
 * A text carries a fingerprint of its bytes. Whoever reads the file again knows by it whether he
 * reads the same text, which no size and no time of change can promise.
 *
 * Left out: other encodings. UTF-16 is skipped as binary.
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { systemCode } from "./errors.ts";

/** A larger file is skipped: it would have to fit into one message. */
export const FILE_BYTES_MAX = 4 * 2 ** 20;

/** How much of a file is looked at for a NUL byte. */
export const PROBE_BYTES = 8192;

export const SKIP_REASONS = ["too large", "binary", "not UTF-8", "unreadable"] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];

export type Source =
  | { type: "text"; text: string; bytes: number; fingerprint: string }
  /** `detail` says why a file is unreadable, by the system's code if there is one; else "". */
  | { type: "skipped"; reason: SkipReason; detail: string };

const GREW = "it grew while it was read";

// Without NONBLOCK, opening a pipe that took the place of a file would wait for its writer.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Reads a file. Never rejects. Cost: the size of the file in memory, twice. */
export async function readSource(path: string): Promise<Source> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, FLAGS);
    const stat = await file.stat();
    const refused = refuse(stat.isFile(), stat.size);
    if (refused !== undefined) return refused;
    const bytes = Buffer.allocUnsafe(roomFor(stat.size));
    let size = 0;
    while (size < bytes.length) {
      const { bytesRead } = await file.read(bytes, size, bytes.length - size, size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    return size === bytes.length ? skipped("unreadable", GREW) : judge(bytes.subarray(0, size));
  } catch (error) {
    return unreadable(error);
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** The same, at once: for the plain count, which uses no promise and no other thread. */
export function readSourceSync(path: string): Source {
  let file: number | undefined;
  try {
    file = openSync(path, FLAGS);
    const stat = fstatSync(file);
    const refused = refuse(stat.isFile(), stat.size);
    if (refused !== undefined) return refused;
    const bytes = Buffer.allocUnsafe(roomFor(stat.size));
    let size = 0;
    while (size < bytes.length) {
      const read = readSync(file, bytes, size, bytes.length - size, size);
      if (read === 0) break;
      size += read;
    }
    return size === bytes.length ? skipped("unreadable", GREW) : judge(bytes.subarray(0, size));
  } catch (error) {
    return unreadable(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What a file is, by its bytes alone. */
export function judge(bytes: Buffer): Source {
  if (bytes.length > FILE_BYTES_MAX) return skipped("too large");
  if (bytes.subarray(0, PROBE_BYTES).includes(0)) return skipped("binary");
  if (!isUtf8(bytes)) return skipped("not UTF-8");
  const fingerprint = createHash("sha1").update(bytes).digest("base64");
  return { type: "text", text: bytes.toString("utf8"), bytes: bytes.length, fingerprint };
}

/** One byte more than there should be: if it comes, the file is being written. */
function roomFor(size: number): number {
  return size + 1;
}

function refuse(regular: boolean, size: number): Source | undefined {
  if (!regular) return skipped("unreadable", "no regular file");
  return size > FILE_BYTES_MAX ? skipped("too large") : undefined;
}

function unreadable(error: unknown): Source {
  return skipped("unreadable", systemCode(error));
}

function skipped(reason: SkipReason, detail = ""): Source {
  return { type: "skipped", reason, detail };
}
