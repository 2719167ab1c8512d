/** What a history that is to be checked, or is being recorded, can be refused for. */

import { SabeamError } from "../../../runtime/errors.ts";

/** A history contradicts itself, so that no verdict about it would mean anything. */
export class InvalidHistory extends SabeamError {
  override readonly name = "InvalidHistory";
  /** Index of the event at which it shows; -1 where it is not one event. */
  readonly event: number;
  constructor(event: number, problem: string, advice: string) {
    const where = event < 0 ? "the history" : `event ${event} of the history`;
    super("ERR_INVALID_HISTORY", `${where} is not valid: ${problem}; ${advice}`);
    this.event = event;
  }
}

/** A history has as many operations as it may have. Nothing was recorded. */
export class HistoryFull extends SabeamError {
  override readonly name = "HistoryFull";
  readonly maxOperations: number;
  constructor(maxOperations: number) {
    super(
      "ERR_HISTORY_FULL",
      `the history has ${maxOperations} operations, and its maxOperations allows no more: check ` +
        "what there is and begin another one, or raise it",
    );
    this.maxOperations = maxOperations;
  }
}
