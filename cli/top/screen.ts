/**
 * Screen: what is known of a system, as the lines of a window. Pure.
 *
 *     sabeam 0.1.0 · 4711 shop.js · node 20.20.2 · up 3.5 h
 *     304 actors · 312k turns/s · CPU 213 % · …
 *     THREAD   STATE …            a line for each thread
 *     actors by trouble: 1–12 of 304
 *     ACTOR    THR  QUEUE …       as many rows as fit
 *     q quit  s sort  …           keys
 */

import type { Look } from "../look/told.ts";
import { type Setting, threadLines, titleLine, totalsLine } from "./header.ts";
import { keysLine, keysPage } from "./keys-page.ts";
import { listOf } from "./lists.ts";
import type { Shown, Wish } from "./wish.ts";

export interface Screen extends Shown {
  readonly lines: readonly string[];
}

/** Of the window at most this part shows threads, but some always do. */
const THREADS_SHARE = 1 / 3;
const THREADS_MIN = 2;
/** Besides threads and actors: a caption, a title, and the keys. */
const OTHER_ROWS = 3;

/**
 * @param rows of the window
 * @param notice what is to be noticed about the screen itself, such as "paused"; or ""
 */
export function screen(
  look: Look,
  wish: Wish,
  setting: Setting,
  rows: number,
  notice: string,
): Screen {
  const head = [titleLine(look, setting, notice), totalsLine(look, setting)];
  const keys = keysLine(wish, setting);
  if (wish.page === "help") {
    const all = keysPage(setting);
    const room = Math.max(1, rows - head.length - 1);
    const from = Math.max(0, Math.min(wish.offset, all.length - room));
    const page = all.slice(from, from + room);
    return { lines: filled(head, page, keys, rows), room, rows: all.length };
  }
  head.push(...threadLines(look, setting, Math.max(THREADS_MIN, Math.floor(rows * THREADS_SHARE))));
  const room = Math.max(1, rows - head.length - OTHER_ROWS);
  const { caption, title, rows: list, total } = listOf(look, wish, setting, room);
  return { lines: filled(head, [caption, title, ...list], keys, rows), room, rows: total };
}

/** All there is, without a window: for a file, or for whoever looks once. */
export function printed(look: Look, wish: Wish, setting: Setting, limit: number): string[] {
  const { caption, title, rows } = listOf(look, wish, setting, limit);
  return [
    ...[titleLine(look, setting, ""), totalsLine(look, setting), ""],
    ...[...threadLines(look, setting, Number.POSITIVE_INFINITY), ""],
    ...[caption, title, ...rows],
  ].map((line) => line.trimEnd());
}

/** Exactly so many lines, the keys in the last one; a window that is too small loses the rest. */
function filled(
  head: readonly string[],
  body: readonly string[],
  keys: string,
  rows: number,
): string[] {
  const lines = [...head, ...body].slice(0, Math.max(0, rows - 1));
  const blank = Array.from({ length: Math.max(0, rows - 1 - lines.length) }, () => "");
  return [...lines, ...blank, keys].slice(0, rows);
}
