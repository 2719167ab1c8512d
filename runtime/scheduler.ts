/**
 * When a thread works: bursts inside a time budget, then a turn for the event loop, then sleep.
 *
 * A burst drains lanes, runs turns and publishes what they sent, over and over. It runs as a
 * microtask, so a call that a user awaits is answered without a turn of the event loop; but the
 * time since the last such turn is bounded (BUDGET_MS), or `for (;;) await ref.call.x()` would keep
 * timers and I/O out for ever. With nothing left to do the thread first lets all microtasks run
 * (somebody may be about to send), then spins for a moment if that paid lately, then parks.
 *
 *     wake → burst ⇄ microtasks … → budget used up → setImmediate → burst
 *               └→ nothing to do → all microtasks done → spin? → park
 */

import { Doorbell } from "./doorbell.ts";
import type { Env } from "./env.ts";
import type { Signals } from "./signals.ts";

/** Time since the event loop's last turn after which it gets one. Bounds the lateness of timers. */
export const BUDGET_MS = 2;
/** Turns between two looks at the clock. */
const TURNS_PER_LOOK = 64;
/** A thread that heard nothing for longer, and asked nobody, is not in a conversation. */
const SPIN_RECENT_MS = 0.2;
/**
 * A spin that paid adds one to the credit, one that did not halves it, and without credit there is
 * none: for a pause that doubles each time, since beside other load a thread that spins is taken
 * for a busy one and is woken late. Afterwards parks that ended soon bring credit back.
 */
const SPIN_CREDIT_MAX = 8;
const SPIN_CREDIT_BACK = 2;
const SPIN_PAUSE_MS_MIN = 1;
const SPIN_PAUSE_MS_MAX = 8;
/** A park that ended so soon would have been a spin that paid: most of it is the wake-up itself. */
const SPIN_MISSED_MS = 0.15;
/** Looks at the bits between two looks at the clock; and what they count for as turns. */
const SPIN_LOOKS = 128;
const SPIN_TURNS = 16;

/** What a burst works on. */
export interface Work {
  /** Takes what waits in the lanes, bounded; returns how many records that were. */
  drain(): number;
  /** Runs up to so many turns; returns how many it ran. */
  run(turnsMax: number): number;
  /** True if an actor is ready or a lane not empty. */
  readonly busy: boolean;
  /** Another thread is about to answer something. */
  readonly awaits: boolean;
  /** Publishes what was sent. */
  flush(): void;
  /** Fires what is due; returns the time of the next, Infinity if none. */
  advance(now: number): void;
  nextDue(): number;
  /** Once per burst: counters. */
  settle(): void;
  /** True if user code may be waiting in the microtask queue; reading clears it. */
  takeResumed(): boolean;
}

export class Scheduler {
  readonly env: Env;
  readonly doorbell: Doorbell;
  readonly #work: Work;
  readonly #signals: Signals;
  readonly #thread: number;
  readonly #ask: () => void;
  readonly #askToSettle: () => void;
  /** True while a burst is queued or runs, so that whoever adds work need not ask. */
  awake = false;
  #settling = false;
  #yielding = false;
  #paused: (() => void)[] = [];
  #stopped = false;
  /** The time as it was read last: at least once per burst of turns, and at every wake-up. */
  clock = 0;
  /** The same in whole milliseconds, as an int32 that wraps: to be handed on at no cost. */
  clockMs = 0;
  #loopTurnAt = Number.NEGATIVE_INFINITY;
  #arrivedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = 0;
  #arrived = false;
  #turns = 0;
  #batch = TURNS_PER_LOOK;
  #spinCredit = SPIN_CREDIT_MAX;
  #spinPauseMs = SPIN_PAUSE_MS_MIN;
  #spinPausedUntil = 0;
  #parkedAt = Number.NEGATIVE_INFINITY;
  #timer: { cancel(): void } | undefined;
  #timerDue = Number.POSITIVE_INFINITY;

