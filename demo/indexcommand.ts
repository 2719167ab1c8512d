/**
 * Index: builds the index of a folder, checks it, saves it, asks it.
 *
 *     walk ─► feed the readers, with a bound on what is under way ─► all settled
 *          ─► pages of the shards, merged ─► compared with a plain loop ─► saved ─► questions
 *
 * Ctrl-C ends it at any of these steps: the system is stopped, and an index is there or not, whole.
 */
import { access, constants, realpath, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Counters, type DeadLetter, type System, startSystem } from "../actors/index.ts";
import type { Sent, Totals } from "./account.ts";
import type { Asking } from "./answer.ts";
import { CALLED_AS, type Command } from "./arguments.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Console } from "./console.ts";
import { Crew } from "./crew.ts";
import { DemoError, systemCode } from "./errors.ts";
import { Found } from "./found.ts";
import { countPlainly, type ReadDocument } from "./plain.ts";
import { barLine, grouped, Meter, plainLine } from "./progress.ts";
import { prompt, show } from "./prompt.ts";
import { defaultIndexPath, makeFolderOf, saveIndex } from "./saved.ts";
import { mergePages, type SearchIndex } from "./searchindex.ts";
import * as summary from "./summary.ts";
import { Walk } from "./walk.ts";

const FILES_PER_BATCH_MAX = 16;
const TICK_MS = 100;
const COUNTERS_TRIES_MAX = 500;
const HITS_MAX = 3;
const SAMPLE_QUERIES = ["promise rejection", "worker thread message", "parse JSON with comments"];

interface Job {
  command: Extract<Command, { type: "index" }>;
  console: Console;
  root: string;
  indexPath: string;
  walk: Walk;
  found: Found;
  system: System;
  crew: Crew;
}

/** Runs the command; the promise settles with the exit code. Throws DemoError. */
export async function runIndex(
  command: Extract<Command, { type: "index" }>,
  console: Console,
): Promise<number> {
  const root = await openFolder(command.folder);
  const indexPath = command.index === undefined ? defaultIndexPath() : resolve(command.index);
  makeFolderOf(indexPath);
  const threads = command.threads === 1 ? "1 thread" : `${command.threads} threads`;
  console.line(`${console.style.strong("sabeam demo")}: a search index of ${root}, on ${threads}`);
  console.line();
  const system = await startSystem({
    threads: command.threads,
    // In development every message is copied and frozen, to find state that two actors share by
    // mistake. Here that would be most of the work: the texts are tens of megabytes.
    development: command.development,
    log: console.log,
  });
  try {
    return await console.interrupt.race(work(command, console, root, indexPath, system));
  } finally {
    console.screen.clear();
    await system.stop();
  }
}

async function work(
  command: Job["command"],
  console: Console,
  root: string,
  indexPath: string,
  system: System,
): Promise<number> {
  const crew = await Crew.start(system);
  const walk = new Walk(root);
  const job = { command, console, root, indexPath, system, crew, walk, found: new Found() };
  const lost = new Promise<never>((_, reject) => {
    system.deadLetters((letter) => reject(lostMessage(letter)));
  });
  lost.catch(() => undefined);

  const startMs = console.now();
  await Promise.race([feedAndWatch(job), lost]);
  const totals = await crew.totals();
  report(job, totals, (console.now() - startMs) / 1000);
  const nothing = summary.nothingLine(walk, totals, root);
  if (nothing !== undefined) {
    console.line(nothing);
    return 0;
  }
  const documents = await readDocuments(job);
  const index = await Promise.race([merge(job, documents), lost]);
  const { identical } = await check(job, index, documents);
  console.line(summary.messagesLine(await quietCounters(system)));
  if (!identical) return 1;
  const bytes = await saveIndex(index, indexPath, console.interrupt.signal);
  console.line(summary.savedLine(indexPath, bytes));
  console.line();
  await answerQuestions(job, index);
  return 0;
}

async function openFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if (!(await stat(root)).isDirectory()) throw new DemoError("ERR_DEMO_FOLDER", "");
    await access(root, constants.R_OK | constants.X_OK);
    return root;
  } catch (error) {
    const why = error instanceof DemoError ? "it is not a folder" : systemCode(error);
    throw new DemoError(
      "ERR_DEMO_FOLDER",
      `${folder} cannot be indexed (${why}); name a folder: ${CALLED_AS} index FOLDER`,
    );
  }
}

