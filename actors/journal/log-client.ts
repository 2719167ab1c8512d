/**
 * One log of a store, as its owner has it.
 *
 *     open ──▶ recovered ──▶ write 1, 2, 3, …  ──▶ durable(2) ──▶ durable(3) …
 *
 * Writes are casts, in the order of their numbers. The store refuses all that comes after one that
 * is missing, so nothing is ever kept with a gap before it.
 */

import type { Down } from "../bonds.ts";
import type { Cell } from "../cell.ts";
import { InvalidOptions, MessageTooLarge } from "../errors.ts";
import type { Host } from "../host.ts";
import type { AnyRef, Ref, Self } from "../types.ts";
import { BlockWriter, type Encode } from "./block.ts";
import { OnTheWay } from "./on-the-way.ts";
import type { Opened, StoreHandlers, StoreRef } from "./session.ts";
import { type Values, valuesOf } from "./values.ts";

/** Writes that travel together; a longer one travels alone. */
const BLOCK_BYTES_MAX = 65_536;
/** How long a log is asked for, and how long at a time nobody asks. */
const OPEN_MS_MAX = 30_000;
const WAIT_MS_MIN = 5;
const WAIT_MS_MAX = 500;

/** What is kept of a log, decoded. */
export interface RecoveredLog {
  readonly metadata: unknown;
  readonly snapshot: { readonly upTo: number; readonly data: unknown } | undefined;
  /** Those behind the snapshot; the first has the index `upTo + 1`, or 1. */
  readonly records: readonly unknown[];
}

export interface OpenOptions {
  /** Default: for a store that is being started again, and for room in its journal. */
  readonly waitsFor?: readonly (keyof typeof NOT_NOW)[];
}

/** What it may soon be otherwise than. */
const NOT_NOW = { store: "ERR_ACTOR_DOWN", room: "ERR_JOURNAL_FULL" } as const;

/** `self` of an actor, whatever its state is. */
type AnySelf = Omit<Self<unknown>, "state">;

/**
 * Opens a log for the actor that calls this, from its `init` or an async handler. Whoever had it
 * open before is told `storeFailed`, and writes no more. An actor has one log open at a time. While
 * the store is being started again, or has no room, this waits, 30 s at most.
 *
 * The actor has the handlers of `LogOwner`, and a `down` that asks `log.isStore`.
 *
 * @throws (rejects with) JournalFull (ERR_JOURNAL_FULL), StoreFailed (ERR_STORE_FAILED),
 *   InvalidWrite (ERR_INVALID_WRITE) for what is no name, InvalidOptions (ERR_INVALID_OPTIONS),
 *   BadRecord (ERR_BAD_RECORD) for what this version cannot read; ActorDown, CallTimeout
 */
export async function openLog(
  self: AnySelf,
  store: StoreRef,
  name: string,
  { waitsFor = ["store", "room"] }: OpenOptions = {},
): Promise<OpenLog> {
  const { host } = self as unknown as Cell; // Whatever has a turn is a cell.
  const codes = waitsFor.map((what) => NOT_NOW[what]);
  const opened = await open(host, store as Ref<StoreHandlers>, name, codes);
  const there = opened.store as Ref<StoreHandlers>;
  const parts = [...opened.parts];
  while (parts.length < opened.count) {
    parts.push(...(await there.call.parts(opened.session, parts.length)));
  }
  const monitor = self.monitor(there);
  return new OpenLog({ name, host, opened, parts, monitor });
}

/** Asks again for as long as it may be otherwise soon. */
async function open(
  { thread }: Host,
  store: Ref<StoreHandlers>,
  name: string,
  notNow: readonly unknown[],
): Promise<Opened> {
  const { env } = thread;
  const end = env.now() + OPEN_MS_MAX;
  for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    try {
      const timeout = Math.max(1, Math.ceil(end - env.now()));
      return await store.with({ timeout }).call.open(name);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!notNow.includes(code) || env.now() + waitMs > end) throw error;
    }
    await new Promise<void>((resolve) => void env.timer(waitMs, resolve));
  }
}

interface OpenLogParts {
  readonly name: string;
  readonly host: Host;
  readonly opened: Opened;
  readonly parts: readonly Uint8Array[];
  readonly monitor: number;
}

export class OpenLog {
  readonly name: string;
  /** Uint32; counts up with each opening. */
  readonly life: number;
  /** Uint32: tells the journal from another one in its place. */
  readonly tag: number;
  readonly recovered: RecoveredLog;
  /** When it was opened, there had been no room for what anybody wrote last. */
  readonly wasFull: boolean;
  readonly #session: number;
  readonly #store: Ref<StoreHandlers>;
  readonly #encode: Encode;
  readonly #bytesMax: number;
  readonly #monitor: number;
  readonly #block: BlockWriter = new BlockWriter();
  /** Sends the block, once this burst of the thread is over. */
  readonly #sendSoon: () => void;
  /** Of the first write in the block. */
  #first = 1;
  /** The way to the store has room. */
  #hasRoom = true;
  readonly #onTheWay: OnTheWay = new OnTheWay();

