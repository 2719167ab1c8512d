/**
 * The stage on which the programs of bench/savina/ play: one system, set up the same for all.
 *
 * A program exports `run`, made here from a function that prepares what is not measured (input
 * data) and returns the function that plays one round. A round spawns its actors, does the work,
 * ends the actors and answers the checksum; all of that is measured, as the suite does it. The
 * Erlang side does the same (erlang/bench_main.erl).
 *
 * The system has as many worker threads as `startSystem` chooses on two cores, and main, which
 * waits. Programs place their actors on threads 1 and 2.
 */

import type { MessageOptions } from "../../actors/index.ts";
import { type Options, type Setup, secondsSince, THREADS } from "../contender.ts";
import { ROUND_TIMEOUT_MS, type System, start } from "../ours/start.ts";

/** A size that the plan gives; throws if it does not. */
export type Size = (name: string) => number;

/** Plays one round and answers its checksum, a whole number. */
export type Play = () => Promise<number>;

export type Program = (system: System, size: Size) => Promise<Play> | Play;

/** For calls that stand for a whole round: `ref.with(PATIENT).call.run()`. */
export const PATIENT: MessageOptions = { timeout: ROUND_TIMEOUT_MS };

/** Makes a contender of a program: starts the system, and times the rounds in ms. */
export function program(prepare: Program): Setup {
  return async (options, shared) => {
    const system = await start(THREADS, options, shared);
    const play = await prepare(system, sizes(options));
    const round = async () => {
      const begin = performance.now();
      const checksum = await play();
      const ms = secondsSince(begin) * 1000;
      if (!Number.isSafeInteger(checksum)) throw new Error(`${checksum} cannot be a checksum`);
      const { deadLettered, dropped } = system.counters();
      if (deadLettered + dropped > 0) throw new Error("a program lost messages");
      return { checksum, values: { ms } };
    };
    return { round };
  };
}

function sizes(options: Options): Size {
  const given = new Map<string, unknown>(Object.entries(options));
  return (name) => {
    const value = given.get(name);
    if (typeof value === "number") return value;
    throw new Error(`bench/plan-savina.ts gives this program no size "${name}"`);
  };
}
