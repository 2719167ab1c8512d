/**
 * Partitions as their users see them: a fixed number of slots, each a ref that leads to one of the
 * members that there are at the moment.
 *
 *     slots     0   1   2   3   4      an alias each, made once: everybody may keep its ref
 *               │   │   │   │   │
 *     members   0   1   2   0   1      resized to 3: slot i leads to member i mod 3
 *
 * So whoever routes needs to know no more than the number of slots, which never changes, and finds
 * the member of the moment through shared memory, whatever has been restarted or resized.
 */

import type { Alias } from "../alias.ts";
import { ChildFailed } from "../errors.ts";
import type { AnyRef } from "../types.ts";
import type { Crew } from "./crew.ts";
import type { AnySelf } from "./crew-actor.ts";
import type { Member } from "./member.ts";
import type { CheckedPartitions } from "./partition-spec.ts";
import { titleOf } from "./title.ts";

/** Calls to `resize` that may wait until what was asked before is done. */
export const RESIZES_MAX = 1024;

export class Slots {
  readonly #self: AnySelf;
  readonly #crew: Crew;
  readonly #checked: CheckedPartitions;
  #aliases: readonly Alias[] = [];
  /** By number; beyond `#size` there are none, or they are being ended. */
  readonly #members: (Member | undefined)[] = [];
  readonly #refs: (AnyRef | undefined)[] = [];
  #size = 0;
  /** What is done to the size is done one after the other. */
  #last: Promise<void> = Promise.resolve();
  #resizes = 0;

  constructor(self: AnySelf, crew: Crew, checked: CheckedPartitions) {
    this.#self = self;
    this.#crew = crew;
    this.#checked = checked;
  }

  get size(): number {
    return this.#size;
  }

  get refs(): AnyRef[] {
    return this.#aliases.map(({ ref }) => ref);
  }

  member(index: number): Member | undefined {
    return this.#members[index];
  }

  /** Starts all at once. Rejects with ChildFailed if one does not start; the others are left. */
  async open(): Promise<void> {
    const { partitions } = this.#checked;
    await this.#start(0, partitions);
    this.#size = partitions;
    this.#aliases = Array.from(
      { length: partitions },
      (_, index) => this.#self.alias(this.#refs[index] as AnyRef), // It is up.
    );
  }

  /** Nothing more can be asked of it before something is done. */
  get isBusy(): boolean {
    return this.#resizes >= RESIZES_MAX;
  }

  /** To so many, from 0 to the number of slots, once what was asked before is done. */
  resize(size: number): Promise<void> {
    this.#resizes += 1;
    const done = this.#last.then(() => this.#resize(size));
    const next = (): void => void (this.#resizes -= 1);
    // Whoever asked is told if it fails.
    this.#last = done.then(next, next);
    return done;
  }

  async #resize(size: number): Promise<void> {
    const from = this.#size;
    if (size > from) {
      try {
        await this.#start(from, size);
      } catch (error) {
        await this.#end(from, size);
        throw error;
      }
    }
    this.#size = size;
    // Nothing new reaches those that leave.
    this.#point();
    await this.#end(size, from);
  }

  /** Rejects once all have been heard of. */
  async #start(from: number, to: number): Promise<void> {
    const all = Array.from({ length: to - from }, (_, index) => this.#startOne(from + index));
    const heard = await Promise.allSettled(all);
    const failed = heard.findIndex(({ status }) => status === "rejected");
    if (failed >= 0) await all[failed];
  }

  #startOne(index: number): Promise<void> {
    const { child, args, withIndex } = this.#checked;
    const given = withIndex ? [...args, index] : args;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void =>
        reject(new ChildFailed(titleOf(this.#self), `partition ${index}`, error));
      const moved = (ref: AnyRef | undefined): void => this.#moved(index, ref);
      const up = (): void => resolve();
      this.#members[index] = this.#crew.start(child, given, { resolve: up, reject: fail }, moved);
    });
  }

  /** Settles when they are down. Those that have ended for good are none any more. */
  async #end(from: number, to: number): Promise<void> {
    const members = this.#members.slice(from, to).filter((member) => member !== undefined);
    const end = (member: Member): Promise<void> =>
      new Promise((resolve, reject) => this.#crew.end(member, { resolve, reject }));
    await Promise.all(members.map(end));
  }

  #moved(index: number, ref: AnyRef | undefined): void {
    this.#refs[index] = ref;
    if (ref === undefined) this.#members[index] = undefined;
    if (index >= this.#size) return;
    // Only the slots that lead to it: thousands of members may move at once.
    for (let slot = index; slot < this.#aliases.length; slot += this.#size) {
      this.#aliases[slot]?.to(ref);
    }
  }

  #point(): void {
    for (const [slot, alias] of this.#aliases.entries()) {
      alias.to(this.#size === 0 ? undefined : this.#refs[slot % this.#size]);
    }
  }
}
