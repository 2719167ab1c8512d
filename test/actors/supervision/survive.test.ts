/**
 * Goal: whatever ends in the middle of whatever, a supervisor and its children come to rest where
 * they belong, in bounded time, and nothing of them is left behind.
 */
import { describe, expect, test } from "vitest";
import type { ChildSpec, SupervisorSpec } from "../../../dist/actors/index.js";
import { type Supervisor, supervised, useFamily } from "../support/families.ts";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, THREADS, until } from "../support/systems.ts";

const { childRef, childSpec } = sabeam;
const { App, Branch, Clumsy, Deaf, Trapping } = supervised;
const { Fatal } = await fixture<typeof import("../fixtures/fatal.mjs")>("fatal");

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });
  const actors = (): number => family.system.counters().actors;

  /** Runs it and then expects that nothing of it is left. */
  async function leavingNothing(action: () => Promise<void>): Promise<void> {
    await action();
    await until("nothing but the notes are left", () => actors() === 1);
  }

  async function refOf(app: Supervisor, id: string) {
    const ref = (await family.info(app, id))?.ref;
    if (ref === undefined) throw new Error(`${id} does not run`);
    return ref;
  }

  /** A child of which a start hangs. */
  async function hanging(app: Supervisor, spec: ChildSpec): Promise<void> {
    family.plan(spec.id, "hang");
    app.cast.startChild(spec);
    const begun = async () => (await family.info(app, spec.id))?.status === "starting";
    await until("it hangs", begun);
    await until("in its init", async () => (await family.notes()).includes(`hang ${spec.id}`));
  }

  test("a child that fails in terminate is down all the same", () =>
    leavingNothing(async () => {
      const children = ["a", "b"].map((id) => childSpec(Clumsy, [family.control, id], { id }));
      const app = await family.start({ children });
      (await childRef(app, Clumsy, "a")).cast.crash();
      await family.until(app, "a", 1);
      await family.stop(app);
    }));

  test("killed while the first start hangs", () =>
    leavingNothing(async () => {
      family.plan("b", "hang");
      const name = `first ${threads}`;
      const spec = { children: family.children("a", "b") };
      const failed = errorOf(family.system.spawn(App, [spec], { name }));
      await until("it hangs", async () => (await family.notes()).includes("hang b"));
      const app = family.system.whereis(App, name);
      if (app === undefined) throw new Error("it has no name yet");
      family.system.exit(app, "kill");
      expect(await failed).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    }));

  test("killed while it waits for a child to end: nothing is thrown behind its end", () =>
    leavingNothing(async () => {
      const deaf = childSpec(Deaf, [family.control, "a"], { id: "a", shutdown: 50 });
      const app = await family.start({ children: [deaf] });
      const ref = await refOf(app, "a");
      app.cast.terminateChild("a");
      await until("it is told", async () => {
        return (await family.system.statistics(ref)).status === "stopping";
      });
      family.system.exit(app, "kill");
      // Beyond the child's time, when it would have been killed.
      await new Promise((resolve) => setTimeout(resolve, 100));
      family.system.exit(ref, "kill");
    }));

  test("killed while a start hangs: all die with it, also the one that starts", () =>
    leavingNothing(async () => {
      const app = await family.start({ children: family.children("a") });
      await hanging(app, family.child("b"));
      family.system.exit(app, "kill");
    }));

  test("told to end while a start hangs: that one has its time, then the others follow", () =>
    leavingNothing(async () => {
      const app = await family.start({ children: family.children("a") });
      await hanging(app, family.child("b", { shutdown: 20 }));
      await family.stop(app);
      expect(await family.notes()).toEqual(["stop a shutdown"]);
    }));

  test("told to end while a start hangs that comes in time: it is stopped as others are", () =>
    leavingNothing(async () => {
      const app = await family.start({ children: family.children("a") });
      await hanging(app, family.child("b", { shutdown: "infinity" }));
      const stopped = family.stop(app);
      await family.control.call.release("ok");
      await stopped;
      expect(await family.notes()).toEqual(["stop b shutdown", "stop a shutdown"]);
    }));

  test("told to end while a restart hangs, and while another is stopped", () =>
    leavingNothing(async () => {
      const app = await family.start({ children: family.children("a", "b") });
      family.plan("b", "hang");
      (await childRef(app, family.Child, "b")).cast.crash();
      await until("it hangs", async () => (await family.notes()).includes("hang b"));
      app.cast.terminateChild("a");
      family.system.exit(app, "shutdown");
      await family.control.call.release("fail");
      expect(await family.system.whenDown(app)).toMatchObject({ type: /shutdown|noproc/ });
    }));

  test("told to end while a child is being stopped", () =>
    leavingNothing(async () => {
      const deaf = childSpec(Deaf, [family.control, "a"], { id: "a", shutdown: 30 });
      const app = await family.start({ children: [deaf, ...family.children("b")] });
      app.cast.terminateChild("a");
      await family.stop(app);
      expect(await family.notes()).toEqual(["start a", "start b", "stop b shutdown"]);
    }));

  test("children that end by themselves while they are being stopped", () =>
    leavingNothing(async () => {
      const ids = Array.from({ length: 12 }, (_, index) => `c${index}`);
      const app = await family.start({ children: family.children(...ids) });
      const refs = await Promise.all(ids.map((id) => childRef(app, family.Child, id)));
      const stopped = family.stop(app);
      refs.forEach((ref, index) => {
        if (index % 3 === 0) ref.cast.crash();
        else if (index % 3 === 1) ref.cast.end();
      });
      await stopped;
    }));

  test("supervisor and child killed at once: the one above starts both again", () =>
    leavingNothing(async () => {
      const sub = { id: "sub", definition: Branch, args: [family.control, "x", "y"] };
      const app = await family.start({ children: [sub] });
      const inner = (await refOf(app, "sub")) as Supervisor;
      const x = await refOf(inner, "x");
      family.system.exit(x, "kill");
      family.system.exit(inner, "kill");
      await family.until(app, "sub", 1);
      const next = (await refOf(app, "sub")) as Supervisor;
      expect((await next.call.whichChildren()).map(({ id, restarts }) => [id, restarts])).toEqual([
        ["x", 0],
        ["y", 0],
      ]);
      await family.stop(app);
    }));

  test("a supervisor that is restarted has the children of its specification only", () =>
    leavingNothing(async () => {
      const sub = { id: "sub", definition: Branch, args: [family.control, "x"] };
      const app = await family.start({ children: [sub] });
      const inner = await childRef(app, Branch, "sub");
      await inner.call.startChild(family.child("more"));
      family.system.exit(await refOf(app, "sub"), "kill");
      await family.until(app, "sub", 1);
      expect((await inner.call.whichChildren()).map(({ id }) => id)).toEqual(["x"]);
      await family.stop(app);
    }));

  test("killed in the middle of a restart of all: the one above starts all of them anew", () =>
    leavingNothing(async () => {
      const spec: SupervisorSpec = {
        strategy: "one-for-all",
        children: family.children("a", "b", "c"),
      };
      const app = await family.start({ children: [{ id: "sub", definition: App, args: [spec] }] });
      const inner = (await refOf(app, "sub")) as Supervisor;
      await family.notes();
      family.plan("b", "hang");
      (await childRef(inner, family.Child, "c")).cast.crash();
      await until("it hangs", async () => (await family.notes()).includes("hang b"));
      family.system.exit(inner, "kill");
      await family.until(app, "sub", 1);
      const next = (await refOf(app, "sub")) as Supervisor;
      expect((await next.call.countChildren()).active).toBe(3);
      await family.stop(app);
    }));

  test("children that trap exits die with their supervisor", () =>
    leavingNothing(async () => {
      const child = childSpec(Trapping, [family.control, "a"], { id: "a" });
      const app = await family.start({ children: [child] });
      family.system.exit(app, "kill");
    }));

  test("an exit of somebody else, and a forged one, do nothing", () =>
    leavingNothing(async () => {
      const app = await family.start({ children: family.children("a") });
      const other = await family.start({ children: family.children("b") });
      (await childRef(other, family.Child, "b")).cast.exitTo(app);
      family.system.exit(app, "normal");
      expect(await app.call.countChildren()).toMatchObject({ active: 1 });
      expect(await family.info(app, "a")).toMatchObject({ restarts: 0 });
      await family.stop(other);
      // Who was spawned from outside has its parent there.
      family.system.exit(app, { type: "shutdown", cause: "it is time" });
      await until("it is stopped", async () => (await family.notes()).includes("stop a shutdown"));
    }));
});

