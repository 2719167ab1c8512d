/**
 * Looks whether threads move, by their heartbeat, and says what is to become of those that do not.
 *
 *     moves ─▶ nothing     stands ─▶ slow ─▶ half of stallAfter: warned, CANCEL ─▶ all: killed
 *     sleeps ─▶ asked now and then; no answer is a thread that stands
 *
 * What moves: a slice, a turn, an answer. A thread that sleeps need not move, but its event loop
 * may be in a callback of user code for ever, so that it has to answer a question (PING, PONG),
 * rarely enough to cost an idle system nothing.
 *
 * Only time counts in which the keeper itself was on time: a machine that slept, or did not let the
 * keeper run, is no stall of anybody. Pure, but for what it writes into the blocks.
 */

import type { Culprits } from "./culprits.ts";
import type { Directory } from "./directory.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Signals } from "./signals.ts";
import type { Stall, StallNews, StallStage } from "./stall.ts";
import { shortestStall, stallOf } from "./stall-times.ts";

export interface Watched {
  readonly signals: Signals;
  readonly directory: Directory;
  readonly culprits: Culprits;
  /** Told as slow after so many milliseconds; Infinity: not. */
  readonly slowMs: number;
  /** `stallAfter` of who says nothing of it; Infinity: never. */
  readonly stallMs: number;
  /** An inspector is attached: who stops at a breakpoint does not stall. */
  inspected(): boolean;
}

/** What is known of one life of a thread. */
interface Look {
  readonly heartbeat: Heartbeat;
  readonly generation: number;
  tick: number;
  turn: number;
  pong: number;
  /** It has not moved for so long, as far as that was seen. */
  ms: number;
  /** It sleeps since, and has not been asked. */
  sleptMs: number;
  asked: boolean;
  /** It has been at something at the last look. */
  busy: boolean;
  readonly told: Set<StallStage>;
  /** It is main, which has moved again after so long. */
  returnedMs: number | undefined;
}

export class Watchdog {
  readonly #watched: Watched;
  /** By thread. */
  readonly #looks: (Look | undefined)[] = [];

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** The shortest `stallAfter` that anybody has. */
  get shortestMs(): number {
    return Math.min(this.#watched.stallMs, shortestStall(this.#watched.directory));
  }

  /**
   * Looks at a thread; `passedMs` counts since the last look at it. True: look again soon, it is at
   * something.
   */
  look(thread: number, passedMs: number): boolean {
    const look = this.#lookAt(thread);
    if (look === undefined) return false;
    if (moved(look)) {
      this.#rest(look);
      look.busy = true;
      return true;
    }
    const { slot } = look.heartbeat.beat;
    const sleeps = slot === 0 && this.#watched.signals.isParked(thread);
    if (sleeps && !look.asked) {
      look.busy = false;
      look.ms = 0;
      look.sleptMs += passedMs;
      if (look.sleptMs < this.shortestMs / 2) return false;
      this.#ask(look, thread);
      return true;
    }
    // It may have begun at any time since the last look, if it slept then.
    if (look.busy) look.ms += passedMs;
    look.busy = true;
    return true;
  }

  #lookAt(thread: number): Look | undefined {
    const { signals } = this.#watched;
    const generation = signals.generation(thread);
    if (!signals.isRunning(thread, generation)) {
      this.#looks[thread] = undefined;
      return undefined;
    }
    const known = this.#looks[thread];
    if (known?.generation === generation) return known;
    const heartbeat = new Heartbeat(signals, thread);
    const { tick, turn, pong } = heartbeat.progress;
    const times = { ms: 0, sleptMs: 0, asked: false, busy: false, returnedMs: undefined };
    const told = new Set<StallStage>();
    const look: Look = { heartbeat, generation, tick, turn, pong, ...times, told };
    this.#looks[thread] = look;
    return look;
  }

  #rest(look: Look): void {
    if (look.told.has("warned")) look.heartbeat.cancel(undefined);
    if (look.told.has("blocked")) look.returnedMs = look.ms;
    look.told.clear();
    look.ms = 0;
    look.sleptMs = 0;
    look.asked = false;
  }

  #ask(look: Look, thread: number): void {
    look.asked = true;
    look.busy = true;
    look.sleptMs = 0;
    look.heartbeat.ping();
    this.#watched.signals.ringAnyway(thread);
  }

  /** How long the thread has not moved, and in whose turn; undefined: it is at nothing. */
  of(thread: number): Stall | undefined {
    const look = this.#looks[thread];
    if (look === undefined || !look.busy) return undefined;
    const { culprit, text } = this.#watched.culprits.of(thread);
    if (culprit === undefined && !look.asked && look.ms === 0) return undefined;
    const limitMs = this.#limit(culprit?.slot ?? 0);
    return { thread, who: text, ms: look.ms, limitMs };
  }

  #limit(slot: number): number {
    const { directory, stallMs } = this.#watched;
    return (slot === 0 ? undefined : stallOf(directory, slot)) ?? stallMs;
  }

  /** What is new about a thread; once each. */
  news(thread: number): StallNews | undefined {
    const look = this.#looks[thread];
    if (look === undefined || !look.busy) return undefined;
    const { returnedMs: ms } = look;
    if (ms !== undefined) {
      look.returnedMs = undefined;
      return { type: "returned", thread, who: undefined, ms, limitMs: this.#watched.stallMs };
    }
    if (look.ms < Math.min(this.#watched.slowMs, this.shortestMs / 2)) return undefined;
    const stall = this.of(thread);
    const type = stall === undefined ? undefined : this.#stage(stall, look);
    if (stall === undefined || type === undefined || look.told.has(type)) return undefined;
    look.told.add(type);
    if (type === "warned") look.heartbeat.cancel(look.turn);
    return { ...stall, type };
  }

  #stage({ ms, limitMs, thread }: Stall, { told }: Look): StallStage | undefined {
    if (thread === 0) return ms >= limitMs ? "blocked" : undefined;
    if (ms >= limitMs && told.has("warned")) {
      return this.#watched.inspected() ? "spared" : "killed";
    }
    if (ms >= limitMs / 2 && !told.has("warned")) return "warned";
    return ms >= this.#watched.slowMs && !told.has("slow") ? "slow" : undefined;
  }
}

/** Takes note of where it is; true if that is somewhere else than before. */
function moved(look: Look): boolean {
  const { tick, turn, pong } = look.heartbeat.progress;
  if (tick === look.tick && turn === look.turn && pong === look.pong) return false;
  Object.assign(look, { tick, turn, pong });
  return true;
}
