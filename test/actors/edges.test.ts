/** Edges of options, bounds, signals, cycles and counters, each of which was wrong once. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Log, System } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";

const { Answerer, Asker, Edge } = await fixture<typeof import("./fixtures/edges.mjs")>("edges");

const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

async function withSystem(
  options: Parameters<typeof sabeam.startSystem>[0],
  use: (system: System) => Promise<void>,
): Promise<void> {
  const system = await sabeam.startSystem({ log, ...options });
  try {
    await use(system);
  } finally {
    await system.stop();
  }
}

test("the largest bound in bytes is a bound like any other", async () => {
  await expect(sabeam.startSystem({ mailbox: { maxBytes: 2 ** 31 } })).rejects.toMatchObject({
    code: "ERR_INVALID_OPTIONS",
  });
  await withSystem({ threads: 0, mailbox: { maxBytes: 2 ** 31 - 1 } }, async (system) => {
    const edge = await system.spawn(Edge);
    expect(edge.cast.aborted()).toBe(true);
  });
});

test("ready also waits for bytes: a sender of large messages loses nothing", async () => {
  await withSystem({ threads: 1, mailbox: { maxBytes: 2 ** 20 } }, async (system) => {
    const edge = await system.spawn(Edge, [], { thread: 1 });
    for (let times = 0; times < 100; times += 1) {
      if (!edge.cast.digest(new Uint8Array(32 * 1024))) await edge.ready();
    }
    expect(await edge.call.digested()).toBe(100);
    expect(system.counters().deadLettered).toBe(0);
  });
});

test("half a surrogate pair is no name, on any number of threads", async () => {
  for (const threads of [0, 1]) {
    await withSystem({ threads }, async (system) => {
      await expect(system.spawn(Edge, [], { name: "\ud800" })).rejects.toMatchObject({
        code: "ERR_INVALID_OPTIONS",
        option: "name",
      });
    });
  }
});

test("the signal of an answered request stays silent when its time would be over", async () => {
  await withSystem({ threads: 1 }, async (system) => {
    for (const thread of [0, 1]) {
      const edge = await system.spawn(Edge, [], { thread });
      await edge.with({ timeout: 30 }).call.watch();
      // Timers of a thread fire in order, so a later one of the same thread is the proof.
      await sleep(90);
      expect(await edge.call.aborted()).toBe(0);
    }
  });
});

test("counts do not fall back when a thread is replaced", async () => {
  await withSystem({ threads: 1 }, async (system) => {
    const edge = await system.spawn(Edge, [], { thread: 1 });
    for (let times = 0; times < 100; times += 1) await edge.call.aborted();
    expect(system.counters().handled).toBeGreaterThanOrEqual(100);
    edge.cast.exit();
    while (system.threads[1]?.generation !== 2 || !system.threads[1].running) await sleep(2);

    const next = await system.spawn(Edge, [], { thread: 1 });
    await next.call.aborted();
    // Counted on from the dead thread's: a count from zero would never come this far.
    expect(system.counters().handled).toBeGreaterThan(100);
  });
});

test("an answer on its way is waited for no more, so a call back closes no cycle", async () => {
  await withSystem({ threads: 2 }, async (system) => {
    const asker = await system.spawn(Asker, [], { thread: 1 });
    const answerer = await system.spawn(Answerer, [], { thread: 2 });
    expect(await asker.call.ask(answerer)).toBe(1);
    expect(await answerer.call.heard()).toBe("here");
  });
});
