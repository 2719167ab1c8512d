/** What is told of a run that failed: what happened last, and who waits for whom. */

import { readCounts } from "../../runtime/counters.ts";
import { summarise } from "../../runtime/errors.ts";
import { DEAD } from "../cell.ts";
import { describeTurn } from "../turn-text.ts";
import { diagram } from "./diagram.ts";
import { SimulationFailed } from "./errors.ts";
import { formatPlan } from "./plan-text.ts";
import type { Run } from "./run.ts";
import type { SimHost } from "./stage.ts";

/** Lines about who waits. */
const WAITING_MAX = 40;

export function failed(run: Run, error: unknown): SimulationFailed {
  const { world, settings } = run;
  const facts = {
    seed: settings.seed,
    step: world.steps,
    atMs: world.nowMs,
    hash: world.trail.hash,
    report: reportOf(run),
  };
  return new SimulationFailed(summarise(error), facts, error);
}

function reportOf(run: Run): string {
  const { faults, script } = run;
  const plan = formatPlan([...run.settings.faults, ...script.plan]);
  const struck = Object.entries(faults.counts).map(([type, count]) => `${type} ${count}`);
  const waiting = [...run.properties.open, ...whoWaits(run)];
  const parts: [string, string][] = [
    ["faults", plan === "" ? "none" : plan],
    ["faults that found somebody", struck.join(", ") || "none"],
    ["who waits", waiting.slice(0, WAITING_MAX).join("\n") || "nobody"],
    ["the log", run.lines.last || "empty"],
    ["what happened last", diagram(run)],
  ];
  return parts.map(([title, text]) => `${title}:\n${indented(text)}`).join("\n");
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

/** Turns that have not settled, mailboxes that are not empty, and dead nodes. */
export function whoWaits({ nodes }: Run): string[] {
  const lines: string[] = [];
  for (const node of nodes.values()) {
    if (node.down) lines.push(`node ${node.name} is down`);
    for (const host of node.hosts) {
      lines.push(...waitingOn(host).map((line) => `${node.name}/${host.thread.index} ${line}`));
    }
  }
  return lines;
}

function waitingOn(host: SimHost): string[] {
  const { openTurns, thread, cells } = host;
  const now = thread.scheduler.clock;
  openTurns.date(now);
  const turns = [...openTurns.all()].filter(({ cell }) => cell.status !== DEAD);
  const { sent, recordsOut, recordsIn } = readCounts(thread.signals, thread.index);
  const queued = cells.all().filter(({ count }) => count > 0);
  return [
    ...turns.map((turn) => describeTurn(host, turn, now)),
    ...queued.map((cell) => `${cell}: ${cell.count} messages wait`),
    ...(sent > 0 ? [`records out ${recordsOut}, in ${recordsIn}`] : []),
  ];
}
