/** Goal: a thread that is ended on demand dies like any other, and nobody is charged for it. */

import { describe, expect, test } from "vitest";
import { fixture, sabeam } from "./support/native.ts";
import { until, useSystem } from "./support/systems.ts";

const { startSystem } = sabeam;
const { Fatal } = await fixture<typeof import("./fixtures/fatal.mjs")>("fatal");

describe("terminateThread", () => {
  const running = useSystem({ threads: 1, ownThreads: 1, threadIntensity: { deaths: 0 } });

  test("ends its actors with lost, names nobody, and is not counted", async () => {
    for (let life = 1; life <= 3; life += 1) {
      const actor = await running.system.spawn(Fatal, [], { thread: 1 });
      const down = running.system.whenDown(actor);
      // Two orders that meet in one life end that one only.
      await Promise.all([1, 1].map((thread) => running.system.terminateThread(thread)));
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
