/**
 * Thread: a thread with thousands of actors dies, in several ways, and one sees what becomes of
 * them.
 *
 *     the town ──▶ an end ──▶ lost: all of them ──▶ back: all of them, in how many ms ──▶ …
 */
import type { System } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { conservationLines } from "./conservation.ts";
import { countLetters, untilTold } from "./letters.ts";
import { atRest } from "./rest.ts";
import { keptLog, type Stage } from "./stage.ts";
import { shortTime } from "./stopwatch.ts";
import { drawTable } from "./table.ts";
import { DESKS_PER_HALL, EXIT_CODE } from "./thread.actors.ts";
import { judgeThread } from "./thread.judge.ts";
import { type Death, DOOMED, type Plan, Town } from "./thread.scene.ts";
import { cut } from "./tree.ts";

const HALLS = 20;
const DESKS = HALLS * DESKS_PER_HALL;

const PLANS: readonly Plan[] = [
  {
    title: `A handler calls process.exit(${EXIT_CODE})`,
    ofThread: true,
    expected: `exit code ${EXIT_CODE}, by Saboteur`,
    act: (saboteur) => saboteur.cast.exit(),
  },
  {
    title: "A timer throws, and nobody catches it: it is no turn's, so it ends the thread",
    ofThread: true,
    expected: "a timer threw",
    act: (saboteur) => saboteur.cast.throwLater(),
  },
  {
    title: "A promise fails in a timer, and nobody listens",
    ofThread: true,
    expected: "nobody listened",
    act: (saboteur) => saboteur.cast.rejectLater(),
  },
  {
    title: "A promise fails that a turn has made: that is its actor's end, and nobody else's",
    ofThread: false,
    expected: "a promise of its own failed",
    act: (saboteur) => saboteur.cast.fail(),
  },
];

/** Settles with whether every promise was kept. */
export async function playThread(stage: Stage): Promise<boolean> {
  const { log } = keptLog();
  stage.title(
    "thread",
    `${grouped(DESKS)} supervised actors live on one thread, with one that is found by its name ` +
      "and a letterbox that survives. The thread dies, and dies again.",
  );
  return await stage.inSystem({ log }, (system) => play(stage, system));
}

async function play(stage: Stage, system: System): Promise<boolean> {
  const letters = countLetters(system);
  const town = await Town.start(system, HALLS, stage.threads > DOOMED ? DOOMED + 1 : 0);
  const deaths: Death[] = [];
  for (const plan of PLANS) {
    await stage.pause();
    const death = await town.die(plan);
    showDeath(stage, death, town);
    deaths.push(death);
  }
  const counters = await atRest(system);
  await untilTold(letters, counters);
  await stage.pause();
  stage.heading("every message, those that died with their thread included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  const { actors, desks } = town;
  const promises = judgeThread({ deaths, actors, desks, counters, letters });
  stage.verdict(
    promises,
    "A thread may die; what lived there comes back, and can be reached as before:",
  );
  const facts = { actors, desks, deaths, counters, letters };
  stage.facts({ demo: "thread", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

function showDeath(stage: Stage, death: Death, { actors, desks }: Town): void {
  const { causes, ends, toldUs, backUs, clerks, letters } = death;
  const ended = Object.entries(ends).map(([type, count]) => `${grouped(count)} ${type}`);
  const answering = `${grouped(death.desks)} of ${grouped(desks)} desks answer`;
  const { arrived, missing } = letters;
  const rows = [
    ["cause", causes.join(", ")],
    ["ended", `${ended.join(", ")} of ${grouped(actors)} actors`],
    ["told", `after ${shortTime(toldUs)}`],
    ["back", `after ${shortTime(backUs)}: the last one has handled a message again`],
    ["by id", answering],
    ["by name", clerks[0] === clerks[1] ? `still ${clerks[0]}` : `${clerks[1]}, was ${clerks[0]}`],
    ["letters", `${grouped(arrived)} so far, ${missing} missing`],
  ];
  stage.heading(death.title);
  const lines = drawTable(rows, Number.POSITIVE_INFINITY, "left");
  stage.lines(lines.map((line) => cut(line, stage.columns - 2)));
}
