/**
 * Massacre: threads are killed ten times a second while numbered letters flow to mailboxes that
 * survive; and what became of each number.
 *
 *     start ──▶ letters and kills, for some seconds ──▶ calm ──▶ every number, accounted for
 */
import type { System } from "../../actors/index.ts";
import { grouped } from "../progress.ts";
import { conservationLines } from "./conservation.ts";
import { Killer } from "./killer.ts";
import { countLetters, untilTold } from "./letters.ts";
import { judgeMassacre, type MassacreCourse } from "./massacre.judge.ts";
import { Massacre } from "./massacre.scene.ts";
import { atRest } from "./rest.ts";
import { keptLog, type Stage } from "./stage.ts";
import { shortTime } from "./stopwatch.ts";
import { quantile } from "./storm.tally.ts";
import { drawTable } from "./table.ts";
import { until } from "./until.ts";

const KILLS_PER_SECOND = 10;
/** More threads show nothing new. */
const VICTIMS_MAX = 8;
/** Booted threads in reserve: one may die before the next one is ready. */
const STANDBYS = 2;
/** Until the last one that was killed has been replaced. */
const REPLACED_TIMEOUT_MS = 10_000;

/** Settles with whether every promise was kept. */
export async function playMassacre(stage: Stage): Promise<boolean> {
  const { seconds, seed } = stage;
  const { log } = keptLog();
  const threads = Math.min(stage.threads, VICTIMS_MAX);
  stage.title(
    "massacre",
    `${threads === 1 ? "a thread is" : `${threads} threads are`} killed ${KILLS_PER_SECOND} ` +
      `times a second for ${seconds} s, while numbered letters flow from two other threads to ` +
      "mailboxes that survive. Then each number is looked up. " +
      `(--seed ${seed} kills in the same order again.)`,
  );
  return await stage.inSystem({ threads, ownThreads: 1, standbys: STANDBYS, log }, (system) =>
    play(stage, system, threads),
  );
}

async function play(stage: Stage, system: System, threads: number): Promise<boolean> {
  const { seconds, seed } = stage;
  const letters = countLetters(system);
  const dead = { puts: 0 };
  system.deadLetters(({ handler }) => {
    if (handler === "put") dead.puts += 1;
  });
  const victims = Array.from({ length: threads }, (_, at) => at + 1);
  const massacre = await Massacre.start(system, victims);
  const killer = new Killer(system, victims, seed);
  massacre.begin();
  const over = new AbortController();
  const killing = killer.run(KILLS_PER_SECOND, over.signal);
  try {
    await stage.watch(seconds * 1000, () => liveText(killer, system));
  } finally {
    over.abort();
  }
  await killing;
  const kills = killer.kills.length;
  const replaced = (): number => {
    const lives = victims.map((thread) => system.threads[thread]?.generation ?? 0);
    return lives.reduce((sum, generation) => sum + generation - 1, 0);
  };
  await until(() => replaced() === kills, REPLACED_TIMEOUT_MS);
  const { sent, arrivals } = await massacre.end();
  const recoveries = await massacre.recoveries(killer.kills);
  const counters = await atRest(system);
  await untilTold(letters, counters);

  const found = { kills, replaced: replaced(), sent, arrivals, deadPuts: dead.puts };
  const course: MassacreCourse = { ...found, recoveries, counters, letters };
  showThreads(stage, course, killer.missed);
  showLetters(stage, course);
  stage.heading("every message, those among the actors included");
  stage.lines(conservationLines([["in all", counters]], stage.columns - 2));
  const promises = judgeMassacre(course);
  stage.verdict(promises, VERDICT);
  const facts = { seconds, seed, ...found, missed: killer.missed, recoveryUs: timesOf(recoveries) };
  const rest = { counters, letters, promises: promises.all };
  stage.facts({ demo: "massacre", ok: promises.kept, ...facts, ...rest });
  return promises.kept;
}

const VERDICT = "Threads may die all the time; of each message one can say what became of it:";

function liveText(killer: Killer, system: System): string {
  const { sent, handled } = system.counters();
  const kills = killer.kills.length;
  return `${kills} threads killed, ${grouped(sent)} messages sent, ${grouped(handled)} handled`;
}

interface Times {
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
}

function timesOf(recoveries: readonly (number | undefined)[]): Times {
  const known = recoveries.filter((one) => one !== undefined);
  const [p50, p99, max] = [0.5, 0.99, 1].map((part) => quantile(known, part));
  return { p50, p99, max };
}

function showThreads(stage: Stage, course: MassacreCourse, missed: number): void {
  const { p50, p99, max } = timesOf(course.recoveries);
  const time = (us: number | undefined): string => (us === undefined ? "-" : shortTime(us));
  const rows = [
    ["threads killed", grouped(course.kills)],
    ["replaced", grouped(course.replaced)],
    ["not killed: was just dead", grouped(missed)],
    ["back", ""],
    ["  half of them within", time(p50)],
    ["  99 of 100 within", time(p99)],
    ["  the slowest", time(max)],
  ];
  stage.heading("the threads, from each kill to the first letter that each box handled again");
  stage.lines(drawTable(rows, stage.columns - 2));
}

function showLetters(stage: Stage, { sent, arrivals, deadPuts }: MassacreCourse): void {
  const { arrived, again, missing, disorder } = arrivals;
  const rows = [
    ["sent", grouped(sent)],
    ["  handled", grouped(arrived)],
    ["  dead letters, with a reason", grouped(deadPuts)],
    ["  nobody knows", grouped(missing - deadPuts)],
    ["handled again: cut off by a death", grouped(again)],
    ["handled out of turn", grouped(disorder)],
  ];
  stage.heading("each numbered letter");
  stage.lines(drawTable(rows, stage.columns - 2));
}
