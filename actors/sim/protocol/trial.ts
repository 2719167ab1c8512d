/**
 * What is tried with copies of a member in the middle of a run, which goes on as if nothing had
 * been: garbage of peers, clients and participants, and recovery from a snapshot.
 */

import type { Random } from "../../../runtime/random.ts";
import type {
  Boot,
  Effect,
  ProtocolEvent,
  ProtocolSpec,
  Recovered,
} from "../../protocol/contract.ts";
import { requestOf } from "./client.ts";
import { decoded, encoded } from "./envelope.ts";
import { LawBroken } from "./errors.ts";
import { spoiled } from "./garbage.ts";
import type { ProtocolGroup } from "./group.ts";
import { type Kept, keep, lastIndex, recoveredFrom } from "./kept.ts";
import type { Member } from "./member.ts";
import { copy, equal } from "./plain.ts";
import type { WithoutTime } from "./scenario.ts";
import { effectText, valueText } from "./text.ts";

const TOTAL = "decode and step throw for nothing that comes from outside";
const SNAPSHOT = "a member goes on from its snapshot as from all its records";
/** Milliseconds until a garbage command's deadline. */
const DEADLINE_MS = 1000;

/** One of them, with a member that lives. @throws LawBroken */
export function trial<S extends ProtocolSpec>(group: ProtocolGroup<S>, random: Random): void {
  const living = [...group.members.values()].filter(({ isAlive }) => isAlive);
  const member = living[random.int(Math.max(1, living.length))];
  if (member === undefined) return;
  if (random.chance(20)) return snapshotTrial(group, member);
  const event = garbageFor(group, member, random);
  if (event !== undefined) attempt(group, member, event);
}

function attempt<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  event: WithoutTime<ProtocolEvent<S>>,
): void {
  const state = copy(member.state) as S["state"]; // It lives.
  const timed = { ...event, at: group.clockOf(member) } as ProtocolEvent<S>;
  let effects: readonly Effect<S>[];
  try {
    effects = group.protocol.step(state, timed);
  } catch (cause) {
    const what = `${member.id} threw ${String(cause)} for ${valueText(event)}`;
    throw new LawBroken(TOTAL, what, { cause });
  }
  const failed = effects.find(({ type }) => type === "fail");
  if (failed === undefined) return;
  const what = `${member.id}: ${effectText(failed)} for ${valueText(event)}`;
  throw new LawBroken("nobody outside can make a core fail", what);
}

function garbageFor<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  random: Random,
): WithoutTime<ProtocolEvent<S>> | undefined {
  switch (random.int(3)) {
    case 0:
      return garbageMessage(group, random);
    case 1: {
      const client = group.clients[random.int(Math.max(1, group.clients.length))];
      const command = client?.commands[random.int(Math.max(1, client.commands.length))];
      if (command === undefined) return undefined;
      const deadline = group.clockOf(member) + DEADLINE_MS;
      const request = { type: "command", id: "garbage", deadline, isRepeated: false } as const;
      const garbage = spoiled(command, random);
      const isTagged = typeof garbage === "object" && garbage !== null && "type" in garbage;
      if (!isTagged || typeof garbage.type !== "string") return undefined; // No shell takes that.
      return { ...request, command: garbage as S["command"] };
    }
    default: {
      const keys = [...member.asks.keys(), "garbage"];
      const key = keys[random.int(keys.length)] ?? "garbage";
      return { type: "answer", key, answer: { type: "value", value: spoiled({}, random) } };
    }
  }
}

/** What a decoder makes of a message that somebody has spoiled, of any version. */
function garbageMessage<S extends ProtocolSpec>(
  { flight, ids, protocol: { peers } }: ProtocolGroup<S>,
  random: Random,
): WithoutTime<ProtocolEvent<S>> | undefined {
  const envelope = flight[random.int(Math.max(1, flight.length))];
  if (envelope === undefined) return undefined;
  const wire = spoiled(envelope.wire, random);
  const senders = [...ids];
  const from = senders[random.int(senders.length)] ?? envelope.from;
  const version = peers.version + 1 - random.int(4);
  if (peers.decode(peers.version + 1, copy(envelope.wire)) !== undefined) {
    const what = `version ${peers.version + 1} is decoded by version ${peers.version}`;
    throw new LawBroken("what is of a version to come is not decoded", what);
  }
  try {
    const message = peers.decode(version, wire);
    if (message === undefined) return undefined;
    encoded<S>(peers, message);
    return { type: "message", from, incarnation: envelope.incarnation, message };
  } catch (cause) {
    if (cause instanceof LawBroken) throw cause;
    const what = `decode threw ${String(cause)} for ${valueText(wire)} of version ${version}`;
    throw new LawBroken(TOTAL, what, { cause });
  }
}

/** Compares two recoveries: from a snapshot of now, and from what is written until now. */
function snapshotTrial<S extends ProtocolSpec>(group: ProtocolGroup<S>, member: Member<S>): void {
  const { protocol, scenario } = group;
  if (protocol.snapshot === undefined || scenario.durable !== true) return;
  const { metadata, snapshot, records, requests } = member.kept;
  const kept: Kept<S> = copy({ metadata, snapshot, records, requests });
  for (const write of member.writes) keep(kept, write);
  const upTo = lastIndex(kept);
  if (upTo === 0) return;
  const data = copy(protocol.snapshot(member.state as S["state"])); // It lives.
  const short: Recovered<S> = {
    metadata: copy(kept.metadata),
    snapshot: { upTo, data },
    records: [],
  };
  const long = recoveredFrom(kept);
  const [one, other] = [short, long].map((recovered) =>
    restarted(group, member, recovered).map(withoutBooks),
  );
  if (equal(one, other)) return;
  const what = `${member.id}: ${valueText(one)} from a snapshot, and ${valueText(other)} without`;
  throw new LawBroken(SNAPSHOT, what);
}

/** Messages that a recovered member is given, to see how it goes on. */
const MESSAGES_MAX = 4;

/** What a life gives that starts like this: for its start, for what is in flight, for commands. */
function restarted<S extends ProtocolSpec>(
  group: ProtocolGroup<S>,
  member: Member<S>,
  recovered: Recovered<S> | undefined,
): (readonly Effect<S>[])[] {
  const { clients, flight, protocol, scenario } = group;
  const at = group.clockOf(member);
  const config = copy(scenario.members[member.id]?.config);
  const self = { self: member.id, instance: "test", config, isDurable: true, seed: 1 };
  const boot: Boot<S> = { ...self, at, recovered };
  const state = protocol.init(boot);
  const effects = [protocol.step(state, { type: "start", at })];
  for (const { from, incarnation, wire } of flight.slice(0, MESSAGES_MAX)) {
    const message = decoded<S>(protocol.peers, wire);
    effects.push(protocol.step(state, { type: "message", at, from, incarnation, message }));
  }
  for (const [client, { commands }] of clients.entries()) {
    const id = requestOf(clients, client);
    const [command] = commands;
    if (command === undefined) continue;
    const request = {
      id,
      deadline: at + DEADLINE_MS,
      isRepeated: member.kept.requests.includes(id),
    };
    effects.push(protocol.step(state, { type: "command", at, ...request, command: copy(command) }));
  }
  return effects;
}

/** When a core keeps its next snapshot is its own affair, and with it the numbers of writes. */
function withoutBooks<S extends ProtocolSpec>(effects: readonly Effect<S>[]): unknown[] {
  return effects
    .filter(({ type }) => type !== "snapshot")
    .map((effect) => {
      const waits = "after" in effect && effect.after !== undefined;
      return { ...effect, seq: undefined, after: waits };
    });
}
