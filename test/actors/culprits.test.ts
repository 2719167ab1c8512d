/**
 * Goal: whoever ends a thread is named, and an error that can be laid at an actor's door ends that
 * actor and no thread.
 */

import { describe, expect, test } from "vitest";
import type { ExitReason, Ref } from "../../dist/actors/index.js";
import type { StallerProtocol } from "./fixtures/stallers.mjs";
import { fixture } from "./support/native.ts";
import { until, useSystem } from "./support/systems.ts";

const { Staller } = await fixture<typeof import("./fixtures/stallers.mjs")>("stallers");

describe("a thread that ends by itself", () => {
  const running = useSystem({ threads: 1, heapMb: 40, callTimeout: 20_000 });
  const lives = (): number => running.system.threads[1]?.generation ?? 0;
  const spawn = (): Promise<Ref<StallerProtocol>> =>
    running.system.spawn(Staller, [], { thread: 1 });

  /** How the actor ends, and that its thread comes back. */
  async function ends(actor: Ref<StallerProtocol>, act: () => unknown): Promise<ExitReason> {
    const life = lives();
    const down = running.system.whenDown(actor);
    act();
    const reason = await down;
    await until("the thread is back", () => {
      const thread = running.system.threads[1];
      return thread?.running === true && thread.generation > life;
    });
    return reason;
  }

  test("process.exit in an async turn names that one of many", async () => {
    const [one, other, third] = await Promise.all([spawn(), spawn(), spawn()]);
    one.cast.hang();
    other.cast.hang();
    const reason = await ends(third, () => third.cast.exitLater());
    const cause = `exit code 4, by ${third} in exitLater`;
    expect(reason).toEqual({ type: "lost", cause, culprit: true });
  });

  test("code that is in nobody's turn names nobody", async () => {
    const [one, other] = await Promise.all([spawn(), spawn()]);
    one.cast.hang();
    const reason = await ends(one, () => other.cast.exitNow(5));
    expect(reason).toEqual({ type: "lost", cause: "exit code 5" });
  });

  test("the heap's limit names whose turn it was", async () => {
    const actor = await spawn();
    const reason = await ends(actor, () => actor.cast.fill());
    expect(reason).toMatchObject({ type: "lost", culprit: true });
    const cause = /^heap limit reached: heapMb 40 of startSystem .*, by Staller<[\d.]+> in fill$/;
    expect(reason.cause).toMatch(cause);
  });
});

describe("an error that an async turn left behind", () => {
  const running = useSystem({ threads: 1 });

  test.each(["throwLater", "rejectLater"] as const)("%s ends its actor only", async (way) => {
    const [actor, other] = await Promise.all(
      [1, 2].map(() => running.system.spawn(Staller, [], { thread: 1 })),
    );
    const down = actor && running.system.whenDown(actor);
    actor?.cast[way]();
    expect(await down).toEqual({ type: "crash", cause: "Error: nobody caught this" });
    expect(await other?.call.add()).toBe(1);
    expect(running.system.threads[1]?.generation).toBe(1);
  });
});
