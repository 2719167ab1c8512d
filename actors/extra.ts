/** What only some actors have: made at its first use, so that an idle actor stays small. */

import type { Waiters } from "../runtime/waiters.ts";
import type { Fault } from "./crash-report.ts";
import type { Early } from "./early.ts";
import type { Idle } from "./idle.ts";
import type { Asked } from "./inspection.ts";
import type { Lineage } from "./lineage.ts";
import type { OpenRequests } from "./open-requests.ts";
import type { Survivor } from "./survivor.ts";
import type { ActorTimers } from "./timers.ts";

export class Extra {
  name: string | undefined;
  label: string | undefined;
  local: Record<string, unknown> | undefined;
  timers: ActorTimers | undefined;
  /** Requests that began and are not answered: async turns and deferred answers. */
  open: OpenRequests | undefined;
  /** Who waits for room in the mailbox. */
  readiers: Waiters | undefined;
  abort: AbortController | undefined;
  early: Early | undefined;
  idle: Idle | undefined;
  /** Results of `pipe` that are still to come. */
  pipes = 0;
  /** Concurrent turns that have begun and not ended. */
  overlapping = 0;
  /** Questions that wait for the end of a turn. */
  asked: Asked[] | undefined;
  /** How often `replaceState` was used. */
  replacements = 0;
  /** The end that it has asked for, if that is to be reported. */
  fault: Fault | undefined;
  /** Only if its mailbox outlives the thread. */
  survivor: Survivor | undefined;
  /** What the actors that it spawns are told of their descent. */
  descent: Lineage | undefined;
}
