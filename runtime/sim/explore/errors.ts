/**
 * Errors of exploration: a program that makes no sense, a model that is too large, a run that does
 * not end, and a program that does not do the same when it is led the same way.
 */

import { SabeamError } from "../../errors.ts";
import type { Wrong } from "../../wrong.ts";

/** A program or an option that makes no sense. Nothing is wrong with what was explored so far. */
export class InvalidExploration extends SabeamError {
  override readonly name = "InvalidExploration";

  constructor(what: string, advice: string) {
    super("ERR_INVALID_EXPLORATION", `this cannot be explored: ${what}; ${advice}`);
  }
}

/** The first of these that is wrong. */
export function refuse(...wrongs: readonly (Wrong | undefined)[]): void {
  for (const wrong of wrongs) {
    if (wrong === undefined) continue;
    const { allowed, got, key } = wrong;
    throw new InvalidExploration(`${key} is ${String(got)}`, `it must be ${allowed}`);
  }
}

/** A program has more states than may be walked through, or does not end. */
export class TooManyStates extends SabeamError {
  override readonly name = "TooManyStates";
  readonly statesMax: number;
  /** The steps that led to the first state that was too much. */
  readonly trace: readonly string[];

  constructor(statesMax: number, trace: readonly string[]) {
    const last = trace.slice(-STEPS_SHOWN).join(", ");
    super(
      "ERR_TOO_MANY_STATES",
      `the program has more than ${statesMax} states (last steps: ${last}); make it smaller, see ` +
        "whether something in it only ever grows, or raise statesMax",
    );
    this.statesMax = statesMax;
    this.trace = trace;
  }
}

const STEPS_SHOWN = 5;

/** One run asks for more choices than it may: it goes round in circles, or is too long. */
export class TooManyChoices extends SabeamError {
  override readonly name = "TooManyChoices";
  readonly choicesMax: number;

  constructor(choicesMax: number, what: string) {
    super(
      "ERR_TOO_MANY_CHOICES",
      `a run asks for more than ${choicesMax} choices (the next one: ${what}); see whether its ` +
        "threads only ever wait for each other, make the program smaller, or raise choicesMax",
    );
    this.choicesMax = choicesMax;
  }
}

/** What a program asks when it wants a choice. */
export interface Asked {
  readonly count: number;
  readonly preferred: number;
  readonly what: string;
}

/** A program that was led the same way a second time did something else. */
export class NotDeterministic extends SabeamError {
  override readonly name = "NotDeterministic";
  /** Which choice was not the same, from 0 on. */
  readonly at: number;
  /** What was asked before; a number where only the choice itself is known; a text of an end. */
  readonly before: Asked | number | string;
  /** What is asked now: nothing if the run was over before that. */
  readonly now: Asked | string | undefined;

  constructor(at: number, before: Asked | number | string, now: Asked | string | undefined) {
    super(
      "ERR_NOT_DETERMINISTIC",
      `choice ${at} of a run that was led the same way again is not the same: it was ` +
        `${inWords(before)}, and is ${inWords(now)}; a program may depend on nothing but its ` +
        "choices: no clock, no chance, no I/O, nothing that an earlier run has left behind",
    );
    this.at = at;
    this.before = before;
    this.now = now;
  }
}

function inWords(asked: Asked | number | string | undefined): string {
  if (asked === undefined) return "the end of the run";
  if (typeof asked === "string") return asked;
  if (typeof asked === "number") return `one with a way ${asked}`;
  const { count, preferred, what } = asked;
  return `${JSON.stringify(what)}, ${count} ways, ${preferred < 0 ? "none" : preferred} preferred`;
}
