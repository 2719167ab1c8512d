/** Goal: an answer can come later than its handler's end, from anywhere on the thread, and once. */
import { describe, expect, test } from "vitest";
import { basic, fixture } from "./support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "./support/systems.ts";

const { Gate, Notepad } = basic;
const { Answerer } = await fixture<typeof import("./fixtures/answers.mjs")>("answers");

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });
  const spawn = () => running.system.spawn(Answerer);

  test.each(["keep", "keepSoon"] as const)("%s: given in another turn, once", async (handler) => {
    const answerer = await spawn();
    const value = { given: ["later"] };
    const answer = answerer.call[handler]();
    await answerer.call.results();
    expect(await answerer.call.give(value, "again")).toEqual([true, false]);
    expect(await answer).toEqual(value);
  });

  test("given before it is returned, and while the actor has other turns", async () => {
    const answerer = await spawn();
    expect(await answerer.call.now(1)).toBe(1);
    expect(await answerer.call.results()).toEqual([true, false]);
    const answer = answerer.call.soon(20, "slowly");
    expect(await answerer.call.good()).toEqual({ good: true });
    expect(await answer).toBe("slowly");
    expect(await answerer.call.results()).toEqual([true, false]);
  });

  test("handed to a promise", async () => {
    const answerer = await spawn();
    expect(await answerer.call.adopted("fine", false)).toBe("fine");
    expect(await errorOf(answerer.call.adopted("not fine", true))).toBeInstanceOf(RangeError);
    expect(await answerer.call.good()).toEqual({ good: true });
  });

  test("rejected: the caller's error, and the actor lives", async () => {
    const answerer = await spawn();
    const answer = errorOf(answerer.call.keep());
    expect(await answerer.call.fail("out of range")).toBe(true);
    const error = await answer;
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("out of range");
    expect(await answerer.call.good()).toEqual({ good: true });
  });

  test("made and not returned: what is returned is the answer", async () => {
    const answerer = await spawn();
    expect(await answerer.call.forget("answered")).toBe("answered");
    expect(await answerer.call.give("late")).toEqual([false]);
  });

  test("made in a cast: nobody gets it", async () => {
    const answerer = await spawn();
    answerer.cast.keep();
    expect(await answerer.call.give("to nobody")).toEqual([false]);
  });

  test("given after the caller has given up", async () => {
    const answerer = await spawn();
    await errorOf(answerer.with({ timeout: 20 }).call.keep());
    const controller = new AbortController();
    const aborted = errorOf(answerer.with({ signal: controller.signal }).call.keep());
    await answerer.call.results();
    controller.abort();
    await aborted;
    await answerer.call.results();
    expect(await answerer.call.give("expired")).toEqual([false]);
    expect(await answerer.call.give("aborted")).toEqual([false]);
  });

  test("given after the actor's death", async () => {
    const { system } = running;
    const [answerer, gate] = [await spawn(), await system.spawn(Gate)];
    const error = await errorOf(answerer.call.afterDeath(gate));
    expect(error).toMatchObject({
      name: "ActorDown",
      handled: "maybe",
      reason: { type: "normal" },
    });
    await until("it waits", async () => (await gate.call.came()) === 1);
    await gate.call.open();
    // What comes from the grave would have taken the place of these answers.
    const notepad = await system.spawn(Notepad);
    for (let number = 0; number < 10; number += 1) {
      expect(await notepad.call.echo(number)).toBe(number);
    }
  });

  test("nothing is kept of answers that were given", async () => {
    const answerer = await spawn();
    for (let round = 0; round < 3; round += 1) {
      const answers = Array.from({ length: 300 }, () => answerer.call.keep());
      for (const number of answers.keys()) answerer.cast.give(number);
      expect(await Promise.all(answers)).toEqual([...answers.keys()]);
    }
    expect(await answerer.call.open()).toBe(0);
  });

  test("and not much of those that never were", async () => {
    const answerer = await spawn();
    const forgotten = () =>
      Array.from({ length: 600 }, () => errorOf(answerer.with({ timeout: 50 }).call.drop()));
    await Promise.all(forgotten());
    await Promise.all(forgotten());
    // Looked for when there are 1024.
    expect(await answerer.call.open()).toBeLessThan(1024);
  });

  test("every message of these tests is accounted for", () => quiet(running.system));
});
