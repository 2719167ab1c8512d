/**
 * Header: which system it is, and how it is as a whole.
 *
 *     sabeam 0.1.0 · 4711 shop.js · node 20.20.2 · up 3.5 h                          paused
 *     304 actors · 312k turns/s · CPU 213 % · heap 120 MB · 14 queued · 2 crashes
 *     THREAD   STATE    CPU   HEAP   RATE NOW
 *     …
 */

import type { Hello, ThreadView } from "../../runtime/index.ts";
import type { Look } from "../look/told.ts";
import type { Style } from "../style.ts";
import { clip, pad, widthOf } from "../width.ts";
import { count, countOf, kilobytes, percent, time } from "./amounts.ts";
import { threadColumns } from "./columns.ts";
import { isStalled } from "./now.ts";
import { table } from "./table.ts";

export interface Setting {
  readonly hello: Hello;
  /** What its process was started with. */
  readonly program: string | undefined;
  readonly style: Style;
  /** Of the window; Infinity where there is none. */
  readonly columns: number;
}

/** Which system it is; to the right what is to be noticed about the screen itself, or "". */
export function titleLine(look: Look, setting: Setting, notice: string): string {
  const { hello, program, style, columns } = setting;
  const process = [hello.system > 1 ? `${hello.pid}-${hello.system}` : hello.pid, program ?? ""];
  const left = parts(
    [
      `sabeam ${hello.sabeam}`,
      process.join(" ").trimEnd(),
      `node ${hello.node.replace(/^v/, "")}`,
      `up ${time(look.uptimeMs * 1000)}`,
    ],
    columns - widthOf(notice) - 1,
  );
  if (notice === "") return style.strong(left);
  const shown = clip(notice, columns);
  const room = columns - widthOf(shown);
  return `${style.strong(pad(left, room))}${style.warn(shown)}`;
}

export function totalsLine({ totals, threads }: Look, { style, columns }: Setting): string {
  const sum = (value: (thread: ThreadView) => number | undefined): number | undefined =>
    threads.reduce<number | undefined>((so, thread) => {
      const own = value(thread);
      return own === undefined ? so : (so ?? 0) + own;
    }, undefined);
  const line = parts(
    [
      countOf(totals.actors, "actor"),
      `${count(totals.rate)} turns/s`,
      `CPU ${percent(sum(({ cpu }) => cpu))}`,
      `${count(totals.queued)} queued`,
      countOf(totals.crashes, "crash", "crashes"),
      countOf(totals.deadLettered, "dead letter"),
      `${count(totals.dropped)} dropped`,
      `heap ${kilobytes(sum(({ heapKb }) => heapKb))}`,
      ...(totals.badLanes > 0 ? [countOf(totals.badLanes, "bad lane")] : []),
    ],
    columns,
  );
  return style.faint(line);
}

/** A line for each thread; of more than `max` those with trouble, and the busiest. */
export function threadLines({ threads }: Look, { style, columns }: Setting, max: number): string[] {
  const shown = threads.length <= max ? threads : chosen(threads, Math.max(1, max - 1));
  const accents = { title: style.faint, mark: style.faint };
  const { title, lines } = table(threadColumns(style), shown, columns, accents);
  const left = threads.length - shown.length;
  const more = left > 0 ? [style.faint(clip(`… ${left} more threads, less busy`, columns))] : [];
  return [title, ...lines, ...more];
}

function chosen(threads: readonly ThreadView[], max: number): ThreadView[] {
  const urgency = (thread: ThreadView): number => {
    if (thread.state === "dead") return 1e9;
    if (isStalled(thread.running)) return 1e8;
    return (thread.cpu ?? 0) * 1e4 + (thread.running?.ms ?? 0) + (thread.rate ?? 0) / 1e6;
  };
  return threads
    .toSorted((one, other) => urgency(other) - urgency(one))
    .slice(0, max)
    .sort((one, other) => one.index - other.index);
}

/** As many of the parts as fit; the first one always. */
export function parts(texts: readonly string[], columns: number): string {
  let line = "";
  for (const text of texts) {
    const longer = line === "" ? text : `${line} · ${text}`;
    if (widthOf(longer) > columns && line !== "") break;
    line = longer;
  }
  return clip(line, columns);
}
