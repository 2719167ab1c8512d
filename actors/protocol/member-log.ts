/** The log of one member, as its shell uses it: what a store gives (journal/log-client.ts). */

import type { AnyRef } from "../types.ts";

/** Writes are numbered 1, 2, 3, … over all of them. */
export interface MemberLog {
  /** Counts up with each opening. */
  readonly life: number;
  /** Uint32: tells the journal from another one in its place. */
  readonly tag: number;
  readonly recovered: {
    readonly metadata: unknown;
    readonly snapshot?: { readonly upTo: number; readonly data: unknown } | undefined;
    readonly records: readonly unknown[];
  };
  /** When it was opened, there had been no room for what anybody wrote last. */
  readonly wasFull: boolean;
  /** Too much is not durable yet. */
  readonly isCongested: boolean;
  append(seq: number, records: readonly unknown[]): boolean;
  truncate(seq: number, from: number): boolean;
  snapshot(seq: number, upTo: number, data: unknown): boolean;
  metadata(seq: number, data: unknown): boolean;
  /** False for what is known already, and of another opening. */
  durable(upTo: number, life?: number): boolean;
  /** It is the store that speaks. */
  isFrom(caller: AnyRef): boolean;
  isStore(down: { readonly monitor: number }): boolean;
}
