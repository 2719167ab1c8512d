/**
 * `openStore`: a store and its supervisor.
 *
 *     const store = await openStore(system, { folder: "data/journal" });
 *
 *     main                          own thread
 *     supervisor ──starts (again)──▶ store ──▶ journal
 *
 * The supervisor lives on main, which no thread outlives. What is returned is a ref by name, which
 * leads to whichever incarnation of the store runs.
 */

import { ChildFailed } from "../errors.ts";
import { builtIn, homeOf } from "../supervision/built-in.ts";
import { childSpec } from "../supervision/child-spec.ts";
import { defineSupervisor, type SupervisorProtocol } from "../supervision/supervisor.ts";
import type { System } from "../system.ts";
import type { Definition } from "../types.ts";
import type { StoreRef } from "./session.ts";
import { JournalStore } from "./store-actor.ts";
import { type CheckedStore, checkStore, type StoreOptions, supervisorOf } from "./store-options.ts";

/**
 * Before a store that has ended is started again. What ails a disk is mostly over some time later,
 * or is mended by somebody: so it never gives up, and asks less and less often.
 */
const BACKOFF = { min: 10, max: 30_000 };
/** With these waits, far more than there can be within the period. */
const INTENSITY = { intensity: 1000, period: 30_000 };

const StoreSupervisor: Definition<[store: CheckedStore], SupervisorProtocol> = builtIn(
  defineSupervisor(homeOf(import.meta.url), "JournalStoreSupervisor", (store: CheckedStore) => ({
    ...INTENSITY,
    backoff: BACKOFF,
    autoShutdown: "any-significant",
    children: [
      childSpec(JournalStore, [store], {
        id: "store",
        name: store.address,
        thread: store.thread,
        restart: "transient",
        significant: true,
        shutdown: 10_000,
      }),
    ],
  })),
);

/**
 * Opens a store: a place where actors keep what must outlive them. Settles when what is kept there
 * has been looked through.
 *
 * @throws (rejects with) InvalidOptions (ERR_INVALID_OPTIONS), NameTaken (ERR_NAME_TAKEN) if the
 *   system has a store of this name, OwnThreadsTaken (ERR_OWN_THREADS_TAKEN), JournalFolder
 *   (ERR_JOURNAL_FOLDER), JournalLocked (ERR_JOURNAL_LOCKED), JournalForeign
 *   (ERR_JOURNAL_FOREIGN), JournalVersion (ERR_JOURNAL_VERSION), JournalCorrupt
 *   (ERR_JOURNAL_CORRUPT), JournalFull (ERR_JOURNAL_FULL), SqliteMissing (ERR_SQLITE_MISSING),
 *   StoreFailed (ERR_STORE_FAILED)
 */
export async function openStore(system: System, options: StoreOptions): Promise<StoreRef> {
  const store = checkStore(options, system.threads.length - 1);
  const name = supervisorOf(store.address);
  try {
    await system.spawn(StoreSupervisor, [store], { name, thread: 0 });
  } catch (error) {
    throw error instanceof ChildFailed ? error.cause : error;
  }
  return system.named(JournalStore, store.address);
}
