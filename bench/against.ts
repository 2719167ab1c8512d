/**
 * An earlier commit beside this tree: `npm run bench -- --against COMMIT`.
 *
 *     COMMIT ── git worktree ──► temporary folder ◄── bench/ of this tree
 *                                     │ its own scripts/build.mjs
 *                                     ▼
 *     rounds: ours now, ours then, ours now, …        in one run, by the same benchmarks
 *
 * Only this comparison is honest: two runs also differ by what else the machine did. Both sides run
 * the benchmarks of this tree, with the dependencies that are installed here; rows that the earlier
 * commit cannot play, because the API is newer, are left out. Where the commit cannot be built,
 * figures recorded on this machine stand in for it, with a warning.
 */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HISTORY, ROOT } from "./files.ts";
import { addTree, commitNamed, removeTree } from "./git.ts";
import type { Result } from "./harness.ts";
import { figuresAt, type Recorded, read, thisMachine } from "./history.ts";
import { type Bench, OURS } from "./plan.ts";

const BUILD_TIMEOUT_MS = 300_000;

/** How much of a failed build's output is shown. */
const OUTPUT_SHOWN_MAX = 300;

/** The other side of a comparison. */
export interface Past {
  /** Its column's name. */
  readonly name: string;
  /** Where it was built, or undefined. */
  readonly tree: string | undefined;
  /** What was recorded of it, by the name of the row, where it was not built. */
  readonly figures: ReadonlyMap<string, Recorded>;
  remove(): void;
}

/**
 * Builds the commit, or finds what was recorded of it; `warn` hears why not, in one line.
 *
 * @throws Error whose message is the one line to print: no such commit, or of other machines only.
 */
export function findPast(asked: string, warn: (line: string) => void): Past {
  const commit = commitNamed(asked);
  let why = `${asked} is no commit of this checkout`;
  try {
    if (commit !== undefined) return built(commit, warn);
  } catch (error) {
    why = (error as Error).message;
  }
  return recorded(commit ?? asked, why, warn);
}

function recorded(commit: string, why: string, warn: (line: string) => void): Past {
  let figures: Past["figures"];
  try {
    figures = figuresAt(commit, read(HISTORY), thisMachine());
  } catch (error) {
    throw new Error(`${why}, and ${(error as Error).message}`);
  }
  warn(`${why}; its recorded figures mean something only if the machine was the same and as idle`);
  return { name: `recorded at ${commit}`, tree: undefined, figures, remove: () => {} };
}

function built(commit: string, warn: (line: string) => void): Past {
  const parent = mkdtempSync(join(tmpdir(), "sabeam-against-"));
  const tree = join(parent, commit);
  const remove = () => {
    removeTree(tree);
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    addTree(tree, commit);
    rmSync(join(tree, "bench"), { recursive: true });
    cpSync(join(ROOT, "bench"), join(tree, "bench"), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"), "junction");
    build(tree, commit, warn);
  } catch (error) {
    remove();
    throw error;
  }
  return { name: `at ${commit}`, tree, figures: new Map(), remove };
}

/** The compiler writes what it can; what does not fit the older API fails when it is played. */
function build(tree: string, commit: string, warn: (line: string) => void): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/build.mjs"], {
    ...{ cwd: tree, encoding: "utf8", timeout: BUILD_TIMEOUT_MS },
  });
  if (status === 0) return;
  const output = `${stdout}${stderr}`.trim().replaceAll("\n", " ").slice(0, OUTPUT_SHOWN_MAX);
  if (!existsSync(join(tree, "dist", "bench", "host.js"))) {
    throw new Error(`${commit} cannot be built: ${output}`);
  }
  warn(`${commit} has another API, so that some rows may be left out: ${output}`);
}

/** The same benchmark with the past in the place of the peers. */
export function besidePast(bench: Bench, { name, tree }: Past): Bench {
  const ours = bench.contenders.find((entry) => entry.name === OURS);
  if (ours === undefined) throw new Error(`${bench.rows[0]?.name} has no contender of ours`);
  return {
    ...bench,
    rows: bench.rows.map(({ goal: _goal, moonshot: _moonshot, ...row }) => row),
    // Both from the compiler's output: a tree with another API comes to no bundle.
    contenders:
      tree === undefined
        ? [ours]
        : [
            { ...ours, tree: ROOT },
            { ...ours, name, tree },
          ],
  };
}

/** Adds what was recorded, where nothing was built. */
export function withRecorded(result: Result, { name, figures }: Past): Result {
  const value = figures.get(result.row.name)?.value;
  if (value === undefined) return result;
  const figure = { median: value, min: value, max: value, rounds: 0 };
  return { ...result, figures: new Map([...result.figures, [name, figure]]) };
}
