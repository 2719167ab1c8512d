/**
 * Tokenizer: counts the terms of texts and hands them to the shards that keep them. One on each
 * thread.
 *
 *     readers ── tokenize(text) ──►  Tokenizer  ── add(document, terms, counts) ──►  each shard
 *                                        └──────── indexed ────────►  Ledger
 *
 * What a term is says terms.ts, and how they are parted batches.ts.
 *
 * When its thread dies, its mailbox survives, and the turn that was cut off runs again: whoever
 * hears of the same text twice ignores it.
 */
import { defineActor, type RefOf } from "../../actors/index.ts";
import { batchesOf } from "../batches.ts";
import { countTerms } from "../terms.ts";
import { reportCrash } from "./crash.ts";
import type { IndexShard } from "./indexshard.ts";
import type { Ledger } from "./ledger.ts";
import { ATTEMPTS, untilReady } from "./ready.ts";

export interface TextFile {
  document: number;
  /** As the walk said. */
  bytes: number;
  /** As it was read. */
  textBytes: number;
  fingerprint: string;
}

/** For all texts that can be under way, as often as a turn that is cut off sends them again. */
const MAILBOX_BYTES = 64 * 2 ** 20;

export const Tokenizer = defineActor(import.meta.url, "Tokenizer", {
  survives: { attempts: ATTEMPTS, bytes: MAILBOX_BYTES },
  idempotent: ["tokenize"],
  init: (_self, shards: RefOf<typeof IndexShard>[], ledger: RefOf<typeof Ledger>) => ({
    shards,
    ledger,
  }),
  handlers: {
    async tokenize(self, file: TextFile, text: string): Promise<void> {
      const { shards, ledger } = self.state;
      const { counts, length } = countTerms(text);
      const batches = batchesOf(counts, shards.length);
      for (const [part, { shard, terms, counts: termCounts }] of batches.entries()) {
        const receiver = shards[shard];
        if (receiver === undefined) throw new RangeError(`no shard ${shard}`);
        await untilReady(receiver, receiver.cast.add(file.document, part, terms, termCounts));
      }
      await untilReady(ledger, ledger.cast.indexed({ ...file, length, batches: batches.length }));
    },
  },
  terminate: (self, reason) => reportCrash(self.state.ledger, self.label, reason),
});
