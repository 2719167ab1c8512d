/** What tests of protocols find. Each with a `code` that never changes. */

import { SabeamError } from "../../../runtime/errors.ts";

/** A core does what no protocol may: an effect that no shell could perform, a step that throws. */
export class LawBroken extends SabeamError {
  override readonly name = "LawBroken";
  /** What must hold, in words. */
  readonly law: string;

  constructor(law: string, problem: string, options?: ErrorOptions) {
    super("ERR_LAW_BROKEN", `${problem} (${law})`, options);
    this.law = law;
  }
}

/** A walk or a run has come to what must not be: `cause` says what, `trace` how. */
export class ProtocolRefuted extends SabeamError {
  override readonly name = "ProtocolRefuted";
  /** The steps that lead there from the start, each with what it set off. */
  readonly trace: readonly string[];
  /** Of the random run that failed; undefined for a walk. */
  readonly seed: string | undefined;

  constructor(what: string, trace: readonly string[], seed: string | undefined, cause: unknown) {
    const where = seed === undefined ? "" : ` (seed ${seed})`;
    super("ERR_PROTOCOL_REFUTED", `${what}${where}\n\n${trace.join("\n")}`, { cause });
    this.trace = trace;
    this.seed = seed;
  }
}

/** A scenario that makes no sense. */
export class InvalidScenario extends SabeamError {
  override readonly name = "InvalidScenario";

  constructor(what: string, advice: string) {
    super("ERR_INVALID_SCENARIO", `this cannot be played: ${what}; ${advice}`);
  }
}
