/**
 * Opens the journal that a store was told of, on the thread of the store.
 *
 * Files and databases are locked for as long as somebody has them open. Who that is must be known
 * after threads, systems and processes have died, so that the next store of the same system takes
 * over and others do not.
 */

import { basename, dirname, resolve } from "node:path";
import type { Disk } from "../../runtime/disk.ts";
import type { Env } from "../../runtime/env.ts";
import { MEMORIES_MAX } from "../../runtime/ledger.ts";
import type { Cell } from "../cell.ts";
import { StoreFailed } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Self } from "../types.ts";
import type { Journal } from "./journal.ts";
import { asRefusal, openFileJournal } from "./journal-files.ts";
import { MemoryJournal } from "./memory.ts";
import { lifeOwner, type Owner, processOwner } from "./owner.ts";
import { openSqliteJournal } from "./sqlite.ts";
import type { CheckedStore } from "./store-options.ts";

/** @throws what is wrong with it */
export async function openJournal(
  self: Self<undefined>,
  { address, node, place }: CheckedStore,
): Promise<Journal> {
  const cell = self as unknown as Cell; // Whatever has a turn is one.
  const { env } = cell.host.thread;
  const random = (): number => self.random();
  switch (place.type) {
    case "folder": {
      // The journal makes the folder itself, and is called after it.
      const disk = await diskOf(env, dirname(place.folder), place.folder);
      const folder = basename(place.folder);
      const owner = await ownerOf(cell, address);
      const journal = await openFileJournal({
        ...{ disk, folder, name: place.folder, node, owner, random },
      });
      return await asBefore(cell, address, place.folder, journal);
    }
    case "memory":
      return new MemoryJournal(
        await memoryOf(cell.host, address, address, place.bytes),
        address,
        random,
      );
    case "sqlite": {
      const file = resolve(place.file);
      await diskOf(env, dirname(file), place.file);
      return await asBefore(cell, address, place.file, openSqliteJournal(file));
    }
  }
}

/**
 * A store that is started again goes on with the journal that it had: in another one in its place
 * nothing is left of what it has said to be durable.
 */
async function asBefore(
  { host, slot }: Cell,
  address: string,
  name: string,
  journal: Journal,
): Promise<Journal> {
  const words = new Int32Array(await memoryOf(host, address, `the journal of ${address}`, 4));
  const tag = journal.tag | 0;
  // Writer: the one store of this name. Pairs with the store of an earlier life.
  if (host.meter.restarts(slot) === 0) Atomics.store(words, 0, tag);
  else if (Atomics.load(words, 0) !== tag) {
    await journal.close();
    const why = "another journal is in its place, and what was durable is lost; put it back";
    throw new StoreFailed(name, why);
  }
  return journal;
}

/** @throws JournalFolder (ERR_JOURNAL_FOLDER), JournalFull (ERR_JOURNAL_FULL) */
async function diskOf(env: Env, folder: string, name: string): Promise<Disk> {
  try {
    return await env.disk(folder);
  } catch (error) {
    throw asRefusal(error, name);
  }
}

/** @param address of the store that needs it */
async function memoryOf(
  host: Host,
  address: string,
  name: string,
  bytes: number,
): Promise<SharedArrayBuffer> {
  const memory = await host.link.memory(name, bytes);
  if (memory !== undefined) return memory;
  throw new StoreFailed(
    address,
    `a system holds ${MEMORIES_MAX} memories, and ${name} is one more`,
  );
}

/** An incarnation of a store, as the lock in its folder names it. */
async function ownerOf({ host, slot, incarnation }: Cell, address: string): Promise<Owner> {
  const system = await idOf(host, address);
  const isGone = (who: string): boolean => {
    const [its, itsSlot, itsIncarnation] = who.split(" ");
    if (its !== system) return false;
    return !host.thread.directory.isTaken(Number(itsSlot), Number(itsIncarnation));
  };
  const who = `${system} ${slot} ${incarnation}`;
  const { life } = host.thread.env;
  return life === undefined ? processOwner(who, isGone) : lifeOwner(life, who, isGone);
}

/** Tells this system from others of the process. */
async function idOf(host: Host, address: string): Promise<string> {
  const words = new Int32Array(await memoryOf(host, address, "the id of this system", 4));
  const drawn = 1 + Math.floor(host.thread.env.random() * 0x7fff_fffe);
  // Writer: whichever store is the first. Pairs with itself.
  const before = Atomics.compareExchange(words, 0, 0, drawn);
  return String(before === 0 ? drawn : before);
}
