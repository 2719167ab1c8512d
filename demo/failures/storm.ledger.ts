/** The ledger of a thread: which questions were begun there, by number. It outlives the workers. */
import { defineActor } from "../../actors/index.ts";
import { Tally } from "./storm.tally.ts";

export interface LedgerProtocol {
  begun(client: number, number: number): void;
  /** How often each number of this client was begun here. */
  of(client: number): Uint8Array;
}

export const Ledger = defineActor(import.meta.url, "Ledger", {
  init(self, clients: number): { readonly clients: number } {
    self.local.tallies = Array.from({ length: clients }, () => new Tally());
    return { clients };
  },
  handlers: {
    begun(self, client: number, number: number): void {
      (self.local.tallies as Tally[])[client]?.count(number);
    },
    of(self, client: number): Uint8Array {
      return (self.local.tallies as Tally[])[client]?.bytes ?? new Uint8Array();
    },
  },
});
