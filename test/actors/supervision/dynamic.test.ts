/**
 * Goal: a dynamic supervisor follows the rules (crew.test.ts has them one by one) also with actors
 * that are real, on its own thread and on another one; and what it answers, and what becomes of
 * its children, is known whatever way it ends itself.
 */

import { describe, expect, test } from "vitest";
import type {
  AnyRef,
  DynamicSupervisorOptions,
  DynamicSupervisorProtocol,
  ExitReason,
  ExitWish,
  MemberInfo,
  Ref,
  RestartType,
} from "../../../dist/actors/index.js";
import type { ChildProtocol, Plan } from "../fixtures/pools.mjs";
import { fixture, sabeam } from "../support/native.ts";
import { errorOf, quiet, THREADS, until, useSystem } from "../support/systems.ts";

const { childRef, DynamicSupervisor, startChild } = sabeam;
const { Child, Fate, Plain, Pool, Tree } =
  await fixture<typeof import("../fixtures/pools.mjs")>("pools");

type Sup = Ref<DynamicSupervisorProtocol>;
const MANY = { intensity: 1000 };
const SHUTDOWN = { type: "shutdown" };

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });

  /** On main, so that its children are elsewhere where there is an elsewhere. */
  const make = (options: DynamicSupervisorOptions = {}): Promise<Sup> =>
    running.system.spawn(DynamicSupervisor, [options], { thread: 0 });

  async function only(supervisor: Sup): Promise<MemberInfo> {
    const children = await supervisor.call.whichChildren();
    expect(children.length).toBe(1);
    return children[0] as MemberInfo;
  }

  /** The one child's next incarnation. */
  async function restarted(supervisor: Sup, old: AnyRef): Promise<Ref<ChildProtocol>> {
    let ref: AnyRef | undefined;
    await until(`${old} is restarted`, async () => {
      ({ ref } = await only(supervisor));
      return ref !== undefined && ref !== old;
    });
    return ref as Ref<ChildProtocol>;
  }

  const empty = (supervisor: Sup): Promise<void> =>
    until("it has no children", async () => (await supervisor.call.countChildren()).specs === 0);

  test("children are started, told of, and ended by ref", async () => {
    const supervisor = await make();
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 0, active: 0 });
    const one = await startChild(supervisor, Plain, [1, "a"]);
    const two = await startChild(supervisor, Pool, [5, 0], { restart: "temporary" });
    expect(await one.call.args()).toEqual([1, "a"]);
    expect(await supervisor.call.countChildren()).toEqual({
      ...{ specs: 2, active: 2, supervisors: 1, workers: 1 },
    });
    expect(await supervisor.call.whichChildren()).toEqual([
      {
        ...{ definition: "Plain", type: "worker", restart: "permanent" },
        ...{ status: "running", ref: one, restarts: 0 },
      },
      {
        ...{ definition: "Pool", type: "supervisor", restart: "temporary" },
        ...{ status: "running", ref: two, restarts: 0 },
      },
    ]);
    const down = running.system.whenDown(one);
    await supervisor.call.terminateChild(one);
    expect(await down).toEqual(SHUTDOWN);
    const error = await errorOf(supervisor.call.terminateChild(one));
    expect(error).toMatchObject({ code: "ERR_NOT_A_CHILD", child: String(one) });
    expect(error).toBeInstanceOf(sabeam.NotAChild);
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 1, supervisors: 1 });
    await running.system.stopActor(supervisor);
  });

  test("no more than maxChildren, those that wait to be restarted included", async () => {
    const supervisor = await make({ maxChildren: 2, backoff: { min: 60_000, max: 60_000 } });
    const one = await startChild(supervisor, Plain);
    await startChild(supervisor, Plain);
    one.cast.end("kill");
    await until("it waits", async () =>
      (await supervisor.call.whichChildren()).some(({ status }) => status === "restarting"),
    );
    const error = await errorOf(startChild(supervisor, Plain));
    expect(error).toBeInstanceOf(sabeam.ChildrenFull);
    expect(error).toMatchObject({ code: "ERR_CHILDREN_FULL", maxChildren: 2 });
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 2, active: 1 });
    await supervisor.call.terminateChild(one);
    await startChild(supervisor, Plain);
    await running.system.stopActor(supervisor);
    expect((await errorOf(startChild(await make({ maxChildren: 0 }), Plain))).code).toBe(
      "ERR_CHILDREN_FULL",
    );
  });

  test("wrong options and specs are told before anything starts", async () => {
    const { system } = running;
    const options: [object, path: string][] = [
      [{ maxChildren: -1 }, "maxChildren"],
      [{ maxChildren: 1.5 }, "maxChildren"],
      [{ intensity: "3" }, "intensity"],
      [{ period: 0 }, "period"],
      [{ backoff: { min: 0 } }, "backoff.min"],
      [{ extraArguments: 1 }, "extraArguments"],
      [{ strategy: "one-for-all" }, "strategy"],
    ];
    for (const [wrong, path] of options) {
      const error = await errorOf(system.spawn(DynamicSupervisor, [wrong as never]));
      expect(error, path).toMatchObject({ code: "ERR_INVALID_SPEC", path });
    }
    const supervisor = await make();
    const specs: [spec: unknown, path: string][] = [
      [undefined, "child"],
      [{ definition: {} }, "child.definition"],
      [{ definition: Plain, args: 1 }, "child.args"],
      [{ definition: Plain, restart: "always" }, "child.restart"],
      [{ definition: Plain, shutdown: -1 }, "child.shutdown"],
      [{ definition: Plain, shutdown: "soon" }, "child.shutdown"],
      [{ definition: Plain, significant: true }, "child.significant"],
      [{ definition: Plain, id: 1 }, "child.id"],
      [{ definition: Plain, thread: "north" }, "child.thread"],
      [{ definition: Plain, near: "one" }, "child.near"],
      [{ definition: Plain, apart: "one" }, "child.apart"],
      [{ definition: Plain, restart: "temporary", backoff: {} }, "child.backoff"],
      [{ definition: Plain, nonsense: 1 }, "child.nonsense"],
    ];
    for (const [spec, path] of specs) {
      const error = await errorOf(supervisor.call.startChild(spec as never));
      expect(error, path).toMatchObject({ code: "ERR_INVALID_SPEC", path });
      // Also after a right one, which is what the next is compared with.
      if (threads === 0) await startChild(supervisor, Plain, [], { restart: "temporary" });
    }
    await running.system.stopActor(supervisor);
  });

  const ends: [RestartType, ExitWish | "crash", restarted: boolean][] = [
    ["permanent", "normal", true],
    ["permanent", "shutdown", true],
    ["permanent", "crash", true],
    ["transient", "normal", false],
    ["transient", { type: "shutdown", cause: "done" }, false],
    ["transient", "crash", true],
    ["temporary", "crash", false],
  ];
  test.each(ends)("%s that ends with %s: restarted %s", async (restart, how, again) => {
    const supervisor = await make(MANY);
    const child = await startChild(supervisor, Child, [1, 2], { restart });
    if (how === "crash") child.cast.crash("as it is told");
    else child.cast.end(how);
    if (again) {
      const next = await restarted(supervisor, child);
      expect(await next.call.args()).toEqual([1, 2]);
      expect(await only(supervisor)).toMatchObject({ status: "running", restarts: 1 });
    } else {
      await empty(supervisor);
    }
    await running.system.stopActor(supervisor);
  });

  test("told to end from outside, where its parent is, it ends", async () => {
    const supervisor = await make();
    running.system.exit(supervisor, "shutdown");
    expect(await running.system.whenDown(supervisor, { timeout: 5000 })).toEqual(SHUTDOWN);
  });

  test("extra arguments come first, at every start", async () => {
    const supervisor = await make({ ...MANY, extraArguments: ["x", "y"] });
    const child = await startChild(supervisor, Child, [1]);
    expect(await child.call.args()).toEqual(["x", "y", 1]);
    child.cast.crash("as it is told");
    expect(await (await restarted(supervisor, child)).call.args()).toEqual(["x", "y", 1]);
    await running.system.stopActor(supervisor);
  });

  test("arguments of one child do not leak into another's restart", async () => {
    const supervisor = await make(MANY);
    const [one, two] = [
      await startChild(supervisor, Child, [1]),
      await startChild(supervisor, Child, [2]),
    ];
    one.cast.crash("as it is told");
    await until("it is restarted", async () => {
      const children = await supervisor.call.whichChildren();
      return children.every(({ ref }) => ref !== undefined && ref !== one);
    });
    const refs = (await supervisor.call.whichChildren()).map(({ ref }) => ref as typeof one);
    const args = await Promise.all(refs.map((ref) => ref.call.args()));
    expect(args.flat().toSorted()).toEqual([1, 2]);
    expect(refs).toContain(two);
    await running.system.stopActor(supervisor);
  });

  test("a failed start is answered with what init threw, and leaves nothing", async () => {
    const supervisor = await make({ intensity: 0 });
    const fate = await running.system.spawn(Fate, ["fail", "refuse"]);
    const error = await errorOf(startChild(supervisor, Child, [{ fate }]));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("no luck");
    const refusal = await errorOf(startChild(supervisor, Child, [{ fate }]));
    expect(refusal).toMatchObject({ code: "ERR_REFUSED", message: "not any more" });
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 0 });
    await running.system.stopActor(supervisor);
  });

  test("a restart that fails is tried again, one that is refused drops the child", async () => {
    const supervisor = await make(MANY);
    const fate = await running.system.spawn(Fate, ["up", "fail", "fail", "up", "refuse"]);
    const child = await startChild(supervisor, Child, [{ fate }]);
    child.cast.crash("as it is told");
    const next = await restarted(supervisor, child);
    expect([await fate.call.asked(), (await only(supervisor)).restarts]).toEqual([4, 3]);
    next.cast.crash("as it is told");
    await empty(supervisor);
    expect(await fate.call.asked()).toBe(5);
    await running.system.stopActor(supervisor);
  });

  test("a child that is restarting shows, and can be ended; its supervisor answers", async () => {
    const supervisor = await make(MANY);
    const fate = await running.system.spawn(Fate, ["up", "wait"]);
    const child = await startChild(supervisor, Child, [{ fate }]);
    child.cast.crash("as it is told");
    await until("it starts again", async () => (await fate.call.asked()) === 2);
    expect(await only(supervisor)).toMatchObject({ status: "restarting", ref: undefined });
    const gone = supervisor.call.terminateChild(child);
    expect(await only(supervisor)).toMatchObject({ status: "restarting" });
    fate.cast.release();
    await gone;
    expect((await errorOf(supervisor.call.terminateChild(child))).code).toBe("ERR_NOT_A_CHILD");
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 0 });
    await running.system.stopActor(supervisor);
  });

  test("too many restarts end it with shutdown, and its children with it", async () => {
    const supervisor = await make({ intensity: 2 });
    const other = await startChild(supervisor, Plain);
    const fate = await running.system.spawn(Fate, ["up", "fail", "fail", "fail"]);
    const child = await startChild(supervisor, Child, [{ fate }]);
    const downs = [supervisor, other].map((ref) => running.system.whenDown(ref));
    child.cast.crash("as it is told");
    const [reason, others] = (await Promise.all(downs)) as [ExitReason, ExitReason];
    expect(reason).toEqual({
      type: "shutdown",
      cause: 'child "Child" needed more than 2 restarts within 5000 ms',
    });
    expect(others).toEqual(SHUTDOWN);
    expect(await fate.call.asked()).toBe(3);
    const told = (message: string): number =>
      running.lines.filter((line) => line.message === message).length;
    await until("it is reported", () => told("a supervisor gives up: too many restarts") > 0);
  });

  test("a slow init holds up nobody", async () => {
    const supervisor = await make();
    const fate = await running.system.spawn(Fate, ["wait"]);
    const slow = startChild(supervisor, Child, [{ fate }]);
    await until("it starts", async () => (await fate.call.asked()) === 1);
    await startChild(supervisor, Child, [1]);
    expect((await supervisor.call.whichChildren()).map(({ status }) => status).toSorted()).toEqual([
      ...["running", "starting"],
    ]);
    fate.cast.release();
    await slow;
    await running.system.stopActor(supervisor);
  });

  test("terminateChild of nonsense is refused, whatever its text would be", async () => {
    const supervisor = await make();
    for (const nonsense of [7, undefined, { toString: 1, valueOf: 1 }]) {
      const error = await errorOf(supervisor.call.terminateChild(nonsense as never));
      expect(error).toMatchObject({ code: "ERR_NOT_A_CHILD" });
    }
    expect((await supervisor.call.countChildren()).specs).toBe(0);
    await running.system.stopActor(supervisor);
  });

  test("terminateChild: in order, deaf, brutally, and one that has cut its link", async () => {
    const supervisor = await make();
    const end = async (plan: Plan, shutdown: number | "brutal-kill", loose = false) => {
      const child = await startChild(supervisor, Child, [plan], { shutdown });
      if (loose) await child.call.cutLoose();
      const down = running.system.whenDown(child);
      await supervisor.call.terminateChild(child);
      return (await down).type;
    };
    expect(await end({}, 10_000)).toBe("shutdown");
    expect(await end({ deaf: true }, 20)).toBe("killed");
    expect(await end({ deaf: true }, "brutal-kill")).toBe("killed");
    expect(await end({ fails: true }, 10_000)).toBe("shutdown");
    expect(await end({}, 10_000, true)).toBe("shutdown");
    expect(await supervisor.call.countChildren()).toMatchObject({ specs: 0 });
    await running.system.stopActor(supervisor);
  });

  test("at its end all are ended together: obedient, deaf, crashing, starting", async () => {
    const supervisor = await make(MANY);
    const fate = await running.system.spawn(Fate, ["wait"]);
    const children: Ref<ChildProtocol>[] = [];
    for (let index = 0; index < 60; index += 1) {
      const plan = { deaf: index % 3 === 0, fails: index % 3 === 1 };
      children.push(await startChild(supervisor, Child, [plan], { shutdown: 200 }));
    }
    const starting = startChild(supervisor, Child, [{ fate }], { shutdown: 200 });
    const unborn = errorOf(starting);
    await until("it starts", async () => (await fate.call.asked()) === 1);
    const downs = children.map((child) => running.system.whenDown(child));
    await running.system.stopActor(supervisor, { timeout: 60_000 });
    const reasons = (await Promise.all(downs)).map(({ type }) => type);
    expect(reasons).toEqual(children.map((_, index) => (index % 3 === 0 ? "killed" : "shutdown")));
    expect(await unborn).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const before = (await quiet(running.system)).actors;
    await fate.call.release();
    await until("nobody is left", () => running.system.counters().actors <= before);
  });

  test("if it is killed its children end by their links, also those that start", async () => {
    const { system } = running;
    const supervisor = await make();
    const fate = await system.spawn(Fate, ["wait"]);
    const child = await startChild(supervisor, Child, [1]);
    const unborn = errorOf(startChild(supervisor, Child, [{ fate }]));
    await until("it starts", async () => (await fate.call.asked()) === 1);
    const down = system.whenDown(child);
    const { actors } = await quiet(system);
    system.exit(supervisor, "kill");
    expect((await down).type).toBe("killed");
    expect(await unborn).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    fate.cast.release();
    await until("the one that starts is gone", () => system.counters().actors <= actors - 3);
    expect(running.lines.filter(({ message }) => message.includes("unhandled"))).toEqual([]);
  });

  test("children that end by themselves leave nothing behind", async () => {
    const supervisor = await make(MANY);
    const { actors } = await quiet(running.system);
    for (let left = 1000; left > 0; left -= 50) {
      const start = (): Promise<Ref<Pick<ChildProtocol, "args" | "end">>> =>
        startChild(supervisor, Plain, [], {
          restart: left % 100 === 0 ? "temporary" : "transient",
        });
      for (const child of await Promise.all(Array.from({ length: 50 }, start))) child.cast.end();
    }
    await empty(supervisor);
    await until("all are gone", () => running.system.counters().actors <= actors);
    await running.system.stopActor(supervisor);
  });

  test("a child with a name has it again after its restart", async () => {
    const supervisor = await make(MANY);
    const child = await startChild(supervisor, Child, [1], { name: `named ${threads}` });
    child.cast.crash("as it is told");
    const next = await restarted(supervisor, child);
    expect(running.system.whereis(Child, `named ${threads}`)).toBe(next);
    await running.system.stopActor(supervisor);
  });

  test("it can be supervised, and be defined with a name of its own", async () => {
    const tree = await running.system.spawn(Tree, [{ maxChildren: 1 }]);
    const supervisor = await childRef(tree, DynamicSupervisor, "pool");
    await startChild(supervisor, Plain, [1]);
    expect((await errorOf(startChild(supervisor, Plain))).code).toBe("ERR_CHILDREN_FULL");
    await running.system.stopActor(tree);
    const pool = await running.system.spawn(Pool, [1, "first"]);
    expect(String(pool)).toMatch(/^Pool</);
    expect(await (await startChild(pool, Plain, ["own"])).call.args()).toEqual(["first", "own"]);
    await running.system.stopActor(pool);
  });
});
