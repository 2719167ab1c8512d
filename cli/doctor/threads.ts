/**
 * Checks on threads: a real system of two, an actor on each, calls from one to the other; and which
 * of the flags that Node was started with are in force there.
 */

import { type Ref, startSystem } from "../../actors/index.ts";
import type { Check, Finding } from "./check.ts";
import { type Flag, flagsOf, inThread, kindOf } from "./flags.ts";
import { Probe, type ProbeProtocol, type Surroundings } from "./probe.actors.ts";
import { tryTypeScript } from "./typescript.ts";

const ROUND_TRIPS = 500;
const CALL_TIMEOUT_MS = 10_000;

export interface Tried {
  readonly startMs: number;
  readonly microseconds: number;
  readonly threads: readonly Surroundings[];
  readonly typescript: Finding;
}

export function threadChecks(): Check[] {
  let tried: Tried | undefined;
  return [
    {
      name: "threads",
      run: async () => {
        tried = await tryThreads();
        return [threads(tried)];
      },
    },
    { name: "flags", run: () => [flags(flagsOf(process.execArgv, process.env), tried)] },
    // Where no thread could be started, that is what is wrong.
    { name: "typescript", run: () => (tried === undefined ? [] : [tried.typescript]) },
  ];
}

/** Throws whatever is in the way, for instance ERR_ACCESS_DENIED under `--permission`. */
async function tryThreads(): Promise<Tried> {
  const start = performance.now();
  const system = await startSystem({ threads: 2 });
  const startMs = performance.now() - start;
  try {
    const spawn = (thread: number): Promise<Ref<ProbeProtocol>> =>
      system.spawn(Probe, [], { thread });
    const [first, second] = [await spawn(1), await spawn(2)];
    const patient = first.with({ timeout: CALL_TIMEOUT_MS });
    await patient.call.measure(second, ROUND_TRIPS); // compiles what is measured next
    const microseconds = await patient.call.measure(second, ROUND_TRIPS);
    const threads = [await patient.call.surroundings(), await second.call.surroundings()];
    return { startMs, microseconds, threads, typescript: await tryTypeScript(system) };
  } finally {
    await system.stop();
  }
}

function threads({ startMs, microseconds, threads }: Tried): Finding {
  const ids = threads.map(({ threadId }) => threadId);
  const facts = { startMs, roundTripMicroseconds: microseconds, threadIds: ids };
  if (new Set([0, ...ids]).size !== 3) {
    const text = `two actors did not get a thread each (${ids.join(", ")})`;
    return { ok: false, text, fix: "report this, with the output of sabeam doctor --json", facts };
  }
  const trip = microseconds < 10 ? microseconds.toFixed(1) : microseconds.toFixed(0);
  const start = `2 started in ${startMs.toFixed(0)} ms`;
  const text = `${start}; a call from one to the other takes ${trip} µs`;
  return { ok: true, text, facts };
}

/** Flags of Node, and how far each of them reaches. */
export function flags(given: readonly Flag[], tried: Tried | undefined): Finding {
  if (given.length === 0) return { ok: true, text: "none given to Node", facts: { flags: [] } };
  const reached = given.map((flag) => ({ flag, reaches: reachOf(flag, tried) }));
  const facts = {
    flags: reached.map(({ flag, reaches }) => ({ flag: flag.text, from: flag.from, reaches })),
  };
  const say = (which: Reach): string => {
    const texts = reached.filter(({ reaches }) => reaches === which).map(({ flag }) => flag.text);
    return texts.length === 0 ? "" : `${WORDS[which]}: ${texts.join(", ")}`;
  };
  const text = (Object.keys(WORDS) as Reach[]).map(say).filter(Boolean).join("; ");
  if (!reached.some(({ reaches }) => reaches === "not threads")) return { ok: true, text, facts };
  const fix = "put it into NODE_OPTIONS, which all threads read, or let actors be built JavaScript";
  return { ok: false, text, fix, facts };
}

type Reach = "threads" | "process" | "main" | "not threads" | "unknown";

const WORDS: Record<Reach, string> = {
  "not threads": "does not reach threads",
  threads: "reaches threads",
  process: "holds for the whole process",
  main: "concerns main only",
  unknown: "not known, since no thread could be asked",
};

function reachOf(flag: Flag, tried: Tried | undefined): Reach {
  const kind = kindOf(flag);
  if (kind !== "thread") return kind;
  if (tried === undefined) return "unknown";
  return tried.threads.every((thread) => inThread(flag, thread)) ? "threads" : "not threads";
}
