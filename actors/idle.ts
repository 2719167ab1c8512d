/**
 * `idle`: a callback once an actor has had nothing to do for a time; any message begins it anew.
 *
 * One entry of the wheel per actor that has the callback, moved only when it fires: a busy actor
 * pays a reading of the clock per slice, others nothing. It fires once per quiet stretch.
 */

import { type Cell, READY } from "./cell.ts";
import { CALLBACK_TAG, Callback } from "./early.ts";
import { InvalidOptions } from "./errors.ts";
import type { Host } from "./host.ts";
import { checkTimeout } from "./options.ts";
import { IDLE, Timer } from "./timers.ts";

/** What an actor with an idle time has in `extra`. */
export class Idle {
  ms: number;
  /** When it last had something to do. */
  since = 0;
  /** Its callback has run, and nothing has come since. */
  over = false;
  readonly timer: Timer;

  constructor(cell: Cell, ms: number) {
    this.ms = ms;
    this.timer = new Timer(cell, "idle", { handler: IDLE, args: [] }, { due: 0, everyMs: 0 });
  }
}

export class Idles {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** `self.idleAfter(ms)`: from now on; undefined ends it. */
  set(cell: Cell, ms: number | undefined): void {
    if (ms === undefined) return this.clear(cell);
    checkTimeout("idleAfter", ms);
    if (cell.kind.blueprint.idle === undefined) {
      throw new InvalidOptions("idleAfter", "used where the definition has idle(self)", ms);
    }
    const extra = cell.more();
    extra.idle ??= new Idle(cell, ms);
    extra.idle.ms = ms;
    extra.idle.over = false;
    this.#stop(extra.idle);
    this.touch(cell);
  }

  clear(cell: Cell): void {
    const idle = cell.extra?.idle;
    if (idle === undefined) return;
    this.#stop(idle);
    cell.more().idle = undefined;
  }

  /** The actor did something, or may do something again. */
  touch(cell: Cell): void {
    const idle = cell.extra?.idle;
    if (idle === undefined) return;
    if (idle.over) {
      // That was the callback itself, once it has ended: it may be async.
      if (cell.status === READY) idle.over = false;
      return;
    }
    idle.since = this.#host.thread.env.now();
    if (isQuiet(cell) && idle.timer.id < 0) this.#arm(idle);
  }

  /** Its callback begins. */
  ran(cell: Cell): void {
    const idle = cell.extra?.idle;
    if (idle !== undefined) idle.over = true;
  }

  #arm(idle: Idle): void {
    idle.timer.due = idle.since + idle.ms;
    this.#host.timers.start(idle.timer);
  }

  #stop({ timer }: Idle): void {
    if (timer.id >= 0) this.#host.timers.stop(timer);
  }

  /** The wheel says that the time may be over. */
  due(cell: Cell): void {
    const idle = cell.extra?.idle;
    // Whoever has work is touched when it is done.
    if (idle === undefined || !isQuiet(cell)) return;
    if (idle.since + idle.ms > this.#host.thread.env.now()) return this.#arm(idle);
    this.#host.counts.sent += 1;
    this.#host.intake.push(cell, CALLBACK_TAG, 0, new Callback("idle", []));
  }
}

/** Nothing waits, and no turn is at work. */
function isQuiet({ count, status, extra }: Cell): boolean {
  return count === 0 && status === READY && extra?.overlapping === 0;
}
