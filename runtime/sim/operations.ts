/**
 * When an operation on a simulated disk happens, and whether anybody hears of it.
 *
 *     run ──► takes a while ──► happens, all at once ──► its promise settles
 *                  └─ crash: it may have happened, and its promise never settles
 *
 * Operations that overlap happen in the order in which they are done with, which is any. How long
 * each takes comes from a stream for its cost, one number for each, so that a slow disk is the same
 * disk with other times.
 */

import { DiskError, type DiskReason } from "../disk.ts";
import type { Random } from "../random.ts";
import { type Delay, type DelayNs, delayNs } from "./delay.ts";

/** What an operation takes its time for. */
export type Cost = "read" | "write" | "sync";

export interface Operation {
  readonly cost: Cost;
  readonly name: string;
  readonly path: string;
}

/** Makes the error for a reason. */
export type Fail = (reason: DiskReason) => DiskError;

/** Runs `step` after so many ns of virtual time, in the order of times. */
export type DelayStep = (ns: number, step: () => void) => void;

/** A good solid-state disk: writes go to memory, syncs wait for the device, sometimes for long. */
const USUAL: { readonly [Kind in Cost]: DelayNs } = {
  read: delayNs({ type: "uniform", minMs: 0.02, maxMs: 0.15 }),
  write: delayNs({ type: "uniform", minMs: 0.005, maxMs: 0.05 }),
  sync: delayNs({
    type: "table",
    rows: [
      { weight: 90, minMs: 0.3, maxMs: 3 },
      { weight: 9, minMs: 3, maxMs: 20 },
      { weight: 1, minMs: 20, maxMs: 200 },
    ],
  }),
};

export class Operations {
  readonly #streams: { readonly [Kind in Cost]: Random };
  readonly #delay: DelayStep;
  /** Changes with each crash: what began before does not go on after. */
  #life = 0;
  #down = false;
  #paused = false;
  /** What was done with while the node was paused. Bounded by what it has begun. */
  #held: (() => void)[] = [];
  /** What has begun and not happened, to happen or not in a crash. */
  readonly #begun = new Set<() => unknown>();
  #slow: DelayNs | undefined;

  constructor(random: Random, delay: DelayStep) {
    this.#streams = {
      read: random.fork("read"),
      write: random.fork("write"),
      sync: random.fork("sync"),
    };
    this.#delay = delay;
  }

  get life(): number {
    return this.#life;
  }

  /** Lets a while pass, then does it. Calls `delay` before it returns. */
  run<Result>({ cost, name, path }: Operation, act: (fail: Fail) => Result): Promise<Result> {
    const fail: Fail = (reason) => new DiskError(reason, name, path);
    if (this.#down) return Promise.reject(fail("ENODEV"));
    const life = this.#life;
    const ns = (this.#slow ?? USUAL[cost])(this.#streams[cost].float());
    const happen = (): Result => act(fail);
    if (cost !== "read") this.#begun.add(happen);
    return new Promise((resolve, reject) => {
      const done = (): void => {
        if (life !== this.#life) return;
        this.#begun.delete(happen);
        try {
          resolve(happen());
        } catch (error) {
          reject(error);
        }
      };
      this.#delay(ns, () => {
        if (this.#paused && life === this.#life) this.#held.push(done);
        else done();
      });
    });
  }

  /** Each takes so long from now on; as usual if it is left out. */
  slow(delay?: Delay): void {
    this.#slow = delay && delayNs(delay);
  }

  /** Nothing that has begun settles any more; `happens` says whether it has happened. */
  crash(happens: () => boolean): void {
    for (const act of this.#begun) if (happens()) attempt(act);
    this.#begun.clear();
    this.#held = [];
    this.#life += 1;
    this.#down = true;
    this.#paused = false;
  }

  restart(): void {
    this.#down = false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const held = this.#held;
    this.#held = [];
    for (const step of held) step();
  }
}

/** Does it; that it failed is nobody's to know any more. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}
