/**
 * Errors of what protocols are built from. Each has a `code` that never changes, the facts as
 * fields, and a message that says what happened, with which values, and what to do.
 *
 * Left out: errors of one protocol, which lie in its folder.
 */

import { SabeamError } from "../runtime/index.ts";
import { shown } from "./shown.ts";

/** A rule about who decides cannot be: nobody votes, a threshold is out of range, and the like. */
export class InvalidQuorum extends SabeamError {
  override readonly name = "InvalidQuorum";
  /** What is wrong, as one would write it: `members`, `weights["a"]`, `threshold`. */
  readonly part: string;

  constructor(part: string, allowed: string, got: unknown) {
    super("ERR_INVALID_QUORUM", `${part} must be ${allowed}; got ${shown(got)}`);
    this.part = part;
  }
}

/** A vector clock has as many members as it may have. Nothing has changed. */
export class ClockFull extends SabeamError {
  override readonly name = "ClockFull";
  readonly entriesMax: number;

  constructor(entriesMax: number) {
    super(
      "ERR_CLOCK_FULL",
      `a vector clock has ${entriesMax} entries, and may have no more; prune the members that ` +
        "have left, or raise entriesMax",
    );
    this.entriesMax = entriesMax;
  }
}

/** A time came that is too far ahead of the clock here. It was not taken over. */
export class ClockAhead extends SabeamError {
  override readonly name = "ClockAhead";
  readonly aheadMs: number;
  readonly driftMaxMs: number;

  constructor(aheadMs: number, driftMaxMs: number) {
    super(
      "ERR_CLOCK_AHEAD",
      `a time is ${aheadMs} ms ahead of the clock here, and ${driftMaxMs} ms are allowed; drop ` +
        "its message, and set the clocks of both machines (or raise driftMaxMs)",
    );
    this.aheadMs = aheadMs;
    this.driftMaxMs = driftMaxMs;
  }
}
