/** What may be said of an actor when it is spawned. */

import type { AnyRef, MailboxOptions, ShutdownTime } from "./types.ts";

export interface OwnThreadOptions {
  /**
   * Megabytes that the old generation of its heap may have, 16 to 65 536; default: Node's own. More
   * ends the thread and what lives there, with reason `lost`. Young objects (some 50 to 200 MB) and
   * ArrayBuffers come on top.
   */
  heapMb?: number;
}

export type Placement = number | "spread" | "local" | "own" | { own: OwnThreadOptions };

export interface SpawnOptions {
  /** Unique in the system while the actor lives; 1 to 200 bytes of UTF-8. */
  name?: string;
  /** For people: reports and logs show it. */
  label?: string;
  /**
   * A thread's index (0 = main), "spread" over the worker threads (default), "local", or "own": a
   * thread that is made for this actor (some 50 ms) and ends when nobody lives there any more. If
   * it dies before, nothing replaces it.
   */
  thread?: Placement;
  /** The thread of this actor. */
  near?: AnyRef;
  /**
   * Not a thread on which one of these actors lives, or lived last: at most 64 refs. Looked at now
   * and never again. NoThreadApart if there is no such thread.
   */
  apart?: AnyRef | readonly AnyRef[];
  mailbox?: MailboxOptions;
  /**
   * `self.spawn` only: linked from before its `init` on, so that no end goes unseen. If `init`
   * fails, the promise says so and no exit comes.
   */
  link?: boolean;
  /**
   * The place of an actor that was lost with its thread and whose mailbox survives: address and
   * mailbox are handed on, `init` runs anew. If there is nothing to inherit (any more), the actor
   * is a new one, as without it. Supervisors do this by themselves. False: nobody will start the
   * new one again, so its own mailbox ends with its thread, as dead letters.
   */
  inherit?: AnyRef | false;
  /** What its `terminate` may take. Default: as its definition says, else the stopTimeout. */
  shutdown?: ShutdownTime;
  /** How often it was started before, for who looks in (`system.top()`). Supervisors say it. */
  restarts?: number;
  /** As in `startSystem`, for this actor. Default: as its definition says. */
  stallAfter?: number;
}

/**
 * Options that were checked when the specification that they are from was, of one shape for all:
 * supervisors start thousands of children by them, and reading a copy of who knows what took a
 * tenth of that.
 */
export class CheckedOptions implements SpawnOptions {
  name?: string;
  label?: string;
  thread?: Placement;
  near?: AnyRef;
  apart?: AnyRef | readonly AnyRef[];
  mailbox?: MailboxOptions;
  link?: boolean;
  inherit?: AnyRef | false;
  shutdown?: ShutdownTime;
  restarts?: number;
  stallAfter?: number;

  constructor(options: SpawnOptions, restarts = options.restarts, inherit = options.inherit) {
    // Undefined is as good as left out, to all that read them.
    const given = options as Required<SpawnOptions>;
    this.name = given.name;
    this.label = given.label;
    this.thread = given.thread;
    this.near = given.near;
    this.apart = given.apart;
    this.mailbox = given.mailbox;
    this.link = given.link;
    this.inherit = inherit as AnyRef | false;
    this.shutdown = given.shutdown;
    this.restarts = restarts as number;
    this.stallAfter = given.stallAfter;
  }
}
