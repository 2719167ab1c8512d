/**
 * What is to happen when, seen from outside.
 *
 *     sets ──▶ rings (once, or every so often) ──▶ cancelled, replaced by the same key, or its
 *                                                  actor's end: rings no more
 */

import type { AnyRef } from "../../../dist/actors/index.js";
import type { Simulation } from "../../../dist/actors/sim/index.js";

/** A tick of the wheel, and a turn or two; what is due waits longer only where a thread is slow. */
const LATE_MS = 5;
/** A timer may be read a little before by another clock: in ms, from fractions of a ns. */
const EARLY_MS = 0.001;

/** Of 24, so many may be late: what else a thread does can hold one up. */
const LATE_PINGS = 3;

interface Timer {
  readonly ref: AnyRef;
  readonly key: string;
  readonly setAt: number;
  readonly ms: number;
  readonly isRepeated: boolean;
  rung: number;
  lastAt: number;
  isOver: boolean;
}

export class Schedule {
  readonly #sim: Simulation;
  readonly #timers: Timer[] = [];
  readonly #byKey: Map<string, Timer> = new Map();
  /** From then on all threads run as they should. */
  calmFrom: number = Number.POSITIVE_INFINITY;
  #late = 0;
  readonly problems: string[] = [];
  readonly met: Record<string, number> = {};

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  #is(holds: boolean, problem: () => string): void {
    if (!holds) this.problems.push(`${this.#sim.now.toFixed(3)} ms: ${problem()}`);
  }

  count(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }

  /** Just before it is set. Returns its number. */
  sets(ref: AnyRef, key: string, ms: number, isRepeated: boolean): number {
    this.#end(ref, key);
    const { now } = this.#sim;
    const timer = { ref, key, setAt: now, ms, isRepeated, rung: 0, lastAt: now, isOver: false };
    this.#byKey.set(`${ref} ${key}`, timer);
    this.count("set");
    return this.#timers.push(timer) - 1;
  }

  cancels(ref: AnyRef, key: string): void {
    if (this.#end(ref, key)) this.count("cancelled");
  }

  #end(ref: AnyRef, key: string): boolean {
    const timer = this.#byKey.get(`${ref} ${key}`);
    if (timer === undefined) return false;
    timer.isOver = true;
    return this.#byKey.delete(`${ref} ${key}`);
  }

  rings(ref: AnyRef, number: number): void {
    const timer = this.#timers[number];
    const { now } = this.#sim;
    this.count("rung");
    if (timer === undefined) return this.#is(false, () => `${number} was never set`);
    const { key, setAt, ms, isRepeated } = timer;
    const what = `${key} of ${timer.ref}, every ${ms} ms from ${setAt.toFixed(3)} on,`;
    this.#is(String(ref) === String(timer.ref), () => `${what} rings at ${ref}`);
    this.#is(!timer.isOver, () => `${what} rings, and was cancelled or replaced`);
    this.#is(isRepeated || timer.rung === 0, () => `${what} rings again`);
    timer.rung += 1;
    this.#is(now >= setAt + timer.rung * ms - EARLY_MS, () => `${what} rings early`);
    if (timer.lastAt >= this.calmFrom) {
      const late = (now - setAt) % ms;
      this.#is(late <= LATE_MS, () => `${what} has drifted by ${late.toFixed(3)} ms`);
      const pause = now - timer.lastAt;
      this.#is(pause <= ms + LATE_MS, () => `${what} was silent for ${pause.toFixed(3)} ms`);
    }
    timer.lastAt = now;
  }

  /** A call from outside: it settles in time, by an answer or without one. */
  async calls(to: AnyRef, timeoutMs: number, call: () => Promise<number>): Promise<void> {
    const from = this.#sim.now;
    const what = `a call of ${to} within ${timeoutMs} ms`;
    const after = (): number => this.#sim.now - from;
    const hang = this.#sim.sleep(timeoutMs + LATE_MS).then(() => "hangs" as const);
    const settled = call().then(
      () => this.count("answered"),
      ({ code }: { code?: string }) => {
        this.count(String(code));
        const early = code === "ERR_CALL_TIMEOUT" && after() < timeoutMs - EARLY_MS;
        this.#is(!early, () => `${what} times out after ${after().toFixed(3)} ms`);
      },
    );
    const first = await Promise.race([settled, hang]);
    this.#is(first !== "hangs", () => `${what} has not settled`);
  }

  /** Somebody who had little else to do has answered. */
  pinged(who: AnyRef, ms: number): void {
    this.count("pinged");
    if (ms > LATE_MS) this.#late += 1;
    this.#is(this.#late <= LATE_PINGS, () => `${who} is the ${this.#late}th to be silent`);
  }

  /** When all has been calm for longer than any timer is set for. */
  close(): void {
    const { now } = this.#sim;
    for (const { ref, key, rung, ms, lastAt, setAt, isRepeated } of this.#byKey.values()) {
      if (this.#sim.state(ref) === undefined) continue;
      const what = `${key} of ${ref}, ${ms} ms from ${setAt.toFixed(3)} on,`;
      const rings = isRepeated ? now - lastAt <= ms + LATE_MS : rung === 1;
      this.#is(rings, () => `${what} does not ring`);
    }
  }
}
