/**
 * IndexShard: keeps one shard of the index. Some on each thread.
 *
 *     tokenizers ── add ──►  IndexShard  ── stored ──►  Ledger
 *     main ── postings(terms), page(start) ──►  answers
 *
 * The work itself is shard.ts.
 */
import { defineActor, type RefOf } from "../../actors/index.ts";
import { type Page, Shard } from "../shard.ts";
import { reportCrash } from "./crash.ts";
import type { Ledger } from "./ledger.ts";
import { untilReady } from "./ready.ts";

export const IndexShard = defineActor(import.meta.url, "IndexShard", {
  init: (_self, ledger: RefOf<typeof Ledger>) => ({ ledger, shard: new Shard() }),
  handlers: {
    async add(self, document: number, terms: string[], counts: Uint32Array): Promise<void> {
      const { shard, ledger } = self.state;
      shard.add(document, terms, counts);
      await untilReady(ledger, ledger.cast.stored(1));
    },

    /** The postings of each term, in the order asked. */
    postings(self, terms: string[]): Float64Array[] {
      return terms.map((term) => self.state.shard.postings(term));
    },

    page(self, start: number): Page {
      return self.state.shard.page(start);
    },
  },
  terminate: (self, reason) => reportCrash(self.state.ledger, self.label, reason),
});
