/**
 * A fleet: many seeds of one simulation on many jobs, until the seeds or the time are used up, too
 * many have failed, or somebody stops it.
 *
 *     Seeds ──▶ run ──▶ Job 1 … n ──▶ passed, failed ──▶ events, Seeds
 *                         └── dies, hangs ──▶ its first seed has failed; another job comes
 */

import type { Minimum } from "../../actors/sim/index.ts";
import { AHEAD, Job, type JobEvents, type JobOptions, refusal } from "./job.ts";
import type { Failed, FailedSeed, Passed, Report } from "./orders.ts";
import type { Seeds } from "./seeds.ts";

export interface FleetOptions extends Omit<JobOptions, "loud"> {
  readonly jobs: number;
  /** Of `performance.now()`: no seed begins later. */
  readonly untilMs: number;
  readonly failuresMax: number;
  readonly seeds: Seeds;
  /** What is told of one that a job did not come to the end of. */
  readonly commandFor: (seed: string) => string;
}

export interface FleetEvents {
  passed(report: Passed): void;
  failed(report: Failed): void;
}

export type Ending = "done" | "time" | "failures" | "stopped";

export class Fleet implements JobEvents {
  readonly #options: FleetOptions;
  readonly #events: FleetEvents;
  readonly #jobs: Set<Job> = new Set();
  #minimum: Minimum = {};
  #loaded = false;
  /** Of those that fail, and for which fewer faults are looked for. */
  readonly shrinking: Set<string> = new Set();
  #failures = 0;
  #ending: Ending | undefined;
  #resolve: (ending: Ending) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(options: FleetOptions, events: FleetEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** What the program wants; known once a seed has passed. */
  get minimum(): Minimum {
    return this.#minimum;
  }

  /** A job has taken the file. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Rejects with CliError where no seed is to blame. */
  run(): Promise<Ending> {
    return new Promise<Ending>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      for (let index = 0; index < this.#options.jobs; index += 1) this.#start();
    }).finally(() => {
      for (const job of this.#jobs) job.kill();
    });
  }

  /** At once. Seeds that run stay open, and are run the next time. */
  stop(): void {
    this.#end("stopped");
  }

  report(job: Job, report: Report): void {
    if (this.#ending === "stopped") return;
    switch (report.type) {
      case "loaded":
        this.#minimum = report.minimum;
        this.#loaded = true;
        return this.#feed(job);
      case "refused":
        return this.#refuse(report.problem, report.text);
      case "fails":
        this.shrinking.add(report.seed);
        return;
      case "passed":
        this.#options.seeds.done(report);
        this.#events.passed(report);
        return this.#feed(job);
      case "failed":
        this.#fail(report);
        return this.#feed(job);
    }
  }

  died(job: Job, how: string): void {
    this.#jobs.delete(job);
    const [culprit, ...others] = job.seeds;
    for (const seed of others.reverse()) this.#options.seeds.giveBack(seed);
    // One that has loaded the program and has nothing to do may go.
    if (culprit === undefined) return this.#loaded ? this.#settle() : this.#refuse("load", how);
    this.#fail({ type: "failed", ...endless(culprit, how, this.#options), busyMs: 0 });
    if (this.#ending === undefined && this.#options.seeds.more > 0) this.#start();
    else this.#settle();
  }

  #start(): void {
    this.#jobs.add(new Job({ ...this.#options, loud: false }, this));
  }

  #refuse(problem: "load" | "export" | "program", text: string): void {
    this.#reject(refusal(this.#options.name, problem, text));
  }

  #fail(report: Failed): void {
    this.shrinking.delete(report.seed);
    this.#options.seeds.done(report);
    this.#failures += 1;
    this.#events.failed(report);
    if (this.#failures >= this.#options.failuresMax) this.#end("failures");
  }

  #feed(job: Job): void {
    const { seeds, untilMs } = this.#options;
    while (this.#ending === undefined && job.seeds.length < AHEAD) {
      if (seeds.more > 0 && performance.now() > untilMs) this.#ending = "time";
      const seed = this.#ending === undefined ? seeds.take() : undefined;
      if (seed === undefined) break;
      job.run({ seed, plan: undefined, command: undefined, shrink: true });
    }
    this.#settle();
  }

  /** Those that run come to their end. */
  #settle(): void {
    const busy = [...this.#jobs].some(({ seeds }) => seeds.length > 0);
    if (!busy) this.#resolve(this.#ending ?? "done");
  }

  #end(ending: Ending): void {
    this.#ending = ending;
    for (const job of this.#jobs) job.kill();
    this.#jobs.clear();
    this.#resolve(ending);
  }
}

function endless(seed: string, how: string, { commandFor }: FleetOptions): FailedSeed {
  const report = "nothing more is known: the process did not come to its end";
  return { seed, what: how, report, facts: undefined, command: commandFor(seed) };
}
