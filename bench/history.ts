/**
 * Figures that were kept: one line of JSON each in bench/history.jsonl, only ever appended to.
 *
 * A figure is worth something beside others of the same machine only, so whoever reads them says
 * which machine that is. Even there, two runs differ by what else the machine did; `--against`
 * (against.ts) plays both sides in one run, and comes here only where that is impossible.
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { arch } from "node:process";
import type { Result } from "./harness.ts";
import { OURS, type Unit } from "./plan.ts";
import { digits, machine } from "./report.ts";

export interface Recorded {
  readonly name: string;
  /** Null for rows that are derived from others. */
  readonly count: number | null;
  readonly checksum: number | null;
  readonly value: number;
  readonly unit: Unit;
  /** With a + if the tree had changes. */
  readonly commit: string;
  readonly node: string;
  readonly arch: string;
  readonly cpu: string;
  /** ISO 8601. */
  readonly date: string;
}

/** What makes two figures comparable. */
export type Machine = Pick<Recorded, "node" | "arch" | "cpu">;

export function thisMachine(): Machine {
  return { node: process.version, arch, cpu: machine() };
}

/** Undefined if ours was not measured. */
export function recordOf(result: Result, commit: string, date: Date): Recorded | undefined {
  const { row, count, checksum, figures } = result;
  const ours = figures.get(OURS);
  if (ours === undefined) return undefined;
  const what = { name: row.name, count, checksum, value: digits(ours.median), unit: row.unit };
  return { ...what, commit, ...thisMachine(), date: date.toISOString() };
}

export function append(file: string, records: readonly Recorded[]): void {
  appendFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

/** @throws Error naming the line that is not one of ours. */
export function read(file: string): Recorded[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      const record = JSON.parse(line) as Recorded;
      if (typeof record.name === "string" && typeof record.value === "number") return [record];
    } catch {
      // Said below, like a line of another shape.
    }
    throw new Error(`line ${index + 1} of ${file} is no recorded figure`);
  });
}

/**
 * The last figure of each row at a commit, on this machine.
 *
 * @throws Error if there is none, or if they are of other machines only.
 */
export function figuresAt(
  commit: string,
  records: readonly Recorded[],
  here: Machine,
): Map<string, Recorded> {
  const own = records.filter((record) => sameCommit(record.commit, commit));
  const found = own.filter((record) => setup(record) === setup(here));
  const other = own.find((record) => setup(record) !== setup(here));
  if (found.length === 0 && other !== undefined) {
    throw new Error(
      `figures of ${commit} were recorded on ${setup(other)}, and this is ${setup(here)}: ` +
        "figures of two machines cannot be compared",
    );
  }
  if (found.length === 0) throw new Error(`nothing was recorded of ${commit}`);
  return new Map(found.map((record) => [record.name, record]));
}

/** Names may be cut short, by us or by whoever asks; a tree with changes is not its commit. */
function sameCommit(one: string, other: string): boolean {
  if (one.endsWith("+") !== other.endsWith("+")) return false;
  const [a, b] = [one.replace("+", ""), other.replace("+", "")];
  return a.startsWith(b) || b.startsWith(a);
}

function setup({ cpu, arch, node }: Machine): string {
  return `${cpu} (${arch}), Node ${node.replace(/^v/, "")}`;
}
