/**
 * What a protocol is: a pure function from events to effects, by which a group of members agrees.
 *
 *     command (a client asks)      ──▶ ┌────────────────────┐ ──▶ reply
 *     message (from a member)      ──▶ │                    │ ──▶ send (to members)
 *     timer, down, view, health    ──▶ │ step(state, event) │ ──▶ timer, cancel, monitor
 *     answer (of the participant)  ──▶ │                    │ ──▶ ask
 *     durable (what is persisted)  ──▶ └────────────────────┘ ──▶ persist, observe, finish
 *
 * No clock, no randomness, no I/O, no await: the time is `at` of each event, and chance comes from
 * `seed` of the boot. So the same core runs on threads, under `simulate`, in an exploration of all
 * interleavings, and from a transcript. A shell (shell.ts) hosts it as an actor.
 *
 * **Persist before speak.** Each write has a number, `seq`, that the core counts up from 1 in each
 * life. What may be seen only once a write is durable carries `after: seq`: the shell holds it
 * until then.
 *
 * Shape after etcd's raft ("state machine takes a message as input") and protocols that carry their
 * own invariants, as in TLA+.
 */

/** A stable name of a member, independent of thread, slot and incarnation; 1 to 64 bytes. */
export type MemberId = string;
/** Of one command of one client; the same for each time that it is sent again. */
export type RequestId = string;

export interface Tagged {
  readonly type: string;
}

/** The types of a protocol, by name. All are plain data; unions are told apart by `type`. */
export interface ProtocolSpec {
  /**
   * Owned by the core, which may change it in place. Plain data: objects, lists, Map, Set, bytes,
   * so that tests can copy and compare it. For chance keep the seed and a count: `new
   * Random(seed).fork(String(count))` gives the same each time.
   */
  readonly state: object;
  /** What an instance is created with, checked, and with its defaults. */
  readonly config: unknown;
  /** The same as users write it; left out: they write all of it. */
  readonly options?: unknown;
  /** What a client asks a member for, and what it is answered. */
  readonly command: Tagged;
  readonly reply: unknown;
  /** Between members. */
  readonly message: Tagged;
  /** What is persisted. `never` for a protocol that persists nothing. */
  readonly record: unknown;
  /** For whoever watches. */
  readonly observation: Tagged;
  /** What the member's participant, an actor of the user, is asked; `type` is its handler. */
  readonly question: Tagged;
  /** What `watch` knows of the looks before: plain data. */
  readonly history?: unknown;
}

/** What a member starts with. */
export interface Boot<S extends ProtocolSpec> {
  readonly self: MemberId;
  readonly instance: string;
  /** Of the member that creates the instance; others learn what they need by messages. */
  readonly config: S["config"] | undefined;
  /** What is persisted outlives this life, if the member has a journal. */
  readonly isDurable: boolean;
  /** Uint32: where the member's own randomness begins. */
  readonly seed: number;
  /** Milliseconds, monotonic within one life. */
  readonly at: number;
  /** Of an earlier life; undefined if there was none, or nothing is kept. */
  readonly recovered: Recovered<S> | undefined;
}

export interface Recovered<S extends ProtocolSpec> {
  readonly metadata: unknown;
  /** What `snapshot` gave, and the index of the last record that is in it. */
  readonly snapshot: { readonly upTo: number; readonly data: unknown } | undefined;
  /** Those behind the snapshot, in order; the first has the index `upTo + 1`, or 1. */
  readonly records: readonly S["record"][];
}

/** What users write as config. */
export type OptionsOf<S extends ProtocolSpec> = S extends { readonly options: infer Options }
  ? Options
  : S["config"];

export type ProtocolEvent<S extends ProtocolSpec> = { readonly at: number } & (
  | { readonly type: "start" }
  | {
      readonly type: "command";
      readonly id: RequestId;
      readonly command: S["command"];
      /** When its client gives up, on the clock of `at`. */
      readonly deadline: number;
      /** A life before this one has persisted records for it. */
      readonly isRepeated: boolean;
    }
  /** `from` and `incarnation`, which is higher for each of its lives, are the shell's word. */
  | {
      readonly type: "message";
      readonly from: MemberId;
      readonly incarnation: number;
      readonly message: S["message"];
    }
  | { readonly type: "timer"; readonly key: string }
  /** All writes up to this one are durable. */
  | { readonly type: "durable"; readonly upTo: number }
  | { readonly type: "answer"; readonly key: string; readonly answer: Answer }
  /** Who belongs to the group now. Epochs count up. */
  | { readonly type: "view"; readonly epoch: number; readonly members: readonly MemberId[] }
  /**
   * A member that is monitored has died. If it comes back, it may be monitored again. Nothing is
   * told of members on other nodes: whoever waits for one has a timer.
   */
  | { readonly type: "down"; readonly member: MemberId; readonly reason: string }
  /** How late this thread's timers are, and how many commands wait for a reply. */
  | { readonly type: "health"; readonly lagMs: number; readonly load: number }
);

