/**
 * What a look into a running system sees. Plain data, made from shared memory alone: nobody is
 * asked, and nothing enters a mailbox. This is also what goes over the socket (protocol.ts), as
 * JSON, where what is undefined is left out.
 *
 * Numbers are those of a moment that is not the same for all threads; they are exact when the
 * system is quiet. What is counted between two looks (rates, times of turns) is undefined at the
 * first. All texts are free of control characters.
 */

/** A turn that runs right now. */
export interface RunningView {
  /** Whose: `Counter<12.1>`. */
  readonly actor: string;
  /** Undefined: not known, or no handler (`init`, a callback). */
  readonly handler: string | undefined;
  /** Milliseconds that it has run at least, as far as anybody has looked. */
  readonly ms: number;
}

export interface ThreadView {
  /** 0 is main. */
  readonly index: number;
  /** `main`, `thread 1`, `own thread 3`. */
  readonly name: string;
  readonly state: "booting" | "running" | "dead";
  /** Counts the lives of this index; 1 at first. */
  readonly generation: number;
  /** Made for one actor. */
  readonly own: boolean;
  /** It sleeps until something comes. */
  readonly parked: boolean;
  readonly running: RunningView | undefined;
  /** Actors that live there. */
  readonly actors: number;
  /** Messages that wait there in mailboxes. */
  readonly queued: number;
  /** Turns since it began. */
  readonly turns: number;
  /** Turns a second, since the last look. */
  readonly rate: number | undefined;
  /**
   * Of one core, in percent, since the last look: what its JavaScript thread has used. Undefined
   * where the system does not say (Linux does).
   */
  readonly cpu: number | undefined;
  /** Kilobytes of heap in use, as it last said while it was looked at. */
  readonly heapKb: number | undefined;
  /**
   * How old the numbers of its actors may be, in milliseconds: a thread that is held up tells none.
   * Undefined: it has not told them since somebody looks.
   */
  readonly toldMs: number | undefined;
}

/**
 * running: its turn runs right now. waiting: its turn awaits the answer of another actor. busy: its
 * turn awaits something else. suspended: held still. ready: messages wait. idle: none do. starting
 * and stopping: `init` or `terminate` is at work. recovering: its thread has died, and it is to go
 * on on another. dead: it has ended, or its thread has.
 */
export type ActorStatus =
  | "running"
  | "waiting"
  | "busy"
  | "suspended"
  | "ready"
  | "idle"
  | "starting"
  | "stopping"
  | "recovering"
  | "dead";

export interface ActorView {
  /** `Counter<12.1>`: definition, slot and incarnation. */
  readonly address: string;
  readonly slot: number;
  readonly incarnation: number;
  readonly definition: string;
  readonly name: string | undefined;
  readonly alive: boolean;
  readonly status: ActorStatus;
  readonly thread: number;
  /** Address of who spawned it; undefined: it was spawned from outside of actors. */
  readonly parent: string | undefined;
  /** While it runs. */
  readonly running: RunningView | undefined;
  /** While it waits: the address of the actor whose answer it awaits. */
  readonly waitsFor: string | undefined;
  /** Messages that wait in its mailbox. */
  readonly queued: number;
  /** How many more wait than at the last look. */
  readonly growth: number | undefined;
  /** Turns in its life. */
  readonly handled: number;
  /** Turns a second, since the last look. */
  readonly rate: number | undefined;
  /** Microseconds of its turns until they return or await, since the last look. */
  readonly meanUs: number | undefined;
  /** The same of the longest one, since the last look of anybody. */
  readonly longestUs: number | undefined;
  /** Of its thread's time, in percent, since the last look. */
  readonly busy: number | undefined;
  /** How often its supervisor has started it again. */
  readonly restarts: number;
  /** Milliseconds since its birth. */
  readonly ageMs: number;
}

/** Over all threads; see `system.counters()`. */
export interface TotalsView {
  readonly actors: number;
  readonly sent: number;
  readonly handled: number;
  readonly deadLettered: number;
  readonly dropped: number;
  readonly queued: number;
  readonly crashes: number;
  readonly lateReplies: number;
  readonly badLanes: number;
  /** Turns a second, since the last look. */
  readonly rate: number | undefined;
}

interface Look {
  /** When it was made: milliseconds since 1970. */
  readonly at: number;
  /** How long the system runs. */
  readonly uptimeMs: number;
  /** Milliseconds since the last look; undefined: this was the first. */
  readonly sinceMs: number | undefined;
  readonly totals: TotalsView;
  readonly threads: readonly ThreadView[];
}

/** Actors by trouble: those that hold up a thread, then long mailboxes that grow, … */
export interface TopView extends Look {
  readonly type: "top";
  readonly actors: readonly ActorView[];
  /** Living actors that are not listed. */
  readonly omitted: number;
}

export interface TreeActor extends ActorView {
  /** 0: a root, whose parent does not live, or who has none. */
  readonly depth: number;
  /** Its children that live. */
  readonly children: number;
  /** Those of them that are not listed, nor what is below them. */
  readonly omitted: number;
}

/** Parents, each followed by its children: a line for each makes the tree. */
export interface TreeView extends Look {
  readonly type: "tree";
  readonly actors: readonly TreeActor[];
  /** Roots that are not listed. */
  readonly omittedRoots: number;
  /** Living actors that are not listed. */
  readonly omitted: number;
}

/** One actor, also one that has ended: `alive` is false then, and numbers are its last, or 0. */
export interface ActorInfo extends ActorView {
  readonly type: "info";
  readonly at: number;
  /** Addresses of its parent, its parent's parent, …, as far as they live; at most 16. */
  readonly ancestors: readonly string[];
  /** Its children that live. */
  readonly children: number;
}

export type View = TopView | TreeView | ActorInfo;
