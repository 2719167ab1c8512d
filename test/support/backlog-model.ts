/**
 * What a backlog ought to be, as a plain list: the messages that are not over, oldest first.
 *
 * Pure: each operation makes a new model, so that before and after can be compared with what lies
 * in memory between two stores.
 */

import { ENTRY_BYTES, type Way } from "../../runtime/backlog-layout.ts";

export type ItemState = "waiting" | "begun" | "ended" | "done";

export interface Item {
  readonly number: number;
  readonly bytes: number;
  readonly way: Way;
  readonly urgent: boolean;
  readonly state: ItemState;
  readonly attempts: number;
  /** First byte of the entry, counted from the start without a wrap. */
  readonly at: number;
}

export interface Model {
  readonly items: readonly Item[];
  readonly head: number;
  readonly tail: number;
}

export const nothing = (start: number): Model => ({ items: [], head: start, tail: start });

/** What whoever goes on for a dead thread must find, as text. */
export function visible({ items }: Model): string {
  const rows = items.filter(({ state }) => state !== "done").map(rowOf);
  return rows.join("\n");
}

export function rowOf(row: Pick<Item, "number" | "way" | "urgent" | "state" | "attempts">): string {
  const { number, way, urgent, state, attempts } = row;
  const lane = `${way.from}.${way.generation}.${way.life}`;
  return `${number} ${lane} ${urgent ? "urgent " : ""}${state} ${attempts}`;
}

/** Where an entry of so many bytes begins: entries do not wrap around. */
function placeOf(model: Model, bytes: number, capacity: number): number {
  const left = capacity - (model.tail & (capacity - 1));
  return ENTRY_BYTES + bytes <= left ? model.tail : model.tail + left;
}

export function hasRoom(model: Model, bytes: number, capacity: number): boolean {
  return placeOf(model, bytes, capacity) + ENTRY_BYTES + bytes - model.head <= capacity;
}

export function appended(
  model: Model,
  item: Pick<Item, "number" | "bytes" | "way" | "urgent">,
  capacity: number,
): Model {
  const at = placeOf(model, item.bytes, capacity);
  const items = [...model.items, { ...item, state: "waiting" as const, attempts: 0, at }];
  return { ...model, items, tail: at + ENTRY_BYTES + item.bytes };
}

/** The next one that begins: the oldest of its sort that waits. */
export function nextOf({ items }: Model, urgent: boolean): Item | undefined {
  return items.find((item) => item.state === "waiting" && item.urgent === urgent);
}

export function changed(model: Model, number: number, change: Partial<Item>): Model {
  const items = model.items.map((item) => (item.number === number ? { ...item, ...change } : item));
  return { ...model, items };
}

/** All that is over at the head gives its room back. */
export function released(model: Model, flushed: boolean): Model {
  const over = ({ state }: Item): boolean => state === "done" || (flushed && state === "ended");
  const first = model.items.findIndex((item) => !over(item));
  const items = first < 0 ? [] : model.items.slice(first);
  return { ...model, items, head: items[0]?.at ?? model.tail };
}
