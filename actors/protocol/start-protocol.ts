/**
 * Starts, joins and finds members of instances.
 *
 *     joinProtocol ──▶ checks ──▶ supervisor of all members ──▶ shell, by its name ──▶ client
 *
 * A member that keeps nothing is not started again: it would act under its old id without what it
 * had said. One with a journal is, and goes on where its log ends; a service always is.
 */

import { isNumber } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import { known } from "../options.ts";
import { checkPlacement } from "../placing.ts";
import { ActorRef } from "../ref.ts";
import type { Placement } from "../spawn-options.ts";
import type { System } from "../system.ts";
import type { AnyRef, Ref, RestartType } from "../types.ts";
import type { MemberId, OptionsOf, ProtocolSpec } from "./contract.ts";
import type { ProtocolDefinition } from "./define-protocol.ts";
import { Handle } from "./handle.ts";
import { ID_RULE, isMemberId } from "./member-id.ts";
import { type MembersProtocol, presenceOf, supervisorOf } from "./members.ts";
import { checkIds, HOME, type ShellOrder, shellName } from "./order.ts";

/** What is said of one member. */
export interface MemberOptions {
  /** The actor behind this member, which the protocol may ask; best a ref by name. */
  readonly participant?: AnyRef | undefined;
  readonly thread?: Placement;
  /** Default: the thread of its participant, if it has one. */
  readonly near?: AnyRef;
}

export interface InstanceOptions<Config = unknown> extends MemberOptions {
  /** Of the instance: 1 to 64 bytes of UTF-8 without a slash. Use one once. */
  readonly id: string;
  /** Which member is started here; default "home", which creates the instance. */
  readonly member?: MemberId;
  /** Of the instance; only where it is created. */
  readonly config?: Config;
  /** Others that are started with it, by their ids; at most 10 000. */
  readonly members?: { readonly [member: MemberId]: MemberOptions };
  /** An actor whose handler `observed({ instance, member, observation })` is told. */
  readonly observer?: AnyRef;
  /** Members on other nodes, by their ids. */
  readonly away?: { readonly [member: MemberId]: AnyRef };
  /** What `openStore` has given: what must outlive the member is kept there. */
  readonly journal?: AnyRef;
  /** Milliseconds for which a finished instance answers who asks again; default 5000. */
  readonly lingerMs?: number;
}

/** Whoever may start members: a system, or an actor's `self`. */
export type Starter = Pick<System, "spawn" | "whereis" | "named" | "exit">;

const MEMBERS_MAX = 10_000;
/** Within which a member is there, or it is not known whether it will be. */
const START_MS = 60_000;
/** Milliseconds, as timers take them. */
const LINGER = isNumber(0, 2 ** 31 - 1);
const MEMBER_KEYS = ["participant", "thread", "near"];
const KEYS = [
  "id",
  "member",
  "members",
  "config",
  "observer",
  "away",
  "journal",
  "lingerMs",
  ...MEMBER_KEYS,
];

/**
 * Starts a member, by default the one that creates the instance, and gives the protocol's client.
 * Settles when the member is there, and those of `members`.
 *
 * @throws (rejects with) InvalidOptions (ERR_INVALID_OPTIONS), NameTaken (ERR_NAME_TAKEN), what
 *   `check` of the protocol throws, and what a spawn does; members that were started stay
 */
export async function joinProtocol<S extends ProtocolSpec, Client>(
  starter: Starter,
  definition: ProtocolDefinition<S, Client>,
  options: InstanceOptions<OptionsOf<S>>,
): Promise<Client> {
  const order = orderOf(definition, options);
  const orders = othersOf(order, options.members ?? {});
  const supervisor = await supervisorOf(starter);
  const start = (one: ShellOrder, place: MemberOptions): Promise<unknown> =>
    startMember(supervisor, definition, one, place);
  await start(order, options);
  await Promise.all(orders.map(([one, place]) => start(one, place)));
  return makeClient(starter, definition, options, true);
}

function startMember<S extends ProtocolSpec, Client>(
  supervisor: Ref<MembersProtocol>,
  definition: ProtocolDefinition<S, Client>,
  order: ShellOrder,
  { thread, participant, near = thread === undefined ? participant : undefined }: MemberOptions,
): Promise<unknown> {
  const name = shellName(definition.name, order.instance, order.member);
  // Thousands may be started at once, and each with a journal waits for its log.
  const { call } = supervisor.with({ timeout: START_MS });
  return call.startMember({
    definition: definition.actor,
    args: [order],
    id: name,
    name,
    restart: restartOf(definition, order),
    ...(thread !== undefined && { thread }),
    ...(near !== undefined && { near }),
  });
}

/**
 * The client of a member that somebody else has started, or will: its commands wait for that within
 * their deadlines. Starts nothing.
 */
