/**
 * The partition supervisor: the same child many times, so that what one actor would be too slow
 * for is done by many, each for the keys that are its own.
 *
 *     const counters = await system.spawn(PartitionSupervisor, [{ child: childSpec(Counter) }]);
 *     const shards = await partitionsOf(Counter, counters);
 *     shards.of("ann").cast.add(1);        which partition: by the key alone, without asking
 *
 * A key always leads to the same partition, on every thread, as long as the number of partitions is
 * the same. Partitions are restarted one by one; a ref of theirs survives that.
 *
 * Follows Elixir's PartitionSupervisor. There, a resized one routes by hash mod its present size;
 * here by (hash mod its first size) mod its present size, which needs nobody to be told.
 */

import { isWhole } from "../../runtime/wrong.ts";
import { defineActor } from "../define.ts";
import { InvalidOptions, NoPartitions, NoSuchActor, SupervisorBusy } from "../errors.ts";
import type { AnyRef, Deferred, Definition, Ref, Self } from "../types.ts";
import { builtIn, homeOf } from "./built-in.ts";
import { CREW_CALLBACKS, crewOf, DUE, makeCrew, refuse, startCrew } from "./crew-actor.ts";
import type { MemberInfo } from "./member.ts";
import {
  checkPartitions,
  type PartitionKey,
  type PartitionSupervisorOptions,
  placeOf,
} from "./partition-spec.ts";
import { RESIZES_MAX, Slots } from "./slots.ts";
import type { ChildCounts } from "./supervisor.ts";
import { titleOf } from "./title.ts";

/** What is told of a partition. */
export interface PartitionInfo extends MemberInfo {
  /** Its number, from 0. */
  readonly partition: number;
}

/** What a partition supervisor can be asked. */
export interface PartitionSupervisorProtocol {
  /**
   * A ref for each place that a key can have, for ever the same ones. `partitionsOf()` asks for
   * them. Fails with NoSuchActor if the partitions are of another definition than the one named,
   * with InvalidOptions if that is no name.
   */
  partitions(definition?: string): AnyRef[];
  /**
   * Ends partitions, or starts them again: from 0 to as many as there were at first. Answers when
   * that is done. Fails with InvalidOptions, SupervisorBusy, or ChildFailed: then the size is as
   * before.
   */
  resize(size: number): Deferred<void>;
  /** Partitions that there are at the moment. */
  size(): number;
  whichChildren(): PartitionInfo[];
  countChildren(): ChildCounts;
}

/** A partition supervisor as whoever uses it holds it, in one thread. */
export class Partitions<P> {
  readonly #supervisor: string;
  readonly #refs: readonly Ref<P>[];
  #size: number;
  readonly #resize: (size: number) => Promise<unknown>;

  constructor(
    supervisor: string,
    refs: readonly Ref<P>[],
    size: number,
    resize: (size: number) => Promise<unknown>,
  ) {
    this.#supervisor = supervisor;
    this.#refs = refs;
    this.#size = size;
    this.#resize = resize;
  }

  /** Places that a key can have: the number of partitions at first. */
  get count(): number {
    return this.#refs.length;
  }

  /**
   * The partition of a key, synchronously: a whole number modulo `count`, else a hash of it. The
   * ref may be kept: it survives restarts, and a resize too.
   *
   * @throws NoPartitions (ERR_NO_PARTITIONS) if `resize(0)` was called here. Whoever else holds the
   *   partitions learns of that by ActorDown, handled "no". InvalidOptions (ERR_INVALID_OPTIONS)
   *   for a key that is an object.
   */
  of(key: PartitionKey): Ref<P> {
    const place = placeOf(key, this.#refs.length);
    if (this.#size === 0) throw new NoPartitions(this.#supervisor);
    return this.#refs[place] as Ref<P>; // A place is less than their number.
  }

  /** As `resize` of the supervisor. */
  async resize(size: number): Promise<void> {
    await this.#resize(size);
    this.#size = size;
  }
}

/**
 * The partitions of a partition supervisor, to route by key without asking it again. Rejects as
 * `partitions` of PartitionSupervisorProtocol does.
 */
export async function partitionsOf<P>(
  definition: Definition<never, P>,
  supervisor: Ref<PartitionSupervisorProtocol>,
): Promise<Partitions<P>> {
  const { call } = supervisor;
  const [refs, size] = await Promise.all([call.partitions(definition.name), call.size()]);
  // The supervisor has compared the names.
  const typed = refs as Ref<P>[];
  return new Partitions(String(supervisor), typed, size, (wanted) => call.resize(wanted));
}

interface PartitionState {
  definition: string;
  partitions: number;
}

type Partitioned = Self<PartitionState>;

async function begin(
  self: Self<undefined>,
  options: PartitionSupervisorOptions,
): Promise<PartitionState> {
  const checked = checkPartitions(titleOf(self), options);
  const crew = makeCrew(self, checked.limits);
  const slots = new Slots(self, crew, checked);
  self.local.slots = slots;
  await startCrew(self, () => slots.open());
  return { definition: checked.child.definition.name, partitions: checked.partitions };
}

function slotsOf(self: Partitioned): Slots {
  return self.local.slots as Slots; // `begin` has put it there.
}

const handlers = {
  partitions(self: Partitioned, definition?: string): AnyRef[] {
    const own = self.state.definition;
    if (definition === undefined || definition === own) return slotsOf(self).refs;
    if (typeof definition !== "string") {
      const error = new InvalidOptions("definition", "a definition's name", definition);
      return refuse(self, error) as never; // An answer all the same.
    }
    const why = `the partitions of ${titleOf(self)} are each a ${own}`;
    return refuse(self, new NoSuchActor(definition, why)) as never; // An answer all the same.
  },

  resize(self: Partitioned, size: number): Deferred<void> {
    const rule = isWhole(0, self.state.partitions);
    if (!rule.holds(size)) return refuse(self, new InvalidOptions("size", rule.allowed, size));
    const slots = slotsOf(self);
    if (slots.isBusy) return refuse(self, new SupervisorBusy(titleOf(self), RESIZES_MAX));
    const answer = self.defer<void>();
    slots.resize(size).then(answer.resolve, answer.reject);
    return answer;
  },

  size: (self: Partitioned): number => slotsOf(self).size,

  whichChildren(self: Partitioned): PartitionInfo[] {
    const slots = slotsOf(self);
    return Array.from({ length: slots.size }, (_, partition) => {
      const info = slots.member(partition)?.info();
      return info === undefined ? [] : [{ partition, ...info }];
    }).flat();
  },

  countChildren: (self: Partitioned): ChildCounts => crewOf(self).counts(),

  /** The crew's timer. From anybody else it does no harm. */
  [DUE](self: Partitioned): void {
    crewOf(self).due();
  },
};

/** A partition supervisor: `system.spawn(PartitionSupervisor, [{ child: childSpec(Counter) }])`. */
export const PartitionSupervisor: Definition<
  [options: PartitionSupervisorOptions],
  PartitionSupervisorProtocol
> = builtIn(
  defineActor(homeOf(import.meta.url), "PartitionSupervisor", {
    ...CREW_CALLBACKS,
    init: begin,
    handlers,
  }),
);
