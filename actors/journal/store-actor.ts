/**
 * The store: an actor that owns a journal. It has a thread of its own, as a rule, since what it
 * does is wait for a disk; and a supervisor, which starts it again.
 *
 *     owner's shell ──write──▶ **store** ──a batch──▶ journal ──▶ durable ──▶ shell
 */

import { defineActor } from "../define.ts";
import { builtIn, homeOf } from "../supervision/built-in.ts";
import type { Deferred, Definition, Self } from "../types.ts";
import { GroupCommit, type Steps, type Work } from "./group-commit.ts";
import { openJournal } from "./kinds.ts";
import type { Opened, StoreCounts, StoreHandlers } from "./session.ts";
import type { CheckedStore, Place } from "./store-options.ts";

interface StoreState {
  readonly name: string;
  readonly place: Place;
}

type StoreSelf = Self<StoreState>;

function workOf(self: StoreSelf): GroupCommit {
  return self.local.work as GroupCommit; // `init` has put it there.
}

const handlers = {
  open: (self: StoreSelf, log: string): Deferred<Opened> => workOf(self).open(log),

  parts: (self: StoreSelf, session: number, from: number): Deferred<readonly Uint8Array[]> =>
    workOf(self).parts(session, from),

  write: (self: StoreSelf, session: number, seq: number, block: Uint8Array): void =>
    workOf(self).write(session, seq, block),

  remove: (self: StoreSelf, prefix: string, names?: readonly string[]): Deferred<number> =>
    workOf(self).remove(prefix, names),

  begin: (self: StoreSelf): void => workOf(self).begin(),

  worked: (self: StoreSelf, work: Work): void => workOf(self).worked(work),

  counts: (self: StoreSelf): StoreCounts => workOf(self).counts,

  close: (self: StoreSelf): Deferred<void> => workOf(self).close(),
};

export const JournalStore: Definition<[options: CheckedStore], StoreHandlers & Steps> = builtIn(
  defineActor(homeOf(import.meta.url), "JournalStore", {
    async init(self, options: CheckedStore): Promise<StoreState> {
      const journal = await openJournal(self, options);
      self.local.work = new GroupCommit(self, `the journal of ${options.address}`, journal);
      return { name: options.name, place: options.place };
    },
    handlers,
    down: (self, { monitor }) => workOf(self).down(monitor),
    terminate: (self) => workOf(self).end(),
  }),
);
