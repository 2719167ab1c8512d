/** Opens a member's log before its life begins, and waits for a store that is not there yet. */

import { ActorDown, CallTimeout, JournalFull, NoSuchActor, StoreLost } from "../errors.ts";
import { openLog } from "../journal/log-client.ts";
import type { Ref, Self } from "../types.ts";
import type { MemberLog } from "./member-log.ts";
import { type ShellOrder, shellName } from "./order.ts";

/** For a store that is being restarted, or has no room. */
const WAIT_MS_MAX = 30_000;
const PAUSE_MS_MIN = 10;
const PAUSE_MS_MAX = 1000;

/** @throws StoreLost (ERR_STORE_LOST) after 30 s, and what the store says of the log */
export async function openMemberLog(
  self: Self<undefined>,
  protocol: string,
  { store, instance, member }: ShellOrder,
): Promise<MemberLog> {
  const name = shellName(protocol, instance, member);
  const until = self.now() + WAIT_MS_MAX;
  for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
    try {
      return await openLog(self, store as Ref<never>, name);
    } catch (error) {
      if (!isForNow(error)) throw error;
      if (self.now() + pauseMs > until) throw new StoreLost(name, String(error));
    }
    await new Promise<void>((resolve) => void setTimeout(resolve, pauseMs));
  }
}

function isForNow(error: unknown): boolean {
  return (
    error instanceof ActorDown ||
    error instanceof CallTimeout ||
    error instanceof JournalFull ||
    error instanceof NoSuchActor
  );
}
