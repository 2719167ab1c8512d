/** Whose end the actor under step is to learn: monitors, and promises of `whenDown`. */

import type { Down } from "../bonds.ts";
import { InvalidOptions } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { ActorRef } from "../ref.ts";
import type { AnyRef } from "../types.ts";
import { CannotStep } from "./errors.ts";

interface Watch {
  readonly monitor: number;
  readonly target: AnyRef | string;
  readonly tag: unknown;
}

export class StepWatches {
  #next = 1;
  #watches: Watch[] = [];
  #promises: { readonly ref: AnyRef; readonly settle: (reason: ExitReason) => void }[] = [];

  /** Returns its number. */
  add(target: AnyRef | string, tag: unknown): number {
    const monitor = this.#next;
    this.#next += 1;
    this.#watches.push({ monitor, target, tag });
    return monitor;
  }

  remove(monitor: number): boolean {
    if (!Number.isInteger(monitor)) {
      throw new InvalidOptions("demonitor", "given what self.monitor() returned", monitor);
    }
    const before = this.#watches.length;
    this.#watches = this.#watches.filter((watch) => watch.monitor !== monitor);
    return this.#watches.length < before;
  }

  whenDown(ref: AnyRef): Promise<ExitReason> {
    return new Promise((settle) => this.#promises.push({ ref, settle }));
  }

  /**
   * An actor has ended: what `down` is to be given, once for each monitor, in their order.
   *
   * @throws CannotStep if nobody watches it
   */
  ended(target: AnyRef | string, reason: ExitReason): Down[] {
    const fired = this.#watches.filter((watch) => watch.target === target);
    const promises = this.#promises.filter(({ ref }) => ref === target);
    if (fired.length + promises.length === 0) {
      const watched = this.#watches.map((watch) => String(watch.target)).join(", ") || "nobody";
      throw new CannotStep(`the actor does not monitor ${target}`, `it monitors ${watched}`);
    }
    this.#watches = this.#watches.filter((watch) => watch.target !== target);
    this.#promises = this.#promises.filter(({ ref }) => ref !== target);
    for (const { settle } of promises) settle(reason);
    return fired.map(({ monitor, tag }) =>
      typeof target === "string"
        ? { monitor, ref: undefined, name: target, reason, tag }
        : { monitor, ref: target as ActorRef, name: undefined, reason, tag },
    );
  }
}
