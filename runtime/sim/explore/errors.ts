/** Errors of exploration: of a model that is too large, or a program that is not what it says. */

import { SabeamError } from "../../errors.ts";

/** A program has more states than may be walked through, or does not end. */
export class TooManyStates extends SabeamError {
  override readonly name = "TooManyStates";
  readonly statesMax: number;
  /** The last steps before it. */
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
