/** What git knows about this checkout: names of commits, and checkouts of others beside it. */

import { spawnSync } from "node:child_process";
import { ROOT } from "./files.ts";

/** Changes of these do not make a tree another one: they are what a run writes. */
const WRITTEN = ["bench/latest.jsonl", "bench/history.jsonl", "bench/charts", "README.md"];

const NAME_LENGTH = 10;

/** The commit's short name; undefined if it is none, or there is no git here. */
export function commitNamed(name: string): string | undefined {
  return git("rev-parse", "--verify", "--quiet", `--short=${NAME_LENGTH}`, `${name}^{commit}`);
}

/** The commit that is checked out, with a + if there are changes; undefined without git. */
export function currentCommit(): string | undefined {
  const name = commitNamed("HEAD");
  const others = WRITTEN.map((path) => `:(exclude)${path}`);
  const changes = git("status", "--porcelain", "--", ".", ...others);
  return name && `${name}${changes === "" ? "" : "+"}`;
}

/** Checks a commit out into a folder that does not exist yet. */
export function addTree(folder: string, commit: string): void {
  git("worktree", "prune");
  const { status, stderr } = run(["worktree", "add", "--quiet", "--detach", folder, commit]);
  if (status !== 0) throw new Error(`git cannot check out ${commit}: ${stderr.trim()}`);
}

export function removeTree(folder: string): void {
  git("worktree", "remove", "--force", folder);
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = run(args);
  return status === 0 ? stdout.trim() : undefined;
}

function run(args: readonly string[]) {
  return spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
}
