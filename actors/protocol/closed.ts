/**
 * The place of a member whose journal has no room for its next life. It keeps the member's name,
 * says so to whoever asks, and tries again.
 *
 *     command ──▶ full          message, view ──▶ dropped, and counted
 *     timer ──▶ the log can be opened? ──▶ the shell begins (shell.ts)
 *                └─ no room ──▶ later
 */

import { JournalFull } from "../errors.ts";
import type { Self } from "../types.ts";
import { type CommandAnswer, wrongCommand } from "./commands.ts";
import type { MemberLog } from "./member-log.ts";
import type { ShellOrder } from "./order.ts";
import type { Dropped } from "./peers.ts";
import { Tally } from "./tally.ts";

const WAIT_MS_MIN = 50;
const WAIT_MS_MAX = 1000;
/** Of the timer, and the handler that it calls. */
const REOPEN = "reopen";

export interface ClosedParts {
  readonly self: Omit<Self<unknown>, "state">;
  readonly protocol: string;
  readonly order: ShellOrder;
  readonly dropped: Dropped;
  readonly full: JournalFull;
  /** Rejects with JournalFull while there is no room. */
  readonly open: () => Promise<MemberLog>;
  readonly begin: (log: MemberLog) => void;
}

export class Closed {
  readonly #parts: ClosedParts;
  readonly #tally: Tally;
  #full: JournalFull;
  #waitMs = WAIT_MS_MIN;

  constructor(parts: ClosedParts) {
    const { self, protocol, full } = parts;
    this.#parts = parts;
    this.#tally = new Tally(protocol, self.now());
    this.#full = full;
    this.#later();
  }

  command(id: unknown, command: unknown, withinMs: unknown, _isAway?: unknown): CommandAnswer {
    const problem = wrongCommand(id, command, withinMs);
    if (problem !== undefined) return { type: "invalid", problem };
    const { journal, why } = this.#full;
    return { type: "full", journal, why };
  }

  /** A peer has said something: it is as if nobody was there. */
  missed(): void {
    this.#parts.dropped.closed += 1;
  }

  /** Begins, or tries again later. */
  async reopen(): Promise<void> {
    const { open, begin } = this.#parts;
    try {
      begin(await open());
    } catch (error) {
      if (!(error instanceof JournalFull)) throw error;
      this.#full = error;
      this.#later();
    }
  }

  status() {
    const { instance, member } = this.#parts.order;
    return {
      instance,
      member,
      isDurable: true,
      isFinished: false,
      waiting: 0,
      held: 0,
      dropped: { ...this.#parts.dropped },
      unreachable: 0,
      ...this.#tally.counts(),
    };
  }

  #later(): void {
    this.#parts.self.timers.after(REOPEN, this.#waitMs, REOPEN);
    this.#waitMs = Math.min(2 * this.#waitMs, WAIT_MS_MAX);
  }
}
