/**
 * The async turns of one thread that have not settled, so that one that never does can be named.
 *
 * Most settle before the clock is next read, and cost a place in a list until then. Those that are
 * still open get that time as their beginning, and are kept until they settle or their actor is
 * dead: a turn of a dead actor that waits for ever must not be kept for ever.
 *
 *     begin → fresh ──clock read──▶ open ──settled, or swept with its actor──▶
 */

import type { Turn } from "./ambient.ts";
import { type Cell, DEAD } from "./cell.ts";

/** From here on, turns of dead actors are looked for whenever the number has doubled. */
const SWEEP_MIN = 1024;

export class OpenTurns {
  #fresh: Turn[] = [];
  readonly #open: Set<Turn> = new Set();
  #sweepAt = SWEEP_MIN;

  get size(): number {
    return this.#open.size;
  }

  begin(turn: Turn): void {
    this.#fresh.push(turn);
  }

  end(turn: Turn): void {
    if (turn.since >= 0) this.#open.delete(turn);
  }

  /** The clock was read. */
  date(now: number): void {
    if (this.#fresh.length === 0) return;
    for (const turn of this.#fresh) {
      if (turn.ended) continue;
      turn.since = now;
      this.#open.add(turn);
    }
    this.#fresh = [];
    if (this.#open.size >= this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    for (const turn of this.#open) if (turn.cell.status === DEAD) this.#open.delete(turn);
    this.#sweepAt = Math.max(SWEEP_MIN, 2 * this.#open.size);
  }

  /** One that an actor is in; looks at all of them. */
  of(cell: Cell): Turn | undefined {
    for (const turn of this.#open) if (turn.cell === cell) return turn;
    return this.#fresh.find((turn) => turn.cell === cell && !turn.ended);
  }

  /** The oldest first. */
  all(): Iterable<Turn> {
    return this.#open;
  }
}
