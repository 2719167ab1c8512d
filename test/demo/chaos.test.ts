/** Chaos: what does not come is asked for again, and nothing else is. */
import { expect, test } from "vitest";
import type { Log, System } from "../../actors/index.ts";
import type { Task } from "../../demo/actors/reader.ts";
import { Chaos, withoutDeaths } from "../../demo/chaos.ts";
import type { Crew } from "../../demo/crew.ts";

const FILES_PER_KILL = 96;

const task = (document: number): Task => ({ document, path: `${document}.md`, bytes: 10 });

function deferred() {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

/** A system of two worker threads with so many messages under way, and a crew that lacks files. */
function scene() {
  const killed: number[] = [];
  const state = { queued: 0, unsettled: [] as number[] };
  const read: number[][] = [];
  const answer = deferred();
  const threads = [0, 1, 2].map((index) => ({ index, generation: 1 }));
  // Of a system and of a crew, only this is used.
  const system = {
    threads,
    counters: () => ({ sent: 9, handled: 8, deadLettered: 1, dropped: 0, queued: state.queued }),
    terminateThread: async (index: number) => {
      killed.push(index);
      const thread = threads[index];
      if (thread !== undefined) thread.generation += 1;
    },
  } as unknown as System;
  const crew = {
    unsettled: async (max: number) => state.unsettled.slice(0, max),
    read: async (tasks: Task[]) => {
      read.push(tasks.map(({ document }) => document));
      state.unsettled = [];
      answer.resolve();
    },
  } as unknown as Crew;
  return { chaos: new Chaos(system, "seed"), crew, state, read, answer, killed };
}

test("chaos: one dies with the first files, and with each so many after them", async () => {
  const { chaos, killed } = scene();
  chaos.sent(16);
  chaos.sent(FILES_PER_KILL);
  expect(killed).toHaveLength(1);
  chaos.sent(FILES_PER_KILL + 1);
  await chaos.end();
  expect(killed).toHaveLength(2);
  expect(chaos.kills).toEqual(killed);
  for (const thread of killed) expect([1, 2]).toContain(thread);
});

test("chaos: nothing under way, and files missing: those are read again", async () => {
  const { chaos, crew, state, read, answer } = scene();
  state.unsettled = [3, 7];
  await chaos.answered(answer.promise, crew, task);
  expect(read).toEqual([[3, 7]]);
  expect(chaos.filesReadAgain).toBe(2);
});

test("chaos: what is under way is waited for", async () => {
  const { chaos, crew, state, read, answer } = scene();
  state.unsettled = [3];
  state.queued = 1;
  setTimeout(answer.resolve, 400);
  await chaos.answered(answer.promise, crew, task);
  expect(read).toEqual([]);
  expect(chaos.filesReadAgain).toBe(0);
});

test("chaos: who waits in vain is told", async () => {
  const { chaos, crew, answer } = scene();
  answer.reject(new Error("planted"));
  await expect(chaos.answered(answer.promise, crew, task)).rejects.toThrow("planted");
});

test("chaos: deaths that were asked for are no news, all else is", () => {
  const told: object[] = [];
  const quiet = (): void => undefined;
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: (fields) => told.push(fields) };
  const { error } = withoutDeaths(log);
  error({ thread: 1, cause: "terminated" }, "a thread died; it is replaced");
  error({ thread: 1, cause: "heap limit" }, "a thread died; it is replaced");
  error({ thread: 1 }, "something else");
  expect(told).toEqual([{ thread: 1, cause: "heap limit" }, { thread: 1 }]);
});
