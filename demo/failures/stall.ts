/**
 * Stall: turns that do not return, each in a way of its own; the watchdog names them and ends their
 * thread.
 *
 *     hangs ──▶ a warning that names it ──▶ stallAfter ──▶ its thread is ended ──▶ all are back
 */
import type { System } from "../../actors/index.ts";
import { conservationLines } from "./conservation.ts";
import { countLetters, untilTold } from "./letters.ts";
import { atRest } from "./rest.ts";
import { duration, keptLog, type LogLine, type Stage } from "./stage.ts";
import { judgeStalls, type Stall } from "./stall.judge.ts";
import { DOOMED, Office, type Plan } from "./stall.scene.ts";
import { drawTable } from "./table.ts";
import { cut } from "./tree.ts";

/** The default is 5 s: here one shall not have to wait. */
const STALL_AFTER_MS = 500;

const PLANS: readonly Plan[] = [
  { title: "An endless loop: for (;;)", handler: "loop" },
  { title: "A regular expression that takes years: /^(a+)+$/", handler: "match" },
  { title: "Promises that never let the event loop go on: for (;;) await", handler: "storm" },
  { title: "Atomics.wait, and nobody wakes it", handler: "wait" },
];

/** Settles with whether every promise was kept. */
export async function playStall(stage: Stage): Promise<boolean> {
  const { log, lines } = keptLog();
  stage.title(
    "stall",
    `${PLANS.length} turns do not return, each in a way of its own. The watchdog names actor ` +
      `and handler, warns, and after ${STALL_AFTER_MS} ms (stallAfter) ends the thread.`,
  );
  return await stage.inSystem({ stallAfter: STALL_AFTER_MS, log }, (system) =>
    play(stage, system, lines),
  );
}

async function play(stage: Stage, system: System, log: readonly LogLine[]): Promise<boolean> {
  const letters = countLetters(system);
  const office = await Office.start(system, stage.threads > DOOMED ? DOOMED + 1 : 0, log);
  const before = office.lives;
  const politeMs = await office.polite();
  const politeLives = [before, office.lives] as const;
  stage.heading("A loop that looks at self.cancelled");
  stage.say(`gives up after ${duration(politeMs)}, since it is told to, and its thread lives.`);
  const stalls: Stall[] = [];
  for (const plan of PLANS) {
    await stage.pause();
    const stall = await office.hang(plan);
    showStall(stage, stall);
    stalls.push(stall);
  }
  const counters = await atRest(system);
  await untilTold(letters, counters);
  stage.heading("every message, those that died with their thread included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  const polite = { politeMs, politeLives, stallAfterMs: STALL_AFTER_MS };
  const promises = judgeStalls({ stalls, ...polite, counters, letters });
  stage.verdict(promises, "A turn that does not return costs its thread, and never the others:");
  const facts = { ...polite, stalls, counters, letters };
  stage.facts({ demo: "stall", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

function showStall(stage: Stage, stall: Stall): void {
  const { title, warning, cause, culprit, backMs, beside, apart } = stall;
  const rows = [
    ["warning", warning ?? "none"],
    ["ended", cause],
    ["at fault", culprit && !stall.accused ? "the staller, and nobody else" : "somebody else"],
    ["back", `after ${duration(backMs)}: both; the neighbour counts from ${beside} again`],
    ["elsewhere", `has not noticed: counted ${apart}`],
  ];
  stage.heading(title);
  const lines = drawTable(rows, Number.POSITIVE_INFINITY, "left");
  stage.lines(lines.map((line) => cut(line, stage.columns - 2)));
}
