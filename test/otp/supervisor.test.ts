/**
 * Goal: what OTP's and Elixir's suites say of supervisors and is not seen in the tests of the rules
 * (actors/supervision/): starts that come to nothing, stops in the middle of other things, trees.
 */
import { describe, expect, test } from "vitest";
import type {
  AnyDefinition,
  ChildSpec,
  ExitReason,
  RestartType,
  SupervisorSpec,
} from "../../dist/actors/index.js";
import { type Supervisor, supervised, useFamily } from "../actors/support/families.ts";
import { sabeam } from "../actors/support/native.ts";
import { ended, errorOf, THREADS, until } from "../actors/support/systems.ts";
import { hears, Process, Server, Slow } from "./support/places.ts";

const { childRef, childSpec } = sabeam;
const { App, Deaf } = supervised;
const STRATEGIES = ["one-for-one", "one-for-all", "rest-for-one"] as const;
const TYPES: readonly RestartType[] = ["permanent", "transient", "temporary"];
const OWN_ENDS: readonly ExitReason[] = [
  { type: "normal" },
  { type: "shutdown" },
  { type: "crash", cause: "mine" },
  { type: "killed" },
];
let names = 0;

describe.each(THREADS)("threads: %i", (threads) => {
  const family = useFamily({ threads });
  const start = (spec: SupervisorSpec) => family.start(spec);
  const status = async (app: Supervisor, id: string) => (await family.info(app, id))?.status;
  const statuses = async (app: Supervisor) =>
    (await app.call.whichChildren()).map((info) => [info.id, info.status]);
  const sub = (id: string, spec: SupervisorSpec, more: Partial<ChildSpec> = {}): ChildSpec => ({
    id,
    definition: App as AnyDefinition,
    args: [spec],
    ...more,
  });
  const subRef = async (app: Supervisor, id: string): Promise<Supervisor> =>
    (await family.info(app, id))?.ref as Supervisor;
  const brief = (id: string, restart: RestartType): ChildSpec =>
    childSpec(Server, ["stop"], { id, restart });

  test("a child that ends in its init: kept without a ref, if not temporary", async () => {
    const app = await start({
      children: [family.child("a"), brief("kept", "transient"), brief("gone", "temporary")],
    });
    await until("both have ended", async () => (await app.call.countChildren()).active === 1);
    await until("one is forgotten", async () => (await app.call.countChildren()).specs === 2);
    expect(await app.call.countChildren()).toMatchObject({ specs: 2, active: 1, workers: 2 });
    expect(await statuses(app)).toEqual([
      ["a", "running"],
      ["kept", "stopped"],
    ]);
    await family.stop(app);
  });

  test("the same for a child that is started on request", async () => {
    const app = await start({ children: [] });
    const kept = await app.call.startChild(brief("kept", "transient"));
    const gone = await app.call.startChild(brief("gone", "temporary"));
    await Promise.all([ended(kept), ended(gone)]);
    await until("one is forgotten", async () => (await app.call.countChildren()).specs === 1);
    expect(await statuses(app)).toEqual([["kept", "stopped"]]);
    await app.call.deleteChild("kept");
    await family.stop(app);
  });

  test("a child whose name somebody else has: refused, and the supervisor goes on", async () => {
    const name = `outside ${threads}`;
    const outside = await family.system.spawn(Process, [], { name });
    const taken = childSpec(Process, [], { id: "taken", name });
    const first = await errorOf(start({ children: [...family.children("a"), taken] }));
    expect(first).toMatchObject({ code: "ERR_CHILD_FAILED", child: "taken" });
    const app = await start({ children: family.children("a") });
    const error = await errorOf(app.call.startChild(taken));
    expect(error.cause).toMatchObject({ code: "ERR_NAME_TAKEN", taken: name });
    expect(await statuses(app)).toEqual([["a", "running"]]);
    expect(await outside.call.me()).toBe(outside);
    await family.stop(app);
  });

  test("a supervisor with a name: found by it, alone, and free again at its end", async () => {
    const name = `app ${(names += 1)} ${threads}`;
    const spec = { children: family.children("a") };
    const app = await family.system.spawn(App, [spec], { name });
    expect(family.system.whereis(App, name)).toBe(app);
    const error = await errorOf(family.system.spawn(App, [spec], { name }));
    expect(error).toMatchObject({ code: "ERR_NAME_TAKEN", taken: name });
    expect(await family.notes()).toEqual(["start a"]);
    await family.stop(app);
    expect(family.system.whereis(App, name)).toBe(undefined);
  });

  test("a child with a name has it again after each restart", async () => {
    const name = `child ${(names += 1)} ${threads}`;
    const app = await start({
      intensity: 10,
      children: [childSpec(Process, [], { id: "a", name })],
    });
    const lives = new Set<unknown>();
    for (let life = 0; life < 5; life += 1) {
      const child = family.system.whereis(Process, name);
      expect(child).toBe((await family.info(app, "a"))?.ref);
      lives.add(child);
      child?.cast.run([["crash", "again"]]);
      await family.until(app, "a", life + 1);
    }
    expect(lives.size).toBe(5);
    await family.stop(app);
    expect(family.system.whereis(Process, name)).toBe(undefined);
  });

  test("infinity: workers and supervisors are waited for, however long they take", async () => {
    const slow = childSpec(Slow, [60], { id: "slow", shutdown: "infinity" });
    const inner = sub("inner", { children: [{ ...slow, id: "deep" }] });
    const app = await start({ children: [slow, inner] });
    const refs = [(await family.info(app, "slow"))?.ref, (await subRef(app, "inner")) as never];
    const downs = refs.map((ref) => family.system.whenDown(ref as never));
    await family.stop(app);
    expect(await Promise.all(downs)).toEqual([{ type: "shutdown" }, { type: "shutdown" }]);
  });

  test("a time: who obeys ends of shutdown, who is deaf is killed", async () => {
    const deaf = childSpec(Deaf, [family.control, "deaf"], { id: "deaf", shutdown: 30 });
    const app = await start({ children: [family.child("obeys", { shutdown: 5000 }), deaf] });
    const [obeys, hears] = (await app.call.whichChildren()).map(({ ref }) =>
      family.system.whenDown(ref as never),
    );
    await family.stop(app);
    expect([await obeys, await hears]).toEqual([{ type: "shutdown" }, { type: "killed" }]);
  });

  test("brutal kill: no grace at the supervisor's end", async () => {
    const deaf = childSpec(Deaf, [family.control, "deaf"], { id: "deaf", shutdown: "brutal-kill" });
    const app = await start({ children: [deaf] });
    const down = family.system.whenDown((await family.info(app, "deaf"))?.ref as never);
    await family.stop(app);
    expect(await down).toEqual({ type: "killed" });
    expect(await family.notes()).toEqual(["start deaf"]);
  });

  test("children that end by themselves while it stops keep their reasons", async () => {
    const specs = TYPES.flatMap((restart) =>
      OWN_ENDS.map((end) => family.child(`${restart} ${end.type}`, { restart })),
    );
    const last = childSpec(Slow, [80], { id: "last", shutdown: "infinity" });
    const app = await start({ children: [...specs, last], intensity: 100 });
    await family.notes();
    const infos = await app.call.whichChildren();
    const slow = infos.pop()?.ref as never;
    const downs = infos.map(({ ref }) => family.system.whenDown(ref as never));
    const stopped = family.stop(app);
    const isStopping = async () => (await family.system.statistics(slow)).status === "stopping";
    await until("the last one takes its time", isStopping);
    for (const { id, ref } of infos) {
      const reason = OWN_ENDS.find(({ type }) => id.endsWith(` ${type}`));
      const own = family.system;
      if (reason?.type === "killed") own.exit(ref as never, "kill");
      else (ref as unknown as Ended).cast.end(reason);
    }
    const reasons = await Promise.all(downs);
    await stopped;
    expect(reasons.map(({ type }) => type)).toEqual(infos.map(({ id }) => id.split(" ")[1]));
    expect((await family.notes()).filter((note) => note.startsWith("start"))).toEqual([]);
  });

  test("a tree: added children are not there after their supervisor's restart", async () => {
    const app = await start({ children: [sub("inner", { children: family.children("a") })] });
    const inner = await subRef(app, "inner");
    await inner.call.startChild(family.child("added"));
    expect(await statuses(inner)).toEqual([
      ["a", "running"],
      ["added", "running"],
    ]);
    family.system.exit(inner, "kill");
    await family.until(app, "inner", 1);
    expect(await statuses(await subRef(app, "inner"))).toEqual([["a", "running"]]);
    await family.stop(app);
  });

  test("a supervisor that is killed takes its children with it, all the way down", async () => {
    const deep = sub("deep", { children: family.children("b") });
    const app = await start({ children: [...family.children("a"), deep] });
    const inner = await subRef(app, "deep");
    const refs = [await subRef(app, "a"), inner, await subRef(inner, "b")];
    const downs = refs.map((ref) => family.system.whenDown(ref));
    family.system.exit(app, "kill");
    const reasons = await Promise.all(downs);
    expect(reasons[0]).toEqual({ type: "killed" });
    expect(reasons.map(({ type }) => type)).not.toContain("normal");
  });

  test("an exit from a stranger does nothing to a supervisor, its parent's ends it", async () => {
    const app = await start({ children: [sub("inner", { children: family.children("a") })] });
    const inner = await subRef(app, "inner");
    const stranger = await family.system.spawn(Process);
    await stranger.call.run([["exit", inner, { type: "crash", cause: "strange" }]]);
    await stranger.call.run([["exit", inner, "normal"]]);
    expect(await statuses(inner)).toEqual([["a", "running"]]);
    const down = family.system.whenDown(inner);
    await app.call.terminateChild("inner");
    expect(await down).toEqual({ type: "shutdown" });
    await family.stop(app);
  });

  test("a stranger that has linked itself may end: the supervisor goes on", async () => {
    const app = await start({ children: family.children("a") });
    const stranger = await family.system.spawn(Process);
    await stranger.call.run([["link", app]]);
    await app.call.countChildren();
    family.system.exit(stranger, { type: "crash", cause: "strange" });
    await ended(stranger);
    expect(await statuses(app)).toEqual([["a", "running"]]);
    await family.stop(app);
  });

  test.each(STRATEGIES)("%s: beyond its intensity it ends of shutdown", async (strategy) => {
    const watcher = await family.system.spawn(Process);
    const app = await start({ strategy, intensity: 1, children: family.children("a", "b", "c") });
    await watcher.call.run([["monitor", app]]);
    for (const restarts of [1, 2]) {
      const down = family.system.whenDown(await subRef(app, "b"));
      (await childRef(app, family.Child, "b")).cast.crash();
      await down;
      if (restarts === 1) await family.until(app, "b", 1);
    }
    expect(await hears(watcher, 1)).toMatchObject([{ down: { type: "shutdown" } }]);
    const notes = await family.notes();
    expect(notes.slice(-2)).toEqual(["stop c shutdown", "stop a shutdown"]);
  });

  test.each(STRATEGIES)("%s: again and again within its intensity", async (strategy) => {
    const app = await start({ strategy, intensity: 5, children: family.children("a", "b") });
    for (let times = 1; times <= 5; times += 1) {
      (await childRef(app, family.Child, "a")).cast.crash();
      await family.until(app, "a", times);
      await until("all run", async () => (await app.call.countChildren()).active === 2);
    }
    await family.stop(app);
  });

  describe.each(STRATEGIES)("%s, a child that can never be restarted", (strategy) => {
    const looping = async (): Promise<Supervisor> => {
      const children = family.children("a", "b", "c");
      const app = await start({ strategy, intensity: 1_000_000, period: 1, children });
      family.plan("b", ...Array<"fail">(10_000).fill("fail"));
      (await childRef(app, family.Child, "b")).cast.crash();
      await until("it is tried", async () => ((await family.info(app, "b"))?.restarts ?? 0) > 3);
      return app;
    };

    test("the supervisor answers meanwhile, and cannot start or delete it", async () => {
      const app = await looping();
      const code = (error: Error & Record<string, unknown>): unknown => error.code;
      const busy = ["ERR_CHILD_PRESENT", "ERR_CHILD_RESTARTING"];
      expect(busy).toContain(code(await errorOf(app.call.startChild(family.child("b")))));
      expect(busy).toContain(code(await errorOf(app.call.restartChild("b"))));
      expect(busy).toContain(code(await errorOf(app.call.deleteChild("b"))));
      const { specs, active } = await app.call.countChildren();
      expect([specs, active < 3]).toEqual([3, true]);
      await family.stop(app);
    });

    test("it can be terminated, deleted, and the supervisor stopped", async () => {
      const app = await looping();
      await app.call.terminateChild("b");
      expect(await status(app, "b")).toBe("stopped");
      await app.call.deleteChild("b");
      expect(await status(app, "b")).toBe(undefined);
      await family.stop(app);
      family.plan("b");
      await family.stop(await looping());
    });
  });

  test("a temporary child that has ended is forgotten, and its id may be used again", async () => {
    const app = await start({ children: [] });
    for (const restart of ["temporary", "permanent"] as const) {
      const child = await app.call.startChild(family.child("a", { restart }));
      if (restart === "permanent") break;
      (child as unknown as Ended).cast.end("normal" as never);
      await until("it is forgotten", async () => (await app.call.countChildren()).specs === 0);
      expect(await errorOf(app.call.restartChild("a"))).toMatchObject({
        code: "ERR_CHILD_NOT_FOUND",
      });
    }
    expect(await statuses(app)).toEqual([["a", "running"]]);
    await family.stop(app);
  });

  test("non-significant children never end it, whatever they end of", async () => {
    for (const autoShutdown of ["any-significant", "all-significant"] as const) {
      const children = [
        family.child("t", { restart: "temporary" }),
        family.child("n", { restart: "transient" }),
        family.child("s", { restart: "transient", significant: true }),
      ];
      const app = await start({ autoShutdown, children });
      for (const id of ["t", "n"]) (await childRef(app, family.Child, id)).cast.end();
      await until("both have ended", async () => (await app.call.countChildren()).active === 1);
      expect(await status(app, "s")).toBe("running");
      await family.stop(app);
    }
  });

  test("many children start and stop, and are counted right", async () => {
    const app = await start({ children: [] });
    const ids = Array.from({ length: 500 }, (_, index) => `child ${index}`);
    const specs = ids.map((id) => childSpec(Process, [], { id, restart: "temporary" }));
    await Promise.all(specs.map((spec) => app.call.startChild(spec)));
    expect(await app.call.countChildren()).toEqual({
      specs: 500,
      active: 500,
      supervisors: 0,
      workers: 500,
    });
    await Promise.all(ids.slice(0, 250).map((id) => app.call.terminateChild(id)));
    expect(await app.call.countChildren()).toMatchObject({ specs: 250, active: 250 });
    expect((await app.call.whichChildren()).map(({ id }) => id)).toEqual(ids.slice(250));
    await family.stop(app);
  });
});

interface Ended {
  readonly cast: { end(reason?: ExitReason): boolean };
}
