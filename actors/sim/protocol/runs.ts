/**
 * Many random runs of a small group: more orders, faults and scenarios than can be walked through.
 *
 *     run = scenario, steps at random, faults at random ──▶ settled without faults ──▶ atEnd
 *       └── now and then, on copies: the same step again, garbage, recovery from a snapshot
 *
 * Some thousand runs in a second. A run depends on the seed and its number alone.
 */

import { summarise } from "../../../runtime/errors.ts";
import { Random } from "../../../runtime/random.ts";
import { isWhole } from "../../../runtime/wrong.ts";
import { InvalidOptions } from "../../errors.ts";
import { known } from "../../options.ts";
import type { Protocol, ProtocolSpec } from "../../protocol/contract.ts";
import { choiceText } from "./choices.ts";
import { ProtocolRefuted } from "./errors.ts";
import { ProtocolGroup } from "./group.ts";
import { begin, type Ending, shortest, walk } from "./path.ts";
import type { ProtocolScenario } from "./scenario.ts";
import { noCounts, type ProtocolRuns, Schedule, type ScheduleLimits } from "./schedule.ts";
import { settle } from "./settle.ts";

export interface CheckProtocolOptions<S extends ProtocolSpec> extends Ending<S> {
  /** The same for all runs, or what each draws. */
  readonly scenario: ProtocolScenario<S> | ((random: Random) => ProtocolScenario<S>);
  /** Default 1000. */
  readonly runs?: number;
  /** Of the first run, default 0: to go on where others have ended. */
  readonly from?: number;
  /** Text or number, default 1. */
  readonly seed?: string | number;
  /** Steps of a run before its end, at most; default 100. */
  readonly steps?: number;
  /** Messages of a run that get lost, at most; each run draws its own number. Default 5. */
  readonly losses?: number;
  /** Messages that arrive once more than they were sent: no shell does that. Default 0. */
  readonly repeats?: number;
  /** Members that die, at most; default 1. */
  readonly crashes?: number;
  /** Times that some members do not reach the others for a while, at most; default 1. */
  readonly partitions?: number;
  /** Timers that fire while there is something else to do, at most; default 5. */
  readonly timers?: number;
}

const OPTIONS = [
  ...["scenario", "runs", "from", "seed", "steps", "losses", "repeats", "crashes", "partitions"],
  ...["timers", "atEnd", "settleMs"],
];
const RULES = {
  runs: { fallback: 1000, rule: isWhole(1, 1e9) },
  from: { fallback: 0, rule: isWhole(0, 1e12) },
  steps: { fallback: 100, rule: isWhole(1, 1e6) },
  losses: { fallback: 5, rule: isWhole(0, 1e6) },
  repeats: { fallback: 0, rule: isWhole(0, 1e6) },
  crashes: { fallback: 1, rule: isWhole(0, 1e6) },
  partitions: { fallback: 1, rule: isWhole(0, 1e6) },
  timers: { fallback: 5, rule: isWhole(0, 1e6) },
};
/** Of 100 steps, those that are made twice, and those before which something is tried. */
const DOUBTS_PERCENT = 3;

/**
 * Plays all runs up to the first one that fails, and says what they have met.
 *
 * @throws ProtocolRefuted (ERR_PROTOCOL_REFUTED) with the path, made short, and the seed;
 *   InvalidScenario (ERR_INVALID_SCENARIO); InvalidOptions
 */
export function checkProtocol<S extends ProtocolSpec>(
  protocol: Protocol<S>,
  options: CheckProtocolOptions<S>,
): ProtocolRuns {
  known("checkProtocol", options, OPTIONS);
  const number = (name: keyof typeof RULES): number => {
    const { fallback, rule } = RULES[name];
    const value = options[name] ?? fallback;
    if (!rule.holds(value)) throw new InvalidOptions(name, rule.allowed, value);
    return value;
  };
  const [losses, repeats, crashes] = [number("losses"), number("repeats"), number("crashes")];
  const [partitions, timers, steps] = [number("partitions"), number("timers"), number("steps")];
  const limits = { losses, repeats, crashes, partitions, timers, steps };
  const counts = noCounts();
  const first = number("from");
  for (let at = first; at < first + number("runs"); at += 1) {
    const seed = `${options.seed ?? 1}/${at}`;
    const run = new Run(protocol, options, limits, seed);
    try {
      run.play(counts);
    } catch (cause) {
      throw run.explained(cause);
    }
    counts.runs += 1;
  }
  return counts;
}

class Run<S extends ProtocolSpec> {
  readonly #protocol: Protocol<S>;
  readonly #options: CheckProtocolOptions<S>;
  readonly #limits: ScheduleLimits;
  readonly #seed: string;

  constructor(
    protocol: Protocol<S>,
    options: CheckProtocolOptions<S>,
    limits: ScheduleLimits,
    seed: string,
  ) {
    this.#protocol = protocol;
    this.#options = options;
    this.#limits = limits;
    this.#seed = seed;
  }

  /** @param path is given the texts of what happened */
  play(counts: ProtocolRuns, path?: string[]): void {
    const random = new Random(this.#seed);
    const group = new ProtocolGroup(this.#protocol, this.#scenario());
    const doubts = random.fork("doubts");
    group.doubts = () => doubts.chance(DOUBTS_PERCENT);
    const schedule = new Schedule(group, this.#limits, random, counts);
    if (path !== undefined) {
      schedule.before = (choice) => void path.push(choiceText(group, choice));
    }
    begin(group);
    schedule.play();
    schedule.before = undefined;
    settle(group, this.#options, (choice) => schedule.take(choice));
    schedule.end();
  }

  /** With a path that is as short as it gets. */
  explained(cause: unknown): ProtocolRefuted {
    const path: string[] = [];
    try {
      this.play(noCounts(), path);
    } catch {
      // The failure that is explained.
    }
    const found = shortest(this.#protocol, this.#scenario(), path, this.#options);
    if (found !== undefined) {
      return new ProtocolRefuted(summarise(found.failure), found.trace, this.#seed, found.failure);
    }
    // It was tried with a copy: the path leads to where that was.
    const { trace } = walk(this.#protocol, this.#scenario(), path, undefined);
    return new ProtocolRefuted(summarise(cause), trace, this.#seed, cause);
  }

  #scenario(): ProtocolScenario<S> {
    const { scenario } = this.#options;
    return typeof scenario === "function"
      ? scenario(new Random(this.#seed).fork("scenario"))
      : scenario;
  }
}
