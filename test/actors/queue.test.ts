/**
 * Goal: the ready queue is first in first out through growth and wrap, and warming the next ones
 * changes nothing; also in a thread that has more actors than are warmed for.
 */
import { expect, test } from "vitest";
import type { Cell } from "../../actors/cell.ts";
import { ReadyQueue } from "../../actors/queue.ts";
import { basic } from "./support/native.ts";
import { useSystem } from "./support/systems.ts";

const cellOf = (state: unknown): Cell => ({ state }) as Cell;

test("first in, first out, through growth and wrap, warmed or not", () => {
  const queue = new ReadyQueue();
  let [pushed, shifted] = [0, 0];
  const push = (count: number) => {
    for (let left = count; left > 0; left -= 1) queue.push(cellOf({ number: pushed++ }));
  };
  for (const [more, fewer] of [
    [200, 150],
    [500, 10],
    [3, 500],
    [1000, 900],
    [0, 143],
  ] as const) {
    push(more);
    queue.warm(64);
    for (let left = fewer; left > 0; left -= 1) {
      expect(queue.shift()?.state).toEqual({ number: shifted++ });
    }
  }
  expect([queue.count, queue.shift(), pushed]).toEqual([0, undefined, shifted]);
});

test("as many are warmed as there are, and no more than asked for, across the wrap", () => {
  const queue = new ReadyQueue();
  queue.warm(64);
  expect(queue.warmed).toBe(0);
  for (let index = 0; index < 250; index += 1) queue.push(cellOf(undefined));
  for (let index = 0; index < 240; index += 1) queue.shift();
  // At places 250 to 255 and 0 to 3.
  for (let index = 0; index < 10; index += 1) queue.push(cellOf({}));
  const warmed = [64, 20, 17, 12, 10].map((cellsMax) => {
    queue.warm(cellsMax);
    return queue.warmed;
  });
  expect(warmed).toEqual([10, 10, 7, 2, 0]);
});

const running = useSystem({ threads: 0 });

test("10 000 actors have their turns in order", async () => {
  const { system } = running;
  const spawn = () => system.spawn(basic.Notepad, [], { thread: 0 });
  const notepads = await Promise.all(Array.from({ length: 10_000 }, spawn));
  for (const [index, notepad] of notepads.entries()) notepad.cast.note(index);
  const last = notepads.at(-1);
  expect(await last?.call.notes()).toEqual([9_999]);
  expect((await system.counters()).queued).toBe(0);
});
