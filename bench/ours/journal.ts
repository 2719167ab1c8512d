/** Records through a store, over real files in a temporary folder, or over `node:sqlite`. */

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Deferred,
  defineActor,
  type OpenLog,
  openLog,
  openStore,
  type Self,
  type StoreOptions,
  type StoreRef,
} from "../../actors/index.ts";
import { type Contender, type Options, type Sample, secondsSince } from "../contender.ts";
import type { Shared } from "../shared.ts";
import { ROUND_TIMEOUT_MS, start } from "./start.ts";

/** Encoded it has 100 bytes. */
const RECORD = new Uint8Array(98).fill(7);

interface WriterState {
  /** Of the last write, and of the last that is durable. */
  seq: number;
  durable: number;
  /** Records, since those of earlier rounds stand in snapshots. */
  records: number;
  end: number;
  flight: number;
}

/** Keeps so many records in flight until all are durable. */
const Writer = defineActor(import.meta.url, "JournalWriter", {
  async init(self, store: StoreRef, name: string): Promise<WriterState> {
    self.local.log = await openLog(self, store, name);
    return { seq: 0, durable: 0, records: 0, end: 0, flight: 0 };
  },
  handlers: {
    run(self, count: number, flight: number): Deferred<number> {
      const { state } = self;
      state.end = state.seq + count;
      state.records += count;
      state.flight = flight;
      self.local.answer = self.defer<number>();
      more(self);
      return self.local.answer as Deferred<number>;
    },
    /** So that neither memory nor disk grows from round to round. */
    forget(self): Deferred<number> {
      const { state } = self;
      state.seq += 1;
      state.end = state.seq;
      logOf(self).snapshot(state.seq, state.records, null);
      self.local.answer = self.defer<number>();
      return self.local.answer as Deferred<number>;
    },
    durable(self, upTo: number): void {
      const { state } = self;
      if (!logOf(self).durable(upTo)) return;
      state.durable = upTo;
      if (upTo === state.end) (self.local.answer as Deferred<number>).resolve(upTo);
      else more(self);
    },
    storeFailed(_self, { message }: { message: string }): void {
      throw new Error(message);
    },
  },
  down(): void {
    throw new Error("the store is gone");
  },
});

function logOf(self: Self<WriterState>): OpenLog {
  return self.local.log as OpenLog; // `init` has put it there.
}

function more(self: Self<WriterState>): void {
  const { state } = self;
  const end = Math.min(state.end, state.durable + state.flight);
  while (state.seq < end) {
    state.seq += 1;
    logOf(self).append(state.seq, [RECORD]);
  }
}

/** @param writers that keep `flight` records in flight each */
function records(place: (folder: string) => StoreOptions, writers: number, flight: number) {
  return async (options: Options, shared: Shared): Promise<Contender> => {
    const system = await start(1, options, shared);
    const folder = await mkdtemp(join(tmpdir(), "sabeam-bench-"));
    const store = await openStore(system, { name: randomUUID(), ...place(folder) });
    const spawned = Array.from({ length: writers }, (_, index) =>
      system.spawn(Writer, [store, `log ${index}`], { thread: 1 }),
    );
    const refs = (await Promise.all(spawned)).map((ref) => ref.with({ timeout: ROUND_TIMEOUT_MS }));
    const round = async (): Promise<Sample> => {
      const before = await store.call.counts();
      const begin = performance.now();
      await Promise.all(refs.map((ref) => ref.call.run(options.count / writers, flight)));
      const seconds = secondsSince(begin);
      const after = await store.call.counts();
      await Promise.all(refs.map((ref) => ref.call.forget()));
      const commits = after.commits - before.commits;
      const checksum = after.records - before.records;
      const ms = (after.commitMs - before.commitMs) / commits;
      return { checksum, values: { rate: checksum / seconds, batch: checksum / commits, ms } };
    };
    const close = async (): Promise<void> => {
      await store.call.close();
      await rm(folder, { recursive: true });
    };
    return { round, close };
  };
}

const files = (folder: string): StoreOptions => ({ folder });
const database = (folder: string): StoreOptions => ({ sqlite: join(folder, "journal.db") });

const [FLOOD, GROUP] = [1000, 64];

export const flood = records(files, 1, FLOOD);
export const floodDatabase = records(database, 1, FLOOD);
export const group = records(files, GROUP, 1);
export const groupDatabase = records(database, GROUP, 1);
