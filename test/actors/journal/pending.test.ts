/** Goal: an opening comes behind what came before it, and those of many at once come together. */

import { expect, test } from "vitest";
import {
  type Block,
  type Opening,
  Pending,
  type Removal,
} from "../../../actors/journal/pending.ts";

type Waiting = Pending<Opening, Removal>;

const block = (log: string): Block => {
  const writes = [{ log, type: "append", records: [new Uint8Array(1)] } as const];
  return { type: "block", session: { isOver: false } as never, seq: 1, writes, bytes: 10 };
};
const opening = (log: string): Opening => ({ type: "opening", log });

/** What is done, one after the other, like `["open a b", "write a b"]`. */
function all(pending: Waiting, most = Number.POSITIVE_INFINITY): string[] {
  const done: string[] = [];
  for (let task = pending.next(); task !== undefined && done.length < most; ) {
    if (task.type === "openings")
      done.push(`open ${task.openings.map(({ log }) => log).join(" ")}`);
    else if (task.type === "removal") done.push("remove");
    else done.push(`write ${task.writes.map(({ log }) => log).join(" ")}`);
    if (task.type === "batch") pending.done(task);
    task = pending.next();
  }
  return done;
}

test("who opens a log and writes at once does so together with others that do", () => {
  const pending: Waiting = new Pending();
  for (const log of ["a", "b", "c", "d"]) {
    pending.push(opening(log));
    pending.add(block(`of ${log}`));
  }
  expect(pending.count).toBe(8);
  expect(all(pending)).toEqual(["open a", "write of a of b of c of d", "open b c d"]);
  expect(pending).toMatchObject({ count: 0, bytes: 0 });
});

test("an opening waits for all that came before, also where that is more than a batch", () => {
  const pending: Waiting = new Pending();
  const large = { ...block("a"), bytes: 3_000_000 };
  for (const _ of [1, 2]) pending.add(large);
  pending.push(opening("a"));
  pending.add(block("b"));
  expect(all(pending)).toEqual(["write a", "write a b", "open a"]);
});

test("a removal comes behind openings and writes, and before openings that come later", () => {
  const pending: Waiting = new Pending();
  pending.push(opening("a"));
  pending.add(block("b"));
  pending.push({ type: "removal" });
  pending.push(opening("c"));
  expect(all(pending)).toEqual(["open a", "write b", "remove", "open c"]);
});

test("openings are bounded", () => {
  const pending: Waiting = new Pending();
  for (let at = 0; at < 100; at += 1) pending.push(opening(`${at}`));
  expect(all(pending).map((task) => task.split(" ").length - 1)).toEqual([64, 36]);
});
