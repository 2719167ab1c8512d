/**
 * Goal: a stop in the middle of a death or of a recovery accounts for all that a surviving mailbox
 * had and was sent; and what a survivor was started with holds in its next life, too.
 */

import { expect, test } from "vitest";
import { fixture, sabeam } from "./support/native.ts";
import { keepingLog, until } from "./support/systems.ts";

const { Keep, Leisurely } = await fixture<typeof import("./fixtures/survivors.mjs")>("survivors");

const WAITING = 300;

test.each(["at once", "once somebody takes over"])("the system stops %s", async (when) => {
  const { log } = keepingLog();
  // Without a standby, so that it takes a while until there is another thread.
  const system = await sabeam.startSystem({ log, threads: 1, standbys: 0, drainTimeout: 0 });
  const keep = await system.spawn(Keep, [], { thread: 1 });
  for (let note = 0; note < WAITING; note += 1) keep.cast.note(note);
  await system.terminateThread(1);
  for (let note = 0; note < WAITING; note += 1) keep.cast.note(note);
  const waits = keep.call.echo(1).then(
    () => "answered",
    ({ code }) => code,
  );
  // The state of the next life is set before anything of it runs.
  if (when !== "at once") await until("it begins", () => system.threads[1]?.generation === 2);
  const { counters } = await system.stop();
  expect(["ERR_ACTOR_DOWN", "ERR_SYSTEM_STOPPED", "answered"]).toContain(await waits);
  const { sent, handled, deadLettered, dropped, queued } = counters;
  expect(sent).toBe(2 * WAITING + 1);
  expect({ handled: handled + deadLettered + dropped, queued }).toEqual({
    handled: sent,
    queued: 0,
  });
});

test("restarts are counted on, from life to life", async () => {
  const { log } = keepingLog();
  const system = await sabeam.startSystem({ log, threads: 1 });
  const keep = await system.spawn(Keep, [], { thread: 1, restarts: 5 });
  for (const generation of [2, 3]) {
    await system.terminateThread(1);
    await until("it is back", () => system.threads[1]?.generation === generation);
    await keep.call.echo(1);
  }
  expect((await system.info(keep))?.restarts).toBe(7);
  await system.stop();
});

test("its turns may take what its spawn has said, in the next life too", async () => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({
    log,
    threads: 1,
    stallAfter: Number.POSITIVE_INFINITY,
  });
  const keep = await system.spawn(Keep, [], { thread: 1, stallAfter: 300 });
  await system.terminateThread(1);
  await until("it is back", () => system.threads[1]?.generation === 2);
  await keep.call.echo(1);
  keep.cast.stopAfter(3000);
  await until("it is ended", () => system.threads[1]?.generation === 3, 3000);
  const causes = lines.map(({ fields }) => String(fields.cause));
  expect(causes.filter((cause) => cause.includes("stalled"))).toHaveLength(1);
  await system.stop();
});

test("its `terminate` may take what its spawn has said, in the next life too", async () => {
  const { log, lines } = keepingLog();
  const system = await sabeam.startSystem({ log, threads: 1 });
  const slow = await system.spawn(Leisurely, [], { thread: 1, shutdown: 10_000 });
  await system.terminateThread(1);
  await until("it is back", () => system.threads[1]?.generation === 2);
  expect(await slow.call.ms()).toBeGreaterThan(0);
  const end = system.whenDown(slow);
  system.stopActor(slow);
  await end;
  // Who is cut off in it is told of.
  expect(lines.filter(({ message }) => message.includes("terminate"))).toEqual([]);
  await system.stop();
});
