/**
 * Ledger: the actor on the main thread that all others report to.
 *
 *     readers ── skipped ──►┐
 *     tokenizers ─ indexed ─►  Ledger  ◄── room(sent) / settled(sent) ── main
 *     shards ──── stored ──►┘             answered when it is so
 *
 * An actor that crashes says so too (crashed), and whoever waits is refused.
 *
 * Main asks for room before it sends more and for the end after it sent all: both answers come from
 * the counts, whenever they come. The arithmetic is in account.ts.
 */
import { type Deferred, defineActor, Refusal } from "../../actors/index.ts";
import { Account, type IndexedFile, type Sent, type SkippedFile } from "../account.ts";

/** Named where others' types mention this actor, so it is exported. */
export interface LedgerState {
  account: Account;
  roomWaits: Deferred<void>[];
  endWaits: Deferred<void>[];
  /** Who crashed and why: then nothing will be settled any more. */
  crash: string | undefined;
}

export const Ledger = defineActor(import.meta.url, "Ledger", {
  init: (): LedgerState => ({
    account: new Account(),
    roomWaits: [],
    endWaits: [],
    crash: undefined,
  }),
  handlers: {
    indexed(self, file: IndexedFile): void {
      self.state.account.indexed(file);
      answer(self.state);
    },
    skipped(self, file: SkippedFile): void {
      self.state.account.skipped(file);
      answer(self.state);
    },
    stored(self, document: number): void {
      self.state.account.stored(document);
      answer(self.state);
    },
    crashed(self, what: string): void {
      self.state.crash ??= what;
      answer(self.state);
    },

    /** Answered when there is room for more than what was sent so far. */
    room(self, sent: Sent): Deferred<void> {
      const wait = self.defer<void>();
      self.state.account.sent(sent);
      self.state.roomWaits.push(wait);
      answer(self.state);
      return wait;
    },

    /** Answered when all that was sent is done. */
    settled(self, sent: Sent): Deferred<void> {
      const wait = self.defer<void>();
      self.state.account.sent(sent);
      self.state.endWaits.push(wait);
      answer(self.state);
      return wait;
    },

    /** The documents that were sent and are not settled, at most `max`. */
    unsettled(self, max: number): number[] {
      return self.state.account.unsettled(max);
    },

    totals(self) {
      return self.state.account.totals();
    },
    documents(self, start: number, max: number) {
      return self.state.account.documents(start, max);
    },
  },
});

function answer({ account, roomWaits, endWaits, crash }: LedgerState): void {
  if (crash !== undefined) {
    for (const wait of [...roomWaits.splice(0), ...endWaits.splice(0)]) {
      wait.reject(new Refusal(crash));
    }
    return;
  }
  if (account.hasRoom) for (const wait of roomWaits.splice(0)) wait.resolve();
  if (account.isSettled) for (const wait of endWaits.splice(0)) wait.resolve();
}