describe("threads that die", () => {
  const family = useFamily({ threads: 2 });

  test("all children of a lost thread come back, and only the culprit is charged", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const children = ids.map((id) => family.child(id, { thread: 1 }));
    const fatal = childSpec(Fatal, [], { id: "m", thread: 1 });
    const spec = { intensity: 1, children: [...children, fatal] };
    const app = await family.system.spawn(App, [spec], { thread: 2 });
    const refs = await Promise.all(ids.map((id) => childRef(app, family.Child, id)));
    const culprit = await childRef(app, Fatal, "m");
    for (const lives of [1, 2, 3]) {
      if (lives < 3) await family.system.terminateThread(1);
      else culprit.cast.exitAfter(0);
      for (const id of ids) await family.until(app, id, lives);
      await family.until(app, "m", lives);
    }
    expect(await Promise.all(refs.map((ref) => ref.call.add()))).toEqual(ids.map(() => 1));
    const down = family.system.whenDown(app);
    culprit.cast.exitAfter(0);
    const cause = expect.stringMatching(/"m" needed more than 1 restarts/);
    expect(await down).toEqual({ type: "shutdown", cause });
  });

  test("a supervisor comes back with its thread and its children", async () => {
    const sub = { id: "sub", definition: App, thread: 1 };
    const fatal = childSpec(Fatal, [], { id: "m", thread: 1, restart: "temporary" });
    const inner = { children: [family.child("a", { thread: 1 }), fatal] };
    const spec = { children: [{ ...sub, args: [inner] }] };
    const app = await family.system.spawn(App, [spec], { thread: 2 });
    const ref = await childRef(app, App, "sub");
    (await childRef(ref, Fatal, "m")).cast.exitAfter(0);
    await family.until(app, "sub", 1);
    expect(await ref.call.countChildren()).toMatchObject({ active: 2 });
    await family.stop(app);
  });
});
