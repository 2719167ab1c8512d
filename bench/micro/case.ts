/** What a micro-benchmark consists of; stage.ts plays it. */

export interface Case {
  /** Unique in its file; plan-micro.ts has a row of this name. */
  readonly name: string;
  /** Does the work. Everything that happens here is measured. */
  readonly run: () => unknown;
  /**
   * How often one run does the work, 1 if left out. What takes less than some µs is repeated within
   * a run, or the figure would be that of the clock.
   */
  readonly times?: number;
}

export interface Cases {
  readonly cases: readonly Case[];
  readonly close?: () => Promise<unknown>;
}

/** Sets up; the one export of a file in bench/micro/. */
export type SetUpCases = () => Cases | Promise<Cases>;

/** Does `work` so many times per run. What it answers is kept until the end of the run. */
export function repeated(name: string, times: number, work: (index: number) => unknown): Case {
  const run = () => {
    let last: unknown;
    for (let index = 0; index < times; index += 1) last = work(index);
    return last;
  };
  return { name, run, times };
}

/** The same for what has to be waited for, one after the other. */
export function awaited(name: string, times: number, work: () => Promise<unknown>): Case {
  const run = async () => {
    for (let index = 0; index < times; index += 1) await work();
  };
  return { name, run, times };
}
