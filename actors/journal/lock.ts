/**
 * The file `lock` in the folder of a journal, with the id of whoever has the journal open.
 *
 *     not there ──make──► mine           there, and its owner dead ──take aside──► not there
 *                                        there, and its owner alive: JournalLocked
 *
 * It is never synced: after a power cut nobody needs it. That one takes aside what another has just
 * made shows in what it took, and is put back.
 */

import { type Disk, DiskError, type DiskReason } from "../../runtime/disk.ts";
import { JournalLocked } from "../errors-journal.ts";
import { pathIn } from "./format.ts";
import type { Owner } from "./owner.ts";

export interface LockOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** For errors. */
  readonly name: string;
  readonly owner: Owner;
  /** Unique among all that take the lock. */
  readonly token: string;
}

/** Nobody needs longer than this to find out who it is. */
const ID_BYTES_MAX = 1024;
/** Owners that die one after another while we look. */
const ATTEMPTS_MAX = 4;

/** @throws JournalLocked (ERR_JOURNAL_LOCKED), DiskError */
export async function lock({ disk, folder, name, owner, token }: LockOptions): Promise<void> {
  const path = pathIn(folder, "lock");
  const aside = pathIn(folder, `lock-${token}`);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    if (await make(disk, path, owner.id)) return;
    const found = await read(disk, path);
    if (found === undefined) continue;
    if (owner.isAlive(found)) throw new JournalLocked(name, found);
    if ((await attemptTo(() => disk.rename(path, aside), "ENOENT")) === "ENOENT") continue;
    const taken = await read(disk, aside);
    if (taken === found) await disk.remove(aside);
    else await disk.rename(aside, path);
  }
  throw new JournalLocked(name, "somebody who takes it again and again");
}

/** Removes it, if it is ours. One that stays is in nobody's way once its owner is dead. */
export async function unlock({ disk, folder, owner }: LockOptions): Promise<void> {
  const path = pathIn(folder, "lock");
  try {
    if ((await read(disk, path)) === owner.id) await disk.remove(path);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}

/** False if somebody else has one. */
async function make(disk: Disk, path: string, id: string): Promise<boolean> {
  const made = await attemptTo(() => disk.open(path, { create: true, exclusive: true }), "EEXIST");
  if (made === "EEXIST") return false;
  try {
    await made.write(0, new TextEncoder().encode(`${id}\n`));
  } finally {
    await made.close();
  }
  // Whoever found it empty has taken it for that of a dead one.
  return (await read(disk, path)) === id;
}

async function read(disk: Disk, path: string): Promise<string | undefined> {
  const file = await attemptTo(() => disk.open(path), "ENOENT");
  if (file === "ENOENT") return undefined;
  try {
    const bytes = await file.read(0, ID_BYTES_MAX);
    return new TextDecoder().decode(bytes).replace(/\n$/, "");
  } finally {
    await file.close();
  }
}

/** Does it, or says that it failed for this reason. */
async function attemptTo<Result, Reason extends DiskReason>(
  act: () => Promise<Result>,
  reason: Reason,
): Promise<Result | Reason> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DiskError && error.reason === reason) return reason;
    throw error;
  }
}
