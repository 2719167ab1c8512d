/**
 * Reader: reads files and hands their texts to tokenizers. One on each thread.
 *
 *     main ── read(tasks) ──►  Reader  ── tokenize(text) ──►  the tokenizer of its own thread
 *                                 │                           (a large text: the next one in turn)
 *                                 └───── skipped ─────►  Ledger
 *
 * The files of one batch are read together; the next batch waits for its turn. A small text stays
 * on its thread and costs no copy. Large ones go round, so that no thread is left with all of them.
 *
 * When its thread dies, its mailbox survives, and the batch that was cut off is read again.
 */
import { defineActor, type RefOf } from "../../actors/index.ts";
import { readSource } from "../source.ts";
import { reportCrash } from "./crash.ts";
import type { Ledger } from "./ledger.ts";
import { ATTEMPTS, untilReady } from "./ready.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** From this size on, counting the terms costs more than sending the text to another thread. */
const LARGE_TEXT_BYTES = 64 * 2 ** 10;

export interface Task {
  document: number;
  path: string;
  /** As the walk said. */
  bytes: number;
}

export const Reader = defineActor(import.meta.url, "Reader", {
  survives: { attempts: ATTEMPTS },
  idempotent: ["read"],
  init: (
    _self,
    tokenizers: RefOf<typeof Tokenizer>[],
    home: number,
    ledger: RefOf<typeof Ledger>,
  ) => ({ tokenizers, home, ledger, turn: home }),
  handlers: {
    async read(self, tasks: Task[]): Promise<void> {
      const { tokenizers, home, ledger } = self.state;
      const sources = tasks.map((task) => readSource(task.path));
      for (const [at, { document, bytes }] of tasks.entries()) {
        const source = await sources[at];
        if (source === undefined) continue;
        if (source.type === "skipped") {
          const { reason, detail } = source;
          await untilReady(ledger, ledger.cast.skipped({ document, bytes, reason, detail }));
          continue;
        }
        const large = source.bytes >= LARGE_TEXT_BYTES;
        if (large) self.state.turn = (self.state.turn + 1) % tokenizers.length;
        const tokenizer = tokenizers[large ? self.state.turn : home];
        if (tokenizer === undefined) throw new RangeError(`no tokenizer ${self.state.turn}`);
        const { text, bytes: textBytes, fingerprint } = source;
        const file = { document, bytes, textBytes, fingerprint };
        await untilReady(tokenizer, tokenizer.cast.tokenize(file, text));
      }
    },
  },
  terminate: (self, reason) => reportCrash(self.state.ledger, self.label, reason),
});
