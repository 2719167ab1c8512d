/**
 * A fence before a shared resource: who acts for an epoch that is over is refused.
 *
 *     epoch   3 ✓   3 ✓   4 ✓   3 ✗   4 ✓   7 ✓
 *                                └ its rung has been replaced by that of epoch 4
 *
 * A rung that was given up may still be at work: its thread hangs, or a message of it is on its
 * way. The resource itself is the only place where that can be stopped for certain.
 *
 *     handlers: {
 *       write(self, epoch: number, value: string) {
 *         if (!fence(self).accept(epoch)) throw new Refusal("another rung writes by now");
 *
 * The fence must live as long as the resource: keep `epoch` with its data, and begin with it again.
 *
 * @source The fencing tokens of Chubby's sequencers (Burrows, OSDI 2006, section 2.4).
 */

import { InvalidOptions } from "../errors.ts";

export class Fence {
  #epoch: number;
  #refused = 0;

  /** @param epoch the highest that was accepted before, if the resource is older than the fence. */
  constructor(epoch = 0) {
    this.#epoch = check("Fence", epoch);
  }

  /** The highest epoch that was accepted. */
  get epoch(): number {
    return this.#epoch;
  }

  /** How many were too old. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * True, unless somebody of a later epoch has been here.
   *
   * @throws InvalidOptions (ERR_INVALID_OPTIONS) for what is no epoch: a rung that was not told its
   *   own must not pass.
   */
  accept(epoch: number): boolean {
    if (check("accept", epoch) < this.#epoch) {
      this.#refused += 1;
      return false;
    }
    this.#epoch = epoch;
    return true;
  }
}

function check(where: string, epoch: number): number {
  if (Number.isSafeInteger(epoch) && epoch >= 0) return epoch;
  throw new InvalidOptions(where, "given an epoch, a whole number from 0 to 2^53 - 1", epoch);
}
