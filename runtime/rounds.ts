/**
 * The keeper's rounds: it looks after all threads every so often, and sooner while some are at
 * something.
 *
 *     tick ──▶ turns that do not end (watchdog.ts): told, ended
 *          ├─▶ wake-ups that a dying thread owed: made up for
 *          └─▶ nothing to do, and much that might be lost: whoever stands by rehearses
 */

import { writeSync } from "node:fs";
import type { Control } from "./control.ts";
import type { Culprits } from "./culprits.ts";
import type { Directory } from "./directory.ts";
import { hrtimeMs } from "./env.ts";
import type { KeeperOptions, ThreadApi } from "./keeper-api.ts";
import type { Lanes } from "./lanes.ts";
import { saw } from "./look/beats.ts";
import type { Signals } from "./signals.ts";
import { type StallNews, stallCause, stallLine } from "./stall.ts";
import { Watchdog } from "./watchdog.ts";

const TICK_BUSY_MS = 50;
const TICK_IDLE_MS = 1000;
/** Even then, so that a turn is not seen much later than it stalls. */
const TICKS_PER_STALL = 4;
/** A tick that comes later than that was held up: the time beyond counts as nobody's. */
const LATE_MS = 50;
/** Main that does not answer for so long is taken to be blocked. */
const MAIN_ANSWER_MS = 250;
const STDERR = 2;

/** What it needs of the keeper. */
export interface Rounded {
  readonly signals: Signals;
  readonly directory: Directory;
  readonly culprits: Culprits;
  readonly main: Control<ThreadApi>;
  readonly lanes: Lanes;
  /** The highest index in use. */
  last(): number;
  settleLanes(): void;
  /** There may be more to take over than the last time. */
  prepare(): void;
  /** Ends a thread, at whatever it is. */
  kill(thread: number, cause: string): void;
}

export class Rounds {
  readonly watchdog: Watchdog;
  readonly #options: KeeperOptions;
  readonly #around: Rounded;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeeperOptions, around: Rounded) {
    this.#options = options;
    this.#around = around;
    const { signals, directory, culprits } = around;
    const { slowMs, stallMs } = options;
    const inspected = (): boolean => signals.inspected;
    this.watchdog = new Watchdog({ signals, directory, culprits, slowMs, stallMs, inspected });
  }

  /** Begins, or goes on: the next look is due after so long. */
  begin(ms: number = this.#idleMs): void {
    const asleepAt = performance.now();
    this.#timer = setTimeout(() => {
      const busy = this.#watch(Math.min(performance.now() - asleepAt, ms + LATE_MS));
      this.#see();
      this.#ring();
      this.#around.settleLanes();
      this.#around.lanes.nudge();
      if (!busy) this.#around.prepare();
      this.begin(busy ? TICK_BUSY_MS : this.#idleMs);
    }, ms);
  }

  get #idleMs(): number {
    const rare = this.watchdog.shortestMs / TICKS_PER_STALL;
    return Math.min(TICK_IDLE_MS, Math.max(TICK_BUSY_MS, rare));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Turns that do not end. True: some thread is at something. */
  #watch(passedMs: number): boolean {
    const { watchdog } = this;
    const last = this.#around.last();
    let busy = false;
    for (let index = 0; index <= last; index += 1) {
      if (watchdog.look(index, passedMs)) busy = true;
      const news = watchdog.news(index);
      if (news !== undefined) this.#stalled(news);
    }
    return busy;
  }

  /** For whoever looks in: since when a turn runs. */
  #see(): void {
    const { signals } = this.#around;
    const last = this.#around.last();
    const now = hrtimeMs() - this.#options.epochMs;
    for (let index = 0; index <= last; index += 1) saw(signals, index, now);
  }

  #stalled(news: StallNews): void {
    const { main } = this.#around;
    if (news.type === "killed") this.#around.kill(news.thread, stallCause(news));
    main.within(MAIN_ANSWER_MS, "stalled", news).catch(() => {
      if (this.#options.writes) write(news);
    });
  }

  #ring(): void {
    const { signals } = this.#around;
    const last = this.#around.last();
    for (let index = 0; index <= last; index += 1) {
      if (signals.pending(index)) signals.ringAnyway(index);
    }
  }
}

/** Not through a stream, which main would have to serve. */
function write(news: StallNews): void {
  const { level, message, fields } = stallLine(news);
  const { turn, thread } = fields;
  try {
    writeSync(
      STDERR,
      `sabeam ${level}: ${message} turn=${JSON.stringify(turn)} thread=${thread}\n`,
    );
  } catch {
    // There is no stderr any more, or it is full: nobody is left to tell.
  }
}
