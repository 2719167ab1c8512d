/**
 * The lanes of a system as the keeper holds them, until what was in them is accounted for.
 *
 *     both ends live ── one ends ──▶ the other accounts for it: FINISHED ──▶ forgotten
 *                                          └── ends before that ──▶ left: main does it
 *
 * Bound: those of living threads, and of dead ones what the living have not come to yet.
 */

import { FINISHED, HEAD, TAIL, THREAD_DEAD } from "./layout.ts";
import type { Signals } from "./signals.ts";
import type { Lane } from "./thread.ts";

interface HeldLane {
  readonly lane: Lane;
  readonly words: Int32Array;
  /** The sender has ended; the receiver has, or has let go of it. */
  fromEnded: boolean;
  toEnded: boolean;
}

export class Lanes {
  readonly #signals: Signals;
  #held: HeldLane[] = [];

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  /** A lane that a thread has made. @returns true if there is a receiver to hand it to */
  offer(lane: Lane): boolean {
    const { from, fromGeneration, to, toGeneration } = lane;
    const signals = this.#signals;
    const sameLife = signals.generation(from) === fromGeneration;
    const fromEnded = !sameLife || signals.state(from) === THREAD_DEAD;
    const toEnded = !signals.isRunning(to, toGeneration);
    this.#held.push({ lane, words: new Int32Array(lane.memory), fromEnded, toEnded });
    return !toEnded;
  }

  /** The receiver believes nothing of it any more. */
  refuse(from: number, to: number): void {
    for (const held of this.#held) {
      if (held.lane.from === from && held.lane.to === to) held.toEnded = true;
    }
  }

  /** A life of a thread has ended. Returns the lanes that led to it. */
  ended(index: number, generation: number): Lane[] {
    const led: Lane[] = [];
    for (const held of this.#held) {
      const { from, fromGeneration, to, toGeneration } = held.lane;
      if (from === index && fromGeneration === generation) held.fromEnded = true;
      if (to !== index || toGeneration !== generation) continue;
      held.toEnded = true;
      led.push(held.lane);
    }
    return led;
  }

  /** Wakes whoever has something to read and may not know: a ringer may have died over it. */
  nudge(): void {
    for (const { lane, words, fromEnded, toEnded } of this.#held) {
      if (fromEnded || toEnded || Atomics.load(words, TAIL) === Atomics.load(words, HEAD)) continue;
      this.#signals.publish(lane.from, lane.to);
      if (this.#signals.isParked(lane.to)) this.#signals.ringAnyway(lane.to);
    }
  }

  /**
   * Forgets what is finished, and what nobody is left to finish: returns that.
   * @param inherited whoever takes over for the receiver has not come to it yet
   */
  takeLeft(inherited: (lane: Lane) => boolean): Lane[] {
    const held = this.#held.filter(({ words }) => Atomics.load(words, FINISHED) !== 1);
    const isLeft = ({ lane, fromEnded, toEnded }: HeldLane): boolean =>
      fromEnded && toEnded && !inherited(lane);
    this.#held = held.filter((one) => !isLeft(one));
    return held.filter(isLeft).map(({ lane }) => lane);
  }
}
