/**
 * Goal: the rules of OTP's supervisor, each seen in what children do and in which order: restart
 * types, strategies, intensity, significance, and restarts that fail. On one thread and across.
 */
import { describe, expect, test } from "vitest";
import type { ChildSpec, ExitReason, SupervisorSpec } from "../../../dist/actors/index.js";
import { type Supervisor, useFamily } from "../support/families.ts";
import { sabeam } from "../support/native.ts";
import { THREADS, until } from "../support/systems.ts";

const { childRef } = sabeam;
const TYPES = ["permanent", "transient", "temporary"] as const;
const ENDS: Record<string, ExitReason> = {
  normal: { type: "normal" },
  shutdown: { type: "shutdown" },
  "shutdown with a cause": { type: "shutdown", cause: "enough" },
  crash: { type: "crash", cause: "no" },
  killed: { type: "killed" },
  timeout: { type: "timeout" },
  noproc: { type: "noproc" },
};
const isGood = ({ type }: ExitReason): boolean => type === "normal" || type === "shutdown";

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });

  /** Starts it and forgets the beginning. */
  async function started(spec: SupervisorSpec): Promise<Supervisor> {
    const app = await family.start(spec);
    await family.notes();
    return app;
  }

  async function end(app: Supervisor, id: string, reason: ExitReason): Promise<void> {
    const child = (await family.info(app, id))?.ref;
    if (child === undefined) throw new Error(`${id} does not run`);
    const down = family.system.whenDown(child);
    if (reason.type === "crash") (await childRef(app, family.Child, id)).cast.crash();
    else if (reason.type === "killed") family.system.exit(child, "kill");
    else (await childRef(app, family.Child, id)).cast.end(reason);
    await down;
  }

  /** Settles when what the supervisor was about to do is done. */
  const settled = (app: Supervisor): Promise<unknown> =>
    until("nothing goes on", async () => {
      const infos = await app.call.whichChildren();
      return infos.every(({ status }) => status === "running" || status === "stopped");
    });

  async function statuses(app: Supervisor): Promise<Record<string, string>> {
    const infos = await app.call.whichChildren();
    return Object.fromEntries(infos.map(({ id, status }) => [id, status]));
  }

  describe("restart types", () => {
    test.each(TYPES)("%s", async (restart) => {
      for (const [name, reason] of Object.entries(ENDS)) {
        const app = await started({ children: [family.child("a", { restart })] });
        await end(app, "a", reason);
        const again = restart === "permanent" || (restart === "transient" && !isGood(reason));
        const after = again ? { a: "running" } : restart === "transient" ? { a: "stopped" } : {};
        await until(`${name} of a ${restart} child has its consequence`, async () => {
          const info = await family.info(app, "a");
          return again
            ? info?.restarts === 1 && info.status === "running"
            : info?.ref === undefined;
        });
        expect([name, await statuses(app)]).toEqual([name, after]);
        await family.stop(app);
        await family.notes();
      }
    });
  });

  describe("strategies", () => {
    const cases = {
      "one-for-one": ["stop b crash", "start b"],
      "one-for-all": [
        "stop b crash",
        "stop d shutdown",
        "stop c shutdown",
        "stop a shutdown",
        "start a",
        "start b",
        "start c",
        "start d",
      ],
      "rest-for-one": [
        "stop b crash",
        "stop d shutdown",
        "stop c shutdown",
        "start b",
        "start c",
        "start d",
      ],
    } as const;

    test.each(Object.entries(cases))("%s", async (strategy, notes) => {
      const children = family.children("a", "b", "c", "d");
      const app = await started({ strategy: strategy as keyof typeof cases, children });
      await end(app, "b", { type: "crash" });
      await family.until(app, "b", 1);
      await settled(app);
      expect(await family.notes()).toEqual(notes);
      await family.stop(app);
    });

    test("temporary siblings are forgotten, stopped ones come back", async () => {
      const children = [
        ...family.children("a", "b"),
        family.child("t", { restart: "temporary" }),
        family.child("s", { restart: "transient" }),
      ];
      const app = await started({ strategy: "one-for-all", children });
      await end(app, "s", { type: "normal" });
      expect(await statuses(app)).toMatchObject({ s: "stopped", t: "running" });
      await end(app, "b", { type: "crash" });
      await family.until(app, "b", 1);
      await settled(app);
      expect(await statuses(app)).toEqual({ a: "running", b: "running", s: "running" });
      await family.stop(app);
    });
  });

  describe("intensity", () => {
    test("so many restarts are allowed, and one more ends the supervisor", async () => {
      const app = await started({ intensity: 2, period: 60_000, children: family.children("a") });
      const down = family.system.whenDown(app);
      for (let times = 1; times <= 2; times += 1) {
        await end(app, "a", { type: "crash" });
        await family.until(app, "a", times);
      }
      await end(app, "a", { type: "crash" });
      const { type, cause } = await down;
      expect(type).toBe("shutdown");
      expect(cause).toBe('child "a" needed more than 2 restarts within 60000 ms');
    });

    test("0 allows none; the others are stopped in order", async () => {
      const children = family.children("a", "b", "c");
      const app = await started({ intensity: 0, children });
      const down = family.system.whenDown(app);
      await end(app, "b", { type: "crash" });
      expect(await down).toMatchObject({ type: "shutdown" });
      expect(await family.notes()).toEqual(["stop b crash", "stop c shutdown", "stop a shutdown"]);
    });

    test("what has left the period does not count", async () => {
      const app = await started({ intensity: 1, period: 1, children: family.children("a") });
      for (let times = 1; times <= 4; times += 1) {
        // Time has passed since the last restart when its consequence was seen; make sure of it.
        await new Promise((resolve) => setTimeout(resolve, 5));
        await end(app, "a", { type: "crash" });
        await family.until(app, "a", times);
      }
      await family.stop(app);
    });

    test("escalation: a permanent supervisor is restarted, a transient one is not", async () => {
      const inner = (id: string, restart: "permanent" | "transient"): ChildSpec => ({
        id,
        definition: family.App,
        args: [{ intensity: 0, children: [family.child(`${id} child`)] }],
        restart,
      });
      const app = await started({ children: [inner("p", "permanent"), inner("t", "transient")] });
      for (const id of ["p", "t"]) {
        const sub = (await family.info(app, id))?.ref as Supervisor;
        await end(sub, `${id} child`, { type: "crash" });
        await family.system.whenDown(sub);
      }
      await family.until(app, "p", 1);
      await until("t is seen", async () => (await family.info(app, "t"))?.status === "stopped");
      await family.stop(app);
    });
  });

  describe("restarts that fail", () => {
    test("each attempt counts, and then the supervisor gives up", async () => {
      const app = await started({ intensity: 3, children: family.children("a", "b") });
      family.plan("a", "fail", "fail", "fail", "fail", "fail");
      const down = family.system.whenDown(app);
      await end(app, "a", { type: "crash" });
      expect(await down).toMatchObject({ type: "shutdown" });
      const notes = ["stop a crash", "fail a", "fail a", "fail a", "stop b shutdown"];
      expect(await family.notes()).toEqual(notes);
    });

    test("it is tried until it works; its ref leads to the new one", async () => {
      const app = await started({ intensity: 5, children: family.children("a", "b") });
      const a = await childRef(app, family.Child, "a");
      family.plan("a", "fail", "refuse", "fail");
      await end(app, "a", { type: "crash" });
      await family.until(app, "a", 4);
      expect(await a.call.add()).toBe(1);
      await family.stop(app);
    });

    test("one-for-all: those that were restarted already are stopped again", async () => {
      const children = family.children("a", "b", "c");
      const app = await started({ strategy: "one-for-all", children });
      family.plan("b", "fail");
      await end(app, "c", { type: "crash" });
      await family.until(app, "c", 1);
      await settled(app);
      expect(await family.notes()).toEqual([
        ...["stop c crash", "stop b shutdown", "stop a shutdown", "start a", "fail b"],
        ...["stop a shutdown", "start a", "start b", "start c"],
      ]);
      await family.stop(app);
    });

    test("rest-for-one: only from the failed one on", async () => {
      const children = family.children("a", "b", "c", "d");
      const app = await started({ strategy: "rest-for-one", children });
      family.plan("c", "fail");
      await end(app, "b", { type: "crash" });
      await family.until(app, "d", 1);
      await settled(app);
      expect(await family.notes()).toEqual([
        ...["stop b crash", "stop d shutdown", "stop c shutdown", "start b", "fail c"],
        ...["start c", "start d"],
      ]);
      await family.stop(app);
    });

    test("while it waits to be tried again it can be stopped, and asked after", async () => {
      const backoff = { min: 60_000 };
      const app = await started({ children: [family.child("a", { backoff })] });
      await end(app, "a", { type: "crash" });
      await until("it waits", async () => (await family.info(app, "a"))?.status === "restarting");
      expect(await app.call.countChildren()).toMatchObject({ specs: 1, active: 0, workers: 1 });
      const restarting = { code: "ERR_CHILD_RESTARTING", child: "a" };
      await expect(app.call.restartChild("a")).rejects.toMatchObject(restarting);
      await expect(app.call.deleteChild("a")).rejects.toMatchObject(restarting);
      const present = { code: "ERR_CHILD_PRESENT", child: "a" };
      await expect(app.call.startChild(family.child("a"))).rejects.toMatchObject(present);
      await app.call.terminateChild("a");
      expect(await statuses(app)).toEqual({ a: "stopped" });
      await app.call.restartChild("a");
      expect(await statuses(app)).toEqual({ a: "running" });
      await family.stop(app);
    });

    test("back-off: the siblings that are started again with it are down meanwhile", async () => {
      const backoff = { min: 60_000 };
      const children = [...family.children("a", "b"), family.child("t", { restart: "temporary" })];
      const app = await started({ strategy: "one-for-all", backoff, children });
      await end(app, "a", { type: "crash" });
      await until("it waits", async () => (await family.info(app, "a"))?.status === "restarting");
      expect(await statuses(app)).toEqual({ a: "restarting", b: "stopped" });
      await family.stop(app);
    });

    test("back-off: it comes back after its time, and its siblings with it", async () => {
      const backoff = { min: 20, max: 20, jitter: 0 };
      const children = family.children("a", "b");
      const app = await started({ strategy: "one-for-all", backoff, children });
      const before = performance.now();
      await end(app, "a", { type: "crash" });
      await family.until(app, "b", 1);
      expect(performance.now() - before).toBeGreaterThan(15);
      const notes = ["stop a crash", "stop b shutdown", "start a", "start b"];
      expect(await family.notes()).toEqual(notes);
      await family.stop(app);
    });
  });

  describe("significance", () => {
    const pair = (restart: "transient" | "temporary"): ChildSpec[] => [
      family.child("a", { restart, significant: true }),
      family.child("b", { restart, significant: true }),
      family.child("c", { restart }),
    ];

    test.each(["transient", "temporary"] as const)("%s: any", async (restart) => {
      const app = await started({ autoShutdown: "any-significant", children: pair(restart) });
      const down = family.system.whenDown(app);
      await end(app, "c", { type: "normal" });
      await end(app, "a", { type: "normal" });
      const cause = 'the significant child "a" has ended';
      expect(await down).toEqual({ type: "shutdown", cause });
      const notes = ["stop c normal", "stop a normal", "stop b shutdown"];
      expect(await family.notes()).toEqual(notes);
    });

    test.each(["transient", "temporary"] as const)("%s: all", async (restart) => {
      const app = await started({ autoShutdown: "all-significant", children: pair(restart) });
      const down = family.system.whenDown(app);
      await end(app, "a", { type: "normal" });
      await until("a has ended", async () => (await family.info(app, "a"))?.ref === undefined);
      expect(await app.call.countChildren()).toMatchObject({ active: 2 });
      await end(app, "b", { type: "shutdown" });
      const cause = 'the last significant child "b" has ended';
      expect(await down).toEqual({ type: "shutdown", cause });
    });

    test("a crash: a transient one is restarted, the end of a temporary one counts", async () => {
      const transient = await started({
        autoShutdown: "any-significant",
        children: pair("transient"),
      });
      await end(transient, "a", { type: "crash" });
      await family.until(transient, "a", 1);
      await family.stop(transient);
      const temporary = await started({
        autoShutdown: "any-significant",
        children: pair("temporary"),
      });
      const down = family.system.whenDown(temporary);
      await end(temporary, "a", { type: "crash" });
      expect(await down).toMatchObject({ type: "shutdown" });
    });

    test("whoever is stopped on request or because of a sibling does not count", async () => {
      const children = [...pair("temporary"), family.child("p"), family.child("last")];
      const app = await started({
        strategy: "rest-for-one",
        autoShutdown: "any-significant",
        children: [family.child("first"), ...children],
      });
      await app.call.terminateChild("a");
      await end(app, "first", { type: "crash" });
      await family.until(app, "last", 1);
      expect(Object.keys(await statuses(app))).toEqual(["first", "p", "last"]);
      await family.stop(app);
    });

    test("it goes up: the end of a significant supervisor ends the one above", async () => {
      const inner: ChildSpec = {
        id: "inner",
        definition: family.App,
        args: [{ autoShutdown: "any-significant", children: pair("transient") }],
        restart: "transient",
        significant: true,
      };
      const app = await started({ autoShutdown: "any-significant", children: [inner] });
      const down = family.system.whenDown(app);
      const sub = (await family.info(app, "inner"))?.ref as Supervisor;
      await end(sub, "a", { type: "normal" });
      expect(await down).toMatchObject({ type: "shutdown" });
    });
  });
});
