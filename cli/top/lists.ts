/** Lists: actors by one of the sorts, or as a tree; of each the rows that fit, and a caption. */

import type { TopView, TreeView } from "../../runtime/index.ts";
import type { Look } from "../look/told.ts";
import { clip } from "../width.ts";
import { branches } from "./branches.ts";
import { actorColumns, treeColumns } from "./columns.ts";
import type { Setting } from "./header.ts";
import { filtered, sorted, titleOf } from "./sorts.ts";
import { table } from "./table.ts";
import type { Wish } from "./wish.ts";

export interface List {
  /** "actors by queue: 13–24 of 304" */
  readonly caption: string;
  readonly title: string;
  readonly rows: readonly string[];
  /** Rows that there are, of which `rows` are those that fit. */
  readonly total: number;
}

/** @param room how many rows fit; Infinity where all do */
export function listOf(look: Look, wish: Wish, setting: Setting, room: number): List {
  return look.type === "tree"
    ? treeList(look, wish, setting, room)
    : actorList(look, wish, setting, room);
}

function actorList(
  { actors, omitted, threads }: TopView,
  { sort, filter, offset }: Wish,
  { style, columns }: Setting,
  room: number,
): List {
  const all = sorted(filtered(actors, filter), sort);
  const [from, shown] = part(all, offset, room);
  const marked = sort === "trouble" ? undefined : titleOf(sort);
  const accents = { title: style.strong, mark: style.inverse, marked };
  const { title, lines } = table(actorColumns(style, threads), shown, columns, accents);
  const total = filter === "" ? all.length + omitted : all.length;
  const such = filter === "" ? "" : `, with "${filter}"`;
  const caption = `actors by ${sort}${such}: ${range(from, shown.length, total)}`;
  return { caption: style.faint(clip(caption, columns)), title, rows: lines, total: all.length };
}

function treeList(
  { actors, omitted, omittedRoots, threads }: TreeView,
  { filter, offset }: Wish,
  { style, columns }: Setting,
  room: number,
): List {
  const all = branches(actors, filter, omittedRoots);
  const [from, shown] = part(all, offset, room);
  const accents = { title: style.strong, mark: style.strong };
  const { title, lines } = table(treeColumns(style, threads), shown, columns, accents);
  const caption = [
    `tree of actors: ${range(from, shown.length, all.length)}`,
    ...(filter === "" ? [] : [`with "${filter}" and who is above`]),
    ...(omitted > 0 ? [`${omitted} not listed`] : []),
  ].join(", ");
  return { caption: style.faint(clip(caption, columns)), title, rows: lines, total: all.length };
}

/** What fits, and where it begins: never so far down that the list ends above the last row. */
function part<T>(
  all: readonly T[],
  offset: number,
  room: number,
): [from: number, shown: readonly T[]] {
  const from = Math.max(0, Math.min(offset, all.length - room));
  return [from, all.slice(from, from + room)];
}

function range(from: number, shown: number, total: number): string {
  return shown === total ? String(total) : `${from + 1}–${from + shown} of ${total}`;
}
