/**
 * The supervisor of all members of a system: starts them, starts those again that keep something,
 * and knows whether one that nobody finds will come back.
 *
 *     startMember ──▶ **here**: runs, or waits to be started again ──ends for good──▶ **ended**
 *
 * Of those that have ended only the last ENDED_KEPT are remembered; of others nothing is known.
 */

import { defineActor } from "../define.ts";
import { NameTaken } from "../errors.ts";
import { builtIn, homeOf } from "../supervision/built-in.ts";
import { CREW_CALLBACKS, crewOf, DUE, makeCrew, refuse } from "../supervision/crew-actor.ts";
import { type DynamicChildSpec, SpecCheck } from "../supervision/dynamic-spec.ts";
import type { Member, MemberInfo } from "../supervision/member.ts";
import type { ChildCounts } from "../supervision/supervisor.ts";
import { titleOf } from "../supervision/title.ts";
import type { AnyRef, Deferred, Definition, Ref, Self } from "../types.ts";
import type { Starter } from "./start-protocol.ts";

const SUPERVISOR = "sabeam:protocols";

/** Names of members that have ended. */
export const ENDED_KEPT = 16_384;
/** One member's faults are no reason to end the others, nor is their store's, all at once. */
const INTENSITY = { intensity: 1_000_000, period: 1000 };
const RESTART_BACKOFF = { min: 10, max: 1000 };

/** What is known of a member by its name. */
export type Presence = "here" | "ended" | undefined;

export interface MembersProtocol {
  /** As `startChild` of a dynamic supervisor, for one with a name. */
  startMember(spec: DynamicChildSpec & { readonly name: string }): Deferred<AnyRef>;
  presence(name: string): Presence;
  /** The name of a member that runs, or will again, and begins so. */
  hereOf(prefix: string): string | undefined;
  whichChildren(): MemberInfo[];
  countChildren(): ChildCounts;
}

class Roll {
  /** By name. */
  readonly #here: Map<string, Member> = new Map();
  readonly #ended: Set<string> = new Set();

  of(name: string): Presence {
    if (this.#here.has(name)) return "here";
    return this.#ended.has(name) ? "ended" : undefined;
  }

  hereOf(prefix: string): string | undefined {
    for (const name of this.#here.keys()) if (name.startsWith(prefix)) return name;
    return undefined;
  }

  /** It runs. Returns another one that had the name, and has ended or is being started again. */
  up(name: string, member: Member): Member | undefined {
    const former = this.#here.get(name);
    this.#here.set(name, member);
    this.#ended.delete(name);
    return former === member ? undefined : former;
  }

  over(name: string, member: Member): void {
    if (this.#here.get(name) !== member) return;
    this.#here.delete(name);
    this.#ended.add(name);
    if (this.#ended.size <= ENDED_KEPT) return;
    for (const oldest of this.#ended) return void this.#ended.delete(oldest);
  }
}

type Members = Self<object>;

const rollOf = (self: Members): Roll => self.local.roll as Roll;

/** Whoever is started under a name of one that waits for it takes its place. */
function enter(self: Members, name: string, start: (moved: Member["moved"]) => Member): void {
  const roll = rollOf(self);
  const member = start((ref) => {
    if (ref === undefined) return roll.over(name, member);
    const former = roll.up(name, member);
    if (former !== undefined) crewOf(self).end(former);
  });
}

export const ProtocolMembers: Definition<[], MembersProtocol> = builtIn(
  defineActor(homeOf(import.meta.url), "ProtocolMembers", {
    ...CREW_CALLBACKS,
    init(self: Self<undefined>): object {
      makeCrew(self, INTENSITY);
      self.local.roll = new Roll();
      self.local.specs = new SpecCheck(titleOf(self), RESTART_BACKOFF);
      return {};
    },
    handlers: {
      startMember(self: Members, spec: DynamicChildSpec & { readonly name: string }) {
        try {
          const checked = (self.local.specs as SpecCheck).check(spec); // `init` has put it there.
          const answer = self.defer<AnyRef>();
          enter(self, spec.name, (moved) =>
            crewOf(self).start(checked, spec.args ?? [], answer, moved),
          );
          return answer;
        } catch (error) {
          return refuse(self, error);
        }
      },
      presence: (self: Members, name: string): Presence => rollOf(self).of(name),
      hereOf: (self: Members, prefix: string): string | undefined => rollOf(self).hereOf(prefix),
      whichChildren: (self: Members): MemberInfo[] =>
        Array.from(crewOf(self), (member) => member.info()),
      countChildren: (self: Members): ChildCounts => crewOf(self).counts(),
      /** The crew's timer. From anybody else it does no harm. */
      [DUE]: (self: Members): void => crewOf(self).due(),
    },
  }),
);

export async function supervisorOf(starter: Starter): Promise<Ref<MembersProtocol>> {
  const running = starter.whereis(ProtocolMembers, SUPERVISOR);
  if (running !== undefined) return running;
  try {
    return await starter.spawn(ProtocolMembers, [], { name: SUPERVISOR, thread: 0 });
  } catch (error) {
    // Somebody else was faster.
    const found = error instanceof NameTaken && starter.whereis(ProtocolMembers, SUPERVISOR);
    if (found) return found;
    throw error;
  }
}

/** A member that runs, or will again: one of those named, else of all whose names begin so. */
export async function hereOf(
  starter: Starter,
  prefix: string,
  names: readonly string[] | undefined,
): Promise<string | undefined> {
  const members = starter.whereis(ProtocolMembers, SUPERVISOR);
  if (members === undefined) return undefined;
  if (names === undefined) return await members.call.hereOf(prefix);
  for (const name of names) if ((await members.call.presence(name)) === "here") return name;
  return undefined;
}

/** Of a member on this node, by its shell's name. Undefined, too, if nobody says so in time. */
export async function presenceOf(starter: Starter, name: string): Promise<Presence> {
  const members = starter.whereis(ProtocolMembers, SUPERVISOR);
  return members?.call.presence(name).catch(() => undefined);
}
