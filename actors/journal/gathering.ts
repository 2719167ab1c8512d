/**
 * Whether a store waits after a commit, and for how long.
 *
 *     writers   ──a──┐      ┌──a──┐          Whoever has just heard will write again soon. Half of
 *               ─────b──────┘     └──b──     them wait now; with the other half that is one sync
 *     commit       [ a ]  [ b ]  [ a ] …     for all instead of one for each half.
 *
 * After a wait in vain it does not wait for a while. Pure but for what it remembers.
 */

/** Part of the time of a commit for which those who have just heard of it are waited for. */
const SHARE = 0.5;
/** Less is not waited, and more neither. */
const MS_MIN = 1;
const MS_MAX = 5;
/** Part of what they wrote before that is enough. */
const ENOUGH_SHARE = 0.9;
/** Commits without waiting after a wait in vain; twice as many each time, at most so many. */
const VAIN_MAX = 64;

export class Gathering {
  /** Bytes for which it waits. */
  #awaited = 0;
  /** Commits that will not be waited before, and how many that were the last time. */
  #hurries = 0;
  #vain = 0;

  /**
   * A commit is done.
   *
   * @param bytes of it
   * @param waiting bytes that have come meanwhile
   * @returns milliseconds to wait for more; undefined: not at all
   */
  begin(bytes: number, waiting: number, tookMs: number): number | undefined {
    const ms = Math.min(tookMs * SHARE, MS_MAX);
    if (ms < MS_MIN || waiting === 0) return undefined;
    this.#hurries -= 1;
    if (this.#hurries >= 0) return undefined;
    this.#awaited = (waiting + bytes) * ENOUGH_SHARE;
    return ms;
  }

  /** So much waits by now: that is enough, and it has ended. */
  ends(waiting: number): boolean {
    if (waiting < this.#awaited) return false;
    this.#vain = 0;
    this.#hurries = 0;
    return true;
  }

  /** Its time is over, and too little has come. */
  endsInVain(): void {
    this.#vain = Math.min(2 * this.#vain + 1, VAIN_MAX);
    this.#hurries = this.#vain;
  }
}
