/**
 * A counter for one group: members tell home what to add, again until home says that it has.
 *
 *     a                        home
 *     |---- add r1 2 ----------->| persist, then
 *     |<--- added r1 total=2 ----|
 *
 * What tests of the harness play with: each flaw is one that the harness must find.
 */

import type {
  Effect,
  PeerCodec,
  Protocol,
  ProtocolEvent,
  RequestId,
  States,
} from "../../actors/index.ts";

type Message =
  | { readonly type: "add"; readonly request: RequestId; readonly by: number }
  | { readonly type: "added"; readonly request: RequestId; readonly total: number };

interface State {
  readonly self: string;
  readonly isHome: boolean;
  seq: number;
  /** At home: the index of its last record, and of the one up to which there is a snapshot. */
  logged: number;
  kept: number;
  total: number;
  /** At home: what it has told last. */
  last: Message | undefined;
  /** The total after each request. */
  readonly counted: Map<RequestId, number>;
  /** Elsewhere: what is to be added. */
  readonly open: Map<RequestId, number>;
  /** The largest total that it was told. */
  heard: number;
  finished: boolean;
}

export interface Toy {
  readonly state: State;
  readonly config: { readonly most: number };
  readonly command: { readonly type: "add"; readonly by: number };
  readonly reply: { readonly type: "added"; readonly total: number } | { readonly type: "refused" };
  readonly message: Message;
  readonly record: { readonly request: RequestId; readonly by: number };
  readonly observation: { readonly type: "full" };
  readonly question: never;
  readonly history: number;
}

export const FLAWS = [
  ...["speaks early", "counts twice", "asks once", "replies twice", "skips a number"],
  ...["throws", "believes all", "draws", "snapshots half", "sends to strangers", "leaves somebody"],
  ...["forgets a field", "knows all versions", "tells more"],
  ...["keeps what it sends"],
] as const;
export type Flaw = (typeof FLAWS)[number];

type Effects = Effect<Toy>[];
const RETRY_MS = 200;
/** Records after which home keeps a snapshot instead of them. */
const SNAPSHOT_EVERY = 5;
let drawn = 0;

export function toy(flaw?: Flaw): Protocol<Toy> {
  return {
    peers: codec(flaw),
    check: (config) => config as Toy["config"],
    init({ self, config, recovered }) {
      const state: State = {
        ...{ self, isHome: config !== undefined, seq: 0, total: 0, heard: 0, finished: false },
        ...{ counted: new Map(), open: new Map(), logged: 0, kept: 0, last: undefined },
      };
      const { upTo = 0, data } = recovered?.snapshot ?? {};
      state.kept = upTo;
      state.logged = upTo;
      if (data !== undefined) {
        const [total, counted] = data as [number, [string, number][]];
        state.total = total;
        for (const [request, total] of counted) state.counted.set(request, total);
      }
      for (const { request, by } of recovered?.records ?? []) {
        state.logged += 1;
        count(state, request, by);
      }
      return state;
    },
    step: (state, event) => step(state, event, flaw),
    snapshot: ({ total, counted }) => [flaw === "snapshots half" ? 0 : total, [...counted]],
    watch,
  };
}

function codec(flaw: Flaw | undefined): PeerCodec<Message> {
  return {
    version: 1,
    bytesMax: 1000,
    encode(message) {
      const value = message.type === "add" ? message.by : message.total;
      const isShort = flaw === "forgets a field" && message.type === "added";
      return [message.type, message.request, isShort ? 0 : value];
    },
    decode(version, value) {
      if (version !== 1 && flaw !== "knows all versions") return undefined;
      if (flaw !== "throws" && !Array.isArray(value)) return undefined;
      const [type, request, number] = value as [unknown, unknown, unknown];
      if (flaw === "believes all") return { type, request, by: number, total: number } as Message;
      if (typeof request !== "string" || !Number.isInteger(number)) return undefined;
      if (type === "add") return { type, request, by: number as number };
      return type === "added" ? { type, request, total: number as number } : undefined;
    },
  };
}

function step(state: State, event: ProtocolEvent<Toy>, flaw: Flaw | undefined): Effects {
  switch (event.type) {
    case "command":
      if (!Number.isInteger(event.command.by)) {
        return [{ type: "reply", id: event.id, reply: { type: "refused" } }];
      }
      if (state.isHome) return add(state, state.self, event.id, event.command.by, flaw);
      state.open.set(event.id, event.command.by);
      return ask(state, event.id, flaw);
    case "message":
      if (event.message.type === "add") {
        const { request, by } = event.message;
        if (flaw === "believes all") by.toFixed(0);
        return state.isHome ? add(state, event.from, request, by, flaw) : [];
      }
      return heard(state, event.message.request, event.message.total, flaw);
    case "timer":
      return state.open.has(event.key) ? ask(state, event.key, flaw) : [];
    default:
      return [];
  }
}

function ask({ open }: State, request: RequestId, flaw: Flaw | undefined): Effects {
  const message: Message = { type: "add", request, by: open.get(request) ?? 0 };
  const to = flaw === "sends to strangers" ? "nobody" : "home";
  const wait: Effects = [{ type: "timer", key: request, inMs: RETRY_MS }];
  return [{ type: "send", to, message }, ...(flaw === "asks once" ? [] : wait)];
}

function count(state: State, request: RequestId, by: number): void {
  state.total += by;
  state.counted.set(request, state.total);
}

function add(
  state: State,
  from: string,
  request: RequestId,
  by: number,
  flaw: Flaw | undefined,
): Effects {
  const effects: Effects = [];
  if (!state.counted.has(request) || flaw === "counts twice") {
    if (flaw === "leaves somebody") return [{ type: "finish", participants: 1 }];
    count(state, request, by);
    state.seq += flaw === "skips a number" ? 2 : 1;
    effects.push({ type: "persist", seq: state.seq, records: [{ request, by }] });
    state.logged += 1;
    // Only the harness looks at the snapshots of who makes wrong ones.
    if (state.logged - state.kept >= SNAPSHOT_EVERY && flaw !== "snapshots half") {
      state.seq += 1;
      state.kept = state.logged;
      effects.push({ type: "snapshot", seq: state.seq, upTo: state.kept });
    }
  }
  const total = (state.counted.get(request) ?? 0) + (flaw === "tells more" ? 1 : 0);
  const after = flaw === "speaks early" ? {} : { after: state.seq };
  if (from !== state.self) {
    const message = { type: "added", request, total } as const;
    if (flaw === "keeps what it sends") Object.assign((state.last ??= message), message);
    return [...effects, { type: "send", to: from, message, ...after }];
  }
  const reply = { type: "reply", id: request, reply: { type: "added", total }, ...after } as const;
  return flaw === "replies twice" ? [...effects, reply, reply] : [...effects, reply];
}

function heard(state: State, request: RequestId, total: number, flaw: Flaw | undefined): Effects {
  state.heard = Math.max(state.heard, total);
  if (!state.open.delete(request)) return [];
  drawn += 1;
  const value = flaw === "draws" ? drawn : total;
  return [
    { type: "cancel", key: request },
    { type: "reply", id: request, reply: { type: "added", total: value } },
  ];
}

/** Nobody has heard of more than home counts; what home counts, and has told, never gets less. */
function watch(members: States<Toy>, seen = 0): number {
  const home = members.get("home");
  const told = Math.max(seen, ...[...members.values()].map((state) => state.heard));
  if (home !== undefined && home.total < told) {
    throw new Error(`home counts ${home.total}, and ${told} was told`);
  }
  return told;
}
