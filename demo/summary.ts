/**
 * Summary: what was done, in lines for people. Pure.
 *
 *     indexed     4 410 files, 21.3 MB in 3.2 s: 6.7 MB/s, 15 038 messages/s
 *     skipped     3 binary, 1 unreadable: a.json (EACCES)
 *     killed      17 threads (thread 1: 9, thread 2: 8), 3 files read again
 *     checked     identical: 81 230 terms, 4 410 documents, 1 812 004 postings (plain loop: 2.1 s)
 *     messages    48 120 sent = 48 120 handled + 0 dead-lettered + 0 dropped + 0 queued
 *     saved       …
 */
import { skippedFiles, type Totals } from "./account.ts";
import type { Comparison } from "./compare.ts";
import { grouped, megabytes } from "./progress.ts";
import { printable } from "./snippet.ts";
import { FILE_BYTES_MAX } from "./source.ts";
import type { Style } from "./style.ts";
import { FILES_MAX, type Unreadable, type Walk } from "./walk.ts";

const UNREADABLE_TOLD_MAX = 5;

export interface MessageCounters {
  sent: number;
  handled: number;
  deadLettered: number;
  dropped: number;
  queued: number;
}

interface Killed {
  /** The threads that died, each as often as it did. */
  readonly kills: readonly number[];
  readonly filesReadAgain: number;
}

export function indexedLine(totals: Totals, messages: number, seconds: number): string {
  const perSecond = (value: number): number => value / Math.max(seconds, 1e-3);
  return row(
    "indexed",
    `${counted(totals.filesIndexed, "file")}, ${megabytes(totals.textBytes)} in ` +
      `${seconds.toFixed(1)} s: ${(perSecond(totals.textBytes) / 1e6).toFixed(1)} MB/s, ` +
      `${grouped(perSecond(messages))} messages/s`,
  );
}

/** Whether every message is accounted for, and none is under way. */
export function addUp({ sent, handled, deadLettered, dropped, queued }: MessageCounters): boolean {
  return queued === 0 && sent === handled + deadLettered + dropped;
}

export function messagesLine(counters: MessageCounters): string {
  const { sent, handled, deadLettered, dropped, queued } = counters;
  const parts = [
    `${grouped(handled)} handled`,
    `${grouped(deadLettered)} dead-lettered`,
    `${grouped(dropped)} dropped`,
    `${grouped(queued)} queued`,
  ];
  const sign = sent === handled + deadLettered + dropped + queued ? "=" : "≠";
  return row("messages", `${grouped(sent)} sent ${sign} ${parts.join(" + ")}`);
}

/** What was not indexed and why; undefined if nothing was left out. */
export function skippedLine(
  walk: Pick<Walk, "seenBefore" | "special" | "cut" | "unreadable">,
  totals: Totals,
  unreadable: readonly Unreadable[],
): string | undefined {
  const { skipped } = totals;
  const all = [...walk.unreadable, ...unreadable];
  const unreadableCount = walk.unreadable.length + skipped.unreadable;
  const told = all
    .slice(0, UNREADABLE_TOLD_MAX)
    .map(({ path, code }) => `${printable(path)} (${code})`)
    .join(", ");
  const more = unreadableCount > UNREADABLE_TOLD_MAX ? ", …" : "";
  const parts = [
    part(skipped["too large"], `larger than ${FILE_BYTES_MAX / 2 ** 20} MiB`),
    part(skipped.binary, "binary"),
    part(skipped["not UTF-8"], "not UTF-8"),
    part(walk.seenBefore, "seen before under another name"),
    part(walk.special, "no regular file"),
    part(unreadableCount, `unreadable: ${told}${more}`),
    walk.cut ? `whatever comes after ${grouped(FILES_MAX)} files` : "",
  ].filter((text) => text !== "");
  return parts.length === 0 ? undefined : row("skipped", parts.join(", "));
}

/** What was done to the threads meanwhile. */
export function killedLine({ kills, filesReadAgain }: Killed) {
  const times = new Map<number, number>();
  for (const thread of kills) times.set(thread, (times.get(thread) ?? 0) + 1);
  const each = [...times]
    .sort(([one], [other]) => one - other)
    .map(([thread, count]) => `thread ${thread}: ${count}`);
  const which = each.length === 0 ? "" : ` (${each.join(", ")})`;
  const again = filesReadAgain === 0 ? "" : `, ${counted(filesReadAgain, "file")} read again`;
  return row("killed", `${counted(kills.length, "thread")}${which}${again}`);
}

export function checkedLines(comparison: Comparison, seconds: number, style: Style): string[] {
  const { terms, documents, postings, differences, told } = comparison;
  const numbers = [
    counted(terms, "term"),
    counted(documents, "document"),
    counted(postings, "posting"),
  ].join(", ");
  const plain = `(plain loop: ${seconds.toFixed(1)} s)`;
  const verdict = comparison.identical
    ? style.good("identical")
    : style.bad(counted(differences, "difference"));
  const more = differences - told.length;
  return [
    row("checked", `${verdict}: ${numbers} ${plain}`),
    ...told.map((line) => row("", printable(line))),
    ...(more > 0 ? [row("", `and ${grouped(more)} more`)] : []),
    ...changedLines(comparison),
  ];
}

function changedLines({ changed, changedTold }: Comparison): string[] {
  if (changed === 0) return [];
  const paths = changedTold.map(printable).join(", ");
  const more = changed > changedTold.length ? ", …" : "";
  return [row("", `${counted(changed, "file")} changed meanwhile, left out: ${paths}${more}`)];
}

export function savedLine(path: string, bytes: number): string {
  return row("saved", `${printable(path)}, ${megabytes(bytes)}`);
}

/** Why nothing was indexed; undefined if something was. */
export function nothingLine(walk: Walk, totals: Totals, root: string): string | undefined {
  if (totals.filesIndexed > 0) return undefined;
  const where = printable(root);
  if (walk.files === 0) return `nothing to index: no .md, .js, .ts or .json file below ${where}`;
  return `nothing to index: all ${skippedFiles(totals)} files below ${where} were skipped`;
}

function row(name: string, text: string): string {
  return `${name.padEnd(10)}  ${text}`;
}

function part(count: number, text: string): string {
  return count === 0 ? "" : `${grouped(count)} ${text}`;
}

function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}
