/**
 * Errors of simulations that a correct program must expect, like those in `../errors.ts`.
 */

import { SabeamError, summarise } from "../errors.ts";

/** A simulation was started while one runs in this JavaScript thread. Nothing was replaced. */
export class NestedSimulation extends SabeamError {
  override readonly name = "NestedSimulation";

  constructor() {
    super(
      "ERR_NESTED_SIMULATION",
      "a simulation runs in this JavaScript thread already, and there is one Date, one " +
        "setTimeout and so on for both: await the first one before you start the next, or give " +
        "it a worker or process of its own",
    );
  }
}

/** A global cannot be replaced, so nothing would be deterministic. All are as they were before. */
export class GlobalNotReplaced extends SabeamError {
  override readonly name = "GlobalNotReplaced";
  /** As one would write it: `Math.random`. */
  readonly what: string;

  constructor(what: string, cause: unknown) {
    super(
      "ERR_GLOBAL_NOT_REPLACED",
      `a simulation must replace ${what}, and that failed (${summarise(cause)}); do not freeze ` +
        "or lock it, and run without --frozen-intrinsics",
      { cause },
    );
    this.what = what;
  }
}
