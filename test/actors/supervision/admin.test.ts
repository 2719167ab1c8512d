/**
 * Goal: what a supervisor is asked it does in order, or says why it cannot, and it answers what is
 * asked about its children at once, whatever goes on; errors and refs come across threads whole.
 */
import { describe, expect, test } from "vitest";
import { supervised, useFamily } from "../support/families.ts";
import { sabeam } from "../support/native.ts";
import { errorOf, THREADS, until } from "../support/systems.ts";

const { childRef, childSpec } = sabeam;
const { Branch, Broken, Deaf, Modest, Slow, Trapping } = supervised;

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });

  test("children start in order and are stopped in reverse", async () => {
    const app = await family.start({ children: family.children("a", "b", "c") });
    expect(await family.notes()).toEqual(["start a", "start b", "start c"]);
    await family.stop(app);
    expect(await family.notes()).toEqual(["stop c shutdown", "stop b shutdown", "stop a shutdown"]);
    expect(family.lines.filter(({ message }) => message === "terminate failed")).toEqual([]);
  });

  test("a child is linked with its supervisor, and knows who is above it", async () => {
    const app = await family.start({ children: [family.child("a", { label: "l", name: "n" })] });
    const facts = await (await childRef(app, family.Child, "a")).call.facts();
    expect(facts.parent === app).toBe(true);
    expect([facts.name, facts.label, ...facts.ancestors]).toEqual(["n", "l", String(app)]);
    await family.stop(app);
    expect(family.system.whereis(family.Child, "n")).toBe(undefined);
  });

  test("one does not start: those before it are stopped, and it is said why", async () => {
    family.plan("c", "fail");
    const spec = { children: family.children("a", "b", "c", "d") };
    const error = await errorOf(family.start(spec));
    expect(error).toMatchObject({ code: "ERR_CHILD_FAILED", child: "c" });
    expect(error).toBeInstanceOf(sabeam.ChildFailed);
    expect(error.cause).toMatchObject({ name: "TypeError", message: "no luck with c" });
    const notes = ["start a", "start b", "fail c", "stop b shutdown", "stop a shutdown"];
    expect(await family.notes()).toEqual(notes);
    const { system } = family;
    await until("nothing but the notes are left", () => system.counters().actors === 1);
  });

  test("what is wrong starts nothing, also three levels down, or without a spec", async () => {
    const wrong = { children: [...family.children("a"), family.child("a")] };
    const error = await errorOf(family.start(wrong));
    expect(error).toMatchObject({ code: "ERR_INVALID_SPEC", path: "children[1].id" });
    expect(error.supervisor).toMatch(/^App</);
    expect(await family.notes()).toEqual([]);
    expect((await errorOf(family.system.spawn(Broken))).message).toBe("no specification");
    const above = (spec: object, id: string) => ({
      children: [family.child(id), { id: "sub", definition: family.App, args: [spec] }],
    });
    const deep = await errorOf(family.start(above(above(wrong, "b"), "c") as never));
    expect(deep).toMatchObject({ code: "ERR_CHILD_FAILED", child: "sub" });
    expect(deep.cause).toMatchObject({ code: "ERR_CHILD_FAILED", child: "sub" });
    expect((deep.cause as Error).cause).toMatchObject({ code: "ERR_INVALID_SPEC" });
    const notes = ["start c", "start b", "stop b shutdown", "stop c shutdown"];
    expect(await family.notes()).toEqual(notes);
  });

  test.each(["ERR_ACTOR_ENDED", "ERR_SYSTEM_STOPPED"] as const)(
    "a child that fails because somebody else is over (%s) fails like any other",
    async (code) => {
      family.plan("a", code);
      const error = await errorOf(family.start({ children: family.children("a") }));
      expect(error).toMatchObject({ code: "ERR_CHILD_FAILED", child: "a" });
      family.plan("a", "ok", code, "ok");
      const app = await family.start({ children: family.children("a") });
      (await childRef(app, family.Child, "a")).cast.crash();
      await family.until(app, "a", 2);
      await family.stop(app);
    },
  );

  test("the life of a child on request", async () => {
    const app = await family.start({ children: [] });
    expect(await app.call.countChildren()).toEqual({
      specs: 0,
      active: 0,
      supervisors: 0,
      workers: 0,
    });
    const a = await app.call.startChild(family.child("a"));
    const { ref, ...facts } = (await family.info(app, "a")) ?? {};
    expect(ref === a).toBe(true);
    const info = { id: "a", definition: "Child", type: "worker", restart: "permanent" };
    expect(facts).toEqual({ ...info, status: "running", restarts: 0 });
    const taken = await errorOf(app.call.startChild(family.child("a")));
    expect(taken).toMatchObject({ code: "ERR_CHILD_STARTED", child: "a" });
    expect(taken.ref === a).toBe(true);
    const running = { code: "ERR_CHILD_RUNNING", child: "a" };
    expect(await errorOf(app.call.deleteChild("a"))).toMatchObject(running);
    expect(await errorOf(app.call.restartChild("a"))).toMatchObject(running);
    await app.call.terminateChild("a");
    expect(await family.info(app, "a")).toMatchObject({ status: "stopped", ref: undefined });
    await app.call.terminateChild("a");
    const present = { code: "ERR_CHILD_PRESENT", child: "a" };
    expect(await errorOf(app.call.startChild(family.child("a")))).toMatchObject(present);
    const again = await app.call.restartChild("a");
    expect(again === a).toBe(false);
    await app.call.terminateChild("a");
    await app.call.deleteChild("a");
    const missing = { code: "ERR_CHILD_NOT_FOUND", child: "a" };
    for (const gone of [
      app.call.deleteChild("a"),
      app.call.restartChild("a"),
      app.call.terminateChild("a"),
      app.call.child("a"),
    ]) {
      expect(await errorOf(gone)).toMatchObject(missing);
    }
    expect(await family.notes()).toEqual([
      ...["start a", "stop a shutdown", "start a", "stop a shutdown"],
    ]);
    await family.stop(app);
  });

  test("a child that does not start: listed only if it was before", async () => {
    const app = await family.start({ children: family.children("a") });
    await app.call.terminateChild("a");
    family.plan("a", "refuse");
    family.plan("b", "fail");
    const refused = await errorOf(app.call.restartChild("a"));
    expect(refused).toMatchObject({ code: "ERR_CHILD_FAILED", child: "a" });
    expect(refused.cause).toMatchObject({ code: "ERR_REFUSED", message: "a is not wanted" });
    expect(await errorOf(app.call.startChild(family.child("b")))).toMatchObject({ child: "b" });
    expect((await app.call.whichChildren()).map(({ id, status }) => [id, status])).toEqual([
      ["a", "stopped"],
    ]);
    await family.stop(app);
  });

  test("a wrong child is refused, and the supervisor lives on", async () => {
    const app = await family.start({ children: [] });
    const wrong = { ...family.child("a"), restart: "sometimes" } as never;
    const path = "child.restart";
    expect(await errorOf(app.call.startChild(wrong))).toMatchObject({ path });
    expect(await errorOf(app.call.startChild(undefined as never))).toMatchObject({ path: "child" });
    const significant = family.child("a", { restart: "transient", significant: true });
    const error = await errorOf(app.call.startChild(significant));
    expect(error).toMatchObject({ code: "ERR_INVALID_SPEC", path: "child.significant" });
    const beside = await errorOf(app.call.startChild(family.child("a", { near: "nobody" })));
    expect(beside).toMatchObject({ path: "child.near" });
    expect(await app.call.countChildren()).toMatchObject({ specs: 0 });
    for (const handler of ["terminateChild", "restartChild", "deleteChild", "child"] as const) {
      for (const id of [undefined, 5n, { toString: 1, valueOf: 1 }]) {
        const refused = await errorOf(app.call[handler](id as never));
        expect(refused).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "id" });
      }
    }
    expect(await errorOf(app.call.child("a", 5n as never))).toMatchObject({ option: "definition" });
    const { lines } = family;
    app.cast.deleteChild("nobody");
    await until("it is logged", () => lines.some(({ message }) => message === "refused"));
    await family.stop(app);
  });

  test("definitions name defaults, and say what they are", async () => {
    const children = [
      childSpec(Modest, [family.control, "m"]),
      childSpec(Branch, [family.control, "x", "y"]),
    ];
    const app = await family.start({ children });
    expect(await app.call.whichChildren()).toMatchObject([
      { id: "Modest", restart: "temporary", type: "worker" },
      { id: "Branch", restart: "permanent", type: "supervisor" },
    ]);
    const counts = { specs: 2, active: 2, supervisors: 1, workers: 1 };
    expect(await app.call.countChildren()).toEqual(counts);
    await family.notes();
    await app.call.terminateChild("Modest");
    // Killed at once, so it had no time to note anything; and temporary, so it is forgotten.
    expect(await family.notes()).toEqual([]);
    expect(await app.call.countChildren()).toMatchObject({ specs: 1 });
    await family.stop(app);
    expect(await family.notes()).toEqual(["stop y shutdown", "stop x shutdown"]);
  });

  test("refs by id: one for each child, of the definition that was named", async () => {
    const app = await family.start({ children: family.children("a", "b") });
    const a = await childRef(app, family.Child, "a");
    expect((await childRef(app, family.Child, "a")) === a).toBe(true);
    expect((await childRef(app, family.Child, "b")) === a).toBe(false);
    expect(await a.call.add()).toBe(1);
    const wrong = await errorOf(childRef(app, Branch, "a"));
    expect(wrong).toMatchObject({ code: "ERR_NO_SUCH_ACTOR" });
    await app.call.terminateChild("a");
    const down = { code: "ERR_ACTOR_DOWN", handled: "no" };
    expect(await errorOf(a.call.add())).toMatchObject(down);
    await app.call.restartChild("a");
    expect(await a.call.add()).toBe(1);
    await app.call.terminateChild("a");
    await app.call.deleteChild("a");
    expect(await errorOf(a.call.add())).toMatchObject(down);
    await app.call.startChild(family.child("a"));
    expect(await errorOf(a.call.add())).toMatchObject(down);
    expect(await (await childRef(app, family.Child, "a")).call.add()).toBe(1);
    await family.stop(app);
  });

  test("it answers while a start hangs; what is asked meanwhile is done later", async () => {
    const app = await family.start({ children: family.children("a") });
    family.plan("b", "hang");
    const b = app.call.startChild(family.child("b"));
    await until("it hangs", async () => (await family.info(app, "b"))?.status === "starting");
    expect(await app.call.countChildren()).toMatchObject({ specs: 2, active: 1 });
    const c = app.call.startChild(family.child("c"));
    const late = app.with({ timeout: 5 }).call.startChild(family.child("late"));
    expect(await errorOf(late)).toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    const ref = childRef(app, family.Child, "b");
    await family.control.call.release("ok");
    expect(await (await ref).call.add()).toBe(1);
    await Promise.all([b, c]);
    // Nobody waits for the late one any more, so it was not begun.
    const ids = (await app.call.whichChildren()).map(({ id }) => id);
    expect(ids).toEqual(["a", "b", "c"]);
    await family.stop(app);
  });

  test("state: what a supervisor is and whom it has can be inspected", async () => {
    const app = await family.start({ intensity: 7, children: family.children("a") });
    const { state } = await family.system.getState(app);
    const { strategy, intensity, period, children } = state as never as {
      strategy: string;
      intensity: number;
      period: number;
      children: Map<string, object>;
    };
    expect([strategy, intensity, period]).toEqual(["one-for-one", 7, 5000]);
    expect(children.get("a")).toMatchObject({ id: "a", status: "running" });
    await family.stop(app);
  });

  describe("how long a child has to stop", () => {
    const stops = async (spec: object, ...rest: string[]) => {
      const app = await family.start({ children: [spec as never] });
      await family.notes();
      const { id } = spec as { id: string };
      await app.call.terminateChild(id);
      expect(await family.info(app, id)).toMatchObject({ status: "stopped" });
      expect(await family.notes()).toEqual(rest);
      await family.stop(app);
    };

    test("enough of it", () => stops(family.child("a"), "stop a shutdown"));
    test("a child that traps exits", () =>
      stops(childSpec(Trapping, [family.control, "a"], { id: "a" }), "stop a shutdown"));
    test("all of it", () => stops(family.child("a", { shutdown: "infinity" }), "stop a shutdown"));
    test("none: it is killed", () => stops(family.child("a", { shutdown: "brutal-kill" })));
    test("too little: it is killed", async () => {
      await stops(childSpec(Deaf, [family.control, "a"], { id: "a", shutdown: 20 }));
      const report = family.lines.find(({ fields }) => fields.context === "shutdown-error");
      expect(report?.fields).toMatchObject({ reason: "killed", child: { id: "a" } });
    });
    test("it has unlinked itself: nobody hangs, also if it ends by itself meanwhile", async () => {
      const app = await family.start({ children: family.children("a", "b") });
      for (const id of ["a", "b"]) await (await childRef(app, family.Child, id)).call.unlink();
      (await childRef(app, family.Child, "b")).cast.end();
      await app.call.terminateChild("b");
      await family.stop(app);
      expect((await family.notes()).slice(2)).toEqual(["stop b normal", "stop a shutdown"]);
    });
  });
});

describe.each(THREADS)("threads: %i, and little time for actors that say nothing", (threads) => {
  const family = useFamily({ threads, stopTimeout: 50 });

  test.each([5000, "infinity"] as const)(
    "terminate has what the child spec says: %s",
    async (ms) => {
      const slow = childSpec(Slow, [family.control, "a"], { id: "a", shutdown: ms });
      const app = await family.start({ children: [slow] });
      await family.notes();
      await app.call.terminateChild("a");
      expect(await family.notes()).toEqual(["stop a shutdown"]);
      await family.stop(app);
    },
  );
});
