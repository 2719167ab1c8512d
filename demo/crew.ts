/**
 * Crew: all actors of the demo, on all threads, and the calls that main makes to them.
 *
 *     main                        thread 1 … N, on each of them
 *     walk ── paths ────────────► Reader ── text ──► Tokenizer ──┐ terms, to the shards
 *     Ledger ◄── acknowledged ─── (from all three)               ├──► IndexShard
 *     queries, pages ◄───────────────────────────────────────────┴──► IndexShard
 *
 * Without worker threads all of them live on the main thread. Where threads are going to be killed
 * (chaos.ts), the shards live on the main thread too: their state would die with theirs, while the
 * mailboxes of readers and tokenizers survive.
 *
 * Left out: supervision. A demo that indexes once has nothing to fall back to: what crashes ends
 * it, and says so.
 */
import type { RefOf, System } from "../actors/index.ts";
import { describeTotals, type Sent, type Totals } from "./account.ts";
import { IndexShard } from "./actors/indexshard.ts";
import { Ledger } from "./actors/ledger.ts";
import { Reader, type Task } from "./actors/reader.ts";
import { untilReady } from "./actors/ready.ts";
import { Tokenizer } from "./actors/tokenizer.ts";
import { DemoError } from "./errors.ts";
import type { ReadDocument } from "./plain.ts";
import type { Page } from "./shard.ts";
import { shardOf } from "./terms.ts";

const SHARDS_PER_THREAD = 2;

/** Documents per answer of the ledger. */
const DOCUMENTS_PER_CALL_MAX = 10_000;

/**
 * How long main waits for an answer. A bound for hangs: what it waits for is in flight already, or
 * is one page of a shard.
 */
const CALL_TIMEOUT_MS = 60_000;

const WAIT = { timeout: CALL_TIMEOUT_MS };

export class Crew {
  readonly #ledger: RefOf<typeof Ledger>;
  readonly #readers: readonly RefOf<typeof Reader>[];
  readonly #shards: readonly RefOf<typeof IndexShard>[];
  #turn = 0;

  private constructor(
    ledger: RefOf<typeof Ledger>,
    readers: readonly RefOf<typeof Reader>[],
    shards: readonly RefOf<typeof IndexShard>[],
  ) {
    this.#ledger = ledger;
    this.#readers = readers;
    this.#shards = shards;
  }

  /** @param safe the threads where the shards live; by default those of the readers */
  static async start(system: System, safe?: readonly number[]): Promise<Crew> {
    const workers = system.threads.map(({ index }) => index).filter((index) => index > 0);
    const threads = workers.length > 0 ? workers : [0];
    const ledger = await system.spawn(Ledger, [], { thread: 0, label: "ledger" });
    const shards = await Promise.all(
      (safe ?? threads)
        .flatMap((thread) => Array<number>(SHARDS_PER_THREAD).fill(thread))
        .map((thread, at) => system.spawn(IndexShard, [ledger], { thread, label: `shard ${at}` })),
    );
    const tokenizers = await Promise.all(
      threads.map((thread) =>
        system.spawn(Tokenizer, [shards, ledger], { thread, label: `tokenizer ${thread}` }),
      ),
    );
    const readers = await Promise.all(
      tokenizers.map((near, home) =>
        system.spawn(Reader, [tokenizers, home, ledger], { near, label: `reader ${home}` }),
      ),
    );
    return new Crew(ledger, readers, shards);
  }

  /** Gives files to the next reader; waits if the way to it is congested. */
  async read(tasks: Task[]): Promise<void> {
    const reader = this.#readers[this.#turn];
    this.#turn = (this.#turn + 1) % this.#readers.length;
    if (reader !== undefined) await untilReady(reader, reader.cast.read(tasks));
  }

  /** Waits until more may be sent than what was sent so far. */
  async room(sent: Sent): Promise<void> {
    await this.#orTell(sent, this.#ledger.with(WAIT).call.room(sent));
  }

  /** Waits until all that was sent is done. */
  async settled(sent: Sent): Promise<void> {
    await this.#orTell(sent, this.#ledger.with(WAIT).call.settled(sent));
  }

  /** The documents that were sent and are not settled, at most `max`. */
  async unsettled(max: number): Promise<number[]> {
    return await this.#ledger.with(WAIT).call.unsettled(max);
  }

  /** How far it is. */
  async totals(): Promise<Totals> {
    return await this.#ledger.with(WAIT).call.totals();
  }

  /** The indexed documents, in no order. */
  async documents(): Promise<Omit<ReadDocument, "path">[]> {
    const all: Omit<ReadDocument, "path">[] = [];
    for (let size = -1; size !== all.length; ) {
      size = all.length;
      all.push(...(await this.#ledger.with(WAIT).call.documents(size, DOCUMENTS_PER_CALL_MAX)));
    }
    return all;
  }

  /** The whole of each shard; all shards answer at the same time. */
  async pages(): Promise<Page[][]> {
    return await Promise.all(
      this.#shards.map(async (shard) => {
        const pages: Page[] = [];
        for (let next = 0; next >= 0; ) {
          const page = await shard.with(WAIT).call.page(next);
          pages.push(page);
          next = page.next;
        }
        return pages;
      }),
    );
  }

  /** The postings of each term, from the shard that keeps it. */
  async postings(terms: readonly string[]): Promise<ArrayLike<number>[]> {
    return await Promise.all(
      terms.map(async (term) => {
        const shard = this.#shards[shardOf(term, this.#shards.length)];
        const [postings] = (await shard?.with(WAIT).call.postings([term])) ?? [];
        return postings ?? [];
      }),
    );
  }

  async #orTell(sent: Sent, answer: Promise<void>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      if (error.code === "ERR_REFUSED") {
        throw new DemoError("ERR_DEMO_PIPELINE", error.message, { cause: error });
      }
      if (error.code !== "ERR_CALL_TIMEOUT") throw error;
      const totals = await this.totals();
      throw new DemoError(
        "ERR_DEMO_PIPELINE",
        `stuck for ${CALL_TIMEOUT_MS / 1000} s: ${describeTotals(totals, sent)}`,
        { cause: error },
      );
    }
  }
}
