/** What goes wrong with the forecast, and is put right again; and what is to come of it. */
import type { ChangeReason } from "../../actors/index.ts";
import { ERRORS_PART, INTENSITY, MINIMUM, type Mode, type RungId } from "./ladder.actors.ts";

export interface Act {
  readonly title: string;
  /** Who gets this mode. */
  readonly rung: RungId;
  readonly mode: Mode;
  /** The change that is to come of it, in the end. */
  readonly from: RungId | undefined;
  readonly to: RungId | undefined;
  readonly reason: ChangeReason;
  /** To be said when it has come. */
  readonly says?: string;
}

export const ACTS: readonly Act[] = [
  {
    title: `The model throws at each question. ${INTENSITY} restarts are forgiven.`,
    ...{ rung: "model", mode: "throws", from: "model", to: "neighbour", reason: "intensity" },
  },
  {
    title: `The neighbour cannot answer. ${ERRORS_PART * 100} % of its requests may fail.`,
    ...{ rung: "neighbour", mode: "fails", from: "neighbour", to: "archive", reason: "budget" },
  },
  {
    title: "The archive is locked, and says so itself.",
    ...{ rung: "archive", mode: "locked", from: "archive", to: undefined, reason: "not-ready" },
    says:
      "The dice would answer, but guess. So who asks now is told that nobody can give a " +
      `${MINIMUM} forecast, and when to try again.`,
  },
  {
    title: "Somebody has found the key of the archive.",
    ...{ rung: "archive", mode: "well", from: undefined, to: "archive", reason: "recovered" },
  },
  {
    title: "The neighbour has thawed.",
    ...{ rung: "neighbour", mode: "well", from: "archive", to: "neighbour" },
    reason: "probe-succeeded",
  },
  {
    title: "The model can do sums again.",
    ...{ rung: "model", mode: "well", from: "neighbour", to: "model", reason: "probe-succeeded" },
  },
];
