/** Goal: wrong settings are errors where they are written; a trace port is held to its shape. */

import {
  startSystem,
  type ThreadInfo,
  type TracedTurn,
  type TracePort,
  type WarningOptions,
} from "../../dist/actors/index.js";
import { type Equal, is } from "./equal.ts";

export const port: TracePort = {
  inject: () => undefined,
  run(context, turn, facts) {
    is<Equal<typeof context, string | undefined>>();
    is<Equal<typeof facts, TracedTurn>>();
    is<Equal<TracedTurn["type"], "cast" | "call" | "timer" | "callback" | "init">>();
    return turn();
  },
};

// @ts-expect-error: what it gives must be a text, at once.
export const late: TracePort = { ...port, inject: async () => "a" };
// @ts-expect-error: the result of the turn is the result.
export const silent: TracePort = { ...port, run: (_context, turn) => void turn() };
// @ts-expect-error: it needs both.
export const half: TracePort = { inject: () => "a" };

export async function start(): Promise<readonly ThreadInfo[]> {
  const warnings: WarningOptions = { turnMs: 50, asyncTurnMs: false, mailbox: 1000, calls: false };
  await startSystem({ warnings });
  await startSystem({ warnings: true, trace: new URL("./port.js", import.meta.url) });
  // @ts-expect-error: a path is not a URL.
  await startSystem({ trace: "./port.js" });
  // @ts-expect-error: a number of milliseconds.
  await startSystem({ warnings: { turnMs: "50" } });
  // @ts-expect-error: there is no such limit.
  await startSystem({ warnings: { turns: 50 } });
  // @ts-expect-error: on or off.
  await startSystem({ warnings: { calls: 1 } });
  const system = await startSystem();
  is<Equal<(typeof system.threads)[number]["name"], string>>();
  return system.threads;
}