/** Walks, feeds the crew and shows how far it is, until all is settled. */
async function feedAndWatch(job: Job): Promise<void> {
  const { found, walk, console } = job;
  const ended = new AbortController();
  const fed = Promise.all([found.fill(walk.run(console.interrupt.signal)), feed(job)]);
  await Promise.all([fed.finally(() => ended.abort()), watch(job, ended.signal)]);
}

async function feed({ crew, found, console }: Job): Promise<void> {
  const sent: Sent = { files: 0, bytes: 0 };
  for (;;) {
    const files = await found.take(sent.files, FILES_PER_BATCH_MAX);
    if (files.length === 0) break;
    await crew.room({ ...sent });
    console.interrupt.signal.throwIfAborted();
    const tasks = files.map(({ path, bytes }, at) => ({ document: sent.files + at, path, bytes }));
    await crew.read(tasks);
    sent.files += files.length;
    sent.bytes += files.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  await crew.settled({ ...sent });
}

async function watch({ crew, walk, found, console, system }: Job, ended: AbortSignal) {
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

function report({ console, system, walk, found, root }: Job, totals: Totals, seconds: number) {
  console.line(summary.indexedLine(totals, system.counters().handled, seconds));
  const inRoot = (path: string): string => relative(root, path) || ".";
  const unreadable = totals.unreadable.map(({ document, detail }) => ({
    path: inRoot(found.files[document]?.path ?? ""),
    code: detail,
  }));
  const inWalk = walk.unreadable.map(({ path, code }) => ({ path: inRoot(path), code }));
  const { seenBefore, special, cut } = walk;
  const skipped = summary.skippedLine(
    { seenBefore, special, cut, unreadable: inWalk },
    totals,
    unreadable,
  );
  if (skipped !== undefined) console.line(skipped);
}

async function readDocuments({ crew, found }: Job): Promise<ReadDocument[]> {
  const documents = (await crew.documents()).map((document) => ({
    ...document,
    path: found.files[document.document]?.path ?? "",
  }));
  return documents.sort((a, b) => a.document - b.document);
}

async function merge(job: Job, documents: readonly ReadDocument[]): Promise<SearchIndex> {
  const { root, found, crew, console } = job;
  console.screen.show("collecting the shards");
  const paths = Array<string>(found.files.length).fill("");
  const lengths = new Uint32Array(found.files.length);
  for (const { document, path, length } of documents) {
    paths[document] = relative(root, path);
    lengths[document] = length;
  }
  return mergePages(root, paths, lengths, await crew.pages());
}

async function check(
  { console }: Job,
  index: SearchIndex,
  documents: readonly ReadDocument[],
): Promise<Comparison> {
  const { screen, interrupt, now, style } = console;
  const startMs = now();
  const plain = await countPlainly(documents, interrupt.signal, (done) => {
    screen.show(`checking: ${grouped(done)}/${grouped(documents.length)} files by a plain loop`);
  });
  const seconds = (now() - startMs) / 1000;
  const comparison = compare(index, plain);
  for (const line of summary.checkedLines(comparison, seconds, style)) console.line(line);
  return comparison;
}

/** The counts of a thread become visible with its last turn, a moment after the last answer. */
async function quietCounters(system: System): Promise<Counters> {
  for (let tries = 1; ; tries += 1) {
    const counters = system.counters();
    if (summary.addUp(counters) || tries === COUNTERS_TRIES_MAX) return counters;
    await setTimeout(1);
  }
}

async function answerQuestions({ crew, console }: Job, index: SearchIndex): Promise<void> {
  const asking: Asking = {
    library: index,
    lookup: (terms) => crew.postings(terms),
    hitsMax: HITS_MAX,
    now: console.now,
  };
  for (const query of SAMPLE_QUERIES) await show(query, asking, console);
  if (console.interactive) await prompt(asking, console);
  else console.line(`Ask more: ${CALLED_AS} search "some words"`);
}

function lostMessage({ handler, target, reason }: DeadLetter): DemoError {
  return new DemoError(
    "ERR_DEMO_PIPELINE",
    `a message was lost: ${handler} to ${target} (${reason}); the index would not be whole`,
  );
}
