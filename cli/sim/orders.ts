/** What is said between a fleet and its jobs: as plain data, since it goes between processes. */

import type { Coverage, Minimum } from "../../actors/sim/index.ts";

/** To a job. */
export type Order =
  /** Comes first. `name` is the file as its user writes it, for commands. */
  { readonly type: "load"; readonly file: string; readonly name: string } | RunOrder;

export interface RunOrder {
  readonly type: "run";
  readonly seed: string;
  /** Instead of the program's faults, as text. */
  readonly plan: string | undefined;
  /** What runs it again, unless its plan becomes another one. Undefined: that is the seed alone. */
  readonly command: string | undefined;
  /** For a seed that fails, the fewest faults under which it does are looked for. */
  readonly shrink: boolean;
}

/** From a job. */
export type Report =
  | { readonly type: "loaded"; readonly minimum: Minimum }
  | Refused
  /** It is found out under how few faults it fails, which takes longer. */
  | { readonly type: "fails"; readonly seed: string }
  | Passed
  | Failed;

/** The file cannot be run, whatever the seed. */
export interface Refused {
  readonly type: "refused";
  readonly problem: "load" | "export" | "program";
  readonly text: string;
}

export interface Passed {
  readonly type: "passed";
  readonly seed: string;
  readonly coverage: Coverage;
  readonly hash: string;
  readonly steps: number;
  /** Real milliseconds. */
  readonly busyMs: number;
}

export interface Failed extends FailedSeed {
  readonly type: "failed";
  readonly busyMs: number;
}

export interface FailedSeed {
  readonly seed: string;
  readonly what: string;
  /** For people. */
  readonly report: string;
  /** What it takes to run it again; undefined where its process did not come to its end. */
  readonly facts: FailedFacts | undefined;
  readonly command: string;
}

export interface FailedFacts {
  readonly plan: readonly object[];
  readonly hash: string;
  readonly step: number;
  readonly atMs: number;
  readonly mermaid: string;
}
