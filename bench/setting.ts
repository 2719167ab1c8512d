/** What there is on this machine to measure with, and one line for everything that is missing. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findErlang } from "./erlang.ts";
import type { Flags } from "./flags.ts";
import type { Setting } from "./harness.ts";
import { type Entry, ERLANG, OURS, PACKAGES } from "./plan.ts";
import type { Selection } from "./plans.ts";
import { Pool } from "./pool.ts";
import { machine } from "./report.ts";

export function findSetting(
  { small, rounds, against }: Flags,
  { benches }: Selection,
  warn: (line: string) => void,
): Setting {
  const all = benches.flatMap(({ contenders }) => contenders);
  const entries = against === undefined ? all : all.filter(({ name }) => name === OURS);
  const size = small ? "small" : "large";
  return {
    ...{ size, rounds, pool: new Pool(small) },
    erlang: entries.some(({ host }) => host === "erlang") ? erlang(warn) : undefined,
    canPin: canPin(entries, warn),
    missing: missing(entries, warn),
  };
}

function erlang(warn: (line: string) => void): Setting["erlang"] {
  const found = findErlang();
  if (found === undefined) {
    warn(`${ERLANG} is skipped: erl and erlc are not on the PATH (erlang-base)`);
  }
  return found;
}

function canPin(entries: readonly Entry[], warn: (line: string) => void): boolean {
  if (!entries.some(({ pinned }) => pinned === true)) return true;
  const can = spawnSync("taskset", ["-c", "0", "true"]).status === 0;
  if (!can) warn("rows on one core are skipped: there is no taskset here");
  return can;
}

function missing(entries: readonly Entry[], warn: (line: string) => void): Set<string> {
  const needed = new Set(entries.flatMap(({ needs }) => needs ?? []));
  const gone = [...needed].filter((name) => location(name) === undefined);
  for (const name of gone) {
    const why = name.startsWith("node:") ? `Node ${process.version} has none` : notInstalled(name);
    warn(`${name} is skipped: ${why}`);
  }
  return new Set(gone);
}

function notInstalled(name: string): string {
  return `it is not installed (npm install ${name})`;
}

/** Where a package's entry lies; undefined if it is not installed. */
function location(name: string): string | undefined {
  if (isBuiltin(name)) return name;
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch {
    return undefined;
  }
}

/** Machine and versions; ratios are worth comparing only where these are the same. */
export function caption({ erlang }: Setting, past: string | undefined): string {
  const here = [machine(), `Node ${process.version}`];
  if (past !== undefined) return [...here, `beside ours ${past}`].join(" · ");
  const peers = PACKAGES.flatMap((name) => version(name) ?? []);
  return [...here, ...peers, erlang?.version ?? "no Erlang"].join(" · ");
}

/** Read from the file, because not every package lets its package.json be imported. */
function version(name: string): string | undefined {
  const entry = location(name);
  if (entry === undefined) return undefined;
  const folder = join("node_modules", name);
  const root = entry.slice(0, entry.lastIndexOf(folder) + folder.length);
  const text = readFileSync(join(root, "package.json"), "utf8");
  return `${name} ${(JSON.parse(text) as { version: string }).version}`;
}