  constructor({ name, host, opened, parts, monitor }: OpenLogParts) {
    const values = valuesOf(host);
    this.name = name;
    this.life = opened.life;
    this.tag = opened.tag;
    this.wasFull = opened.isFull;
    this.#session = opened.session;
    this.#store = opened.store as Ref<StoreHandlers>;
    this.#encode = (value, path) => values.encode(value, path);
    this.#bytesMax = host.settings.maxMessageBytes - BLOCK_BYTES_MAX;
    this.#sendSoon = host.thread.env.microtask(() => this.#send("all"));
    this.#monitor = monitor;
    this.recovered = recoveredOf(opened, parts, values);
  }

  /**
   * Each of these is a write with a number, 1, 2, 3, … since the log was opened. False: too much is
   * on its way; this one is accepted all the same.
   *
   * Costs an encoding; those of one burst of the thread travel as one message.
   *
   * @throws NotSendable (ERR_NOT_SENDABLE), MessageTooLarge (ERR_MESSAGE_TOO_LARGE), InvalidOptions
   *   (ERR_INVALID_OPTIONS) for another number: nothing was written, and the number is to be used
   */
  append(seq: number, records: readonly unknown[]): boolean {
    this.#block.append(records, this.#encode);
    return this.#added(seq, "records");
  }

  /** Takes records from this index on away. */
  truncate(seq: number, from: number): boolean {
    this.#block.truncate(from);
    return this.#added(seq, "from");
  }

  /** Stands for the records up to this index from now on. */
  snapshot(seq: number, upTo: number, data: unknown): boolean {
    this.#block.snapshot(upTo, this.#encode(data, "snapshot"));
    return this.#added(seq, "snapshot");
  }

  /** Replaces what is kept beside the records. */
  metadata(seq: number, metadata: unknown): boolean {
    this.#block.metadata(this.#encode(metadata, "metadata"));
    return this.#added(seq, "metadata");
  }

  /** The log goes: nobody needs it any more. */
  remove(seq: number): boolean {
    this.#block.remove();
    return this.#added(seq, "remove");
  }

  /**
   * For the owner's handler `durable`. False: this is known already, or of an earlier opening.
   *
   * @param life as the handler is given it; needless if the actor opens one log in all its life
   */
  durable(upTo: number, life: number = this.life): boolean {
    return life === this.life && this.#onTheWay.arrived(upTo);
  }

  /** Too much is on its way: take on nothing that would write more. */
  get isCongested(): boolean {
    return !this.#hasRoom || this.#onTheWay.isCongested;
  }

  /** It is the store, as it was when the log was opened, that speaks. */
  isFrom(caller: AnyRef): boolean {
    return caller === this.#store;
  }

  /** The end of the store was told: what was not durable may be lost, so open the log again. */
  isStore({ monitor }: Pick<Down, "monitor">): boolean {
    return monitor === this.#monitor;
  }

  #added(seq: number, what: string): boolean {
    const bytes = this.#block.lastLength;
    const next = this.#first + this.#block.count - 1;
    if (seq !== next || bytes > this.#bytesMax) {
      this.#block.undo();
      if (seq !== next) throw new InvalidOptions("seq", `${next}, as writes are counted`, seq);
      throw new MessageTooLarge(what, bytes, this.#bytesMax);
    }
    this.#onTheWay.left(bytes);
    if (this.#block.length > BLOCK_BYTES_MAX) this.#send("all but the last");
    if (this.#block.count === 1) this.#sendSoon();
    return !this.isCongested;
  }

  #send(what: "all" | "all but the last"): void {
    const count = this.#block.count - (what === "all" ? 0 : 1);
    if (count === 0) return;
    const [first, block] = [this.#first, this.#block.take(what)];
    this.#first += count;
    const hadRoom = this.#hasRoom;
    this.#hasRoom = this.#store.cast.write(this.#session, first, block);
    if (hadRoom && !this.#hasRoom) this.#waitForRoom();
  }

  /** Whoever heeds that there is none writes nothing more, and so would never learn of it. */
  #waitForRoom(): void {
    const hasRoom = (): void => {
      this.#hasRoom = true;
    };
    // If nothing is said in time, the next write shows.
    this.#store.ready().then(hasRoom, hasRoom);
  }
}

function recoveredOf(
  { hasMetadata, upTo }: Opened,
  parts: readonly Uint8Array[],
  values: Values,
): RecoveredLog {
  const decoded = parts.map((bytes) => values.decode(bytes));
  const metadata = hasMetadata ? decoded.shift() : undefined;
  const snapshot = upTo === undefined ? undefined : { upTo, data: decoded.shift() };
  return { metadata, snapshot, records: decoded };
}
