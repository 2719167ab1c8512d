/** Goal: a thread that is ended on demand dies like any other, and nobody is charged for it. */

import { afterEach, describe, expect, test } from "vitest";
import { fixture, sabeam } from "./support/native.ts";
import { keepingLog, until, useSystem } from "./support/systems.ts";

const { startSystem } = sabeam;
const { Fatal } = await fixture<typeof import("./fixtures/fatal.mjs")>("fatal");

describe("terminateThread", () => {
  const running = useSystem({ threads: 1, ownThreads: 1, threadIntensity: { deaths: 0 } });

  test("ends its actors with lost, names nobody, and is not counted", async () => {
    for (let life = 1; life <= 3; life += 1) {
      const actor = await running.system.spawn(Fatal, [], { thread: 1 });
      const down = running.system.whenDown(actor);
      // Two orders end one life only; the second may come when that is over already.
      const late = { code: "ERR_THREAD_UNAVAILABLE" };
      const tooLate = (error: unknown): void => expect(error).toMatchObject(late);
      const first = running.system.terminateThread(1);
      await Promise.all([first, running.system.terminateThread(1).catch(tooLate)]);
      expect(await down).toEqual({ type: "lost", cause: "terminated" });
      const next = () => running.system.threads[1];
      await until("it is back", () => next()?.generation === life + 1 && next()?.running === true);
    }
  });

  test("ends an own thread, which nothing replaces", async () => {
    const actor = await running.system.spawn(Fatal, [], { thread: "own" });
    const down = running.system.whenDown(actor);
    await running.system.terminateThread(2);
    expect(await down).toMatchObject({ type: "lost" });
    const wrong = running.system.terminateThread(2);
    await expect(wrong).rejects.toMatchObject({ code: "ERR_THREAD_UNAVAILABLE", thread: 2 });
  });

  test.each([0, 3, -1, 1.5, "1"])("refuses %s", async (index) => {
    const refused = running.system.terminateThread(index as number);
    await expect(refused).rejects.toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      option: "terminateThread",
      message: expect.stringMatching(/main, which cannot be ended \(a whole number from 1 to 2\)/),
    });
  });
});

test("there is none but main, and none once the system has stopped", async () => {
  const system = await startSystem({ threads: 0 });
  const refused = { code: "ERR_INVALID_OPTIONS" };
  await expect(system.terminateThread(1)).rejects.toMatchObject(refused);
  await system.stop();
  await expect(system.terminateThread(1)).rejects.toMatchObject({ code: "ERR_SYSTEM_STOPPED" });
});

test("a thread comes back without any standby", async () => {
  const system = await startSystem({ threads: 1, standbys: 0 });
  await system.terminateThread(1);
  await until("it is back", () => system.threads[1]?.generation === 2 && system.threads[1].running);
  expect(system.threads[1]?.name).toBe("sabeam thread 1");
  await system.stop();
});

describe("a standby", () => {
  const { SABEAM_LOG: before } = process.env;
  let stop = async (): Promise<void> => {};

  afterEach(async () => {
    if (before === undefined) delete process.env.SABEAM_LOG;
    else process.env.SABEAM_LOG = before;
    await stop();
  });

  test("rehearses once there are 1000 actors on a thread, and takes over", async () => {
    process.env.SABEAM_LOG = "debug";
    const { log, lines } = keepingLog();
    // The keeper makes its rounds more often where turns may take less.
    const system = await startSystem({ threads: 1, stallAfter: 2000, log });
    stop = async () => void (await system.stop());
    const spawn = () => system.spawn(Fatal, [], { thread: 1 });
    await Promise.all(Array.from({ length: 1000 }, spawn));
    const has = () => lines.some(({ message }) => message === "a standby has rehearsed");
    await until("it has rehearsed", has);
    await system.terminateThread(1);
    await until("it is back", () => system.threads[1]?.name === "sabeam standby 1");
    await spawn();
  });
});
