/**
 * The work of a store: openings and commits, one after the other. What comes during a commit goes
 * into the next one, together.
 *
 *     idle ──a write──▶ begin (behind what is in the mailbox by now) ──▶ commit ──worked──▶ told
 *      ▲                                                       ▲                             │
 *      └──────────────────── nothing waits ────────────────────┴──────── more waits ─────────┘
 *
 * All of it happens in turns of the store's actor; only the journal works besides.
 *
 * @source Group commit: DeWitt et al., "Implementation Techniques for Main Memory Database
 *   Systems", SIGMOD 1984.
 */

import type { Cell } from "../cell.ts";
import { InvalidOptions, type InvalidWrite, LogTaken, StoreFailed, WriteLost } from "../errors.ts";
import type { ActorRef } from "../ref.ts";
import type { Deferred, Ref, Self } from "../types.ts";
import { readBlock } from "./block.ts";
import { asFailure, hasCode } from "./failures.ts";
import { Gathering } from "./gathering.ts";
import type { Journal, KeptLog } from "./journal.ts";
import { type Batch, type Opening, type Openings, Pending, type Removal } from "./pending.ts";
import { type Chosen, removeLogs, wrongChoice } from "./removing.ts";
import { type LogOwner, type Opened, Session, type StoreCounts } from "./session.ts";
import { Sessions } from "./sessions.ts";

const CLOSING = "it is being closed";
/** Bytes of what is kept that are sent in one message. */
const PARTS_BYTES_MAX: number = 1024 * 1024;
/**
 * How long a full journal is tried again before the owners hear of it; in all a second. After that
 * each batch is tried once, until one has succeeded.
 */
const FULL_WAITS_MS = [10, 40, 150, 300, 500];

/** The handlers by which the work goes on. */
export interface Steps {
  begin(): void;
  worked(work: Work): void;
}

interface Open extends Opening {
  readonly owner: Ref<LogOwner>;
  readonly answer: Deferred<Opened>;
}

interface Remove extends Removal, Chosen {
  readonly answer: Deferred<number>;
}

type Task = Batch | Openings<Open> | Remove;

/** What was done, and what came of it. */
export interface Work {
  readonly task: Task;
  readonly error?: unknown;
  /** Of openings, in their order. */
  readonly results?: readonly PromiseSettledResult<KeptLog>[];
  /** How many logs were removed. */
  readonly removed?: number;
}

type AnySelf = Omit<Self<unknown>, "state">;

export class GroupCommit {
  readonly #self: AnySelf;
  readonly #name: string;
  readonly #journal: Journal;
  readonly #pending: Pending<Open, Remove> = new Pending();
  readonly #gathering: Gathering = new Gathering();
  readonly #sessions: Sessions;
  #state: "idle" | "begins" | "gathers" | "works" | "over" = "idle";
  #task: Task | undefined;
  #work: Promise<Work> | undefined;
  #began = 0;
  /** Times in a row that there was no room; those that are waited for, and one more. */
  #full = 0;
  /** Whoever has asked for the end. */
  readonly #closing: Deferred<void>[] = [];
  #made = 0;
  readonly #counts = { commits: 0, writes: 0, records: 0, refused: 0, commitMs: 0 };

  constructor(self: AnySelf, name: string, journal: Journal) {
    this.#self = self;
    this.#sessions = new Sessions(self);
    this.#name = name;
    this.#journal = journal;
  }

