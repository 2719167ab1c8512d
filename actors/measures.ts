/**
 * What a thread's actors measure, on its way to main (metrics.ts).
 *
 *     self.measure ──▶ pending ──once in FLUSH_MS, or PENDING_TOLD at once──▶ a record to main
 *
 * The first one goes at once, so what is rare is seen soon; more of them go together. What finds no
 * way waits, up to PENDING_MAX; what is over that is counted. What a thread has not sent when it
 * dies, of the last FLUSH_MS, dies with it.
 */

import { MessageTooLarge } from "../runtime/errors.ts";
import type { Cell } from "./cell.ts";
import type { Host } from "./host.ts";

/** Numbers of one moment, by name; units stand in the names: `durationMs`. */
export type Values = Readonly<Record<string, number>>;

/** What an actor has measured. */
export interface Measurement {
  /** What was measured: of a protocol's instance, the protocol. */
  readonly kind: string;
  readonly values: Values;
  /** Its name, or `Counter<17.1>`. */
  readonly actor: string;
  readonly thread: number;
  /** Milliseconds since the system started. */
  readonly at: number;
}

/** What goes to main in one record. */
export interface Batch {
  readonly measured: readonly Measurement[];
  /** Left out on this thread since the last batch. */
  readonly leftOut: number;
}

export const FLUSH_MS = 50;
const PENDING_TOLD = 64;
const PENDING_MAX = 1024;
export const VALUES_MAX = 8;
export const CHARACTERS_MAX = 64;

export class Measures {
  readonly #host: Host;
  #pending: Measurement[] = [];
  #leftOut = 0;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Never throws: what is not as it must be is left out, counted, and told in the log. */
  add(cell: Cell, kind: string, values: Values): void {
    const { thread } = this.#host;
    const wrong = wrongIn(kind, values);
    if (wrong !== undefined) {
      this.#host.reports.warn(cell, "a measurement is left out", wrong, { cause: wrong });
      this.#leftOut += 1;
    } else if (this.#pending.length < PENDING_MAX) {
      const at = thread.env.now();
      const actor = cell.name ?? cell.toString();
      // A copy: it leaves later, and the caller may go on with its own.
      this.#pending.push({ kind, values: { ...values }, actor, thread: thread.index, at });
    } else this.#leftOut += 1;
    const wait = this.#flushedAt + FLUSH_MS - thread.env.now();
    if (wait <= 0 || this.#pending.length % PENDING_TOLD === 0) this.flush();
    else this.#flushIn(wait);
  }

  #flushIn(wait: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#host.thread.env.timer(wait, () => {
      this.#isWaiting = false;
      this.flush();
    });
  }

  /** Sends what is pending, as far as there is a way. */
  flush(): void {
    if (this.#pending.length === 0 && this.#leftOut === 0) return;
    this.#flushedAt = this.#host.thread.env.now();
    const measured = this.#pending;
    const leftOut = this.#leftOut;
    // Empty first: a listener on main may measure, too.
    this.#pending = [];
    this.#leftOut = 0;
    this.#send({ measured, leftOut });
    if (this.#pending.length > 0 || this.#leftOut > 0) this.#flushIn(FLUSH_MS);
  }

  #send(batch: Batch): void {
    try {
      if (this.#host.notes.measured(batch)) return;
      this.#pending.unshift(...batch.measured);
      this.#leftOut += batch.leftOut;
    } catch (error) {
      if (!(error instanceof MessageTooLarge)) throw error;
      const { measured, leftOut } = batch;
      // `maxMessageBytes` may be as small as one measurement.
      if (measured.length <= 1) {
        this.#leftOut += measured.length + leftOut;
        return;
      }
      const half = measured.length >> 1;
      this.#send({ measured: measured.slice(0, half), leftOut });
      this.#send({ measured: measured.slice(half), leftOut: 0 });
    }
  }
}

/** True for what a thread can have sent. */
export function isBatch(batch: object): batch is Batch {
  const { measured, leftOut = -1 } = batch as Partial<Batch>;
  const isCount = Number.isInteger(leftOut) && leftOut >= 0;
  return isCount && Array.isArray(measured) && measured.every(isMeasurement);
}

function isMeasurement(measurement: unknown): boolean {
  if (typeof measurement !== "object" || measurement === null) return false;
  const { kind, values, actor, thread, at } = measurement as Partial<Measurement>;
  const isPlaced = typeof actor === "string" && Number.isInteger(thread) && Number.isFinite(at);
  return isPlaced && wrongIn(kind, values) === undefined;
}

function wrongIn(kind: unknown, values: unknown): string | undefined {
  if (!isShort(kind)) return `its kind must be a text of 1 to ${CHARACTERS_MAX} characters`;
  if (typeof values !== "object" || values === null) return `${kind}: its values must be an object`;
  const entries = Object.entries(values);
  if (entries.length < 1 || entries.length > VALUES_MAX) {
    return `${kind}: it must have 1 to ${VALUES_MAX} values; has ${entries.length}`;
  }
  for (const [name, value] of entries) {
    if (!isShort(name)) return `${kind}: names have 1 to ${CHARACTERS_MAX} characters`;
    if (!Number.isFinite(value) || value < 0) {
      return `${kind}: ${name} must be a number from 0 on; got ${value}`;
    }
  }
  return undefined;
}

function isShort(text: unknown): text is string {
  return typeof text === "string" && text.length > 0 && text.length <= CHARACTERS_MAX;
}
