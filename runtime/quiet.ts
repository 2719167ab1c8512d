/**
 * Whether a system has come to rest: nobody works, and nothing is under way between threads.
 *
 * Each thread is looked at in a moment of its own, so one look proves nothing: a message may have
 * left the one before it was looked at, and reach the other after it was. Two looks of which the
 * second began when the first was over do: if no thread did anything in between and the sums
 * agree, there was nothing under way at the end of the first.
 *
 *     look ──▶ same as before? ──▶ sums agree? ──yes──▶ quiet
 *                                       └──no──▶ after UNBALANCED_LOOKS of the same: quiet
 *
 * The sums agree again once all threads have taken the death of one (flow.ts), so the bound is for
 * what nobody can account for: a lane whose memory was written over.
 *
 * @source F. Mattern, "Algorithms for distributed termination detection", 1987 (four counters)
 */

import type { Counts } from "./counters.ts";

/** What one thread still has to do, as it says itself. */
export interface Remains {
  readonly counts: Readonly<Counts>;
  /** Turns that wait for something before they end. */
  readonly openTurns: number;
  /** Somebody is ready to run, or a lane is not empty. */
  readonly busy: boolean;
  /** Who still works and for whom messages wait, in words, bounded; only if asked for. */
  readonly who: readonly string[];
}

/** Looks without any change after which sums that do not agree are believed never to agree. */
export const UNBALANCED_LOOKS = 5;

export class Quiet {
  #last = "";
  #same = 0;

  /**
   * Takes one look at all threads; undefined for one that did not answer. True: all is quiet.
   *
   * @param balance messages that were sent and of which nothing is known, as of after the look.
   */
  look(threads: readonly (Remains | undefined)[], balance: number): boolean {
    const here = threads.filter((one) => one !== undefined);
    const idle = here.length === threads.length && here.every(isIdle);
    const now = here.map(({ counts }) => activityOf(counts)).join("; ");
    this.#same = idle && now === this.#last ? this.#same + 1 : 0;
    this.#last = idle ? now : "";
    if (this.#same === 0) return false;
    return balance === 0 || this.#same >= UNBALANCED_LOOKS;
  }
}

function isIdle({ counts, openTurns, busy }: Remains): boolean {
  return !busy && openTurns === 0 && counts.queued === 0;
}

/** Whatever a thread does to a message changes one of these. */
function activityOf(counts: Readonly<Counts>): string {
  const { sent, handled, deadLettered, dropped, recordsOut, recordsIn } = counts;
  return [sent, handled, deadLettered, dropped, recordsOut, recordsIn].join(" ");
}
