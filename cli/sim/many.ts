/** Many seeds: a fleet, its progress on the screen, its state in a file, and what it came to. */

import { constants } from "node:os";
import type { Console } from "../console.ts";
import type { ExitCode } from "../verb.ts";
import { failureLines } from "./failure.ts";
import { type Ending, Fleet } from "./fleet.ts";
import { flagsFor } from "./loader.ts";
import type { SimOptions } from "./options.ts";
import type { Failed } from "./orders.ts";
import { Progress, progressLine } from "./progress.ts";
import { Seeds } from "./seeds.ts";
import { placeOf, readState } from "./state.ts";
import { passes, type Result, summary, summaryObject } from "./summary.ts";
import { Tally } from "./tally.ts";
import { writeTrace } from "./trace.ts";

/** Between two times that the state is written. */
const SAVE_MS = 5_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const MINUTE_MS = 60_000;

interface Wanted extends SimOptions {
  readonly file: string;
}

export async function runMany(
  options: Wanted,
  console: Console,
  version: string,
): Promise<ExitCode> {
  const path = options.state ?? placeOf(options.name);
  const seeds = new Seeds(readState(path, options.name), path, options.seeds);
  const [tally, failed]: [Tally, Result["failed"][number][]] = [new Tally(), []];
  const begunMs = performance.now();
  const took = (): number => performance.now() - begunMs;
  const progress = new Progress(console, () =>
    progressLine(tally.sums, options, took(), fleet.shrinking),
  );
  const told = (report: Failed): void => {
    tally.add(report);
    const trace = writeTrace(report, path, options.name, version);
    failed.push({ ...report, trace });
    if (options.json) return;
    const lines = failureLines(report, trace, console.style);
    progress.interrupt(() => lines.forEach((line) => void console.line(line)));
  };
  const fleet = fleetOf(options, seeds, begunMs, {
    passed: (report) => tally.add(report),
    failed: told,
  });
  if (!options.json) progress.begin();
  const { ending, signal } = await untilStopped(fleet, seeds).finally(() => progress.end());
  const result: Result = {
    ...{ ending, sums: tally.sums, all: seeds.all.sums, minimum: fleet.minimum },
    ...{ tookMs: took(), jobs: options.jobs, state: path, failed },
  };
  if (options.json) console.line(JSON.stringify(summaryObject(result)));
  else for (const line of summary(result, console.style)) console.line(line);
  if (signal !== undefined) return 128 + constants.signals[signal];
  return passes(result) ? 0 : 1;
}

function fleetOf(
  { file, name, jobs, minutes, failures, timeoutMs }: Wanted,
  seeds: Seeds,
  begunMs: number,
  events: ConstructorParameters<typeof Fleet>[1],
): Fleet {
  const options = {
    ...{ file, name, jobs, seeds, flags: flagsFor(file), seedMs: timeoutMs },
    untilMs: minutes === undefined ? Number.POSITIVE_INFINITY : begunMs + minutes * MINUTE_MS,
    failuresMax: failures,
    commandFor: (seed: string) => `npx sabeam sim ${name} --seed ${seed}`,
  };
  return new Fleet(options, events);
}

/** Whatever ends it, what was done is saved. */
async function untilStopped(
  fleet: Fleet,
  seeds: Seeds,
): Promise<{ ending: Ending; signal: NodeJS.Signals | undefined }> {
  let signal: NodeJS.Signals | undefined;
  const stop = (name: NodeJS.Signals): void => {
    signal = name;
    fleet.stop();
  };
  for (const name of SIGNALS) process.on(name, stop);
  const saving = setInterval(() => seeds.save(), SAVE_MS);
  try {
    return { ending: await fleet.run(), signal };
  } finally {
    clearInterval(saving);
    for (const name of SIGNALS) process.off(name, stop);
    if (fleet.loaded) seeds.save();
  }
}
