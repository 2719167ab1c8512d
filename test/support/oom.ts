/** The heap of a thread is used up: for a short and a long test. */

import { expect } from "vitest";
import { runFixture } from "./children.ts";

interface Facts {
  /** How each call that did it ended. */
  ends: string[];
  /** From there until the next incarnation answered. */
  backMs: number[];
  died: number;
  /** What an actor on another thread has counted to, one for each time. */
  counted: number;
}

/** By small objects, so many times: each time only that thread, and it is back. */
export async function expectContained(rounds: number, timeoutMs: number): Promise<void> {
  const { facts, code } = await runFixture<Facts>("oom.mjs", {
    args: ["small", rounds],
    timeoutMs,
  });
  const { ends, backMs, died, counted } = facts;
  process.stdout.write(`heap used up: back after ${backMs.join(", ")} ms\n`);
  expect(code).toBe(0);
  expect(ends.filter((end) => /^lost: heap limit reached: heapMb 24/.test(end)).length).toBe(
    rounds,
  );
  expect([died, counted]).toEqual([rounds, rounds]);
}
