/** The seeds of a run: those that an earlier one has left, then new ones; so many at most. */

import type { Failed, Passed } from "./orders.ts";
import { FAILED_MAX, type State, writeWhole } from "./state.ts";
import { Tally } from "./tally.ts";

export class Seeds {
  readonly #path: string;
  readonly #file: string;
  readonly #left: number[];
  readonly #open: Set<number> = new Set();
  readonly #failed: string[];
  /** Of all runs. */
  readonly #all: Tally;
  #next: number;
  #more: number;

  /** @param most of this run; all that there are by default. */
  constructor(state: State, path: string, most: number = Number.POSITIVE_INFINITY) {
    this.#path = path;
    this.#file = state.file;
    this.#left = [...state.left];
    this.#failed = [...state.failed];
    this.#all = new Tally(state.sums);
    this.#next = state.next;
    this.#more = most;
  }

  /** Of all runs. */
  get all(): Tally {
    return this.#all;
  }

  /** Of all runs, the first ones. */
  get failed(): readonly string[] {
    return this.#failed;
  }

  /** How many may still be taken. */
  get more(): number {
    return this.#more;
  }

  /** Undefined: they are used up. */
  take(): string | undefined {
    if (this.#more === 0) return undefined;
    this.#more -= 1;
    const seed = this.#left.shift() ?? this.#next++;
    this.#open.add(seed);
    return String(seed);
  }

  /** It was not run, and is the next one. */
  giveBack(seed: string): void {
    this.#more += 1;
    this.#open.delete(Number(seed));
    this.#left.unshift(Number(seed));
  }

  done(report: Passed | Failed): void {
    this.#open.delete(Number(report.seed));
    this.#all.add(report);
    if (report.type === "failed" && this.#failed.length < FAILED_MAX) {
      this.#failed.push(report.seed);
    }
  }

  /** @throws CliError */
  save(): void {
    const left = [...this.#left, ...this.#open].sort((one, other) => one - other);
    const { sums } = this.#all;
    const state: State = {
      ...{ format: 1, file: this.#file, next: this.#next },
      ...{ left, sums, failed: this.#failed },
    };
    writeWhole(this.#path, state);
  }
}
