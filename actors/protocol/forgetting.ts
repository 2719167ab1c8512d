/**
 * Takes what an instance has kept out of its journal, once nobody needs it: ids are used once, and
 * logs stay until somebody says that they may go.
 */

import { InvalidOptions } from "../errors.ts";
import type { StoreHandlers } from "../journal/session.ts";
import type { AnyDefinition, AnyRef, Ref } from "../types.ts";
import type { MemberId, ProtocolSpec } from "./contract.ts";
import type { ProtocolDefinition } from "./define-protocol.ts";
import { hereOf } from "./members.ts";
import { checkIds, HOME, shellName } from "./order.ts";
import type { Starter } from "./start-protocol.ts";

export interface ForgetOptions {
  /** Of the instance. */
  readonly id: string;
  readonly journal: AnyRef;
  /** Default: all that have kept something in this journal. */
  readonly members?: readonly MemberId[];
}

/** How long a member may seem to end, and how long at a time nobody asks. */
const END_MS_MAX = 200;
const WAIT_MS = 5;
/** Even behind much that is written. */
const REMOVE_MS_MAX = 30_000;

/**
 * Removes what members of an instance that is over have kept. After it, an instance of this id
 * would begin anew: what was decided is forgotten.
 *
 * @throws (rejects with) InvalidOptions (ERR_INVALID_OPTIONS) for a member that runs, or waits to
 *   be started again; StoreFailed (ERR_STORE_FAILED), JournalFull (ERR_JOURNAL_FULL), ActorDown,
 *   CallTimeout: some may be gone then
 */
export async function forgetInstance<S extends ProtocolSpec, Client>(
  starter: Starter,
  definition: ProtocolDefinition<S, Client>,
  { id, journal, members }: ForgetOptions,
): Promise<void> {
  for (const member of members ?? [HOME]) checkIds(id, member);
  const prefix = shellName(definition.name, id, "");
  const names = members?.map((member) => prefix + member);
  await mustBeOver(starter, definition.actor, prefix, names);
  const store = journal as Ref<StoreHandlers>;
  await store.with({ timeout: REMOVE_MS_MAX }).call.remove(prefix, names);
}

/** One whose name is free has ended, or will be back: its supervisor knows soon. */
async function mustBeOver(
  starter: Starter,
  shell: AnyDefinition,
  prefix: string,
  names: readonly string[] | undefined,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += WAIT_MS) {
    const here = await hereOf(starter, prefix, names);
    if (here === undefined) return;
    if (waitedMs >= END_MS_MAX || starter.whereis(shell, here) !== undefined) {
      throw new InvalidOptions("members", "members that do not run any more", here);
    }
    await new Promise<void>((resolve) => void setTimeout(resolve, WAIT_MS));
  }
}
