/**
 * Storm: hundreds of actors under load, of which some crash all the time; and what became of each
 * single question.
 *
 *     start ──▶ questions and strikes, for some seconds ──▶ calm ──▶ every number, compared
 */
import type { System } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { conservationLines } from "./conservation.ts";
import { countLetters, untilTold } from "./letters.ts";
import { atRest } from "./rest.ts";
import { keptLog, type Stage } from "./stage.ts";
import { shortTime } from "./stopwatch.ts";
import { judgeStorm, type StormCourse } from "./storm.judge.ts";
import { Storm, TROOPS, WORKERS } from "./storm.scene.ts";
import { type Account, quantile } from "./storm.tally.ts";
import { drawTable } from "./table.ts";

const STRIKES_PER_SECOND = 100;
/** More threads show nothing new. */
const STORM_THREADS_MAX = 8;

/** Settles with whether every promise was kept. */
export async function playStorm(stage: Stage): Promise<boolean> {
  const { seconds, seed } = stage;
  const { log } = keptLog();
  stage.title(
    "storm",
    `${WORKERS} workers under ${TROOPS} supervisors are asked numbered questions for ` +
      `${seconds} s, while lightning strikes up to ${STRIKES_PER_SECOND} of them a ` +
      "second. Then the fate of each single question is looked up. " +
      `(--seed ${seed} strikes in the same order again.)`,
  );
  return await stage.inSystem({ log }, (system) => play(stage, system));
}

async function play(stage: Stage, system: System): Promise<boolean> {
  const { seconds, seed, threads } = stage;
  const letters = countLetters(system);
  const count = Math.min(threads, STORM_THREADS_MAX);
  const places = count === 0 ? [0] : Array.from({ length: count }, (_, at) => at + 1);
  const storm = await Storm.start(system, places, seed);
  await storm.begin(STRIKES_PER_SECOND);
  await stage.watch(seconds * 1000, () => liveText(storm, system));
  await storm.end();
  const counters = await atRest(system);
  await untilTold(letters, counters);

  const { account, reasons } = await storm.account();
  const asked = [storm.figures(), storm.recoveries(), storm.infos()] as const;
  const [figures, recoveries, infos] = await Promise.all(asked);
  const running = infos.filter(({ ref }) => ref !== undefined).length;
  const restarts = infos.reduce((sum, one) => sum + one.restarts, 0);
  const books = { workers: WORKERS, running, restarts };
  const course: StormCourse = { account, figures, ...books, counters, letters };
  showStorm(stage, course, recoveries);
  showQuestions(stage, account, reasons);
  stage.heading("every message, those among the actors included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  const promises = judgeStorm(course);
  stage.verdict(promises, VERDICT);
  const recoveryUs = timesOf(recoveries);
  const facts = { seconds, seed, figures, recoveryUs, account, reasons, counters, letters };
  stage.facts({ demo: "storm", ok: promises.kept, ...facts, promises: promises.all });
  return promises.kept;
}

const VERDICT =
  "Whatever crashes is started again, and of each message one can say what became of it:";

async function liveText(storm: Storm, system: System): Promise<string> {
  const { thrown, killed, restarts } = await storm.figures();
  const handled = grouped(system.counters().handled);
  return `${thrown + killed} crashes, ${restarts} restarts, ${handled} messages handled`;
}

interface Times {
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

function timesOf(recoveries: readonly number[]): Times {
  const [p50, p99, max] = [0.5, 0.99, 1].map((part) => quantile(recoveries, part));
  return { p50, p99, max };
}

function showStorm(stage: Stage, course: StormCourse, recoveries: readonly number[]): void {
  const { figures, restarts, running, workers } = course;
  const { p50, p99, max } = timesOf(recoveries);
  const time = (us: number | undefined): string => (us === undefined ? "-" : shortTime(us));
  const rows = [
    ["crashes", grouped(figures.thrown + figures.killed)],
    ["  threw", grouped(figures.thrown)],
    ["  were killed", grouped(figures.killed)],
    ["restarts", grouped(restarts)],
    ["  half of them within", time(p50)],
    ["  99 of 100 within", time(p99)],
    ["  the slowest", time(max)],
    ["workers that run now", `${running} of ${workers}`],
  ];
  stage.heading("the storm, from each crash to the first message that the successor handled");
  stage.lines(drawTable(rows, stage.columns - 2));
}

function showQuestions(
  stage: Stage,
  account: Account,
  reasons: Readonly<Record<string, number>>,
): void {
  const rows = [
    ["asked", grouped(account.asked)],
    ["  answered", grouped(account.answered)],
    ["  failed: the worker crashed at it", grouped(account.failed)],
    ["  refused, never begun", grouped(account.refused)],
    ...Object.entries(reasons).map(([type, count]) => [
      `    ${WORDS[type] ?? type}`,
      grouped(count),
    ]),
    ["  nobody knows", grouped(account.open)],
    ["  handled twice", grouped(account.twice)],
  ];
  stage.heading("each question, as those tell who asked it");
  stage.lines(drawTable(rows, stage.columns - 2));
}

const WORDS: Readonly<Record<string, string>> = {
  crash: "waited for one that crashed",
  killed: "waited for one that was killed",
  noproc: "came when nobody was there",
};