  get counts(): StoreCounts {
    const { open } = this.#sessions;
    const logs = this.#journal.logsOf("").length;
    return { logs, open, pending: this.#pending.count, ...this.#counts };
  }

  /** For whoever calls right now. A caller's fault is an answer, and no fault of the store. */
  open(log: string): Deferred<Opened> {
    const answer = this.#self.defer<Opened>();
    const owner = this.#ownerOf(log);
    if (owner instanceof InvalidOptions) {
      answer.reject(owner);
      return answer;
    }
    this.#leave(log, owner);
    if (this.#closing.length > 0) answer.reject(new StoreFailed(this.#name, CLOSING));
    else this.#pending.push({ type: "opening", log, owner, answer });
    this.#begin();
    return answer;
  }

  #ownerOf(log: string): Ref<LogOwner> | InvalidOptions {
    const owner = this.#self.caller as Ref<LogOwner> | undefined;
    const { durable, storeFailed } = owner?.cast ?? {};
    if (owner === undefined || durable === undefined || storeFailed === undefined) {
      const rule = "called by an actor with durable and storeFailed";
      return new InvalidOptions("openLog", rule, owner);
    }
    const other = this.#sessions.ofOwner(owner)?.log ?? log;
    if (other === log) return owner;
    return new InvalidOptions("openLog", `told of one log for each actor, ${other}`, log);
  }

  parts(session: number, from: number): Deferred<readonly Uint8Array[]> {
    const answer = this.#self.defer<readonly Uint8Array[]>();
    const known = this.#sessions.get(session);
    if (known !== undefined) answer.resolve(known.parts(from, PARTS_BYTES_MAX));
    else answer.reject(new StoreFailed(this.#name, "the log was opened anew meanwhile"));
    return answer;
  }

  /** @param first number of the first write in the block */
  write(number: number, first: number, block: Uint8Array): void {
    const session = this.#sessions.get(number);
    if (session === undefined || this.#closing.length > 0) {
      this.#counts.refused += 1;
      return;
    }
    if (first !== session.seq + 1) {
      return this.#refuse(session, "it has not arrived, so there was no room on its way");
    }
    const { writes, count } = readBlock(block, session.log);
    const seq = session.seq + count;
    if (!this.#pending.add({ type: "block", session, seq, writes, bytes: block.length })) {
      return this.#refuse(session, "too much waits to be made durable");
    }
    session.seq = seq;
    this.#counts.writes += count;
    this.#begin();
  }

  #refuse(session: Session, why: string): void {
    this.#counts.refused += 1;
    this.#sessions.end(session, new WriteLost(session.log, session.seq + 1, why));
  }

  /** An owner has ended. */
  down(monitor: number): void {
    this.#sessions.down(monitor);
  }

  /**
   * Takes logs away that nobody has open: all whose names begin so, or of these the named ones.
   * Answers with their number. Behind all that has come before.
   */
  remove(prefix: string, names?: readonly string[]): Deferred<number> {
    const answer = this.#self.defer<number>();
    const chosen = { prefix, names };
    const wrong = wrongChoice(chosen);
    if (wrong !== undefined) answer.reject(wrong);
    else if (this.#closing.length > 0) answer.reject(new StoreFailed(this.#name, CLOSING));
    else this.#pending.push({ type: "removal", ...chosen, answer });
    this.#begin();
    return answer;
  }

  /** What has come before the opening is written, but for that of another one who lives. */
  #leave(log: string, owner: Ref<LogOwner>): void {
    const session = this.#sessions.ofLog(log);
    if (session === undefined) return;
    if (session.owner === owner) session.isLeft = true;
    if (session.isLeft) this.#sessions.forget(session);
    else this.#sessions.end(session, new LogTaken(log, String(owner)));
  }

  /** Asks for work, behind all that is in the mailbox by now. */
  #begin(): void {
    if (this.#state === "gathers" && this.#gathering.ends(this.#pending.bytes)) {
      this.#self.timers.cancel("gather");
      return this.#next();
    }
    if (this.#state !== "idle") return;
    this.#state = "begins";
    (this.#self.ref as Ref<Steps>).cast.begin();
  }

  begin(): void {
    if (this.#state === "gathers") this.#gathering.endsInVain();
    else if (this.#state !== "begins") return;
    this.#next();
  }

  #gathers({ bytes }: Batch): boolean {
    if (this.#closing.length > 0) return false;
    const tookMs = this.#self.now() - this.#began;
    const ms = this.#gathering.begin(bytes, this.#pending.bytes, tookMs);
    if (ms === undefined) return false;
    this.#state = "gathers";
    this.#self.timers.after("gather", ms, "begin");
    return true;
  }

  #next(): void {
    const task = this.#pending.next();
    this.#task = task;
    if (task === undefined) {
      this.#state = "idle";
      if (this.#closing.length > 0) this.#self.stop("normal");
      return;
    }
    this.#state = "works";
    this.#began = this.#self.now();
    this.#work = this.#do(task);
    this.#self.pipe(this.#work, "worked");
  }

  #do(task: Task): Promise<Work> {
    if (task.type === "batch") return this.#commit(task);
    return task.type === "openings" ? this.#openAll(task) : this.#removeAll(task);
  }

  async #commit(task: Batch): Promise<Work> {
    try {
      if (task.writes.length > 0) await this.#journal.commit(task.writes);
      return { task };
    } catch (error) {
      return { task, error };
    }
  }

  async #openAll(task: Openings<Open>): Promise<Work> {
    const all = task.openings.map(({ log }) => this.#journal.open(log));
    return { task, results: await Promise.allSettled(all) };
  }

  async #removeAll(task: Remove): Promise<Work> {
    const { host } = this.#self as unknown as Cell; // Whatever has a turn is one.
    const lives = ({ owner }: Session): boolean => host.named.lives(owner as unknown as ActorRef);
    try {
      return { task, removed: await removeLogs(this.#journal, this.#sessions, task, lives) };
    } catch (error) {
      return { task, error };
    }
  }

  /** @param work anybody may say this, and only what is worked at is believed */
  worked(work: Work | null | undefined): void {
    if (!work?.task || work.task !== this.#task) return;
    const { task, error, results = [], removed = 0 } = work;
    if (task.type === "openings") this.#opened(task, results);
    else if (task.type === "removal") this.#removed(task, removed, error);
    else if (error === undefined) {
      this.#committed(task);
      if (this.#gathers(task)) return;
    } else if (this.#isFull(error)) return this.#wait();
    else if (!this.#isWrong(task, error)) this.#failed(task, error);
    this.#next();
  }

  #committed(batch: Batch): void {
    this.#full = 0;
    this.#pending.done(batch);
    for (const [session, upTo] of batch.upTo) {
      if (!session.isOver && !session.isLeft) session.owner.cast.durable(upTo, session.life);
    }
    if (batch.writes.length === 0) return;
    this.#counts.commits += 1;
    this.#counts.records += batch.records;
    this.#counts.commitMs += this.#self.now() - this.#began;
  }

  /** One owner wrote what no log can take: it is told, and the rest is tried again without that. */
  #isWrong({ upTo }: Batch, error: unknown): boolean {
    if (!hasCode(error, "ERR_INVALID_WRITE")) return false;
    const { log } = error as InvalidWrite;
    // Of this batch, since its owner may have ended, and another one wait for the log.
    const session = [...upTo.keys()].find((one) => one.log === log);
    if (session !== undefined) this.#sessions.end(session, error);
    return session !== undefined;
  }

  #isFull(error: unknown): boolean {
    return hasCode(error, "ERR_JOURNAL_FULL") && this.#full < FULL_WAITS_MS.length;
  }

  #wait(): void {
    const ms = FULL_WAITS_MS[this.#full] ?? 0;
    this.#full += 1;
    this.#state = "begins";
    this.#self.timers.after("full", ms, "begin");
  }

  /** The owners of what was in it start again; so does the store, unless it was for room. */
  #failed(batch: Batch, error: unknown): void {
    this.#pending.done(batch);
    const failure = asFailure(this.#name, error);
    const isFull = hasCode(failure, "ERR_JOURNAL_FULL");
    this.#full = isFull ? FULL_WAITS_MS.length + 1 : 0;
    const over = isFull ? batch.upTo.keys() : this.#sessions.all();
    for (const session of [...over]) this.#sessions.end(session, failure);
    if (!isFull) this.#fail(failure);
  }

  #opened({ openings }: Openings<Open>, results: readonly PromiseSettledResult<KeptLog>[]): void {
    for (const [index, { log, owner, answer }] of openings.entries()) {
      const result = results[index];
      if (result?.status === "fulfilled") {
        // Of two that open it at once, the first has lost it: what it writes comes too late.
        const session = this.#sessions.ofLog(log);
        if (session !== undefined) this.#sessions.end(session, new LogTaken(log, String(owner)));
        this.#begun(log, owner, result.value, answer);
        continue;
      }
      const failure = asFailure(this.#name, result?.reason);
      answer.reject(failure);
      if (hasCode(failure, "ERR_STORE_FAILED")) this.#fail(failure);
    }
  }

  #removed({ answer }: Remove, count: number, error: unknown): void {
    // They have left some room.
    if (count > 0) this.#full = 0;
    if (error === undefined) return void answer.resolve(count);
    const failure = asFailure(this.#name, error);
    answer.reject(failure);
    if (hasCode(failure, "ERR_STORE_FAILED")) this.#fail(failure);
  }

  #begun(log: string, owner: Ref<LogOwner>, kept: KeptLog, answer: Deferred<Opened>): void {
    this.#made += 1;
    const session = new Session(this.#made, log, owner, kept);
    this.#sessions.add(session);
    const { tag } = this.#journal;
    const of = { store: this.#self.ref, tag, isFull: this.#full > FULL_WAITS_MS.length };
    answer.resolve(session.opened(of, PARTS_BYTES_MAX));
  }

  /** The store's supervisor starts it again, and the journal looks at what is there. */
  #fail(failure: Error): never {
    this.#state = "over";
    throw failure;
  }

  /** What has come is written first. Answered when the journal is closed. */
  close(): Deferred<void> {
    const answer = this.#self.defer<void>();
    this.#closing.push(answer);
    this.#begin();
    return answer;
  }

  /** The store ends: what was taken is written, as far as it can be, and the journal closed. */
  async end(): Promise<void> {
    if (this.#state !== "over") await this.#finish();
    this.#state = "over";
    await this.#journal.close();
    for (const answer of this.#closing) answer.resolve();
  }

  async #finish(): Promise<void> {
    if (this.#state === "works") {
      const { task, error } = (await this.#work) as Work; // It works at something.
      if (error !== undefined) return;
      if (task.type === "batch") this.#committed(task);
    }
    for (let task = this.#pending.next(); task !== undefined; task = this.#pending.next()) {
      // Who waits for something else hears that the store has ended.
      if (task.type !== "batch") continue;
      if ((await this.#commit(task)).error !== undefined) return;
      this.#committed(task);
    }
  }
}
