/**
 * What happened, as the checkers read it: operations that processes invoked, and how each ended.
 *
 *     a  ├── write 1 ──ok┤                         0 invoke   1 ok
 *     b       ├── read ─────────ok 1┤              2 invoke   5 ok
 *     c               ├── write 2 ──────?          3 invoke   (unknown: may have taken effect,
 *                                                     or may yet, at any time from 3 on)
 *
 * The order of events is their place in the list and nothing else: no clock is read, so a history
 * of real threads is as good as one of a simulation, as long as one place records it.
 *
 * A process is whoever does one thing after the other: a client, an actor, a fiber of a test. It
 * has at most one operation open. After an unknown outcome it may go on.
 *
 * Left out: nested operations, and times.
 *
 * @source the form of histories is that of Herlihy & Wing, "Linearizability", TOPLAS 12(3), 1990;
 *   the four events are those of Jepsen (invoke, ok, fail, info).
 */

import { InvalidOptions } from "../../errors-system.ts";
import { HistoryFull, InvalidHistory } from "./errors.ts";

export type ProcessName = string | number;

export type HistoryEvent<Operation = unknown, Result = unknown> =
  | {
      readonly type: "invoke";
      readonly id: number;
      readonly process: ProcessName;
      readonly operation: Operation;
    }
  /** It took effect between its invocation and now, and answered this. */
  | { readonly type: "ok"; readonly id: number; readonly result?: Result }
  /** It did not take effect and never will. */
  | { readonly type: "fail"; readonly id: number }
  /** Nobody knows: a time-out, or a crash. The same as no end at all. */
  | { readonly type: "unknown"; readonly id: number };

export interface HistoryOptions {
  /** Operations it takes before `invoke` throws HistoryFull; from 1, 1 000 000 by default. */
  readonly maxOperations?: number;
}

const OPERATIONS_MAX = 1_000_000;

/**
 * Records a history. Costs one object and one or two entries of maps for each event, and does not
 * copy operations and results: give it what nobody changes later.
 */
export class History<Operation = unknown, Result = unknown> {
  readonly #events: HistoryEvent<Operation, Result>[] = [];
  /** The process of each open operation, and the open operation of each process. */
  readonly #processes = new Map<number, ProcessName>();
  readonly #open = new Map<ProcessName, number>();
  readonly #maxOperations: number;
  #invoked = 0;

  /** Throws InvalidOptions (`ERR_INVALID_OPTIONS`). */
  constructor({ maxOperations = OPERATIONS_MAX }: HistoryOptions = {}) {
    if (!Number.isSafeInteger(maxOperations) || maxOperations < 1) {
      throw new InvalidOptions("maxOperations", "a whole number from 1", maxOperations);
    }
    this.#maxOperations = maxOperations;
  }

  /** All events so far: plain data, ready for the checkers and for JSON. Grows with the history. */
  get events(): readonly HistoryEvent<Operation, Result>[] {
    return this.#events;
  }

  /** So that `JSON.stringify(history)` gives the list of events. */
  toJSON(): readonly HistoryEvent<Operation, Result>[] {
    return this.#events;
  }

  /**
   * An operation begins. Returns the number by which its end is told.
   *
   * Throws HistoryFull (`ERR_HISTORY_FULL`), and InvalidHistory (`ERR_INVALID_HISTORY`) if the
   * process has an operation open.
   */
  invoke(process: ProcessName, operation: Operation): number {
    const open = this.#open.get(process);
    if (open !== undefined) throw twoOpen(this.#events.length, process, open);
    if (this.#invoked === this.#maxOperations) throw new HistoryFull(this.#maxOperations);
    const id = this.#invoked;
    this.#invoked += 1;
    this.#open.set(process, id);
    this.#processes.set(id, process);
    this.#events.push({ type: "invoke", id, process, operation });
    return id;
  }

  /** It took effect and answered. Throws InvalidHistory if it is not open, as do the next two. */
  ok(id: number, result?: Result): void {
    this.#end(id);
    this.#events.push(result === undefined ? { type: "ok", id } : { type: "ok", id, result });
  }

  /** It surely had no effect and never will have: refused, or never sent. */
  fail(id: number): void {
    this.#end(id);
    this.#events.push({ type: "fail", id });
  }

  /** Nobody knows whether it took effect, or whether it still will. */
  unknown(id: number): void {
    this.#end(id);
    this.#events.push({ type: "unknown", id });
  }

  #end(id: number): void {
    const process = this.#processes.get(id);
    if (process === undefined) throw notOpen(this.#events.length, id);
    this.#processes.delete(id);
    this.#open.delete(process);
  }
}

/** Shared with who reads histories that were not recorded here. */
export function twoOpen(event: number, process: ProcessName, open: number): InvalidHistory {
  return new InvalidHistory(
    event,
    `process ${process} invokes an operation while its operation ${open} is open`,
    "end that one first (ok, fail or unknown), or give each concurrent client a process of its own",
  );
}

export function notOpen(event: number, id: unknown): InvalidHistory {
  return new InvalidHistory(
    event,
    `operation ${String(id)} ends, but it was never invoked or has ended before`,
    "tell the end of each operation once, with the number that its invocation gave",
  );
}
