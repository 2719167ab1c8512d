/**
 * Goal: what OTP's simple_one_for_one and Elixir's DynamicSupervisor do, as far as it is not seen
 * in actors/supervision/dynamic.test.ts and crew.test.ts.
 */
import { describe, expect, test } from "vitest";
import type {
  AnyDefinition,
  AnyRef,
  DynamicSupervisorOptions,
  DynamicSupervisorProtocol,
  ExitReason,
  Ref,
  RestartType,
} from "../../dist/actors/index.js";
import { supervised } from "../actors/support/families.ts";
import { sabeam } from "../actors/support/native.ts";
import { ended, errorOf, quiet, THREADS, until, useSystem } from "../actors/support/systems.ts";
import type { ProcessRef } from "./fixtures/processes.mjs";
import { Process, Server } from "./support/places.ts";

const { childSpec, DynamicSupervisor, startChild } = sabeam;
const { App } = supervised;
const TYPES: readonly RestartType[] = ["permanent", "transient", "temporary"];
const OWN_ENDS: readonly ExitReason[] = [
  { type: "normal" },
  { type: "shutdown" },
  { type: "crash", cause: "mine" },
  { type: "killed" },
];
let names = 0;

describe.each(THREADS)("threads: %i", (threads) => {
  const running = useSystem({ threads });
  const make = (options: DynamicSupervisorOptions = {}, name?: string) => {
    const { system } = running;
    return system.spawn(DynamicSupervisor, [options], name === undefined ? {} : { name });
  };
  type Pool = Ref<DynamicSupervisorProtocol>;
  const counts = (pool: Pool) => pool.call.countChildren();
  const stop = (pool: AnyRef) => running.system.stopActor(pool, { reason: "shutdown" });

  test("thousands of children are counted right, started and gone", async () => {
    const pool = await make();
    const started: ProcessRef[] = [];
    for (const total of [1000, 2000]) {
      const more = Array.from({ length: 1000 }, () =>
        startChild(pool, Process, [], { restart: "temporary" }),
      );
      started.push(...(await Promise.all(more)));
      expect(await counts(pool)).toEqual({
        specs: total,
        active: total,
        supervisors: 0,
        workers: total,
      });
    }
    const gone = started.splice(0, 1500);
    for (const [index, child] of gone.entries()) {
      if (index % 2 === 0) child.cast.run([["stop"]]);
      else void pool.cast.terminateChild(child);
    }
    await until("they are forgotten", async () => (await counts(pool)).specs === 500);
    expect(await counts(pool)).toMatchObject({ specs: 500, active: 500, workers: 500 });
    await stop(pool);
    await Promise.all(started.slice(0, 10).map((child) => ended(child)));
    await quiet(running.system);
  });

  test("a child whose start goes on takes a place of maxChildren", async () => {
    const { system } = running;
    const pool = await make({ maxChildren: 1 });
    const name = `hanging child ${(names += 1)} ${threads}`;
    const starting = errorOf(startChild(pool, Server, ["hang"], { name, restart: "temporary" }));
    await until("it begins", () => system.whereis(Server, name) !== undefined);
    expect(await errorOf(startChild(pool, Process))).toMatchObject({ code: "ERR_CHILDREN_FULL" });
    system.exit(system.whereis(Server, name) as AnyRef, "kill");
    expect(await starting).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    const child = await startChild(pool, Process);
    expect(await child.call.me()).toBe(child);
    await stop(pool);
  });

  test("a start that fails is no restart: the supervisor lives, however often", async () => {
    const pool = await make({ intensity: 0 });
    for (const how of ["throw", "throwSoon", "throw"] as const) {
      const error = await errorOf(startChild(pool, Server, [how]));
      expect(error.message).toBe("no luck");
    }
    expect(await counts(pool)).toMatchObject({ specs: 0, active: 0 });
    expect(await pool.call.whichChildren()).toEqual([]);
    await stop(pool);
  });

  test("a child whose name is taken fails to start, and its holder lives on", async () => {
    const name = `taken ${(names += 1)} ${threads}`;
    const pool = await make();
    const first = await startChild(pool, Process, [], { name });
    const error = await errorOf(startChild(pool, Process, [], { name }));
    expect(error).toMatchObject({ code: "ERR_NAME_TAKEN", taken: name });
    expect(await first.call.me()).toBe(first);
    expect(await counts(pool)).toMatchObject({ specs: 1 });
    await stop(pool);
  });

  test.each([0, 1, 5000, "infinity", "brutal-kill"] as const)(
    "the shutdown %s is one",
    async (shutdown) => {
      const pool = await make();
      const child = await startChild(pool, Process, [], { shutdown });
      const down = running.system.whenDown(child);
      await pool.call.terminateChild(child);
      const { type } = await down;
      if (shutdown === 0) expect(["shutdown", "killed"]).toContain(type);
      else expect(type).toBe(shutdown === "brutal-kill" ? "killed" : "shutdown");
      await stop(pool);
    },
  );

  /** A child that ends of its own reason just before it is told to shut down. */
  async function hasty(pool: Pool, restart: RestartType, own: ExitReason): Promise<ProcessRef> {
    const { system } = running;
    const child = await startChild(pool, Process, [{ traps: true }], { restart });
    await system.suspend(child);
    child.cast.run([["stop", own]]);
    await until("it waits", async () => (await system.statistics(child)).queued === 1);
    return child;
  }

  async function letGo(child: ProcessRef, own: ExitReason): Promise<void> {
    const { system } = running;
    await until("it is told", async () => (await system.statistics(child)).queued === 2);
    if (own.type === "killed") system.exit(child, "kill");
    else await system.resume(child);
  }

  test("children that end by themselves while it stops keep their reasons", async () => {
    const pool = await make({ intensity: 100 });
    const plans = TYPES.flatMap((restart) => OWN_ENDS.map((own) => ({ restart, own })));
    const children = await Promise.all(plans.map(({ restart, own }) => hasty(pool, restart, own)));
    const downs = children.map((child) => running.system.whenDown(child));
    const stopped = stop(pool);
    for (const [index, { own }] of plans.entries()) await letGo(children[index] as ProcessRef, own);
    expect(await Promise.all(downs)).toEqual(plans.map(({ own }) => own));
    await stopped;
  });

  test("a permanent child that ends of normal when it is stopped is reported", async () => {
    const { lines, system } = running;
    const pool = await make();
    const child = await hasty(pool, "permanent", { type: "normal" });
    const down = system.whenDown(child);
    const gone = pool.call.terminateChild(child);
    await letGo(child, { type: "normal" });
    await gone;
    expect(await down).toEqual({ type: "normal" });
    const isOurs = ({ context, child: of }: Record<string, unknown>): boolean =>
      context === "shutdown-error" && (of as { ref?: string }).ref === String(child);
    await until("it is reported", () => lines.some(({ fields }) => isOurs(fields)));
    await stop(pool);
  });

  test("several in one supervisor: by ids of their own, and back empty", async () => {
    const pools = ["one", "two"].map((id) =>
      childSpec(DynamicSupervisor as AnyDefinition, [], { id }),
    );
    const app = await running.system.spawn(App, [{ children: pools }]);
    const infos = await app.call.whichChildren();
    expect(infos.map(({ id, type }) => [id, type])).toEqual([
      ["one", "supervisor"],
      ["two", "supervisor"],
    ]);
    const one = infos[0]?.ref as Pool;
    const child = await startChild(one, Process);
    running.system.exit(one, "kill");
    await ended(child);
    await until("it is back", async () => {
      const [info] = await app.call.whichChildren();
      return info?.restarts === 1 && info.status === "running";
    });
    expect(await counts((await app.call.whichChildren())[0]?.ref as Pool)).toMatchObject({
      specs: 0,
    });
    await stop(app);
  });

  test("with a name: found by it, the only one, free again at its end", async () => {
    const name = `pool ${(names += 1)} ${threads}`;
    const pool = await make({}, name);
    expect(running.system.whereis(DynamicSupervisor, name)).toBe(pool);
    expect(await errorOf(make({}, name))).toMatchObject({ code: "ERR_NAME_TAKEN" });
    await stop(pool);
    expect(running.system.whereis(DynamicSupervisor, name)).toBe(undefined);
  });

  test("a child that ends in its init: a temporary one was never more than started", async () => {
    const pool = await make({ intensity: 3 });
    const child = await startChild(pool, Server, ["stop"], { restart: "temporary" });
    await ended(child);
    await until("it is forgotten", async () => (await counts(pool)).specs === 0);
    expect(await errorOf(pool.call.terminateChild(child))).toMatchObject({
      code: "ERR_NOT_A_CHILD",
    });
    await stop(pool);
  });

  test("exits of strangers do nothing to it, garbage is refused", async () => {
    const pool = await make();
    const stranger = await running.system.spawn(Process);
    await stranger.call.run([
      ["exit", pool, { type: "crash", cause: "strange" }],
      ["exit", pool, "normal"],
    ]);
    expect(await errorOf(pool.call.terminateChild(stranger))).toMatchObject({
      code: "ERR_NOT_A_CHILD",
    });
    expect(await errorOf(pool.call.startChild(7 as never))).toMatchObject({
      code: "ERR_INVALID_SPEC",
    });
    expect(await counts(pool)).toMatchObject({ specs: 0 });
    await stop(pool);
  });
});
