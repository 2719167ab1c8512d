/**
 * Feeding: gives the files of a walk to the crew, with a bound on what is under way, and shows how
 * far it is.
 */
import { setTimeout } from "node:timers/promises";
import type { System } from "../actors/index.ts";
import type { Sent } from "./account.ts";
import type { Task } from "./actors/reader.ts";
import type { Chaos } from "./chaos.ts";
import type { Console } from "./console.ts";
import type { Crew } from "./crew.ts";
import type { Found } from "./found.ts";
import { barLine, Meter, plainLine } from "./progress.ts";
import type { Walk } from "./walk.ts";

const FILES_PER_BATCH_MAX = 16;
const TICK_MS = 100;

interface Meal {
  readonly console: Console;
  readonly walk: Walk;
  readonly found: Found;
  readonly system: System;
  readonly crew: Crew;
  /** Undefined: nobody kills threads. */
  readonly chaos: Chaos | undefined;
}

/** Walks, feeds the crew and shows how far it is, until all is settled. */
export async function feedAndWatch(meal: Meal): Promise<void> {
  const { found, walk, console } = meal;
  const ended = new AbortController();
  const fed = Promise.all([found.fill(walk.run(console.interrupt.signal)), feed(meal)]);
  await Promise.all([fed.finally(() => ended.abort()), watch(meal, ended.signal)]);
}

async function feed({ crew, found, console, chaos }: Meal): Promise<void> {
  const sent: Sent = { files: 0, bytes: 0 };
  const task = (document: number): Task => {
    const { path = "", bytes = 0 } = found.files[document] ?? {};
    return { document, path, bytes };
  };
  const answered = (answer: Promise<void>): Promise<void> =>
    chaos === undefined ? answer : chaos.answered(answer, crew, task);
  for (;;) {
    const files = await found.take(sent.files, FILES_PER_BATCH_MAX);
    if (files.length === 0) break;
    await answered(crew.room({ ...sent }));
    console.interrupt.signal.throwIfAborted();
    await crew.read(files.map((_, at) => task(sent.files + at)));
    sent.files += files.length;
    sent.bytes += files.reduce((sum, { bytes }) => sum + bytes, 0);
    chaos?.sent(sent.files);
  }
  await answered(crew.settled({ ...sent }));
}

async function watch({ crew, walk, found, console, system }: Meal, ended: AbortSignal) {
  const meter = new Meter();
  const { screen, now } = console;
  while (!ended.aborted && !console.interrupt.signal.aborted) {
    const totals = await crew.totals();
    const progress = {
      files: totals.filesDone,
      filesTotal: walk.files,
      totalGrows: !found.ended,
      bytes: totals.bytesDone,
      bytesTotal: walk.bytes,
      messages: system.counters().handled,
    };
    const rates = meter.add(now(), progress);
    const line = screen.redraws
      ? barLine(progress, rates, screen.columns)
      : plainLine(progress, rates);
    if (progress.files > 0) screen.show(line);
    await setTimeout(TICK_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}
