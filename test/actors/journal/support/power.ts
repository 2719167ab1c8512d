/** A simulated disk on which something happens just before a chosen operation. */

import { Random } from "../../../../runtime/random.ts";
import { SimulatedDisk } from "../../../../runtime/sim/disk.ts";

export class Power {
  readonly disk: SimulatedDisk;
  /** Begun so far: opens, reads, writes, syncs, and so on. */
  operations = 0;
  #at = Number.POSITIVE_INFINITY;
  #act: () => void = () => undefined;

  constructor(seed: string | number) {
    const delay = (_: number, step: () => void): void => {
      this.operations += 1;
      if (this.operations === this.#at) this.#act();
      queueMicrotask(step);
    };
    this.disk = new SimulatedDisk({ random: new Random(seed), delay });
  }

  /** Does it while the operation of that number is under way, counted from now on. */
  before(operation: number, act: () => void): void {
    this.#at = this.operations + operation;
    this.#act = act;
  }

  /** It does not happen any more. */
  stop(): void {
    this.before(Number.POSITIVE_INFINITY, () => undefined);
  }

  /** Works until the power is cut, or to the end. */
  async until(
    operation: number,
    unsynced: Parameters<SimulatedDisk["crash"]>[0],
    work: () => Promise<unknown>,
  ): Promise<"done" | "cut"> {
    let cut: () => void = () => undefined;
    const isCut = new Promise<"cut">((resolve) => {
      cut = () => resolve("cut");
    });
    this.before(operation, () => {
      this.disk.crash(unsynced);
      cut();
    });
    const outcome = await Promise.race([work().then(() => "done" as const), isCut]);
    this.stop();
    if (outcome === "done") this.disk.crash(unsynced);
    this.disk.restart();
    return outcome;
  }
}
