/**
 * What one thread looks out for if there are warnings: turns that take long, mailboxes that grow,
 * errors of calls that nobody caught, code that goes on after its actor's end.
 *
 * Costs two readings of the clock per burst of turns and some stores per turn. Without warnings
 * there is no Watch, and turns ask for one once per slice.
 *
 *     run ─▶ turns.run ─▶ begins, begins, … ─▶ took long? one turn: that one; more: one of these,
 *                                             and for a while each by itself
 */

import { summarise } from "../runtime/errors.ts";
import { nameOf } from "./act.ts";
import type { Turn } from "./ambient.ts";
import { type Cell, DEAD } from "./cell.ts";
import { Callback } from "./early.ts";
import type { Host } from "./host.ts";
import { handlerOf, type Message } from "./mailbox.ts";
import { framesOf, userStack } from "./site.ts";
import { describeTurn } from "./turn-text.ts";
import { type WarningLimits, Warnings } from "./warnings.ts";

/** Turns of one burst that are remembered; the scheduler runs no more between two looks. */
const TRAIL_MAX = 64;
/** Names of turns in a line. */
const SUSPECTS_MAX = 4;
/** So long turns run one by one after a burst in which one of several took long. */
const HUNT_MS = 1000;
/** Mailboxes that are known to be long; told of no more while as many are. */
const CROWDED_MAX = 64;

export class Watch {
  readonly #host: Host;
  readonly #limits: WarningLimits;
  readonly #warnings: Warnings;
  readonly #cells: (Cell | undefined)[] = new Array(TRAIL_MAX).fill(undefined);
  readonly #names: string[] = new Array(TRAIL_MAX).fill("");
  #begun = 0;
  #huntsUntil = Number.NEGATIVE_INFINITY;
  readonly #crowded: Set<Cell> = new Set();
  readonly #told: WeakSet<Turn | Cell> = new WeakSet();
  #timer: { cancel(): void } | undefined;

  constructor(host: Host, limits: WarningLimits) {
    this.#host = host;
    this.#limits = limits;
    this.#warnings = new Warnings(host.thread.env, host.log);
  }

  /** Runs turns, and looks how long that took. */
  run(turnsMax: number): number {
    const { env } = this.#host.thread;
    const start = env.now();
    this.#begun = 0;
    const ran = this.#host.turns.run(start < this.#huntsUntil ? 1 : turnsMax);
    if (ran === 0) return 0;
    const now = env.now();
    if (now - start > this.#limits.turnMs) this.#tookLong(now - start, now);
    if (this.#crowded.size > 0) this.#relax();
    this.#cells.fill(undefined, 0, this.#begun);
    return ran;
  }

  /** A turn of the slice begins. */
  begins(cell: Cell, { tag, arg }: Message): void {
    const handler = handlerOf(tag);
    if (this.#begun >= TRAIL_MAX) return;
    this.#cells[this.#begun] = cell;
    this.#names[this.#begun] = arg instanceof Callback ? arg.name : nameOf(cell, handler);
    this.#begun += 1;
  }

  #tookLong(ms: number, now: number): void {
    const thread = this.#host.thread.index;
    const suspects = new Set<string>();
    for (let index = 0; index < this.#begun; index += 1) {
      suspects.add(`${this.#cells[index]} in ${this.#names[index]}`);
    }
    if (suspects.size > 1) this.#huntsUntil = now + HUNT_MS;
    const names = [...suspects].slice(0, SUSPECTS_MAX);
    const more = suspects.size - names.length;
    if (more > 0) names.push(`${more} more`);
    const message =
      suspects.size === 1 ? "a turn blocked its thread" : "one of these turns blocked its thread";
    this.#warnings.tell("turnMs", message, () => ({
      turn: names.join(", "),
      ms: Math.round(ms),
      thread,
    }));
  }

  /** A mailbox is longer than the mark, or holds many bytes. */
  crowds(cell: Cell): void {
    if (cell.count <= this.#limits.mailbox || this.#crowded.has(cell)) return;
    if (this.#crowded.size >= CROWDED_MAX) return;
    this.#crowded.add(cell);
    const { openTurns, thread } = this.#host;
    this.#warnings.tell(
      "mailbox",
      "a mailbox grows: messages come faster than they are handled",
      () => {
        const turn = openTurns.of(cell);
        const busy =
          turn === undefined ? undefined : describeTurn(this.#host, turn, thread.env.now());
        return { actor: String(cell), waiting: cell.count, busy, thread: thread.index };
      },
    );
  }

  /** Half of it, and the next growth is told again. */
  #relax(): void {
    for (const cell of this.#crowded) {
      if (cell.count <= this.#limits.mailbox / 2 || cell.status === DEAD)
        this.#crowded.delete(cell);
    }
  }

  /** Async turns are open, or more of them: looks at them when the oldest may have taken long. */
  opened(): void {
    const { asyncTurnMs } = this.#limits;
    if (this.#timer !== undefined || asyncTurnMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#host.thread.env.timer(asyncTurnMs, () => {
      this.#timer = undefined;
      if (this.#lookAtTurns()) this.opened();
    });
  }

  /** True if turns are open that have not been told. */
  #lookAtTurns(): boolean {
    const now = this.#host.thread.env.now();
    let younger = false;
    for (const turn of this.#host.openTurns.all()) {
      if (this.#told.has(turn)) continue;
      if (now - turn.since < this.#limits.asyncTurnMs) younger = true;
      else this.#tellTurn(turn, now);
    }
    return younger;
  }

  #tellTurn(turn: Turn, now: number): void {
    this.#told.add(turn);
    const thread = this.#host.thread.index;
    const message =
      turn.cell.status === DEAD
        ? "a turn goes on after its actor's end: it must stop when self.signal is aborted"
        : "an async turn has not settled";
    this.#warnings.tell("asyncTurnMs", message, () => ({
      turn: describeTurn(this.#host, turn, now),
      waiting: turn.cell.count,
      thread,
    }));
  }

  /** Code of an actor that has ended got an ActorEnded: told once for each actor. */
  leftover(cell: Cell, error: Error): void {
    if (!this.#limits.leftovers || this.#told.has(cell)) return;
    this.#told.add(cell);
    const message = "code of an actor goes on after its end: clear its timers in terminate";
    const stack = userStack(error);
    this.#warnings.tell("leftovers", message, () => ({ actor: String(cell), stack }));
  }

  /** Nobody caught this; what happens then is not decided here. */
  uncaught(error: unknown): void {
    const failed = this.#host.failures.callOf(error);
    if (failed === undefined || !this.#limits.calls) return;
    const { call, from, site } = failed;
    const message = "a call failed and nobody caught its error: await it, or catch it";
    const stack = framesOf(site?.stack).join("\n");
    this.#warnings.tell("calls", message, () => ({
      call,
      by: this.#host.sender(from),
      error: summarise(error),
      stack: stack === "" ? undefined : stack,
    }));
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
