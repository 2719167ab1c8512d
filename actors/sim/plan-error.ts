/** What is told of a fault plan that cannot be used, wherever it came from. */

import { SabeamError } from "../../runtime/errors.ts";
import { describe } from "../describe.ts";

/** A fault plan cannot be used, or an entry of one. Nothing of it was done. */
export class InvalidPlan extends SabeamError {
  override readonly name = "InvalidPlan";
  /** Which entry, from 0, as it was given; -1: the plan as a whole. */
  readonly index: number;
  /** Where in the entry, like `groups[0][1]`; "": the entry as a whole. */
  readonly field: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What stands there, in a few words. */
  readonly got: string;
  /** Where in a text, from 1; undefined if it came as data. */
  readonly line: number | undefined;

  constructor(place: PlanPlace, allowed: string, got: unknown) {
    const { index, field, line } = place;
    const what = describe(got);
    super("ERR_INVALID_PLAN", `${told(place)} must be ${allowed}; got ${what}`);
    this.index = index;
    this.field = field;
    this.allowed = allowed;
    this.got = what;
    this.line = line;
  }
}

export interface PlanPlace {
  readonly index: number;
  readonly field: string;
  readonly line?: number;
}

function told({ index, field, line }: PlanPlace): string {
  const entry = index < 0 ? "the plan" : `plan[${index}]`;
  const dot = field === "" || field.startsWith("[") ? "" : ".";
  return `${line === undefined ? "" : `line ${line}: `}${entry}${dot}${field}`;
}
