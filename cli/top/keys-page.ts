/** The keys: in the last line of the screen as far as they fit, and on a page of their own. */

import { wrap } from "../layout.ts";
import type { Style } from "../style.ts";
import { clip, pad, widthOf } from "../width.ts";
import type { Setting } from "./header.ts";
import { SORTS } from "./sorts.ts";
import type { Wish } from "./wish.ts";

type Item = readonly [key: string, what: string];

const COMMANDS: readonly Item[] = [
  ["q", "quit"],
  ["s", "sort"],
  ["/", "filter"],
  ["t", "tree"],
  ["p", "pause"],
  ["?", "help"],
];

const KEYS: readonly Item[] = [
  ["q Ctrl-C", "quit"],
  ["s", "sort by the next column, or by a letter:"],
  ["", SORTS.map(({ letter, name }) => `${letter} ${name}`).join(" · ")],
  ["/", "only actors with this text: Enter keeps it, Esc shows all"],
  ["t ?", "the tree of actors; this page; the same key leads back"],
  ["p space", "hold the screen still, and go on"],
  ["↑ ↓ PgUp PgDn", "scroll, as do Home and End"],
];

const COLUMNS: readonly Item[] = [
  ["trouble", "stalls, queues that grow, long ones, long turns, restarts"],
  ["THR", "thread; 0 is main"],
  ["QUEUED", "messages that wait; ↑ more, ↓ fewer than at the last look;"],
  ["", "~ not of late, ? not known: its thread is held up"],
  ["RATE", "turns a second"],
  ["MEAN LONGEST", "how long turns took, each until it returned or awaited"],
  ["BUSY", "of its thread's time"],
  ["RESTARTS", "how often its supervisor has started it again"],
  ["HANDLED", "turns in its life"],
  ["NOW", "the turn that runs and for how long, or what the actor waits for"],
  ["LIFE", "lives of a thread's index; above 1: one has died"],
];

const KEY_WIDTH = Math.max(...[...KEYS, ...COLUMNS].map(([key]) => widthOf(key)));

/** While a filter is typed, what there is of it; else the keys, the sorts by name if they fit. */
export function keysLine({ typing, filter, sort }: Wish, { style, columns }: Setting): string {
  if (typing) return clip(`/${filter}█  Enter keep · Esc show all`, columns);
  const names = SORTS.map(({ letter, name }): Item => [letter, name === sort ? `${name}*` : name]);
  const letters: Item = [SORTS.map(({ letter }) => letter).join(""), "sorts"];
  const lines = [
    { items: [...COMMANDS, ...names], gap: 2 },
    { items: [...COMMANDS, letters], gap: 2 },
    { items: [...COMMANDS, [letters[0], ""] as const], gap: 1 },
  ];
  const width = ({ items, gap }: (typeof lines)[number]): number =>
    items.reduce((sum, item) => sum + gap + widthOf(item.join(" ").trimEnd()), -gap);
  const { items, gap } = lines.find((line) => width(line) <= columns) ?? {
    items: COMMANDS,
    gap: 1,
  };
  return joined(items, gap, columns, style);
}

export function keysPage({ style, columns }: Setting): string[] {
  const lines = ([key, what]: Item): string[] =>
    wrap(what, columns - KEY_WIDTH - 3).map((line, at) => {
      const name = pad(at === 0 ? key : "", KEY_WIDTH);
      return `${style.strong(name)}  ${clip(line, columns - KEY_WIDTH - 2)}`;
    });
  return [...KEYS.flatMap(lines), "", ...COLUMNS.flatMap(lines)];
}

/** As many as fit. */
function joined(items: readonly Item[], gap: number, columns: number, style: Style): string {
  let line = "";
  let width = -gap;
  for (const [key, what] of items) {
    width += gap + widthOf(`${key} ${what}`.trimEnd());
    if (width > columns) break;
    const blanks = " ".repeat(line === "" ? 0 : gap);
    line += blanks + style.strong(key) + (what === "" ? "" : ` ${style.faint(what)}`);
  }
  return line;
}
