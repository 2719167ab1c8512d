/**
 * A virtual clock that a test moves by hand, and the globals on it.
 *
 *     virtually(async (clock) => { …; clock.advance(10); … })     always gives the globals back
 */

import { Random } from "../../runtime/random.ts";
import {
  installGlobals,
  type VirtualClock,
  type VirtualGlobals,
} from "../../runtime/sim/globals.ts";
import type { CallSite } from "../../runtime/sim/uses.ts";

interface Step {
  readonly due: number;
  readonly run: () => void;
}

export class ManualClock implements VirtualClock {
  ms = 0;
  /** What a node's wall clock is ahead of where it should be. */
  stepMs = 0;
  current: unknown = "the test";
  readonly uses: { what: string; where: CallSite }[] = [];
  readonly #random = new Random("manual clock");
  #steps: Step[] = [];

  now(): number {
    return this.ms;
  }

  origin(): number {
    return 1_700_000_000_000;
  }

  wall(): number {
    return this.origin() + this.ms + this.stepMs;
  }

  random(): number {
    return this.#random.float();
  }

  owner(): unknown {
    return this.current;
  }

  used(what: string, where: CallSite): void {
    this.uses.push({ what, where });
  }

  timer(ms: number, run: () => void): { cancel(): void } {
    const step = { due: this.ms + ms, run };
    this.#steps.push(step);
    return {
      cancel: () => {
        this.#steps = this.#steps.filter((one) => one !== step);
      },
    };
  }

  macrotask(run: () => void): { cancel(): void } {
    return this.timer(0, run);
  }

  get pending(): number {
    return this.#steps.length;
  }

  /** Runs what is due within so many milliseconds; throws what a step throws. */
  advance(ms: number): void {
    const until = this.ms + ms;
    for (;;) {
      let next: Step | undefined;
      for (const step of this.#steps) {
        if (step.due <= until && (next === undefined || step.due < next.due)) next = step;
      }
      if (next === undefined) break;
      const found = next;
      this.#steps = this.#steps.filter((one) => one !== found);
      this.ms = Math.max(this.ms, found.due);
      found.run();
    }
    this.ms = until;
  }
}

export async function virtually(
  run: (clock: ManualClock, globals: VirtualGlobals) => void | Promise<void>,
): Promise<void> {
  const clock = new ManualClock();
  const globals = installGlobals(clock);
  try {
    await run(clock, globals);
  } finally {
    globals.restore();
  }
}
