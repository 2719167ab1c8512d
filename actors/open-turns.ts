/**
 * The async turns of one thread that have not settled, so that one that never does can be named.
 *
 * Most settle before the clock is next read, and cost a place in a list until then. Those that are
 * still open get that time as their beginning, and are kept until they settle or their actor is
 * dead: a turn of a dead actor that waits for ever must not be kept for ever.
 *
 *     begin → fresh ──clock read──▶ open ──settled, or swept with its actor──▶
 *
 * The heartbeat has how many there are and who the first few are, for whoever wants to know whose
 * code it is in that does not let go of the thread.
 */

import { OPEN_PLACES } from "../runtime/layout.ts";
import type { Turn } from "./ambient.ts";
import { type Cell, DEAD } from "./cell.ts";
import type { Host } from "./host.ts";

/** From here on, turns of dead actors are looked for whenever the number has doubled. */
const SWEEP_MIN = 1024;

export class OpenTurns {
  readonly #host: Host;
  #fresh: Turn[] = [];
  readonly #open: Set<Turn> = new Set();
  #sweepAt = SWEEP_MIN;
  /** All of them in no order, and those of callbacks; their place here is their `place`. */
  readonly #standing: Turn[] = [];
  #standingMax = SWEEP_MIN;

  constructor(host: Host) {
    this.#host = host;
  }

  get size(): number {
    return this.#open.size;
  }

  begin(turn: Turn): void {
    this.#fresh.push(turn);
    this.stands(turn);
  }

  end(turn: Turn): void {
    if (turn.since >= 0) this.#open.delete(turn);
    this.falls(turn);
  }

  /** The heartbeat tells of it. For the turn of a callback, which nobody waits for, no more. */
  stands(turn: Turn): void {
    if (this.#standing.length >= this.#standingMax) this.#fell();
    turn.place = this.#standing.length;
    this.#standing.push(turn);
    this.#tell(turn);
  }

  falls(turn: Turn): void {
    const { place } = turn;
    if (place < 0) return;
    turn.place = -1;
    const last = this.#standing.pop();
    if (last !== undefined && last !== turn) {
      last.place = place;
      this.#standing[place] = last;
    }
    this.#tell(last === turn ? undefined : last);
  }

  #tell(turn: Turn | undefined): void {
    const { heartbeat } = this.#host.thread;
    if (turn !== undefined && turn.place < OPEN_PLACES) {
      const { slot, incarnation } = turn.cell;
      heartbeat.place(turn.place, slot, incarnation, turn.code);
    }
    heartbeat.opens(this.#standing.length);
  }

  /** Those of dead actors. */
  #fell(): void {
    for (let place = this.#standing.length - 1; place >= 0; place -= 1) {
      const turn = this.#standing[place] as Turn; // Below the length.
      if (turn.cell.status === DEAD) this.falls(turn);
    }
    this.#standingMax = Math.max(SWEEP_MIN, 2 * this.#standing.length);
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