/** What the participant returned, or why there is nothing. */
export type Answer =
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/**
 * What an effect holds is given away: it is never changed again, by the core neither. A part of the
 * state that will change is copied into it.
 */
interface After {
  /** Held until this write is durable. */
  readonly after?: number;
}

export type Effect<S extends ProtocolSpec> =
  /** At most once, in no order. To itself: by the next event. */
  | ({
      readonly type: "send";
      readonly to: MemberId | readonly MemberId[];
      readonly message: S["message"];
    } & After)
  | ({ readonly type: "reply"; readonly id: RequestId; readonly reply: S["reply"] } & After)
  /** Replaces a timer of the same key, whose firing is not seen any more. */
  | { readonly type: "timer"; readonly key: string; readonly inMs: number }
  | { readonly type: "cancel"; readonly key: string }
  /** Asks the participant, again under the same key if the answer does not come. */
  | {
      readonly type: "ask";
      readonly key: string;
      readonly question: S["question"];
      readonly withinMs: number;
    }
  /** Appends to the log. */
  | { readonly type: "persist"; readonly seq: number; readonly records: readonly S["record"][] }
  /** Takes records from this index on away. */
  | { readonly type: "truncate"; readonly seq: number; readonly from: number }
  /** Keeps `snapshot(state)` as of now instead of the records up to this index. */
  | { readonly type: "snapshot"; readonly seq: number; readonly upTo: number }
  /** Replaces what is kept beside the log, all at once. */
  | { readonly type: "metadata"; readonly seq: number; readonly metadata: unknown }
  | { readonly type: "monitor" | "demonitor"; readonly member: MemberId }
  | ({ readonly type: "observe"; readonly observation: S["observation"] } & After)
  | { readonly type: "metric"; readonly name: string; readonly value: number }
  /** The instance is over. Its shell answers repeated commands for a while, and ends. */
  | ({ readonly type: "finish"; readonly participants: number } & After)
  /** What must not be is: the supervisor decides. */
  | { readonly type: "fail"; readonly reason: string };

/**
 * How members' messages look on the way. `decode` gets what a stranger may have made; it never
 * throws, and gives undefined for what is malformed, too large, or of a version that it does not
 * know. Version N knows N and N - 1.
 */
export interface PeerCodec<Message> {
  readonly version: number;
  /** Upper bound of a message on the way. */
  readonly bytesMax: number;
  encode(message: Message): unknown;
  decode(version: number, value: unknown): Message | undefined;
}

/** States of the members that live. */
export type States<S extends ProtocolSpec> = ReadonlyMap<MemberId, Readonly<S["state"]>>;

export interface Protocol<S extends ProtocolSpec> {
  readonly peers: PeerCodec<S["message"]>;
  /** Ends by `finish`, or serves for ever; default "instance". */
  readonly lifetime?: "instance" | "service";
  /** Milliseconds between two `health` events; none by default. */
  readonly healthMs?: number;
  /** What was given as config, with its defaults. @throws a typed error that names what is wrong */
  check(config: unknown): S["config"];
  init(boot: Boot<S>): S["state"];
  /** Total: throws for nothing that a client, a peer or a participant can cause. */
  step(state: S["state"], event: ProtocolEvent<S>): readonly Effect<S>[];
  /**
   * Plain data from which `init` makes a state that goes on in the same way: the law that tests
   * check by going through it at random.
   */
  snapshot?(state: S["state"]): unknown;
  /**
   * Looks at the members after each step, in tests and simulations, and throws for what must not
   * be. What it returns is `seen` of the next look, so it sees history; the first gets undefined.
   */
  watch?(members: States<S>, seen: S["history"] | undefined): S["history"];
}
