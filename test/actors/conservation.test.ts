/**
 * Goal: no message is lost, none is handled twice, and none overtakes another of the same sender,
 * while the receivers end at random in the middle of it.
 *
 * Method: four pumps send 20 000 numbers each to sinks on all threads; a sink takes as many as its
 * life allows, and reports which. What was not taken must be a dead letter, by exact count; the
 * callers among the messages must have been told the truth about theirs.
 */
import { expect, test } from "vitest";
import type { Ref } from "../../dist/actors/index.js";
import type { SinkProtocol } from "./fixtures/flows.mjs";
import { fixture, sabeam } from "./support/native.ts";
import { ended, keepingLog, quiet } from "./support/systems.ts";

const { Ledger, Pump, Sink } = await fixture<typeof import("./fixtures/flows.mjs")>("flows");

const PUMPS = 4;
const NUMBERS = 20_000;
const SINKS = 8;

/** What the sinks took: by pump, how often each number; and whether one came out of order. */
function tally(reports: readonly (readonly number[])[]) {
  const times = Array.from({ length: PUMPS }, () => new Map<number, number>());
  let disorder = 0;
  for (const report of reports) {
    const last = new Array<number>(PUMPS).fill(-1);
    for (let at = 0; at < report.length; at += 2) {
      const [pump, number] = [report[at] ?? -1, report[at + 1] ?? -1];
      const counts = times[pump];
      counts?.set(number, (counts.get(number) ?? 0) + 1);
      if (number <= (last[pump] ?? 0)) disorder += 1;
      last[pump] = number;
    }
  }
  return { times, disorder };
}

test.each([0, 2])("threads: %i", async (threads) => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({ threads, log, callTimeout: 25_000 });
  const on = (index: number) => (threads === 0 ? {} : { thread: index });
  const ledger = await system.spawn(Ledger, [], on(0));
  const sinks: Ref<SinkProtocol>[] = [];
  for (let index = 0; index < SINKS; index += 1) {
    // Two live for ever; the others end after 500, 2000, 3500, … of about 10 000.
    const life = index < 2 ? Number.POSITIVE_INFINITY : 500 + (index - 2) * 1500;
    sinks.push(await system.spawn(Sink, [ledger, life, index % 2 === 0], on(index % 3)));
  }
  const pumps = [];
  for (let id = 0; id < PUMPS; id += 1)
    pumps.push(await system.spawn(Pump, [id], on(1 + (id % 2))));

  const outcomes = await Promise.all(pumps.map((pump) => pump.call.pump(sinks, NUMBERS)));
  await quiet(system);
  await Promise.all(sinks.slice(0, 2).map((sink) => sink.call.end()));
  for (const sink of sinks) await ended(sink);
  const { deadLettered, sent, handled, dropped } = await quiet(system);
  const { times, disorder } = tally(await ledger.call.reports());

  expect(disorder).toBe(0);
  const taken = times.reduce((sum, counts) => sum + counts.size, 0);
  for (const counts of times) expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
  expect(deadLettered).toBe(PUMPS * NUMBERS - taken);
  expect({ sum: handled + deadLettered, dropped }).toEqual({ sum: sent, dropped: 0 });
  // Nothing of this was trivial.
  expect(taken).toBeGreaterThan(PUMPS * NUMBERS * 0.3);
  expect(deadLettered).toBeGreaterThan(PUMPS * NUMBERS * 0.1);
  expect(lines.filter(({ message }) => message === "actor crashed").length).toBe(3);

  for (const [pump, { answered, refused, crashed }] of outcomes.entries()) {
    const counts = times[pump];
    expect(answered.length + refused.length + crashed.length).toBe(NUMBERS / 10);
    expect(answered.filter((number) => !counts?.has(number))).toEqual([]);
    expect(crashed.filter((number) => !counts?.has(number))).toEqual([]);
    expect(refused.filter((number) => counts?.has(number))).toEqual([]);
  }
  await system.stop();
});
