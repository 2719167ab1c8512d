/**
 * How results are shown: a line of a table for people, and a line of JSON for programs.
 *
 * The JSON object of a row is what `--json` prints and what bench/latest.jsonl keeps for the
 * README.
 */

import { availableParallelism, cpus } from "node:os";
import { bestPeer, type Result, ratio, reached, targetValue } from "./harness.ts";
import { type Figure, type Group, type Growth, OURS, type Target, type Unit } from "./plan.ts";

/** One row as JSON. Values are in `unit`; `ratioBest` is above 1 where we are ahead. */
export interface Measured {
  readonly name: string;
  readonly group: Group;
  readonly unit: Unit;
  readonly ours: number;
  /** The smallest and the largest of our rounds. */
  readonly spread: readonly [number, number];
  readonly peers: { readonly [name: string]: number };
  readonly ratioBest: number | null;
  readonly goal: number | null;
  readonly moonshot: number | null;
  readonly rounds: number;
  /** Rounds of the peers that had fewer or more than we. */
  readonly peerRounds: { readonly [name: string]: number };
  readonly node: string;
  readonly cpu: string;
  readonly threads: number;
  readonly note: string;
  readonly growth?: Growth;
}

export function measured(result: Result): Measured {
  const { row, group, figures, threads } = result;
  const ours = figures.get(OURS);
  if (ours === undefined) throw new Error(`our side of ${row.name} was not measured`);
  const peers = [...figures].filter(([name]) => name !== OURS);
  const best = bestPeer(result);
  return {
    name: row.name,
    group,
    unit: row.unit,
    ours: digits(ours.median),
    spread: [digits(ours.min), digits(ours.max)],
    peers: Object.fromEntries(peers.map(([name, figure]) => [name, digits(figure.median)])),
    ratioBest: best ? digits(ratio(result, best[1])) : null,
    goal: targetValue(result, row.goal) ?? null,
    moonshot: targetValue(result, row.moonshot) ?? null,
    rounds: ours.rounds,
    peerRounds: Object.fromEntries(
      peers.filter(([, { rounds }]) => rounds !== ours.rounds).map(([name, f]) => [name, f.rounds]),
    ),
    node: process.version,
    cpu: machine(),
    threads,
    note: row.note,
    ...(row.growth === undefined ? {} : { growth: row.growth }),
  };
}

/** Four digits: more would be noise. */
export function digits(value: number): number {
  return Number(value.toPrecision(4));
}

/** For example "2 × AMD EPYC". */
export function machine(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}`;
}

const COLUMNS = [-46, 21, 31, 8, 11, 11, 21] as const;

export function tableHead(): string {
  return line("", "ours", "best peer", "ratio", "goal", "moonshot", "spread of our rounds");
}

export function tableLine(result: Result): string {
  const { row, figures } = result;
  const ours = figures.get(OURS) as Figure;
  const best = bestPeer(result);
  return line(
    row.name,
    show(ours.median, row.unit),
    best ? `${best[0]} ${show(best[1], row.unit)}` : "",
    best ? `${ratio(result, best[1]).toPrecision(3)}` : "",
    target(result, row.goal),
    target(result, row.moonshot),
    `${scaled(ours.min)} … ${scaled(ours.max)}`,
  );
}

function target(result: Result, wanted: Target | undefined): string {
  const value = targetValue(result, wanted);
  return value === undefined ? "" : `${scaled(value)} ${reached(result, wanted) ? "✓" : "✗"}`;
}

/** Peers that are not the best, for the line below. */
export function otherPeers(result: Result): string {
  const best = bestPeer(result)?.[0];
  const others = [...result.figures].filter(([name]) => name !== OURS && name !== best);
  const shown = others.map(([name, { median }]) => `${name} ${show(median, result.row.unit)}`);
  return shown.length === 0 ? "" : `    also: ${shown.join(", ")}`;
}

/** The spread of the others, for the line below. */
export function spreads({ figures }: Result): string {
  const others = [...figures].filter(([name, { rounds }]) => name !== OURS && rounds > 0);
  const shown = others.map(([name, { min, max }]) => `${name}: ${scaled(min)} … ${scaled(max)}`);
  return shown.length === 0 ? "" : `    ${shown.join(", ")}`;
}

function show(value: number, unit: Unit): string {
  if (unit === "times") return `${scaled(value)} ×`;
  return `${scaled(value)} ${unit}`;
}

/** 12.4 M, 660 k, 2648, 30.1, 0.062. */
function scaled(value: number): string {
  if (value >= 1e6) return `${short(value / 1e6)} M`;
  return value >= 1e4 ? `${short(value / 1e3)} k` : short(value);
}

function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

function line(...cells: string[]): string {
  const padded = cells.map((cell, index) => {
    const width = COLUMNS[index] ?? 0;
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  });
  return padded.join(" ").trimEnd();
}
