/**
 * How long a kit waits for what, and the clock that it waits by.
 *
 *     a named default, or what the test says ──× timeFactor──▶ milliseconds of the clock
 */

import { performance } from "node:perf_hooks";
import { isNumber, type Rule } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";

/** As they are now: a test may put others in their place. */
const { clearTimeout, setTimeout } = globalThis;
const now: () => number = performance.now.bind(performance);

/** For a message, a `down` or a crash to come. */
export const EXPECT_MS = 3000;
/** For nothing to come. */
export const NOTHING_MS = 100;
/** For the actors of a test to end, all together. */
export const TEARDOWN_MS = 5000;
/** For what the kit itself waits for, in virtual time: longer than all that is bounded. */
export const SETTLE_MS = 120_000;

const MS: Rule = isNumber(0, 2 ** 31 - 1);
const FACTOR: Rule = isNumber(0.01, 1000);
/** Of the environment: for machines that are slower than the test's author's. */
const FACTOR_VARIABLE = "SABEAM_TIME_FACTOR";

/** What a kit waits by: the machine's clock, or that of a simulation. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  /** Settles with true as soon as `done` has settled, and with false when so many ms are over. */
  within(done: Promise<unknown>, ms: number): Promise<boolean>;
}

export const realClock: Clock = {
  now,
  within: (done, ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      const over = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      done.then(over, over);
    }),
};

/** The waits of one kit. */
export class Waits {
  readonly clock: Clock;
  readonly #factor: number;

  /** @throws InvalidOptions */
  constructor(clock: Clock, timeFactor: number | undefined) {
    this.clock = clock;
    // How fast the machine is does not matter to any other clock.
    if (clock !== realClock) {
      this.#factor = 1;
      return;
    }
    const variable = process.env[FACTOR_VARIABLE];
    const fromEnvironment = variable === undefined || variable === "" ? 1 : Number(variable);
    const where = timeFactor === undefined ? FACTOR_VARIABLE : "timeFactor";
    this.#factor = checked(where, timeFactor ?? fromEnvironment, FACTOR);
  }

  /** A wait of the test, or the default, as long as it is on this machine. */
  ms(where: string, given: number | undefined, or: number): number {
    return checked(where, given ?? or, MS) * this.#factor;
  }
}

function checked(where: string, value: number, rule: Rule): number {
  if (rule.holds(value)) return value;
  throw new InvalidOptions(where, rule.allowed, value);
}
