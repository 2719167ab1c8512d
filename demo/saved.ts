/**
 * Saved: the file of an index.
 *
 *     magic "SABEAMIX"   version u32   bytes of the head u32
 *     head               JSON: root, paths, and the size of each section in bytes
 *     sections           lengths, terms, ends of terms, postings, ends of postings
 *     SHA-1              of all that is before it
 *
 * All numbers are little-endian. It is written beside its place and then renamed, so that whoever
 * opens the path finds a whole index: the old one or the new one.
 *
 * Left out: reading older versions (build it again), and compressing paths and terms.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CALLED_AS } from "./arguments.ts";
import { DemoError, systemCode } from "./errors.ts";
import { SearchIndex, type Sections } from "./searchindex.ts";

const MAGIC = "SABEAMIX";
const VERSION = 1;
const PREFIX_BYTES = 16;
const HASH_BYTES = 20;

interface Head {
  root: string;
  paths: string[];
  sectionBytes: number[];
}

/** The bytes of an index, in pieces that follow each other. */
export function encodeIndex(index: SearchIndex): Uint8Array[] {
  const { sections } = index;
  const bodies = [
    bytesOf(sections.lengths),
    sections.termBytes,
    bytesOf(sections.termEnds),
    sections.postingBytes,
    bytesOf(sections.postingEnds),
  ];
  const sectionBytes = bodies.map((body) => body.length);
  const head = Buffer.from(
    JSON.stringify({ root: index.root, paths: [...sections.paths], sectionBytes } satisfies Head),
  );
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, "latin1");
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(head.length, 12);
  const pieces = [prefix, head, ...bodies];
  const hash = createHash("sha1");
  for (const piece of pieces) hash.update(piece);
  return [...pieces, hash.digest()];
}

/** Reads what encodeIndex wrote. Throws DemoError ERR_DEMO_INDEX_DAMAGED for anything else. */
export function decodeIndex(bytes: Buffer, path: string): SearchIndex {
  const body = bytes.subarray(0, -HASH_BYTES);
  if (bytes.length < PREFIX_BYTES + HASH_BYTES || body.toString("latin1", 0, 8) !== MAGIC) {
    throw damaged(path, "it is not an index");
  }
  const version = body.readUInt32LE(8);
  if (version !== VERSION) throw damaged(path, `its version is ${version}, not ${VERSION}`);
  if (!createHash("sha1").update(body).digest().equals(bytes.subarray(-HASH_BYTES))) {
    throw damaged(path, "its checksum does not match");
  }
  // From here on the bytes are what a writer of this version wrote.
  const headEnd = PREFIX_BYTES + body.readUInt32LE(12);
  const head: Head = JSON.parse(body.toString("utf8", PREFIX_BYTES, headEnd));
  let at = headEnd;
  const [lengths, termBytes, termEnds, postingBytes, postingEnds] = head.sectionBytes.map((size) =>
    body.subarray(at, (at += size)),
  );
  const sections: Sections = {
    paths: head.paths,
    lengths: wordsOf(lengths),
    termBytes: termBytes ?? new Uint8Array(),
    termEnds: wordsOf(termEnds),
    postingBytes: postingBytes ?? new Uint8Array(),
    postingEnds: wordsOf(postingEnds),
  };
  return new SearchIndex(head.root, sections);
}

/**
 * Writes the file of an index: whole or not at all, also when the signal ends it half-way. Answers
 * its size in bytes. Throws DemoError ERR_DEMO_INDEX_NOT_SAVED, or the reason of the signal.
 */
export async function saveIndex(
  index: SearchIndex,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const halfWritten = `${path}.${randomUUID()}.half`;
  const pieces = encodeIndex(index);
  try {
    const file = await open(halfWritten, "wx", 0o600);
    try {
      for (const piece of pieces) {
        signal.throwIfAborted();
        await file.writeFile(piece, { signal });
      }
      await file.sync();
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    await rename(halfWritten, path);
  } catch (error) {
    await rm(halfWritten, { force: true });
    signal.throwIfAborted();
    throw new DemoError(
      "ERR_DEMO_INDEX_NOT_SAVED",
      `the index was not saved in ${path} (${systemCode(error)}); name another place with --index`,
      { cause: error },
    );
  }
  return pieces.reduce((size, piece) => size + piece.length, 0);
}

/** Throws DemoError ERR_DEMO_INDEX_MISSING or ERR_DEMO_INDEX_DAMAGED. */
export async function loadIndex(path: string): Promise<SearchIndex> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new DemoError(
      "ERR_DEMO_INDEX_MISSING",
      `no index in ${path} (${systemCode(error)}); build one first: ${CALLED_AS} index FOLDER`,
      { cause: error },
    );
  });
  return decodeIndex(bytes, path);
}

/**
 * Where an index is kept if nobody says where: in a folder of this user's below the system's
 * folder for temporary files, which it makes. Throws DemoError ERR_DEMO_INDEX_NOT_SAVED if
 * somebody else made that folder: what is in it could be anything.
 */
export function defaultIndexPath(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `sabeam-demo-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory() || (uid >= 0 && found.uid !== uid)) {
      throw new DemoError(
        "ERR_DEMO_INDEX_NOT_SAVED",
        `${folder} cannot be used (${systemCode(error)}); name a place with --index FILE`,
      );
    }
  }
  return join(folder, "latest.index");
}

/** Makes the folder of a path that the user named. */
export function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(resolve(path)));
  } catch (error) {
    throw new DemoError(
      "ERR_DEMO_INDEX_NOT_SAVED",
      `the folder of ${path} cannot be made (${systemCode(error)}); name another with --index`,
    );
  }
}

/** Level by level: below /proc, where none can be made, Node's recursive way has no end. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function damaged(path: string, why: string): DemoError {
  return new DemoError(
    "ERR_DEMO_INDEX_DAMAGED",
    `${path} cannot be read: ${why}; build it again: ${CALLED_AS} index FOLDER`,
  );
}

function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words.entries()) view.setUint32(at * 4, word, true);
  return bytes;
}

function wordsOf(bytes: Uint8Array | undefined): Uint32Array {
  const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0), bytes?.byteOffset, bytes?.length);
  return Uint32Array.from({ length: view.byteLength / 4 }, (_, at) => view.getUint32(at * 4, true));
}
