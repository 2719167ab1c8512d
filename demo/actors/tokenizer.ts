/**
 * Tokenizer: counts the terms of texts and hands them to the shards that keep them. One on each
 * thread.
 *
 *     readers ── tokenize(text) ──►  Tokenizer  ── add(document, terms, counts) ──►  each shard
 *                                        └──────── indexed ────────►  Ledger
 *
 * What a term is says terms.ts, and how they are parted batches.ts.
 */
import { defineActor, type RefOf } from "../../actors/index.ts";
import { batchesOf } from "../batches.ts";
import { countTerms } from "../terms.ts";
import { reportCrash } from "./crash.ts";
import type { IndexShard } from "./indexshard.ts";
import type { Ledger } from "./ledger.ts";
import { untilReady } from "./ready.ts";

export interface TextFile {
  document: number;
  /** As the walk said. */
  bytes: number;
  /** As it was read. */
  textBytes: number;
  fingerprint: string;
}

export const Tokenizer = defineActor(import.meta.url, "Tokenizer", {
  init: (_self, shards: RefOf<typeof IndexShard>[], ledger: RefOf<typeof Ledger>) => ({
    shards,
    ledger,
  }),
  handlers: {
    async tokenize(self, file: TextFile, text: string): Promise<void> {
      const { shards, ledger } = self.state;
      const { counts, length } = countTerms(text);
      let batches = 0;
      for (const { shard, terms, counts: termCounts } of batchesOf(counts, shards.length)) {
        const receiver = shards[shard];
        if (receiver === undefined) throw new RangeError(`no shard ${shard}`);
        await untilReady(receiver, receiver.cast.add(file.document, terms, termCounts));
        batches += 1;
      }
      await untilReady(ledger, ledger.cast.indexed({ ...file, length, batches }));
    },
  },
  terminate: (self, reason) => reportCrash(self.state.ledger, self.label, reason),
});
