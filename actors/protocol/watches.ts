/** Members that one member watches, to learn of their ends. */

import type { AnyRef, Self } from "../types.ts";
import type { MemberId } from "./contract.ts";

export class Watches {
  readonly #self: Self<object>;
  readonly #nameOf: (member: MemberId) => string;
  readonly #away: { readonly [member: MemberId]: AnyRef };
  readonly #monitors: Map<MemberId, number> = new Map();
  readonly #members: Map<number, MemberId> = new Map();

  constructor(
    self: Self<object>,
    nameOf: (member: MemberId) => string,
    away: { readonly [member: MemberId]: AnyRef },
  ) {
    this.#self = self;
    this.#nameOf = nameOf;
    this.#away = away;
  }

  /** One that is watched already, or lives on another node, is left as it is. */
  add(member: MemberId): void {
    if (this.#monitors.has(member) || Object.hasOwn(this.#away, member)) return;
    const monitor = this.#self.monitor(this.#nameOf(member));
    this.#monitors.set(member, monitor);
    this.#members.set(monitor, member);
  }

  remove(member: MemberId): void {
    const monitor = this.#monitors.get(member);
    if (monitor === undefined) return;
    this.#forget(member, monitor);
    this.#self.demonitor(monitor, { flush: true });
  }

  /** Whose end this is. It may be watched again from now on. */
  ended(monitor: number): MemberId | undefined {
    const member = this.#members.get(monitor);
    if (member !== undefined) this.#forget(member, monitor);
    return member;
  }

  #forget(member: MemberId, monitor: number): void {
    this.#monitors.delete(member);
    this.#members.delete(monitor);
  }
}
