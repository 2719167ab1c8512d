/**
 * Whether a mailbox has room, as its senders learn it: a bit in the directory, set and taken back
 * when the number of messages crosses a mark, and promises of `ready`.
 */

import { Waiters } from "../runtime/waiters.ts";
import type { Cell } from "./cell.ts";
import type { Host } from "./host.ts";
import { type Request, SETTLED } from "./request.ts";

export class Room {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Runs once the mailbox has room; at once if it has. */
  when(cell: Cell, request: Request, run: () => void): void {
    if (!cell.congested) return run();
    const extra = cell.more();
    extra.readiers ??= new Waiters();
    const { scheduler } = this.#host.thread;
    const isOver = (): boolean => request.status === SETTLED || request.deadline < scheduler.clock;
    extra.readiers.add(run, isOver);
  }

  congest(cell: Cell): void {
    if (cell.congested || cell.count === 0) return;
    cell.congested = true;
    const hold = cell.kind.mailbox.policy === "back-pressure";
    this.#host.thread.directory.setCongested(cell.slot, true, hold);
  }

  /** Few messages wait; unless these few are large, the senders may go on. */
  relieve(cell: Cell): void {
    if (cell.bytes > cell.kind.mailbox.maxBytes >> 2) return;
    cell.congested = false;
    if (this.#host.cells.get(cell.slot) !== cell) return;
    this.#host.thread.directory.setCongested(cell.slot, false, false);
    cell.extra?.readiers?.tell();
  }
}
