/**
 * The end of what a test has started, the last one first, each with what is left of the time for
 * all; who does not end in it is killed, and named with what it is at.
 */

import { summarise } from "../../runtime/errors.ts";
import { ActorDown, CallTimeout } from "../errors.ts";
import type { System } from "../system.ts";
import type { AnyRef } from "../types.ts";
import type { Clock } from "./waits.ts";

/** For the answer of one who is asked what it is at. */
const STATISTICS_MS = 250;

/** Settles with what went wrong. */
export async function tearDown(
  system: System,
  refs: readonly AnyRef[],
  clock: Clock,
  ms: number,
): Promise<string[]> {
  const began = clock.now();
  const problems: string[] = [];
  for (const ref of refs.toReversed()) {
    // A whole one, since all are to be asked; what is late is killed, which takes no time.
    const left = Math.max(1, Math.ceil(began + ms - clock.now()));
    const problem = await end(system, ref, left);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

async function end(system: System, ref: AnyRef, ms: number): Promise<string | undefined> {
  const timeout = Math.min(ms, 2 ** 31 - 1);
  try {
    await system.stopActor(ref, { reason: "shutdown", timeout });
    return undefined;
  } catch (error) {
    if (is(error, ActorDown)) return undefined;
    if (!is(error, CallTimeout)) return `${ref} could not be ended: ${summarise(error)}`;
  }
  const doing = await whatItDoes(system, ref);
  system.exit(ref, "kill");
  return `${ref} did not end within ${timeout} ms and was killed${doing}`;
}

async function whatItDoes(system: System, ref: AnyRef): Promise<string> {
  try {
    const timeout = STATISTICS_MS;
    const { status, queued, open } = await system.statistics(ref, { timeout });
    return `: it is ${status}, ${queued} messages wait, ${open} calls are not answered`;
  } catch (error) {
    return ` (it does not say what it is at: ${summarise(error)})`;
  }
}

function is(error: unknown, kind: typeof ActorDown | typeof CallTimeout): boolean {
  return error instanceof kind;
}
