/**
 * What is told of a run that failed: under which faults, who waits for whom, what happened last,
 * and how to run it again.
 */

import { readCounts } from "../../runtime/counters.ts";
import { stackOf, summarise } from "../../runtime/errors.ts";
import { DEAD } from "../cell.ts";
import { framesOf } from "../site.ts";
import { describeTurn } from "../turn-text.ts";
import { diagram, lastMessages, mermaid } from "./diagram.ts";
import { SimulationFailed } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { formatPlan } from "./plan-text.ts";
import type { Run } from "./run.ts";
import type { Shrinking } from "./shrinking.ts";
import type { SimHost } from "./stage.ts";
import type { GlobalUse } from "./virtual-clock.ts";

/** Uses of globals that are told. */
const USES_MAX = 10;
/** Lines about who waits. */
const WAITING_MAX = 40;
/** Entries of a plan. */
const ENTRIES_MAX = 40;
/** Lines of a stack. */
const FRAMES_MAX = 8;
/** Where a loader has made plain paths of the package's own frames. */
const OWN = /\/(actors|runtime)\/sim\//;

/** One run that failed. */
export interface Failure {
  readonly what: string;
  readonly cause: unknown;
  readonly step: number;
  readonly atMs: number;
  readonly hash: string;
  readonly plan: Plan;
  /** What the body has added to it. */
  readonly script: Plan;
  readonly mermaid: string;
  /** Parts of the report: a title, and lines. */
  readonly parts: readonly Part[];
}

type Part = readonly [title: string, lines: string];

export function failureOf(run: Run, error: unknown, uses: readonly GlobalUse[]): Failure {
  const { world, settings, script, faults } = run;
  const struck = Object.entries(faults.counts).map(([type, count]) => `${type} ${count}`);
  const waiting = [...run.properties.open, ...whoWaits(run)];
  const messages = lastMessages(run);
  return {
    what: summarise(error),
    cause: error,
    step: world.steps,
    atMs: world.nowMs,
    hash: world.trail.hash,
    plan: settings.faults,
    script: script.plan,
    mermaid: mermaid(messages),
    parts: [
      ...whereOf(error),
      ["faults that found somebody", struck.join(", ") || "none"],
      ["who waits", waiting.slice(0, WAITING_MAX).join("\n") || "nobody"],
      ["the log", run.lines.last || "empty"],
      ...usesOf(uses),
      ["what happened last", diagram(messages) || "nothing"],
    ],
  };
}

/** Where actors used globals that are virtual in a simulation, and real elsewhere. */
function usesOf(uses: readonly GlobalUse[]): Part[] {
  const lines = uses.slice(0, USES_MAX).map(({ what, where }) => {
    return `${what} at ${where.file}:${where.line}:${where.column}`;
  });
  return lines.length === 0 ? [] : [["globals of virtual time and chance", lines.join("\n")]];
}

/** Where it was thrown: for errors of the user's own code. */
function whereOf(error: unknown): Part[] {
  const frames = framesOf(stackOf(error)).filter((frame) => !OWN.test(frame));
  frames.splice(FRAMES_MAX);
  return frames.length === 0 ? [] : [["thrown", frames.map((frame) => frame.trim()).join("\n")]];
}

/** @param command runs it again. */
export function failed(
  { what, cause, parts, script, ...facts }: Failure,
  seed: string,
  shrinking: Shrinking | undefined,
  command: string,
): SimulationFailed {
  const { plan } = facts;
  const all: Part[] = [
    [`faults${shrinking === undefined ? "" : ` (${told(plan, shrinking)})`}`, planOf(plan)],
    ...(script.length > 0 ? [["faults of the body", planOf(script)] as const] : []),
    ...parts,
    ["run it again", command],
  ];
  const report = all.map(([title, text]) => `${title}:\n${indented(text)}`).join("\n");
  return new SimulationFailed(what, { ...facts, seed, shrinking, report, command }, cause);
}

function told(plan: Plan, { from, runs, minimal, reproduced }: Shrinking): string {
  if (!reproduced) {
    return "run again with them it did not fail like this: it depends on more than its seed";
  }
  if (plan.length === 0) return `none of ${from} entries is needed, after ${runs} runs`;
  const left = `${plan.length} of ${from} entries, after ${runs} runs`;
  return minimal ? `${left}: with any one less it does not fail` : `${left}; there may be less`;
}

function planOf(plan: Plan): string {
  const lines = formatPlan(plan.slice(0, ENTRIES_MAX));
  const more = plan.length - ENTRIES_MAX;
  return more > 0 ? `${lines}\n… and ${more} more` : lines || "none";
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

/** Turns that have not settled, mailboxes that are not empty, and dead nodes. */
export function whoWaits({ nodes }: Run): string[] {
  const lines: string[] = [];
  for (const { name, down, paused, hosts } of nodes.values()) {
    if (down) lines.push(`node ${name} is down`);
    if (paused) lines.push(`node ${name} is paused`);
    for (const host of hosts) {
      lines.push(...waitingOn(host).map((line) => `${name}/${host.thread.index} ${line}`));
    }
    const counts = hosts.map(({ thread }) => readCounts(thread.signals, thread.index));
    const sent = counts.reduce((sum, { recordsOut }) => sum + recordsOut, 0);
    const taken = counts.reduce((sum, { recordsIn }) => sum + recordsIn, 0);
    if (sent !== taken) lines.push(`${name}: ${sent} records sent by its threads, ${taken} taken`);
  }
  return lines;
}

function waitingOn(host: SimHost): string[] {
  const { openTurns, thread, cells } = host;
  const now = thread.scheduler.clock;
  openTurns.date(now);
  const turns = [...openTurns.all()].filter(({ cell }) => cell.status !== DEAD);
  const queued = cells.all().filter(({ count }) => count > 0);
  return [
    ...turns.map((turn) => describeTurn(host, turn, now)),
    ...queued.map((cell) => `${cell}: ${cell.count} messages wait`),
  ];
}
