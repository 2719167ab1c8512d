/** The demos of failures: what goes wrong in each, and what was promised for it. */
import type { Command } from "../arguments.ts";
import type { Console } from "../console.ts";
import { Stage } from "./stage.ts";

/** Settles with whether every promise was kept. */
export type Play = (stage: Stage) => Promise<boolean>;

export const FAILURES = {
  crash: {
    summary: "a small tree: what fails is started again",
    needsThreads: false,
    load: async (): Promise<Play> => (await import("./crash.ts")).playCrash,
  },
  storm: {
    summary: "300 actors under load, struck at random",
    needsThreads: false,
    load: async (): Promise<Play> => (await import("./storm.ts")).playStorm,
  },
  ladder: {
    summary: "a service that falls back, and recovers",
    needsThreads: false,
    load: async (): Promise<Play> => (await import("./ladder.ts")).playLadder,
  },
  shutdown: {
    summary: "a tree under load is stopped, in phases",
    needsThreads: false,
    load: async (): Promise<Play> => (await import("./shutdown.ts")).playShutdown,
  },
  thread: {
    summary: "thousands of actors die with their thread",
    needsThreads: true,
    load: async (): Promise<Play> => (await import("./thread.ts")).playThread,
  },
  massacre: {
    summary: "threads are killed all the time",
    needsThreads: true,
    load: async (): Promise<Play> => (await import("./massacre.ts")).playMassacre,
  },
  oom: {
    summary: "the heap of a thread is filled",
    needsThreads: true,
    load: async (): Promise<Play> => (await import("./oom.ts")).playHeap,
  },
  stall: {
    summary: "turns that do not return are ended",
    needsThreads: true,
    load: async (): Promise<Play> => (await import("./stall.ts")).playStall,
  },
} as const;

export type FailureName = keyof typeof FAILURES;

export function isFailure(name: string): name is FailureName {
  return Object.hasOwn(FAILURES, name);
}

/** Runs the demo; 0: every promise was kept. */
export async function runFailure(
  command: Extract<Command, { type: "failure" }>,
  console: Console,
): Promise<number> {
  const play = await FAILURES[command.name].load();
  return (await play(new Stage(console, command))) ? 0 : 1;
}
