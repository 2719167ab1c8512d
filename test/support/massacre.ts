/** Threads are killed while numbered messages flow: what massacre.mjs saw, and what must hold. */

import { expect } from "vitest";
import { type Patch, patchedBuild, runFixture } from "./children.ts";

export interface Plan {
  readonly seconds: number;
  readonly plainSeconds: number;
  readonly blockedMs: number;
  readonly perSecond: number;
  readonly seed: number;
  readonly timeoutMs: number;
}

export interface Massacre {
  readonly sent: number;
  /** Messages a second: without deaths, and with them. */
  readonly plain: number;
  readonly rate: number;
  /** `overtaken`: died once more before they had handled anything, or soon after that. */
  readonly kills: { done: number; notRunning: number; overtaken: number };
  /** Milliseconds until the first message was handled again. */
  readonly restarts: { fromKill: number; fromDeath: number }[];
  readonly block: { ms: number; back: boolean[]; more: number };
  readonly settleMs: number;
  readonly left: { queued: number; open: number };
  /** Numbers that nobody has handled, by handler; and feeders that have not come to their end. */
  readonly missing: { again: number; once: number; huge: number; batches: number };
  readonly violations: {
    twice: number;
    backwards: number;
    torn: number;
    timedOut: number;
    /** Of the first that came backwards: stream, number, attempt, the later number before it. */
    behind: number[];
  };
  readonly calls: { open: number; ends: Record<string, number>; wrong: number; refused: number };
  /** By reason and target. */
  readonly letters: Record<string, number>;
  readonly counters: { deadLettered: number };
}

export async function massacre(plan: Plan, patches: readonly Patch[] = []): Promise<Massacre> {
  const { seconds, plainSeconds, blockedMs, perSecond, seed, timeoutMs } = plan;
  const build = patches.length > 0 ? patchedBuild(patches) : undefined;
  try {
    const args = [seconds, plainSeconds, blockedMs, perSecond, seed];
    const options = build === undefined ? { args, timeoutMs } : { args, timeoutMs, build };
    const { facts, code } = await runFixture<Massacre>("massacre.mjs", options);
    expect(code).toBe(0);
    return facts;
  } finally {
    build?.remove();
  }
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function printMassacre({ kills, restarts, rate, plain, block, settleMs, sent }: Massacre) {
  const ms = (key: "fromKill" | "fromDeath", part: number): string =>
    percentile(
      restarts.map((one) => one[key]),
      part,
    ).toFixed(0);
  process.stdout.write(
    `massacre: ${sent} messages, ${kills.done} kills ` +
      `(${kills.overtaken} of them in a recovery or soon after); ` +
      `from death to the first message p50 ${ms("fromDeath", 0.5)} ms, ` +
      `p99 ${ms("fromDeath", 0.99)} ms, from kill ${ms("fromKill", 0.5)} and ` +
      `${ms("fromKill", 0.99)} ms; ${rate.toFixed(0)} a second, without deaths ` +
      `${plain.toFixed(0)}, ratio ${(rate / plain).toFixed(2)}; main blocked for ` +
      `${block.ms.toFixed(0)} ms: ${block.more} messages; quiet after ${settleMs.toFixed(0)} ms\n`,
  );
}

/** All that holds whatever the machine does besides. */
export function expectNothingLost(facts: Massacre): void {
  const { missing, violations, left, calls, block, kills, letters, counters } = facts;
  expect(violations).toEqual({ twice: 0, backwards: 0, torn: 0, timedOut: 0, behind: [] });
  expect({ ...left, calls }).toMatchObject({ queued: 0, open: 0 });
  expect({ open: calls.open, wrong: calls.wrong }).toEqual({ open: 0, wrong: 0 });
  expect({ again: missing.again, batches: missing.batches }).toEqual({ again: 0, batches: 0 });
  // A death cuts one turn at most. Whoever tells of it may die, too, before it has told.
  const cut = letters["crashed-while-handling Sink.once"] ?? 0;
  expect(missing.once).toBeLessThanOrEqual(cut + kills.overtaken);
  expect(cut).toBeLessThanOrEqual(kills.done + block.back.length);
  expect(missing.once + missing.huge).toBeLessThanOrEqual(counters.deadLettered);
  // Of what survives nothing but a turn that was cut is lost, and records of several parts.
  const known =
    /^(crashed-while-handling Sink\.once|\S+ Sink\.huge|lost thread \d\.\?|suppressed)$/;
  expect(Object.keys(letters).filter((key) => !known.test(key))).toEqual([]);
  expect(block.back).toEqual([true, true]);
  expect(block.more).toBeGreaterThan(0);
}
