/**
 * What is spoken over the socket through which a process can be looked into: lines of JSON.
 *
 *     ◀── { "type": "hello", "protocol": 1, "pid": 4711, … }      at once
 *     ──▶ { "want": "top", "max": 50, "everyMs": 1000 }           replaces what was wanted before
 *     ◀── { "type": "top", … }                                    now, and then every second
 *     ◀── { "type": "refused", "problem": … }                     for what is no request
 */

import type { TopOrder } from "./trouble.ts";
import type { View } from "./view.ts";

/** Grows when a reader of the last one would misread something. */
export const PROTOCOL = 1;

/** The first line, from the process. */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly pid: number;
  /** Which system of the process: 1, 2, … */
  readonly system: number;
  /** `process.version`. */
  readonly node: string;
  readonly sabeam: string;
  /** When the system began: milliseconds since 1970. */
  readonly startedAt: number;
  /** Worker threads besides main. */
  readonly threads: number;
}

/** A request: one line. */
export type Want =
  | {
      readonly want: "top";
      readonly max?: number;
      readonly by?: TopOrder;
      readonly like?: string;
      readonly everyMs?: number;
    }
  | {
      readonly want: "tree";
      readonly max?: number;
      readonly children?: number;
      readonly everyMs?: number;
    }
  | {
      readonly want: "info";
      readonly slot: number;
      readonly incarnation: number;
      readonly everyMs?: number;
    }
  /** Nothing more of what was wanted. */
  | { readonly want: "nothing" };

/** A line that was no request, or a client too many, which is let go then. */
export interface Refused {
  readonly type: "refused";
  readonly problem: string;
}

/** A line from the process. */
export type Told = Hello | View | Refused;

/** Milliseconds between two views. */
export const EVERY_MS = { min: 100, max: 60_000 } as const;
/** Actors that a view lists. */
export const LISTED_DEFAULT = 50;
export const LISTED_MAX = 1000;
/** Children of one actor that a tree lists. */
export const CHILDREN_DEFAULT = 20;
/** A longer line from a client is refused, and the client let go. */
export const REQUEST_BYTES_MAX = 4096;
