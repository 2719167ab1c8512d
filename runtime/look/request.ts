/** What may be asked of a look, checked: options of a program, and lines of the socket. */

import { isWhole, type Rule, type Wrong, wrongKey } from "../wrong.ts";
import { EVERY_MS, LISTED_MAX, type Want } from "./protocol.ts";
import type { TopOptions } from "./top.ts";
import type { TreeBounds } from "./tree.ts";
import { TOP_ORDERS } from "./trouble.ts";

const LIKE_CHARACTERS_MAX = 200;

const LISTED = isWhole(1, LISTED_MAX);
const CHILDREN = isWhole(0, LISTED_MAX);
const EVERY = isWhole(EVERY_MS.min, EVERY_MS.max);
const WORD = isWhole(0, 2 ** 32 - 1);
const ORDER: Rule = {
  allowed: `one of ${TOP_ORDERS.join(", ")}`,
  holds: (value) => TOP_ORDERS.some((order) => order === value),
};
const TEXT: Rule = {
  allowed: `a text of at most ${LIKE_CHARACTERS_MAX} characters`,
  holds: (value) => typeof value === "string" && value.length <= LIKE_CHARACTERS_MAX,
};

export const TOP_KEYS: readonly string[] = ["max", "by", "like"];
export const TREE_KEYS: readonly string[] = ["max", "children"];

/** What is wrong with these options; undefined: nothing. */
export function wrongTop({ max, by, like }: TopOptions): Wrong | undefined {
  return wrongKey("max", max, LISTED) ?? wrongKey("by", by, ORDER) ?? wrongKey("like", like, TEXT);
}

export function wrongTree({ max, children }: Partial<TreeBounds>): Wrong | undefined {
  return wrongKey("max", max, LISTED) ?? wrongKey("children", children, CHILDREN);
}

const KEYS: { readonly [want: string]: readonly string[] } = {
  top: [...TOP_KEYS, "everyMs"],
  tree: [...TREE_KEYS, "everyMs"],
  info: ["slot", "incarnation", "everyMs"],
  nothing: [],
};

/** A line of a client; or what is wrong with it. */
export function parseWant(line: string): Want | { readonly problem: string } {
  const value = parsed(line);
  if (typeof value !== "object" || value === null) return { problem: "a line must be an object" };
  const { want, ...rest } = value as { want?: unknown };
  const keys = typeof want === "string" && Object.hasOwn(KEYS, want) ? KEYS[want] : undefined;
  if (keys === undefined) {
    return { problem: `want must be one of ${Object.keys(KEYS).join(", ")}` };
  }
  const unknown = Object.keys(rest).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    return { problem: `${want} takes ${keys.join(", ") || "nothing"} only` };
  }
  const wrong = wrongWant(value as Want);
  return wrong === undefined
    ? (value as Want)
    : { problem: `${wrong.key} must be ${wrong.allowed}` };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function wrongWant(want: Want): Wrong | undefined {
  if (want.want === "nothing") return undefined;
  const every = wrongKey("everyMs", want.everyMs, EVERY);
  if (every !== undefined) return every;
  switch (want.want) {
    case "top":
      return wrongTop(want);
    case "tree":
      return wrongTree(want);
    case "info":
      // Both must be there.
      return (
        wrongKey("slot", want.slot ?? null, WORD) ??
        wrongKey("incarnation", want.incarnation ?? null, WORD)
      );
    default:
      return want satisfies never;
  }
}
