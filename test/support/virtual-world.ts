/**
 * A world in which nothing happens by itself: clock, event loops, timers and doorbells of several
 * threads in one JavaScript thread, taken step by step in an order that a seed decides.
 *
 *     each thread    microtask, then afterMicrotasks, then wake-ups, macrotasks and due timers
 *     between them   whichever thread the seed picks
 *
 * A step is one of these, and then every promise that is ready (`drainPromises`). The clock moves a
 * little with every look at it, and jumps to the next timer when nothing else is left to do.
 *
 * Atomics.notify is replaced while the world runs: it wakes those who wait through their Env.
 */

import type { Env } from "../../runtime/env.ts";
import { Random } from "../../runtime/random.ts";
import { replaceAtomics } from "./atomics.ts";

/** What a look at the clock costs. */
const LOOK_MS = 0.0005;
/** What a step costs at least. */
const STEP_MS = 0.001;

type Step = () => void;

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly thread: number;
  readonly step: Step;
  dead: boolean;
}

interface Waiter {
  readonly words: Int32Array;
  readonly index: number;
  readonly wake: Step;
  told: boolean;
}

/** One thread's event loop. */
class Loop {
  readonly micro: Step[] = [];
  readonly after: Step[] = [];
  readonly macro: Step[] = [];
  dead = false;
}

export class VirtualWorld {
  now = 0;
  /** What happened, as text; two runs of one seed are equal. */
  readonly trace: string[] = [];
  readonly #random: Random;
  readonly #loops: Map<number, Loop> = new Map();
  #timers: Timer[] = [];
  #waiters: Waiter[] = [];
  #order = 0;
  readonly #restore: () => void;

  constructor(seed: string | number) {
    this.#random = new Random(seed);
    this.#restore = replaceAtomics(() => ({
      notify: (words, index) => {
        const waiter = this.#waiters.find(
          (one) => !one.told && one.index === index && one.words.buffer === words.buffer,
        );
        if (waiter !== undefined) waiter.told = true;
        return waiter === undefined ? 0 : 1;
      },
    }));
  }

  /** Gives Atomics back. */
  close(): void {
    this.#restore();
  }

  get waiters(): number {
    return this.#waiters.length;
  }

  env(thread: number): Env {
    const loop = new Loop();
    this.#loops.set(thread, loop);
    const random = this.#random.fork(`thread ${thread}`);
    return {
      spinMs: 0,
      cores: 1,
      threads: 2,
      now: () => {
        this.now += LOOK_MS;
        return this.now;
      },
      random: () => random.float(),
      root: (step) => step(),
      disk: () => Promise.reject(new Error("this world has no disk")),
      microtask: (step) => () => void loop.micro.push(step),
      afterMicrotasks: (step) => () => void loop.after.push(step),
      macrotask: (step) => void loop.macro.push(step),
      wait: (words, index, value, wake) => {
        if (words[index] !== value) return false;
        this.#waiters.push({ words, index, wake, told: false });
        return true;
      },
      timer: (ms, step) => {
        this.#order += 1;
        const timer = {
          due: this.now + Math.max(0, ms),
          order: this.#order,
          thread,
          step,
          dead: false,
        };
        this.#timers.push(timer);
        return {
          cancel: () => {
            timer.dead = true;
          },
        };
      },
    };
  }

  /** Nothing of this thread ever runs again. */
  kill(thread: number): void {
    const loop = this.#loops.get(thread);
    if (loop !== undefined) loop.dead = true;
    for (const timer of this.#timers) if (timer.thread === thread) timer.dead = true;
  }

  /** One thing that can happen now, or undefined. */
  #pick(): Step | undefined {
    const steps: { what: string; run: Step }[] = [];
    for (const [thread, loop] of this.#loops) {
      if (loop.dead) continue;
      if (loop.micro.length > 0) steps.push({ what: `${thread} micro`, run: taken(loop.micro) });
      else if (loop.after.length > 0)
        steps.push({ what: `${thread} after`, run: taken(loop.after) });
      else if (loop.macro.length > 0)
        steps.push({ what: `${thread} macro`, run: taken(loop.macro) });
    }
    const told = this.#waiters.find((one) => one.told);
    if (told !== undefined) steps.push({ what: `wake ${told.index}`, run: () => this.#wake(told) });
    const due = this.#timers.find((one) => !one.dead && one.due <= this.now);
    if (due !== undefined) steps.push({ what: `${due.thread} timer`, run: () => this.#fire(due) });
    const step = steps[this.#random.int(Math.max(1, steps.length))];
    if (step !== undefined) this.trace.push(`${this.now.toFixed(4)} ${step.what}`);
    return step?.run;
  }

  #wake(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((one) => one !== waiter);
    waiter.wake();
  }

  #fire(timer: Timer): void {
    this.#timers = this.#timers.filter((one) => one !== timer && !one.dead);
    timer.step();
  }

  /**
   * True if something happened; false if nothing is left but timers further away than `untilMs`.
   */
  async step(untilMs: number): Promise<boolean> {
    this.now += STEP_MS;
    let run = this.#pick();
    if (run === undefined) {
      const next = this.#timers
        .filter((one) => !one.dead)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (next === undefined || next.due > untilMs) return false;
      this.now = Math.max(this.now, next.due);
      this.trace.push(`${this.now.toFixed(4)} ${next.thread} timer`);
      run = () => this.#fire(next);
    }
    run();
    await drainPromises();
    return true;
  }

  /**
   * Runs until `done` settles, and throws what a step throws.
   *
   * @throws if it has not settled after `stepsMax` steps or when nothing is left to do: it hangs.
   */
  async run<Result>(done: Promise<Result>, stepsMax = 100_000): Promise<Result> {
    let settled = false;
    const mark = (): void => {
      settled = true;
    };
    done.then(mark, mark);
    await drainPromises();
    for (let steps = 0; !settled; steps += 1) {
      if (steps >= stepsMax) throw new Error(`not done after ${stepsMax} steps`);
      const moved = await this.step(Number.POSITIVE_INFINITY);
      if (!moved && !settled) throw new Error(`it hangs: nothing is left to do at ${this.now} ms`);
    }
    return done;
  }

  /** Lets everything happen that does not need a timer further away than so many milliseconds. */
  async rest(ms = 0): Promise<void> {
    const until = this.now + ms;
    await drainPromises();
    while (await this.step(until)) {
      // One more.
    }
  }
}

function taken(queue: Step[]): Step {
  return () => queue.shift()?.();
}

/** Settles when every promise that can settle by itself has. */
export function drainPromises(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
