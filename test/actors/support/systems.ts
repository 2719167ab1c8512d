/**
 * A system for the tests of one group, and ways to wait for what comes in its own time.
 *
 * Goal of most tests here: the same actors behave the same on one thread and across threads. So a
 * group is run over `THREADS`, and what it starts actors with says nothing about where they live.
 */

import { afterAll, beforeAll } from "vitest";
import type {
  AnyRef,
  Counters,
  Log,
  LogLevel,
  System,
  SystemOptions,
} from "../../../dist/actors/index.js";
import { sabeam } from "./native.ts";

/** All on main; all on a worker thread. */
export const THREADS = [0, 1] as const;

/** Threads of two actors: together on main, together on a worker, apart. */
export const PLACES = [
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const;

const POLL_MS = 2;
/** Far more than anything here takes on a busy machine: reached only by what never comes. */
const NEVER_MS = 15_000;
const HOOK_MS = 60_000;

export interface Line {
  readonly level: LogLevel;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** A log that keeps its lines. */
export function keepingLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: LogLevel) =>
    (fields: object, message = ""): void =>
      void lines.push({ level, fields: { ...fields }, message });
  return {
    lines,
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
  };
}

export interface Running {
  readonly system: System;
  readonly lines: Line[];
}

/** Starts a system before the tests of a group and stops it after them. */
export function useSystem(options: SystemOptions): Running {
  const { log, lines } = keepingLog();
  let system: System | undefined;
  beforeAll(async () => {
    system = await sabeam.startSystem({
      log,
      callTimeout: NEVER_MS,
      drainTimeout: 100,
      // A thread in reserve costs a boot, and most groups lose none.
      standbys: 0,
      ...options,
    });
  }, HOOK_MS);
  afterAll(() => system?.stop(), HOOK_MS);
  return {
    get system(): System {
      if (system === undefined) throw new Error("the system runs only inside of tests");
      return system;
    },
    lines,
  };
}

/** Settles once `condition` holds; fails, naming what it waited for, if it never does. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  neverMs: number = NEVER_MS,
): Promise<void> {
  const end = performance.now() + neverMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Settles once an actor has ended, as far as this thread can see. */
export function ended(ref: AnyRef): Promise<void> {
  const isDown = ({ code }: { code?: string }): boolean => code === "ERR_ACTOR_DOWN";
  return until(`${ref} is gone`, () => ref.ready().then(() => false, isDown));
}

const unaccounted = ({ sent, handled, deadLettered, dropped, queued }: Counters): number =>
  sent - handled - deadLettered - dropped - queued;

/** The counters once every message is accounted for and none waits. */
export async function quiet(system: System): Promise<Counters> {
  let counters = system.counters();
  const rest = (): boolean => counters.queued === 0 && unaccounted(counters) === 0;
  try {
    await until("quiet", () => {
      counters = system.counters();
      return rest();
    });
  } catch {
    throw new Error(`messages are not accounted for: ${JSON.stringify(counters)}`);
  }
  return counters;
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  const [ended] = await Promise.allSettled([promise]);
  if (ended.status === "rejected") return ended.reason;
  throw new Error(`it should have failed, and gave ${String(ended.value)}`);
}

/** The same for errors with fields. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error = await failure(promise);
  if (error instanceof Error) return error as Error & Record<string, unknown>;
  throw new Error(`it failed with something that is no error: ${String(error)}`);
}