export function clientOf<S extends ProtocolSpec, Client>(
  starter: Starter,
  definition: ProtocolDefinition<S, Client>,
  options: ClientOptions,
): Client {
  checkOptions(definition, options);
  return makeClient(starter, definition, options, false);
}

type ClientOptions = Pick<InstanceOptions, "id" | "member" | "journal" | "away">;

function makeClient<S extends ProtocolSpec, Client>(
  starter: Starter,
  definition: ProtocolDefinition<S, Client>,
  options: ClientOptions,
  isStarted: boolean,
): Client {
  const { id: instance, member = HOME, journal, away = {} } = options;
  const isAway = Object.hasOwn(away, member);
  const name = shellName(definition.name, instance, member);
  const ref = isAway ? away[member] : starter.named(definition.actor, name);
  const isDurable = journal !== undefined || definition.protocol.lifetime === "service";
  const parts = {
    protocol: definition.name,
    instance,
    member,
    isDurable,
    isStarted,
    isAway,
    presence: isAway ? undefined : () => presenceOf(starter, name),
  };
  return definition.client(new Handle<S>({ ...parts, ref: ref as never }));
}

function orderOf<S extends ProtocolSpec, Client>(
  definition: ProtocolDefinition<S, Client>,
  options: InstanceOptions,
): ShellOrder {
  checkOptions(definition, options);
  const { id, member = HOME, config, participant, observer, away, journal, lingerMs } = options;
  if (lingerMs !== undefined && !LINGER.holds(lingerMs)) {
    throw new InvalidOptions("lingerMs", LINGER.allowed, lingerMs);
  }
  const isHome = member === HOME || config !== undefined;
  return {
    instance: id,
    member,
    ...(isHome && { config: definition.protocol.check(config) }),
    ...(participant !== undefined && { participant }),
    ...(observer !== undefined && { observer }),
    ...(away !== undefined && { away }),
    ...(journal !== undefined && { store: journal }),
    ...(lingerMs !== undefined && { lingerMs }),
  };
}

function checkOptions<S extends ProtocolSpec, Client>(
  definition: ProtocolDefinition<S, Client>,
  options: InstanceOptions,
): void {
  if (typeof definition?.protocol?.check !== "function") {
    throw new InvalidOptions("protocol", "what defineProtocol has made", definition);
  }
  known("protocol", options, KEYS);
  checkIds(options.id, options.member ?? HOME);
  checkRefs("", options);
}

/** Those that are started with it. */
function othersOf(
  { config: _, ...shared }: ShellOrder,
  members: Readonly<Record<MemberId, MemberOptions>>,
): readonly [ShellOrder, MemberOptions][] {
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    throw new InvalidOptions("members", "an object: options by member", members);
  }
  const others = Object.entries(members);
  if (others.length > MEMBERS_MAX) {
    throw new InvalidOptions("members", `at most ${MEMBERS_MAX} members`, others.length);
  }
  return others.map(([member, options]) => {
    if (!isMemberId(member)) throw new InvalidOptions("members", `named by ${ID_RULE}`, member);
    if (member === shared.member) {
      throw new InvalidOptions("members", "others than the one that starts them", member);
    }
    known(`members.${member}`, options, MEMBER_KEYS);
    checkRefs(`members.${member}.`, options);
    return [{ ...shared, member, participant: options.participant }, options];
  });
}

/** They are asked for what they take now, and not when it is sent. */
function checkRefs(
  of: string,
  { participant, observer, near, thread, away = {}, journal }: Omit<InstanceOptions, "id">,
): void {
  checkTakes("observer", observer, "observed");
  checkTakes("journal", journal, "open");
  for (const [option, ref] of Object.entries({ participant, near })) {
    if (ref === undefined || ref instanceof ActorRef) continue;
    throw new InvalidOptions(`${of}${option}`, "a ref", ref);
  }
  if (thread !== undefined) checkPlacement(thread);
  if (away instanceof ActorRef || typeof away !== "object" || away === null) {
    throw new InvalidOptions("away", "an object: refs by member", away);
  }
  for (const [member, ref] of Object.entries(away)) checkTakes(`away.${member}`, ref, "message");
}

function checkTakes(option: string, ref: unknown, handler: string): void {
  if (ref === undefined) return;
  const takes = ref instanceof ActorRef && ref.facts.handlers.includes(handler);
  if (!takes) throw new InvalidOptions(option, `a ref of an actor that takes ${handler}`, ref);
}

function restartOf<S extends ProtocolSpec, Client>(
  { protocol }: ProtocolDefinition<S, Client>,
  { store }: ShellOrder,
): RestartType {
  if (protocol.lifetime === "service") return "permanent";
  return store === undefined ? "temporary" : "transient";
}