  constructor(env: Env, signals: Signals, thread: number, work: Work) {
    this.env = env;
    this.#work = work;
    this.#signals = signals;
    this.#thread = thread;
    this.#ask = env.microtask(() => this.#burst(false));
    this.#askToSettle = env.afterMicrotasks(() => {
      this.#settling = false;
      this.#enter(true);
    });
    this.doorbell = new Doorbell(env, signals, thread, () => this.#woken());
  }

  /** There is work. Free while a burst is queued already. */
  wake(): void {
    if (this.awake || this.#stopped) return;
    this.awake = true;
    this.doorbell.unpark();
    this.#ask();
  }

  /** Where a turn of the event loop surely begins: the whole budget is there again. */
  #woken(): void {
    this.#loopTurnAt = this.readClock();
    this.#arrivedAt = this.#loopTurnAt;
    const missed = this.#loopTurnAt - this.#parkedAt < SPIN_MISSED_MS;
    if (missed && this.#loopTurnAt >= this.#spinPausedUntil) this.#credit(SPIN_CREDIT_BACK);
    this.#enter(true);
  }

  #enter(quiet: boolean): void {
    if (this.awake || this.#stopped) return;
    this.awake = true;
    this.#burst(quiet);
  }

  /**
   * What throws in here is a bug or a broken port; it must not end the thread's bursts for ever.
   */
  #burst(quiet: boolean): void {
    try {
      this.#loop(quiet);
    } catch (error) {
      this.awake = false;
      this.wake();
      throw error;
    }
  }

  /** @param quiet nobody else's microtask is queued, so that the thread may spin or park. */
  #loop(quiet: boolean): void {
    const work = this.#work;
    const steps = this.env.turns?.();
    // A burst that was queued before the budget ran out: the one after the turn does its work.
    while (!this.#stopped && !this.#yielding) {
      // As many turns as records came, or mailboxes would fill while the lanes run empty.
      let quota = this.#takeIn();
      do {
        const ran = work.run(steps === undefined ? this.#batch : Math.min(this.#batch, steps));
        work.flush();
        this.#turns += ran + 1;
        quota = ran === 0 ? 0 : quota - ran;
        if (this.#turns >= this.#batch && this.#look() > BUDGET_MS) return this.#yield();
        if (steps !== undefined && ran > 0) return this.#ask();
      } while (quota > 0);
      const resumed = work.takeResumed();
      if (resumed) quiet = false;
      if (work.busy) {
        if (resumed || steps !== undefined) return this.#ask();
      } else if (!quiet) {
        return this.#settle();
      } else if (!this.#spin()) {
        return this.#sleep();
      }
    }
  }

  /** Sets `clock`, by which turns judge whether a call is over. */
  readClock(): number {
    this.clock = this.env.now();
    this.clockMs = this.clock | 0;
    return this.clock;
  }

  #takeIn(): number {
    const came = this.#work.drain();
    if (came > 0) this.#arrived = true;
    return came;
  }

  /** Reads the clock, fires what is due; returns the time since the event loop's last turn. */
  #look(): number {
    const now = this.readClock();
    const slow = now - this.#lookedAt > BUDGET_MS / 2;
    this.#batch = slow ? Math.max(1, this.#batch >> 1) : Math.min(TURNS_PER_LOOK, this.#batch << 1);
    this.#turns = 0;
    this.#lookedAt = now;
    if (this.#arrived) this.#arrivedAt = now;
    this.#arrived = false;
    this.#work.advance(now);
    return now - this.#loopTurnAt;
  }

  /** Gives the event loop a turn and goes on after it. */
  #yield(): void {
    this.#work.settle();
    this.awake = true;
    this.#yielding = true;
    this.env.macrotask(() => {
      this.#yielding = false;
      this.#loopTurnAt = this.readClock();
      this.#lookedAt = this.#loopTurnAt;
      this.#work.advance(this.#loopTurnAt);
      const paused = this.#paused;
      this.#paused = [];
      for (const resume of paused) resume();
      this.#burst(paused.length === 0);
    });
  }

  /**
   * For work that user code can wait for without a burst (a spawn on this thread): undefined while
   * there is budget, else a promise that settles after the event loop's next turn. Without it,
   * `for (;;) await system.spawn(…)` would run for ever in microtasks.
   */
  pause(): Promise<void> | undefined {
    this.#turns += 1;
    if (!this.#yielding) {
      if (this.#turns < this.#batch || this.#look() <= BUDGET_MS) return undefined;
      this.doorbell.unpark();
      this.#yield();
    }
    return new Promise((resume) => this.#paused.push(resume));
  }

  /** Lets every microtask run before the thread believes that there is nothing to do. */
  #settle(): void {
    this.awake = false;
    if (this.#settling) return;
    this.#settling = true;
    this.#askToSettle();
  }

  #sleep(): void {
    this.#work.settle();
    // What is entered from here on asks for a burst, so the timer is armed for all that waits.
    this.#work.advance(this.readClock());
    if (this.#work.busy) return this.#ask();
    this.#armTimer();
    this.awake = false;
    if (this.doorbell.park()) return;
    this.awake = true;
    this.#ask();
  }

  /** True if work came while it looked. */
  #spin(): boolean {
    const { env } = this;
    const pays = env.spinMs > 0 && this.#spinCredit > 0;
    const may = pays && this.#signals.awake(env.threads) <= env.cores;
    // In the midst of a conversation, where reading the clock takes a tenth of a round trip.
    if (may && this.#arrived && this.#comes()) return true;
    const start = this.readClock();
    if (this.#arrived) this.#arrivedAt = start;
    this.#parkedAt = start;
    const recent = start - this.#arrivedAt <= SPIN_RECENT_MS || this.#work.awaits;
    if (!may || !recent) return false;
    for (let now = start; now - start < env.spinMs; now = env.now()) {
      if (this.#comes()) return true;
    }
    this.#spinCredit >>= 1;
    if (this.#spinCredit > 0) return false;
    this.#spinPausedUntil = start + this.#spinPauseMs;
    this.#spinPauseMs = Math.min(SPIN_PAUSE_MS_MAX, this.#spinPauseMs * 2);
    return false;
  }

  /** Looks at the bits for a microsecond, without the clock: it counts as some turns. */
  #comes(): boolean {
    this.#turns += SPIN_TURNS;
    for (let look = 0; look < SPIN_LOOKS; look += 1) {
      if (!this.#signals.arrived(this.#thread)) continue;
      this.#credit(1);
      return true;
    }
    // Room in a lane, for which nobody waits as urgently, is looked for less often.
    return this.#signals.pending(this.#thread);
  }

  #credit(more: number): void {
    this.#spinCredit = Math.min(SPIN_CREDIT_MAX, this.#spinCredit + more);
    if (this.#spinCredit === SPIN_CREDIT_MAX) this.#spinPauseMs = SPIN_PAUSE_MS_MIN;
  }

  /** One timer of the event loop for everything that will be due. */
  #armTimer(): void {
    const due = this.#work.nextDue();
    if (due >= this.#timerDue) return;
    this.#timer?.cancel();
    this.#timerDue = due;
    this.#timer = this.env.timer(Math.ceil(due - this.env.now()), () => {
      this.#timerDue = Number.POSITIVE_INFINITY;
      this.#loopTurnAt = this.readClock();
      this.#work.advance(this.#loopTurnAt);
      this.doorbell.unpark();
      this.#enter(true);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.doorbell.close();
  }
}
