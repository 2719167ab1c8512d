/** What a system tells, read from a line of its socket (runtime/look/ has the types). */

import type {
  ActorStatus,
  ActorView,
  Hello,
  Refused,
  RunningView,
  ThreadView,
  TopView,
  TotalsView,
  TreeActor,
  TreeView,
} from "../../runtime/index.ts";
import { flag, listOf, Malformed, number, oneOf, optional, record, text } from "./reader.ts";

export type Look = TopView | TreeView;
export type Line = Hello | Refused | Look;

const STATUSES: readonly ActorStatus[] = [
  ...(["running", "waiting", "busy", "suspended", "ready"] as const),
  ...(["idle", "starting", "stopping", "recovering", "dead"] as const),
];

const running = record<RunningView>({ actor: text, handler: optional(text), ms: number });

const thread = record<ThreadView>({
  index: number,
  name: text,
  state: oneOf(["booting", "running", "dead"], "running"),
  generation: number,
  own: flag,
  parked: flag,
  running: optional(running),
  actors: number,
  queued: number,
  turns: number,
  rate: optional(number),
  cpu: optional(number),
  heapKb: optional(number),
  toldMs: optional(number),
});

const actorReaders = {
  address: text,
  slot: number,
  incarnation: number,
  definition: text,
  name: optional(text),
  alive: flag,
  status: oneOf(STATUSES, "busy"),
  thread: number,
  parent: optional(text),
  running: optional(running),
  waitsFor: optional(text),
  queued: number,
  growth: optional(number),
  handled: number,
  rate: optional(number),
  meanUs: optional(number),
  longestUs: optional(number),
  busy: optional(number),
  restarts: number,
  ageMs: number,
};

const totals = record<TotalsView>({
  actors: number,
  sent: number,
  handled: number,
  deadLettered: number,
  dropped: number,
  queued: number,
  crashes: number,
  lateReplies: number,
  badLanes: number,
  rate: optional(number),
});

const look = {
  at: number,
  uptimeMs: number,
  sinceMs: optional(number),
  totals,
  threads: listOf(thread),
};

const READERS = {
  hello: record<Hello>({
    type: oneOf(["hello"], "hello"),
    protocol: number,
    pid: number,
    system: number,
    node: text,
    sabeam: text,
    startedAt: number,
    threads: number,
  }),
  refused: record<Refused>({ type: oneOf(["refused"], "refused"), problem: text }),
  top: record<TopView>({
    type: oneOf(["top"], "top"),
    ...look,
    actors: listOf(record<ActorView>(actorReaders)),
    omitted: number,
  }),
  tree: record<TreeView>({
    type: oneOf(["tree"], "tree"),
    ...look,
    actors: listOf(
      record<TreeActor>({ ...actorReaders, depth: number, children: number, omitted: number }),
    ),
    omittedRoots: number,
    omitted: number,
  }),
};

const readType = record<{ type: string }>({ type: text });

/** Throws Malformed for what is none of them. */
export function readLine(line: string): Line {
  const value = parse(line);
  const { type } = readType(value, "");
  if (!Object.hasOwn(READERS, type)) throw new Malformed(`there is no ${JSON.stringify(type)}`);
  return READERS[type as keyof typeof READERS](value, "");
}

const protocol = record<{ protocol?: number }>({ protocol: optional(number) });

/** Of another protocol the rest of a hello may be anything. Undefined: it is no hello. */
export function readProtocol(line: string): number | undefined {
  return protocol(parse(line), "").protocol;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Malformed("it is no JSON");
  }
}
