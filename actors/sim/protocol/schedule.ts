/** What happens in one random run, step by step. */

import type { Random } from "../../../runtime/random.ts";
import type { MemberId, ProtocolSpec } from "../../protocol/contract.ts";
import { apply, type Choice, choicesOf, type Fault, faultOf } from "./choices.ts";
import type { ProtocolGroup } from "./group.ts";
import { trial } from "./trial.ts";

export interface ScheduleLimits {
  readonly steps: number;
  readonly losses: number;
  readonly repeats: number;
  readonly crashes: number;
  readonly partitions: number;
  readonly timers: number;
}

/** What random runs have met. */
export interface ProtocolRuns {
  runs: number;
  steps: number;
  /** Messages that have arrived, that got lost, and that arrived once more. */
  delivered: number;
  lost: number;
  repeated: number;
  partitions: number;
  crashes: number;
  /** Timers that fired. */
  timers: number;
  /** Commands that were answered. */
  answered: number;
  /** Steps of copies with what nobody should send, and comparisons of recoveries. */
  trials: number;
}

export function noCounts(): ProtocolRuns {
  const faults = { lost: 0, repeated: 0, partitions: 0, crashes: 0, timers: 0 };
  return { runs: 0, steps: 0, delivered: 0, ...faults, answered: 0, trials: 0 };
}

const NO_FAULTS = (): boolean => false;
/** Of 100 steps, those before which something is tried with copies. */
const TRIALS_PERCENT = 3;
/** Steps that a partition lasts, at most. */
const PARTITION_STEPS_MAX = 30;

export class Schedule<S extends ProtocolSpec> {
  /** Told each choice before it is made. */
  before: ((choice: Choice) => void) | undefined = undefined;
  readonly #group: ProtocolGroup<S>;
  readonly #random: Random;
  readonly #trials: Random;
  readonly #counts: ProtocolRuns;
  /** Faults that are still to come, drawn at random. */
  readonly #faults: (Fault | "partition")[] = [];
  #steps: number;
  /** Those that the others do not reach, for so many steps. */
  #cut: ReadonlySet<MemberId> = new Set();
  #cutSteps = 0;

  constructor(
    group: ProtocolGroup<S>,
    limits: ScheduleLimits,
    random: Random,
    counts: ProtocolRuns,
  ) {
    this.#group = group;
    this.#random = random.fork("schedule");
    this.#trials = random.fork("trials");
    this.#counts = counts;
    this.#steps = limits.steps;
    const { losses, repeats, crashes, partitions, timers } = limits;
    const kinds = { lose: losses, repeat: repeats, crash: crashes, partition: partitions };
    for (const [kind, max] of Object.entries({ ...kinds, timer: timers })) {
      const count = this.#random.int(max + 1);
      for (let at = 0; at < count; at += 1) this.#faults.push(kind as Fault | "partition");
    }
  }

  /** Until the steps are used up, or nothing is left to happen. */
  play(): void {
    for (; this.#steps > 0; this.#steps -= 1) {
      if (this.#trials.chance(TRIALS_PERCENT)) {
        this.#counts.trials += 1;
        trial(this.#group, this.#trials);
      }
      if (this.#cutSteps > 0) this.#cutSteps -= 1;
      else this.#cut = new Set();
      const choice = this.#next();
      if (choice === undefined) return;
      this.take(choice);
    }
  }

  /** The run has come to its end. */
  end(): void {
    for (const { replies } of this.#group.clients) this.#counts.answered += replies.length;
  }

  take(choice: Choice): void {
    this.before?.(choice);
    const counts = this.#counts;
    counts.steps += 1;
    if (choice.type === "deliver") counts.delivered += 1;
    if (choice.type === "lose") counts.lost += 1;
    if (choice.type === "repeat") counts.repeated += 1;
    if (choice.type === "crash") counts.crashes += 1;
    if (faultOf(choice) === "timer") counts.timers += 1;
    apply(this.#group, choice);
  }

  #next(): Choice | undefined {
    const isDue = this.#random.int(this.#steps) < this.#faults.length;
    const fault = isDue ? this.#fault() : undefined;
    if (fault !== undefined) return fault;
    const choice = this.#one(choicesOf(this.#group, NO_FAULTS, false));
    if (choice === undefined) return this.#lastFault();
    return choice.type === "deliver" && this.#isCut(choice.index)
      ? { type: "lose", index: choice.index }
      : choice;
  }

  /** Undefined: nobody is there for it now, or it is no choice. */
  #fault(): Choice | undefined {
    const [kind] = this.#faults.splice(this.#random.int(this.#faults.length), 1);
    if (kind !== "partition") return kind && this.#one(this.#may(kind));
    this.#cut = new Set([...this.#group.ids].filter(() => this.#random.chance(50)));
    this.#cutSteps = 1 + this.#random.int(PARTITION_STEPS_MAX);
    this.#counts.partitions += 1;
    return undefined;
  }

  /** Nothing else is left to happen: a fault may set something off. */
  #lastFault(): Choice | undefined {
    while (this.#faults.length > 0) {
      const fault = this.#fault();
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #may(fault: Fault): Choice[] {
    const all = choicesOf(this.#group, (one) => one === fault, false);
    return all.filter((choice) => faultOf(choice) === fault);
  }

  #one(choices: readonly Choice[]): Choice | undefined {
    return choices.length === 0 ? undefined : choices[this.#random.int(choices.length)];
  }

  #isCut(index: number): boolean {
    const envelope = this.#group.flight[index];
    if (envelope === undefined || this.#cut.size === 0) return false;
    return this.#cut.has(envelope.from) !== this.#cut.has(envelope.to);
  }
}
