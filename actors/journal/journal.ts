/**
 * Logs that outlive their writers: ordered records, a snapshot, and metadata, for many members in
 * one place.
 *
 *     member's shell ──write──▶ store (store.ts) ──a batch──▶ **commit** ──▶ durable ──▶ shell
 *
 * What stands behind it differs: files (journal-files.ts), `node:sqlite`, or shared memory that
 * outlives a thread. All pass the same tests.
 */

/** What a log keeps. Bytes are opaque here. */
export interface KeptLog {
  /** Uint32; counts up each time the log is opened: whoever has opened it before writes no more. */
  readonly life: number;
  readonly metadata: Uint8Array | undefined;
  readonly snapshot: { readonly upTo: number; readonly bytes: Uint8Array } | undefined;
  /** Those behind the snapshot; the first has the index `upTo + 1`, or 1. */
  readonly records: readonly Uint8Array[];
}

export type Write = { readonly log: string } & (
  | { readonly type: "append"; readonly records: readonly Uint8Array[] }
  /** Takes records from this index on away. */
  | { readonly type: "truncate"; readonly from: number }
  /** Stands for the records up to this index from now on. */
  | { readonly type: "snapshot"; readonly upTo: number; readonly bytes: Uint8Array }
  | { readonly type: "metadata"; readonly bytes: Uint8Array }
  /** Nobody needs it any more. */
  | { readonly type: "remove" }
);

export interface Journal {
  /** Uint32, drawn when it was made: tells it from another one in its place. */
  readonly tag: number;
  /** Names of the logs that are kept, sorted. */
  readonly logs: readonly string[];
  /** Those that begin so, in no order: a look at each name. */
  logsOf(prefix: string): readonly string[];
  /** What is durable of a log, which is made if it is not there. Its life counts up, durably. */
  open(log: string): Promise<KeptLog>;
  /**
   * Makes all of a batch durable at once, in this order; one at a time. Rejects with JournalFull
   * (ERR_JOURNAL_FULL) while there is no room: nothing of the batch is kept, and a later commit may
   * succeed; with InvalidWrite (ERR_INVALID_WRITE), and nothing is kept; with StoreFailed
   * (ERR_STORE_FAILED): none will ever succeed, and whether this one is kept shows when the journal
   * is opened again.
   */
  commit(batch: readonly Write[]): Promise<void>;
  /** Waits for the commit that is under way. */
  close(): Promise<void>;
}
