/** The threads of a system as they are looked at, and what they have counted altogether. */

import { type Counts, readCounts } from "../counters.ts";
import { BLOCK_WORDS, HEAP_KB, THREAD_BOOTING, THREAD_EMPTY, TID, TOLD_AT } from "../layout.ts";
import { cpuMs } from "./cpu.ts";
import { type Moment, rounded } from "./moment.ts";
import type { Sources } from "./sources.ts";
import type { ThreadView, TotalsView } from "./view.ts";

/** What one thread had counted and used at a look. */
interface Used {
  readonly generation: number;
  readonly counts: Counts;
  readonly cpuMs: number | undefined;
}

export class Threads {
  readonly #sources: Sources;
  /** At this look and the last one, by thread. */
  #now: Used[] = [];
  #before: Used[] = [];

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Another look begins. */
  look(): void {
    const { signals, indexes } = this.#sources;
    this.#before = this.#now;
    this.#now = Array.from({ length: indexes }, (_, index) => ({
      generation: signals.generation(index),
      counts: readCounts(signals, index),
      cpuMs: this.#sources.isRunning(index) ? cpuMs(this.#word(index, TID)) : undefined,
    }));
  }

  #word(index: number, word: number): number {
    return this.#sources.signals.words[index * BLOCK_WORDS + word] ?? 0;
  }

  totals(moment: Moment): TotalsView {
    const sum = (name: keyof Counts, used = this.#now): number =>
      used.reduce((total, { counts }) => total + counts[name], 0);
    return {
      actors: sum("actors"),
      sent: sum("sent"),
      handled: sum("handled"),
      deadLettered: sum("deadLettered"),
      dropped: sum("dropped"),
      queued: sum("queued"),
      crashes: sum("crashes"),
      lateReplies: sum("lateReplies"),
      badLanes: sum("badLanes"),
      rate: moment.rate(sum("handled") - sum("handled", this.#before)),
    };
  }

  /** Own threads are listed while they are there. */
  views(moment: Moment): ThreadView[] {
    const { threads } = this.#sources;
    return this.#now.flatMap((used, index) => {
      const state = this.#state(index);
      if (index > threads && (state === "dead" || used.generation === 0)) return [];
      return [this.#view(index, used, state, moment)];
    });
  }

  #state(index: number): ThreadView["state"] {
    if (this.#sources.isRunning(index)) return "running";
    const state = this.#sources.signals.state(index);
    return state === THREAD_BOOTING || state === THREAD_EMPTY ? "booting" : "dead";
  }

  #view(index: number, used: Used, state: ThreadView["state"], moment: Moment): ThreadView {
    const own = index > this.#sources.threads;
    const lives = state === "running";
    const before = this.#before[index];
    // A replacement goes on counting turns, but is another thread for the operating system.
    const same = before?.generation === used.generation;
    const turns = before && used.counts.handled - before.counts.handled;
    const heapKb = this.#word(index, HEAP_KB);
    const toldAt = this.#word(index, TOLD_AT);
    return {
      index,
      name: index === 0 ? "main" : `${own ? "own thread" : "thread"} ${index}`,
      state,
      generation: used.generation,
      own,
      parked: lives && this.#sources.signals.isParked(index),
      running: lives ? moment.runs(index) : undefined,
      actors: used.counts.actors,
      queued: used.counts.queued,
      turns: used.counts.handled,
      rate: moment.rate(turns),
      cpu: same ? percent(moment, used.cpuMs, before.cpuMs) : undefined,
      heapKb: lives && heapKb > 0 ? heapKb : undefined,
      toldMs: lives && toldAt > 0 ? Math.max(0, Math.round(moment.now - toldAt)) : undefined,
    };
  }
}

function percent(moment: Moment, now: number | undefined, before: number | undefined) {
  if (now === undefined || before === undefined) return undefined;
  const perSecond = moment.rate(now - before);
  return perSecond === undefined ? undefined : rounded(perSecond / 10, 10);
}
