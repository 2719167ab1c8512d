/**
 * Crash: in a small supervision tree one thing after the other fails, and one sees what its
 * supervisors do.
 *
 *     the tree ──▶ incident ──▶ what has changed, and in how many µs ──▶ … ──▶ the tree
 */
import type { Counters, System } from "../../actors/index.ts";
import { changedIds, drawChanges, LEGEND } from "./changes.ts";
import { conservationLines } from "./conservation.ts";
import { PLANS, type Plan } from "./crash.incidents.ts";
import { type Incident, judgeCrash } from "./crash.judge.ts";
import { Scene } from "./crash.scene.ts";
import { crashLines, isCrash } from "./crashreport.ts";
import { countLetters } from "./letters.ts";
import { atRest } from "./rest.ts";
import { keptLog, type LogLine, type Stage } from "./stage.ts";
import { shortTime } from "./stopwatch.ts";
import { nodesOf, type TreeNode } from "./tree.ts";

/** Settles with whether every promise was kept. */
export async function playCrash(stage: Stage): Promise<boolean> {
  const { log, lines } = keptLog();
  stage.title(
    "crash",
    `in a weather station ${PLANS.length} things go wrong, one after the other. Its ` +
      "supervisors put each of them right, and nothing else stops.",
  );
  return await stage.inSystem({ log }, (system) => play(stage, system, lines));
}

async function play(stage: Stage, system: System, log: readonly LogLine[]): Promise<boolean> {
  const letters = countLetters(system);
  const [a, b] = [Math.min(1, stage.threads), Math.min(2, stage.threads)];
  const scene = await Scene.start(system, [a, b]);
  const before = await scene.tree();
  const countersBefore = await atRest(system);
  stage.heading("the tree before");
  stage.lines(drawChanges(before, stage.columns - 2, stage.style));
  const incidents: Incident[] = [];
  for (const [at, plan] of PLANS.entries()) {
    await stage.pause();
    incidents.push(await happen(stage, scene, plan, at, log));
    if (at === 0) showReport(stage, log);
  }
  await stage.pause();
  const after = await scene.tree();
  const counters = await atRest(system);
  showEnd(stage, [before, countersBefore], [after, counters]);
  const reports = log.filter(isCrash).length;
  const promises = judgeCrash({ incidents, after, counters, letters, reports });
  stage.verdict(
    promises,
    "A failure is to end as little as possible, to be put right at once, and nothing is to be " +
      "lost silently:",
  );
  const facts = { incidents, tree: { before, after }, counters, letters };
  stage.facts({ demo: "crash", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

async function happen(
  stage: Stage,
  scene: Scene,
  { run, title, id, expected, returns, throws }: Plan,
  at: number,
  log: readonly LogLine[],
): Promise<Incident> {
  const before = await scene.tree();
  const told = log.length;
  stage.heading(`${at + 1}. ${title}.`);
  await run(scene);
  const after = await scene.tree();
  const changed = changedIds(before, after);
  const recoveryUs = returns ? scene.recoveryUs(id) : undefined;
  stage.say(outcome(before, after, changed, recoveryUs));
  showLog(stage, log.slice(told));
  return { title, id, expected, returns, throws, changed, recoveryUs };
}

/** `thermometer: Sensor<5.1> → Sensor<5.2>, works again after 412 µs` */
function outcome(
  before: TreeNode,
  after: TreeNode,
  changed: readonly string[],
  recoveryUs: number | undefined,
): string {
  const refs = new Map(nodesOf(before).map(({ id, ref }) => [id, ref]));
  const steps = nodesOf(after)
    .filter(({ id }) => changed.includes(id))
    .map(({ id, ref }) => `${id} ${refs.get(id)} → ${ref ?? "nobody"}`);
  const time = recoveryUs === undefined ? "" : `; works again after ${shortTime(recoveryUs)}`;
  return `${steps.join(", ")}${time}`;
}

/** What the runtime has said of it, in short. */
function showLog(stage: Stage, lines: readonly LogLine[]): void {
  const messages = [...new Set(lines.map(({ message }) => message))];
  if (messages.length > 0) stage.say(`the log says: ${messages.join(" · ")}`);
}

function showReport(stage: Stage, log: readonly LogLine[]): void {
  const report = log.find(isCrash);
  if (report === undefined) return;
  stage.lines(crashLines(report, stage.columns - 4).map(stage.style.faint), "    ");
}

function showEnd(
  stage: Stage,
  [before, countersBefore]: readonly [TreeNode, Counters],
  [after, counters]: readonly [TreeNode, Counters],
): void {
  stage.heading("the tree after");
  stage.lines(drawChanges(after, stage.columns - 2, stage.style, before));
  stage.say(LEGEND);
  stage.heading("every message");
  const moments = [
    ["before", countersBefore],
    ["after", counters],
  ] as const;
  stage.lines(conservationLines(moments, stage.columns - 2));
}
