/**
 * `npm run bench`: every row of every plan, ours beside what one would use instead, in one run; or,
 * with `--against`, beside an earlier commit of ours.
 *
 * Progress and results go to standard output as a table, or as JSON lines with `--json`; what is
 * skipped and why goes to standard error. Exit code 1: a contender failed; 2: a bad flag, or
 * nothing that could be measured here.
 */

import { writeFileSync } from "node:fs";
import { besidePast, findPast, type Past, withRecorded } from "./against.ts";
import { HISTORY, INSTALLED, LATEST } from "./files.ts";
import { type Flags, parseFlags, USAGE } from "./flags.ts";
import { currentCommit } from "./git.ts";
import { ContenderFailed, canRun, play, type Result, type Setting } from "./harness.ts";
import { append, recordOf } from "./history.ts";
import type { Derived, Figure } from "./plan.ts";
import { type Selection, select } from "./plans.ts";
import { measured, otherPeers, spreads, tableHead, tableLine } from "./report.ts";
import { caption, findSetting } from "./setting.ts";

/** Exit code after a signal, so that temporary folders are removed on the way out. */
const INTERRUPTED = 130;
/** As a shell names a death by SIGPIPE. */
const READER_GONE = 141;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const flags = parseFlags(args);
    if (flags.help) return say(USAGE);
    if (INSTALLED) refuseWhatIsKept(flags);
    const selection = select(flags.only, flags.micro);
    if (selection.names.size === 0) {
      throw new Error(`no row contains ${flags.only.join(" or ")}; --list shows all`);
    }
    if (flags.list) return say([...selection.names].join("\n"));
    return await measure(flags, selection);
  } catch (error) {
    warn((error as Error).message);
    return 2;
  }
}

function refuseWhatIsKept({ save, record, against }: Flags): void {
  const needs = save ? "--save" : record ? "--record" : against === undefined ? "" : "--against";
  if (needs !== "")
    throw new Error(`${needs} works in a checkout of sabeam, not where it is installed`);
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function warn(line: string): void {
  console.error(`bench: ${line}`);
}

/** @throws Error whose message is the one line to print, before anything was measured. */
async function measure(flags: Flags, selection: Selection): Promise<number> {
  const commit = flags.record ? currentCommit() : undefined;
  if (flags.record && commit === undefined) throw new Error("--record needs git, for the commit");
  const setting = findSetting(flags, selection, warn);
  const benches = selection.benches.filter(
    ({ contenders: [ours] }) => ours && canRun(ours, setting),
  );
  let past: Past | undefined;
  process.once("exit", () => {
    past?.remove();
    setting.erlang?.remove();
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(INTERRUPTED));
  process.stdout.once("error", () => process.exit(READER_GONE));
  try {
    if (benches.length === 0) throw new Error("nothing is left to be measured");
    past = flags.against === undefined ? undefined : findPast(flags.against, warn);
    if (!flags.json) console.log(`${caption(setting, past?.name)}\n\n${tableHead()}`);
    const { results, failures } = await playAll({ ...selection, benches }, setting, past, flags);
    if (failures > 0) return 1;
    if (flags.save) writeFileSync(LATEST, lines(results.map(measured)));
    if (commit !== undefined) append(HISTORY, records(results, commit));
    return 0;
  } finally {
    await setting.pool.close();
  }
}

async function playAll(
  { names, benches, derived }: Selection,
  setting: Setting,
  past: Past | undefined,
  flags: Flags,
): Promise<{ results: Result[]; failures: number }> {
  const results = new Map<string, Result>();
  const keep = (found: Result) => {
    const result = past === undefined ? found : withRecorded(found, past);
    results.set(result.row.name, result);
    if (!names.has(result.row.name)) return;
    if (flags.json) console.log(JSON.stringify(measured(result)));
    else show(result, past);
  };
  let failures = 0;
  for (const bench of benches) {
    try {
      for (const result of await play(past ? besidePast(bench, past) : bench, setting))
        keep(result);
    } catch (error) {
      const { message } = error as Error;
      if (isOfPast(error, past)) warn(`${message.split("\n", 1)[0]}: left out`);
      else {
        failures += 1;
        warn(message);
      }
    }
  }
  for (const one of derived) {
    const result = derive(one, results);
    if (result !== undefined) keep(result);
  }
  return { results: [...results.values()].filter(({ row }) => names.has(row.name)), failures };
}

/** An earlier commit need not be able to play what this tree plays. */
function isOfPast(error: unknown, past: Past | undefined): boolean {
  return error instanceof ContenderFailed && error.contender === past?.name;
}

function show(result: Result, past: Past | undefined): void {
  const below = past === undefined ? otherPeers(result) : spreads(result);
  console.log([tableLine(result), below].filter(Boolean).join("\n"));
}

/** The row for each contender that was measured in all rows that it is derived from. */
function derive(derived: Derived, results: ReadonlyMap<string, Result>): Result | undefined {
  const bases = derived.of.map((name) => results.get(name)?.figures);
  if (bases.includes(undefined)) return undefined;
  const figures = new Map<string, Figure>();
  for (const name of bases[0]?.keys() ?? []) {
    const own = bases.flatMap((base) => base?.get(name) ?? []);
    if (own.length === bases.length) figures.set(name, derived.combine(own));
  }
  const { row, group, threads } = derived;
  return { row, group, threads, figures, count: null, checksum: null };
}

function lines(objects: readonly unknown[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

function records(results: readonly Result[], commit: string) {
  const date = new Date();
  return results.flatMap((result) => recordOf(result, commit, date) ?? []);
}
