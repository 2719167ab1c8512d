/** How a supervisor stops an actor: told to shut down, and killed if that takes too long. */

import type { ExitReason } from "../exit.ts";
import type { AnyRef, Self, ShutdownTime } from "../types.ts";

/**
 * Settles with why it has ended. Signals leave before this returns.
 *
 * @throws (rejects with) ActorEnded if whoever stops it has ended when its time is over
 */
export async function stopActor(
  self: Self<unknown>,
  ref: AnyRef,
  shutdown: ShutdownTime,
): Promise<ExitReason> {
  // Before the signal, or the reason would be `noproc`.
  const down = self.whenDown(ref, typeof shutdown === "number" ? { timeout: shutdown } : {});
  self.exit(ref, shutdown === "brutal-kill" ? "kill" : "shutdown");
  const reason = await down;
  if (reason.type !== "timeout") return reason;
  const killed = self.whenDown(ref);
  self.exit(ref, "kill");
  return killed;
}
