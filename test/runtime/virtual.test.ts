/**
 * Two hosts that have nothing real: clock, event loops, timers and doorbells are a list that the
 * test works off, so that one seed gives one run.
 */

import { expect, test } from "vitest";
import { Loopback } from "../support/loopback.ts";
import { Tally } from "../support/loopback-actors.ts";
import { VirtualWorld } from "../support/virtual-world.ts";

const SEEDS = 15;

/**
 * Casts, calls, a big payload, a time-out and a stop; returns everything that could be seen of it.
 */
async function story(seed: number): Promise<{ trace: string[]; results: unknown[] }> {
  const world = new VirtualWorld(seed);
  try {
    const loop = new Loopback({ env: (index) => world.env(index), development: false });
    const there = await world.run(loop.spawn(0, Tally, [0], { thread: 1, name: "there" }));
    const here = await world.run(loop.spawn(1, Tally, [100], { thread: 0 }));
    for (let index = 0; index < 1000; index += 1) there.cast.note(index);
    const calls = [1, 2, 3, 4, 5].map((by) => there.call.add(by));
    const results: unknown[] = [await world.run(Promise.all(calls))];
    const seen = await world.run(there.call.seen());
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    results.push(await world.run(there.call.echo("x".repeat(100_000))));
    const home = loop.at(0, here);
    results.push(await world.run(there.call.ask(home, 7)));
    const late = there.with({ timeout: 50 }).call.never();
    results.push(await world.run(late.catch((error: unknown) => String(error))));
    there.cast.end();
    results.push(await world.run(loop.stop()), loop.counters(), world.now, world.waiters);
    return { trace: world.trace, results };
  } finally {
    world.close();
  }
}

test("two hosts in one JavaScript thread run to the end, and a seed gives one run", async () => {
  const traces = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const first = await story(seed);
    const second = await story(seed);
    expect(second).toEqual(first);
    expect(first.results.slice(0, 3)).toEqual([[1, 3, 6, 10, 15], "x".repeat(100_000), 107]);
    expect(first.results[3]).toContain("CallTimeout");
    traces.add(first.trace.join("\n"));
  }
  expect(traces.size).toBeGreaterThan(SEEDS / 2);
});
