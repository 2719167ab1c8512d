/**
 * Index: builds the index of a folder, checks it, saves it, asks it.
 *
 *     walk ─► feed the readers, with a bound on what is under way ─► all settled   (feeding.ts)
 *          ─► pages of the shards, merged ─► compared with a plain loop ─► saved ─► questions
 *
 * Ctrl-C ends it at any of these steps: the system is stopped, and an index is there or not, whole.
 */
import { relative, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Counters, type DeadLetter, type System, startSystem } from "../actors/index.ts";
import type { Totals } from "./account.ts";
import type { Asking } from "./answer.ts";
import { CALLED_AS, type Command } from "./arguments.ts";
import { CHAOS_STANDBYS, Chaos, withoutDeaths } from "./chaos.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Console } from "./console.ts";
import { Crew } from "./crew.ts";
import { DemoError } from "./errors.ts";
import { feedAndWatch } from "./feeding.ts";
import { openFolder } from "./folder.ts";
import { Found } from "./found.ts";
import { countPlainly, type ReadDocument } from "./plain.ts";
import { grouped } from "./progress.ts";
import { prompt, show } from "./prompt.ts";
import { defaultIndexPath, makeFolderOf, saveIndex } from "./saved.ts";
import { mergePages, type SearchIndex } from "./searchindex.ts";
import * as summary from "./summary.ts";
import { Walk } from "./walk.ts";

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
  chaos: Chaos | undefined;
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
  const killed = command.chaos ? ` that ${command.threads === 1 ? "is" : "are"} killed` : "";
  const title = `${console.style.strong("sabeam demo")}: a search index of ${root}`;
  console.line(`${title}, on ${threads}${killed}`);
  console.line();
  const system = await startSystem({
    threads: command.threads,
    // In development every message is copied and frozen, to find state that two actors share by
    // mistake. Here that would be most of the work: the texts are tens of megabytes.
    development: command.development,
    ...(command.chaos ? { standbys: CHAOS_STANDBYS } : {}),
    log: command.chaos ? withoutDeaths(console.log) : console.log,
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
  const crew = await Crew.start(system, command.chaos ? [0] : undefined);
  const walk = new Walk(root);
  const found = new Found();
  const lost = new Promise<never>((_, reject) => {
    system.deadLetters((letter) => {
      if (!command.chaos || letter.reason !== "lost") reject(lostMessage(letter));
    });
  });
  lost.catch(() => undefined);

  const startMs = console.now();
  const chaos = command.chaos ? new Chaos(system, command.seed) : undefined;
  const job = { command, console, root, indexPath, system, crew, walk, found, chaos };
  try {
    await Promise.race([feedAndWatch(job), lost]);
  } finally {
    await chaos?.end();
  }
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

function report(
  { console, system, walk, found, root, chaos }: Job,
  totals: Totals,
  seconds: number,
) {
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
  if (chaos !== undefined) console.line(summary.killedLine(chaos));
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
