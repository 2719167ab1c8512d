/**
 * IndexShard: keeps one shard of the index. Some on each thread.
 *
 *     tokenizers ── add ──►  IndexShard  ── stored ──►  Ledger
 *     main ── postings(terms), page(start) ──►  answers
 *
 * A batch that comes again is ignored: the turn that sent it was cut off by the death of its
 * thread, and ran once more. The work itself is shard.ts.
 */
import { defineActor, type RefOf } from "../../actors/index.ts";
import { type Page, Shard } from "../shard.ts";
import { reportCrash } from "./crash.ts";
import type { Ledger } from "./ledger.ts";
import { untilReady } from "./ready.ts";

/** Of one document: more than the terms of the largest file that is read could fill. */
const BATCHES_MAX = 2 ** 16;

export const IndexShard = defineActor(import.meta.url, "IndexShard", {
  init: (_self, ledger: RefOf<typeof Ledger>) => ({
    ledger,
    shard: new Shard(),
    seen: new Set<number>(),
  }),
  handlers: {
    /** @param part the place of the batch among those of its document */
    async add(
      self,
      document: number,
      part: number,
      terms: string[],
      counts: Uint32Array,
    ): Promise<void> {
      const { shard, seen, ledger } = self.state;
      const batch = document * BATCHES_MAX + part;
      if (seen.has(batch)) return;
      seen.add(batch);
      shard.add(document, terms, counts);
      await untilReady(ledger, ledger.cast.stored(document));
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
