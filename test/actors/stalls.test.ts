/**
 * Goal: a turn that does not return is named and its thread ended, whatever it is at; who stood
 * beside it comes back, and only the culprit is charged. Who looks at `self.cancelled` lives.
 */

import { describe, expect, test } from "vitest";
import type { Ref, SupervisorProtocol } from "../../dist/actors/index.js";
import type { StallerProtocol } from "./fixtures/stallers.mjs";
import { fixture, sabeam } from "./support/native.ts";
import { until, useSystem } from "./support/systems.ts";

const { childRef, childSpec, startSystem } = sabeam;
const { App } = await fixture<typeof import("./fixtures/supervised.mjs")>("supervised");
const { Staller } = await fixture<typeof import("./fixtures/stallers.mjs")>("stallers");
const { Endless } = await fixture<typeof import("./fixtures/endless.mjs")>("endless");

const STALL_MS = 500;
const WAYS = ["loop", "regex", "storm", "wait", "bigint"] as const;

describe("turns without an end", () => {
  const running = useSystem({ threads: 2, stallAfter: STALL_MS, callTimeout: 20_000 });
  const spawn = (options: object = {}): Promise<Ref<StallerProtocol>> =>
    running.system.spawn(Staller, [], { thread: 1, ...options });
  const childless = async (intensity: number, id: string): Promise<Ref<SupervisorProtocol>> => {
    const children = [childSpec(Staller, [], { id, thread: 1 })];
    return running.system.spawn(App, [{ intensity, children }], { thread: 0 });
  };
  const lives = (): number => running.system.threads[1]?.generation ?? 0;
  const isBack = (life: number): boolean =>
    lives() >= life && running.system.threads[1]?.running === true;

  test("are named and ended, and only their actor is charged", async () => {
    const guilty = await childless(WAYS.length, "culprit");
    const spared = await childless(0, "neighbour");
    const culprit = await childRef(guilty, Staller, "culprit");
    const neighbour = await childRef(spared, Staller, "neighbour");
    for (const [index, way] of WAYS.entries()) {
      await neighbour.call.add();
      const start = performance.now();
      const error = await culprit.call[way]().catch((thrown: unknown) => thrown);
      const ms = performance.now() - start;
      const cause = expect.stringMatching(
        new RegExp(`^stalled for \\d+\\.\\d s, by Staller<[\\d.]+> in ${way}$`),
      );
      const reason = { type: "lost", cause, culprit: true };
      expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe", reason });
      await until("both are back", async () => {
        const all = await Promise.all([guilty, spared].map((one) => one.call.whichChildren()));
        return all.flat().every(({ status, restarts }) => status === "running" && restarts > index);
      });
      expect(await neighbour.call.add()).toBe(1);
      console.log(`${way}: ended after ${Math.round(ms)} ms`);
    }
    const warned = running.lines.filter(({ message }) => message.includes("is ended after"));
    expect(warned.length).toBe(WAYS.length);
    const down = running.system.whenDown(guilty);
    culprit.cast.exit();
    expect(await down).toMatchObject({ type: "shutdown" });
    await until("the neighbour is back", async () =>
      (await spared.call.whichChildren()).every(({ status }) => status === "running"),
    );
    await running.system.stopActor(spared);
  });

  test("a callback of a timer is nobody's turn: its thread is ended, nobody charged", async () => {
    const actor = await spawn();
    const life = lives();
    const down = running.system.whenDown(actor);
    await actor.call.timer();
    const cause = expect.stringMatching(/^stalled for \d+\.\d s$/);
    expect(await down).toEqual({ type: "lost", cause });
    await until("it is back", () => isBack(life + 1));
  });

  test("who looks at self.cancelled ends by itself, and nobody dies", async () => {
    const actor = await spawn();
    const life = lives();
    expect(await actor.call.polite()).toBeGreaterThan(0);
    expect(await actor.call.politeLater()).toBeGreaterThan(0);
    const call = actor.with({ timeout: 50 }).call.patient();
    // Its caller gives up at the same time, a little sooner or later.
    await call.catch(() => {});
    await until("it has given up", async () => (await actor.call.add()) === 0);
    expect(lives()).toBe(life);
  });

  test.each([0, 1])("or whose caller has given up, on thread %i", async (thread) => {
    const never = { thread, stallAfter: Number.POSITIVE_INFINITY };
    const actor = await running.system.spawn(Staller, [], never);
    const life = lives();
    // On this thread the call's time-out can only come after the turn.
    await actor
      .with({ timeout: 50 })
      .call.polite()
      .catch(() => {});
    expect(await actor.call.add()).toBe(1);
    expect(lives()).toBe(life);
  });

  test("many short turns, or none, are no stall; an actor may have its own time", async () => {
    const life = lives();
    const actor = await spawn({ stallAfter: Number.POSITIVE_INFINITY });
    const eager = await spawn();
    for (let turn = 0; turn < 50; turn += 1) eager.cast.busy(20);
    await eager.with({ timeout: 20_000 }).call.add();
    await actor.with({ timeout: 20_000 }).call.busy(2 * STALL_MS);
    expect(lives()).toBe(life);
  });

  test("an init is charged, and the module of an actor", async () => {
    const life = lives();
    const init = running.system.spawn(Staller, ["init"], { thread: 1 });
    const cause = expect.stringMatching(/^stalled for \d+\.\d s, by Staller<[\d.]+> in init$/);
    const lost = { type: "lost", culprit: true };
    await expect(init).rejects.toMatchObject({ target: "spawn", reason: { ...lost, cause } });
    await until("it is back", () => isBack(life + 1));
    const endless = running.system.spawn(Endless, [], { thread: 1 });
    const module = expect.stringMatching(/ s, by the module of Endless, file:.*endless\.mjs$/);
    await expect(endless).rejects.toMatchObject({ reason: { ...lost, cause: module } });
    await until("it is back", () => isBack(life + 2));
    await until("it is back", () => isBack(life + 2));
  });

  test.each([99, 2 ** 31, 1.5, "1"])("stallAfter: %s is refused", async (stallAfter) => {
    const refused = { code: "ERR_INVALID_OPTIONS", option: "stallAfter" };
    await expect(spawn({ stallAfter })).rejects.toMatchObject(refused);
    await expect(startSystem({ stallAfter } as object)).rejects.toMatchObject(refused);
  });
});
