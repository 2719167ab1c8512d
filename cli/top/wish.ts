/**
 * Wish: what whoever looks wants to see, and how a key changes it. Pure.
 *
 *     wish × key ──► wish, or what else is to be done ("quit", "suspend", "redraw")
 */

import type { TopOrder } from "../../runtime/index.ts";
import type { Key } from "../keys.ts";
import { SORTS } from "./sorts.ts";

export type Page = "actors" | "tree" | "help";

export interface Wish {
  readonly page: Page;
  readonly sort: TopOrder;
  /** Only rows that have this text in them; "" shows all. */
  readonly filter: string;
  /** The filter is being typed: letters are no commands. */
  readonly typing: boolean;
  readonly paused: boolean;
  /** So many rows are scrolled out above. */
  readonly offset: number;
}

export const FIRST_WISH: Wish = {
  page: "actors",
  sort: "trouble",
  filter: "",
  typing: false,
  paused: false,
  offset: 0,
};

export type Pressed = Wish | "quit" | "interrupt" | "suspend" | "redraw";

/** What was on the screen when the key was pressed. */
export interface Shown {
  /** Rows that fit at once. */
  readonly room: number;
  /** Rows that there are. */
  readonly rows: number;
}

const FILTER_MAX = 60;

export function press(wish: Wish, key: Key, shown: Shown): Pressed {
  if (key === "ctrl-c") return "interrupt";
  if (key === "ctrl-z") return "suspend";
  if (key === "ctrl-l") return "redraw";
  const offset = scrolled(wish, key, shown);
  if (offset !== undefined) return { ...wish, offset };
  return wish.typing ? type(wish, key) : command(wish, key);
}

function command(wish: Wish, key: Key): Pressed {
  const sort = SORTS.find(({ letter }) => letter === key);
  if (sort !== undefined) return { ...wish, page: "actors", sort: sort.name, offset: 0 };
  switch (key) {
    case "q":
      return "quit";
    case "s":
      return { ...wish, page: "actors", sort: next(wish.sort), offset: 0 };
    case "/":
      return { ...wish, typing: true, page: wish.page === "help" ? "actors" : wish.page };
    case "t":
      return { ...wish, page: wish.page === "tree" ? "actors" : "tree", offset: 0 };
    case "p":
    case "space":
      return { ...wish, paused: !wish.paused };
    case "?":
    case "h":
      return { ...wish, page: wish.page === "help" ? "actors" : "help", offset: 0 };
    case "escape":
      if (wish.page === "help") return { ...wish, page: "actors", offset: 0 };
      return { ...wish, filter: "", offset: 0 };
    default:
      return wish;
  }
}

function type(wish: Wish, key: Key): Wish {
  switch (key) {
    case "enter":
      return { ...wish, typing: false };
    case "escape":
      return { ...wish, typing: false, filter: "", offset: 0 };
    case "backspace":
      return { ...wish, filter: [...wish.filter].slice(0, -1).join(""), offset: 0 };
    case "ctrl-u":
      return { ...wish, filter: "", offset: 0 };
    default: {
      const character = key === "space" ? " " : key;
      const taken = [...character].length === 1 && [...wish.filter].length < FILTER_MAX;
      return taken ? { ...wish, filter: wish.filter + character, offset: 0 } : wish;
    }
  }
}

/** The new offset if the key scrolls. */
function scrolled({ offset }: Wish, key: Key, { room, rows }: Shown): number | undefined {
  const last = Math.max(0, rows - room);
  const page = Math.max(1, room - 1);
  const moves: Readonly<Record<string, number>> = {
    up: offset - 1,
    down: offset + 1,
    "page-up": offset - page,
    "page-down": offset + page,
    home: 0,
    end: last,
  };
  const to = Object.hasOwn(moves, key) ? moves[key] : undefined;
  return to === undefined ? undefined : Math.min(Math.max(0, to), last);
}

function next(sort: TopOrder): TopOrder {
  const at = SORTS.findIndex(({ name }) => name === sort);
  return SORTS[(at + 1) % SORTS.length]?.name ?? sort;
}
