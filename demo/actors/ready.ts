/** What a sender does when a cast says that the way is congested: it waits for room. */
import type { Ref } from "../../actors/index.ts";

/** A bound for hangs, not for slow machines: the work that it waits for takes milliseconds. */
export const READY_TIMEOUT_MS = 60_000;

/** Deaths of threads that one turn may be cut off by; none of them is the turn's fault. */
export const ATTEMPTS = 100;

/** Takes what a cast returned. Settles at once, or when the receiver has room again. */
export async function untilReady(
  receiver: Pick<Ref<never>, "ready">,
  room: boolean,
): Promise<void> {
  if (!room) await receiver.ready({ timeout: READY_TIMEOUT_MS });
}
