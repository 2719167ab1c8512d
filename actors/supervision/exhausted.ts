/**
 * How a supervisor ends whose children had to be started again too often. As in OTP the reason is
 * `shutdown`, so that the one above it decides as for any other child; what makes it a failure, for
 * whoever has nobody above, is its cause.
 */

import type { ExitReason } from "../exit.ts";

const CAUSE = /needed more than \d+ restarts within \d+ ms$/;

/** @param child the last one, in words. */
export function exhausted(
  child: string,
  { intensity, periodMs }: { intensity: number; periodMs: number },
): ExitReason {
  const limit = `${intensity} restarts within ${periodMs} ms`;
  return { type: "shutdown", cause: `child ${child} needed more than ${limit}` };
}

export function isExhausted({ type, cause }: ExitReason): boolean {
  return type === "shutdown" && cause !== undefined && CAUSE.test(cause);
}
