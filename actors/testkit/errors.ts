/**
 * What makes a test fail, and what a test has asked for wrongly. As everywhere: a stable `code`,
 * the facts as fields, and a message that says what happened, with which values, and what to do.
 */

import { SabeamError, summarise } from "../../runtime/errors.ts";

/** Something did not happen that a test expects of a probe or a kit, or something else did. */
export class ExpectationFailed extends SabeamError {
  override readonly name = "ExpectationFailed";
  /** Of the probe; "kit" for what a kit waits for. */
  readonly probe: string;
  /** In words, like `add(5)`. */
  readonly expected: string;
  /** What came instead, in words; undefined: nothing. */
  readonly got: string | undefined;
  /** Milliseconds that were waited. */
  readonly waitedMs: number;

  constructor(
    { probe, expected, got, waitedMs }: ExpectationFacts,
    told: readonly string[],
    options?: ErrorOptions,
  ) {
    super("ERR_EXPECTATION_FAILED", told.join("\n    "), options);
    this.probe = probe;
    this.expected = expected;
    this.got = got;
    this.waitedMs = waitedMs;
  }
}

export interface ExpectationFacts {
  readonly probe: string;
  readonly expected: string;
  readonly got: string | undefined;
  readonly waitedMs: number;
}

/** More messages have come to a probe than it keeps; those beyond are lost to the test. */
export class ProbeFull extends SabeamError {
  override readonly name = "ProbeFull";
  readonly probe: string;
  readonly max: number;
  /** Messages that were left out. */
  readonly omitted: number;

  constructor(probe: string, max: number, omitted: number) {
    super(
      "ERR_PROBE_FULL",
      `the probe ${JSON.stringify(probe)} keeps ${max} messages and ${omitted} more have come; ` +
        "let the test send less, or raise the probe's max",
    );
    this.probe = probe;
    this.max = max;
    this.omitted = omitted;
  }
}

/** The end of a test has found something that the test had not expected. */
export class TestFailed extends SabeamError {
  override readonly name = "TestFailed";
  /** Each one of them, in words. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const text = problems.map((problem) => `\n  - ${problem}`).join("");
    super(
      "ERR_TEST_FAILED",
      `the test ended, and not all was as it should be:${text}\n` +
        "wait in the test for what it sets off; kit.expectCrash(…) is for crashes that it wants",
    );
    this.problems = problems;
  }
}

/** In virtual time something goes on without end at one moment, so time cannot pass. */
export class NeverQuiet extends SabeamError {
  override readonly name = "NeverQuiet";
  readonly steps: number;
  /** Virtual milliseconds. */
  readonly atMs: number;

  constructor(steps: number, atMs: number) {
    super(
      "ERR_NEVER_QUIET",
      `${steps} steps at ${atMs} virtual ms, and there is still something to do: an actor that ` +
        "sends to itself each time, or code that asks for the next turn of the event loop each " +
        "time; give it a timer",
    );
    this.steps = steps;
    this.atMs = atMs;
  }
}

/** A kit was used before it runs, or after its end. */
export class KitNotRunning extends SabeamError {
  override readonly name = "KitNotRunning";

  constructor(what: string, state: "not started" | "stopped") {
    const advice =
      state === "stopped"
        ? "make one kit per test, or reset it between tests and stop it after the last one"
        : "await kit.ready(), kit.start(…) or kit.probe(…) first";
    super("ERR_KIT_NOT_RUNNING", `${what}: the kit is ${state}; ${advice}`);
  }
}

/** A stepper was asked for what cannot be run in a single step, or not now. */
export class CannotStep extends SabeamError {
  override readonly name = "CannotStep";

  constructor(problem: string, advice: string) {
    super("ERR_CANNOT_STEP", `${problem}; ${advice}`);
  }
}

/** A transcript that cannot be read. */
export class InvalidTranscript extends SabeamError {
  override readonly name = "InvalidTranscript";
  readonly file: string;
  /** Counted from 1; 0: the file as a whole. */
  readonly line: number;

  constructor(file: string, line: number, problem: string, options?: ErrorOptions) {
    const where = line === 0 ? file : `${file}:${line}`;
    const form = "a block is a command, ----, its output, and a blank line";
    super("ERR_INVALID_TRANSCRIPT", `${where}: ${problem}; ${form}`, options);
    this.file = file;
    this.line = line;
  }
}

/** The commands of a transcript give something else than its file says. */
export class TranscriptDiffers extends SabeamError {
  override readonly name = "TranscriptDiffers";
  readonly file: string;
  /** Of the first block that differs. */
  readonly line: number;
  /** Blocks that differ. */
  readonly blocks: number;

  constructor(file: string, line: number, blocks: number, told: readonly string[]) {
    super("ERR_TRANSCRIPT_DIFFERS", told.join("\n"));
    this.file = file;
    this.line = line;
    this.blocks = blocks;
  }
}

/** A command of a transcript threw: `cause`. */
export class TranscriptFailed extends SabeamError {
  override readonly name = "TranscriptFailed";
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, command: string, cause: unknown) {
    const what = `${JSON.stringify(command)} threw ${summarise(cause)}`;
    super(
      "ERR_TRANSCRIPT_FAILED",
      `${file}:${line}: ${what}; a transcript shows failures that are expected as output`,
      { cause },
    );
    this.file = file;
    this.line = line;
  }
}
