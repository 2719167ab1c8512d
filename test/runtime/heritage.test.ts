/** Which mailboxes the keeper holds for whoever takes over, and for how long. */

import { expect, test } from "vitest";
import { allocateDirectory, Directory } from "../../runtime/directory.ts";
import { Heritages } from "../../runtime/heritage.ts";
import { THREAD_BOOTING, THREAD_DEAD, THREAD_RUNNING } from "../../runtime/layout.ts";
import { allocateSignals, Signals } from "../../runtime/signals.ts";

const THREAD = 1;

function world(state: number) {
  const signals = new Signals(allocateSignals());
  const memory = allocateDirectory(2048);
  signals.setState(THREAD, THREAD_BOOTING, 1);
  const directory = new Directory(memory, signals, THREAD, 1);
  const slot = directory.take(0);
  signals.setState(THREAD, state, 1);
  const heritages = new Heritages(signals, new Directory(memory, signals, 63, 1), () => {});
  const incarnation = directory.incarnation(slot);
  const mailbox = { slot, incarnation, memory: new SharedArrayBuffer(8) };
  heritages.keep(mailbox);
  const kept = () => heritages.of(THREAD).mailboxes.map((one) => one.slot);
  return { heritages, slot, incarnation, kept };
}

test.each([
  ["runs", THREAD_RUNNING, 1],
  ["begins: its actors may have spawned others by then", THREAD_BOOTING, 1],
  ["is dead", THREAD_DEAD, 0],
])("of a thread that %s", (_what, state, count) => {
  expect(world(state).kept()).toHaveLength(count);
});

test("until it is dropped, by whoever has the same life of the slot", () => {
  const { heritages, slot, incarnation, kept } = world(THREAD_RUNNING);
  heritages.drop(slot, incarnation + 1);
  expect(kept()).toEqual([slot]);
  heritages.drop(slot, incarnation);
  expect(kept()).toEqual([]);
});
