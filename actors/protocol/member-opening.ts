/** Opens a member's log before its life begins. */

import { ActorDown, CallTimeout, NoSuchActor, StoreLost } from "../errors.ts";
import { openLog } from "../journal/log-client.ts";
import type { Ref, Self } from "../types.ts";
import type { MemberLog } from "./member-log.ts";
import { type ShellOrder, shellName } from "./order.ts";

/**
 * @throws StoreLost (ERR_STORE_LOST) if no store came in time, and what a store says of the log:
 *   JournalFull (ERR_JOURNAL_FULL) at once
 */
export async function openMemberLog(
  self: Omit<Self<unknown>, "state">,
  protocol: string,
  { store, instance, member }: ShellOrder,
): Promise<MemberLog> {
  const name = shellName(protocol, instance, member);
  try {
    return await openLog(self, store as Ref<never>, name, { waitsFor: ["store"] });
  } catch (error) {
    const isAbsent = [ActorDown, CallTimeout, NoSuchActor].some((kind) => error instanceof kind);
    throw isAbsent ? new StoreLost(name, (error as Error).message) : error;
  }
}
