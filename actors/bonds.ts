/**
 * Who is to learn of an actor's end, and whose end it is to learn: its half of every link and
 * monitor. Made for the actors that have some.
 */

import type { Alias } from "./alias.ts";
import type { Callback } from "./early.ts";
import type { ExitReason } from "./exit.ts";
import { Few } from "./few.ts";
import type { Lineage } from "./lineage.ts";
import type { ActorRef } from "./ref.ts";
import type { ShutdownTime } from "./types.ts";

/**
 * One end of a link: the actor at the other one while it holds. After `unlink`, until the other
 * thread has said that it knows, what waits for that; an exit that was on its way is dropped.
 */
export type Link = ActorRef | Unlinking;

export class Unlinking {
  readonly ref: ActorRef;
  /** Repeated by the answer. */
  readonly id: number;

  constructor(ref: ActorRef, id: number) {
    this.ref = ref;
    this.id = id;
  }
}

/** Someone who is to be told of this actor's end. */
export interface Watcher {
  readonly thread: number;
  readonly generation: number;
  /** Number of the monitor on that thread. */
  readonly id: number;
  /** The actor that watches; undefined: the thread itself, for a promise. */
  readonly ref: ActorRef | undefined;
}

export class Bonds {
  readonly lineage: Lineage | undefined;
  readonly links: Few<Link> = new Few();
  /** By thread and number. */
  watchers: Few<Watcher> | undefined;
  /** Numbers of the monitors that this actor has made and that have not fired. */
  monitors: Set<number> | undefined;
  /** Those that have fired and wait in its mailbox. */
  fired: Map<number, Callback> | undefined;
  aliases: Set<Alias> | undefined;
  /** What `terminate` may take; undefined: as the definition says. */
  shutdown: ShutdownTime | undefined;
  /** Undefined: as the definition says. */
  traps: boolean | undefined;

  constructor(lineage: Lineage | undefined) {
    this.lineage = lineage;
  }
}

/** What `down` is given. */
export interface Down {
  /** What `self.monitor` has returned. */
  readonly monitor: number;
  /** Undefined if a name was watched that nobody had. */
  readonly ref: ActorRef | undefined;
  readonly name: string | undefined;
  readonly reason: ExitReason;
  /** As given to `self.monitor`. */
  readonly tag: unknown;
}

/** What `exit` is given. */
export interface Exit {
  /** Undefined: it came from outside of actors. */
  readonly from: ActorRef | undefined;
  readonly reason: ExitReason;
}
