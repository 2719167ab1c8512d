/**
 * `npm run bench`: every row of every plan, ours beside what one would use instead, in one run.
 *
 * Progress and results go to standard output as a table, or as JSON lines with `--json`; what is
 * skipped and why goes to standard error. Exit code 1: a contender failed; 2: a bad flag.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findErlang } from "./erlang.ts";
import { type Flags, parseFlags, USAGE } from "./flags.ts";
import { play, type Result, type Setting } from "./harness.ts";
import { type Bench, type Derived, ERLANG, type Figure } from "./plan.ts";
import { LOCAL, LOCAL_DERIVED } from "./plan-local.ts";
import { SAVINA, SAVINA_DERIVED } from "./plan-savina.ts";
import { SYSTEM } from "./plan-system.ts";
import { THREADS } from "./plan-threads.ts";
import { Pool } from "./pool.ts";
import { machine, measured, otherPeers, tableHead, tableLine } from "./report.ts";

const BENCHES: readonly Bench[] = [...LOCAL, ...THREADS, ...SYSTEM, ...SAVINA];
const DERIVED: readonly Derived[] = [...LOCAL_DERIVED, ...SAVINA_DERIVED];

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(args);
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    return 2;
  }
  if (flags.help) return say(USAGE);
  const wanted = (name: string) =>
    flags.only.length === 0 || flags.only.some((part) => name.toLowerCase().includes(part));
  const names = [...BENCHES.flatMap(({ rows }) => rows), ...DERIVED.map(({ row }) => row)]
    .map(({ name }) => name)
    .filter(wanted);
  if (names.length === 0) {
    console.error(`bench: no row contains ${flags.only.join(" or ")}; --list shows all`);
    return 2;
  }
  if (flags.list) return say(names.join("\n"));
  return measure(flags, new Set(names));
}

function say(text: string): number {
  console.log(text);
  return 0;
}

async function measure(flags: Flags, names: ReadonlySet<string>): Promise<number> {
  const setting = findSetting(flags);
  const results = new Map<string, Result>();
  const lines: string[] = [];
  const show = (result: Result) => {
    results.set(result.row.name, result);
    if (!names.has(result.row.name)) return;
    lines.push(JSON.stringify(measured(result)));
    if (flags.json) console.log(lines.at(-1));
    else console.log([tableLine(result), otherPeers(result)].filter(Boolean).join("\n"));
  };
  if (!flags.json) console.log(`${caption(setting)}\n\n${tableHead()}`);
  let failures = 0;
  for (const bench of BENCHES) {
    const pinned = bench.contenders.every(({ pinned }) => pinned === true);
    if (!isNeeded(bench, names) || (pinned && !setting.canPin)) continue;
    try {
      for (const result of await play(bench, setting)) show(result);
    } catch (error) {
      failures += 1;
      console.error(`bench: ${(error as Error).message}`);
    }
  }
  await setting.pool.close();
  setting.erlang?.remove();
  for (const derived of DERIVED) {
    const result = derive(derived, results);
    if (result !== undefined) show(result);
  }
  if (failures > 0) return 1;
  if (flags.save) writeFileSync(latest(), `${lines.join("\n")}\n`);
  return 0;
}

/** A bench is played for its own rows and for the rows that are derived from them. */
function isNeeded(bench: Bench, names: ReadonlySet<string>): boolean {
  const bases = DERIVED.filter(({ row }) => names.has(row.name)).flatMap(({ of }) => of);
  return bench.rows.some(({ name }) => names.has(name) || bases.includes(name));
}

function findSetting(flags: Flags): Setting {
  const erlang = findErlang();
  if (erlang === undefined) {
    console.error(`bench: ${ERLANG} is skipped: erl and erlc are not on the PATH (erlang-base)`);
  }
  const canPin = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
  if (!canPin) console.error("bench: rows on one core are skipped: there is no taskset here");
  const size = flags.small ? "small" : "large";
  return { size, rounds: flags.rounds, erlang, canPin, pool: new Pool(flags.small) };
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
  return { row: derived.row, threads: derived.threads, figures };
}

/** Machine and versions; ratios are worth comparing only where these are the same. */
function caption({ erlang }: Setting): string {
  const require = createRequire(import.meta.url);
  const peers = ["nact", "comlink", "piscina"].map((name) => `${name} ${version(require, name)}`);
  return [machine(), `Node ${process.version}`, ...peers, erlang?.version ?? "no Erlang"].join(
    " · ",
  );
}

/** Read from the file, because not every package lets its package.json be imported. */
function version(require: NodeJS.Require, name: string): string {
  const entry = require.resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(join("node_modules", name)));
  const file = join(root, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** bench/latest.jsonl of the sources, also when this runs from dist/. */
function latest(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = here.endsWith(join("dist", "bench")) ? join(here, "..", "..") : join(here, "..");
  return join(root, "bench", "latest.jsonl");
}
