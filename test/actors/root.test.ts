/**
 * Goal: a system that is started with a root has its tree when startSystem settles, ends it in its
 * order, and does not outlive it.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PhaseReport, System } from "../../dist/actors/index.js";
import { fixture, sabeam } from "./support/native.ts";
import { errorOf, keepingLog, type Line, THREADS, until } from "./support/systems.ts";

const { childRef, startSystem } = sabeam;
const { Leaf, Lone, Tree } = await fixture<typeof import("./fixtures/roots.mjs")>("roots");

let before: typeof process.exitCode;
beforeEach(() => {
  before = process.exitCode;
  process.exitCode = undefined;
});
afterEach(() => {
  process.exitCode = before;
});

const ends = (lines: readonly Line[]): unknown[] =>
  lines.filter(({ message }) => message === "a leaf ends").map(({ fields }) => fields.id);

/** Settles with the phases once the system has stopped by itself. */
function stopped(system: System): Promise<readonly PhaseReport[]> {
  return new Promise((resolve) => {
    system.stopPhases(({ name }) => {
      if (name === "threads") resolve(system.stop().then(({ phases }) => phases));
    });
  });
}

const begin = (threads: number) => {
  const { log, lines } = keepingLog();
  return { lines, options: { threads, log, signals: false, drainTimeout: 200 } };
};

describe.each(THREADS)("threads: %i", (threads) => {
  test("the tree runs when startSystem settles, and ends in reverse order", async () => {
    const { lines, options } = begin(threads);
    const root = { definition: Tree, args: ["a", "b", "c"] };
    const system = await startSystem({ ...options, root });
    const children = await system.root.call.whichChildren();
    expect(children.map(({ id, status }) => [id, status])).toEqual([
      ["a", "running"],
      ["b", "running"],
      ["c", "running"],
    ]);
    expect(system.whereis(Tree, "root")).toBe(system.root);
    expect(await (await childRef(system.root, Leaf, "b")).call.id()).toBe("b");
    // Nobody's child: it belongs to the runtime, and ends when the tree has ended.
    await system.spawn(Leaf, ["alone"]);
    const { phases, cause } = await system.stop();
    expect(cause).toBe("stop()");
    expect(ends(lines)).toEqual(["c", "b", "a", "alone"]);
    expect(phases.map(({ name }) => name)).toEqual(["intake", "drain", "tree", "rest", "threads"]);
    expect(phases[2]).toMatchObject({ deadlineMs: 10_000, stillRunning: [] });
    expect(process.exitCode).toBe(undefined);
    expect(lines.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  });

  test("a root that does not start: everything is undone, and the cause is the error", async () => {
    const { lines, options } = begin(threads);
    const error = await errorOf(
      startSystem({ ...options, root: { definition: Tree, args: ["a", "b!"] } }),
    );
    expect(error).toMatchObject({ code: "ERR_SYSTEM_FAILED", cause: { code: "ERR_CHILD_FAILED" } });
    expect(error.message).toContain("its root did not start");
    expect(ends(lines)).toEqual(["a"]);
    expect(process.exitCode).toBe(undefined);
  });

  test("too many restarts are a failure", async () => {
    const { lines, options } = begin(threads);
    const root = { definition: Tree, args: ["a", "b"] };
    const system = await startSystem({ ...options, root });
    const down = stopped(system);
    const last = await childRef(system.root, Leaf, "b");
    last.cast.crash();
    await until("it runs again", async () => {
      const [, info] = await system.root.call.whichChildren();
      return info?.restarts === 1 && info.status === "running";
    });
    last.cast.crash();
    await down;
    expect([process.exitCode, ends(lines)]).toEqual([1, ["b", "b", "a"]]);
    const { cause } = await system.stop();
    expect(cause).toMatch(/^the root has ended: shutdown \(child "b" needed more than 1 restarts/);
  });
});

describe("its end", () => {
  test.each([
    ["a crash", "crash", [], 1],
    ["killed", "end", ["kill"], 1],
    ["normal", "end", [], undefined],
    ["shutdown", "end", ["shutdown"], undefined],
  ] as const)("a root that ends by itself stops the system: %s", async (_, handler, args, code) => {
    const { lines, options } = begin(0);
    const system = await startSystem({ ...options, root: Lone });
    await system.spawn(Leaf, ["alone"]);
    const down = stopped(system);
    (system.root.cast[handler] as (...args: readonly unknown[]) => boolean)(...args);
    const phases = await down;
    expect(phases[2]).toMatchObject({ name: "tree", deadlineMs: 0 });
    expect((await system.stop()).cause).toMatch(
      /^the root has ended: (crash|killed|normal|shutdown)/,
    );
    expect(ends(lines)).toEqual(["alone"]);
    expect(process.exitCode).toBe(code);
    const failed = code === 1;
    const loud = lines.some(({ message }) => message === "the system has failed and stops");
    const later = (await errorOf(system.spawn(Leaf, ["late"]))).code;
    expect([loud, later]).toEqual([failed, failed ? "ERR_SYSTEM_FAILED" : "ERR_SYSTEM_STOPPED"]);
  });

  test("the end of a significant child ends the tree, which is no failure", async () => {
    const { lines, options } = begin(0);
    const root = { definition: Tree, args: ["a", "only"] };
    const system = await startSystem({ ...options, root });
    const down = stopped(system);
    (await childRef(system.root, Leaf, "only")).cast.stop();
    await down;
    expect([process.exitCode, ends(lines)]).toEqual([undefined, ["only", "a"]]);
  });

  test("an error of its init is the cause of startSystem's", async () => {
    const root = { definition: Lone, args: ["fails"] as [string] };
    const { cause } = await errorOf(startSystem({ ...begin(0).options, root }));
    expect(cause).toMatchObject({ name: "TypeError", message: "no root" });
  });

  test("a root that takes too long is named, and the rest goes on", async () => {
    const { lines, options } = begin(0);
    const times = { treeTimeout: 50, stopTimeout: 300 };
    const root = { definition: Lone, args: ["stays"] as [string] };
    const system = await startSystem({ ...options, ...times, root });
    await system.spawn(Leaf, ["alone"]);
    const { phases } = await system.stop();
    const text = `${system.root}: has not ended, nor has all that it supervises`;
    expect(phases[2]?.stillRunning).toEqual([text]);
    expect(ends(lines)).toEqual(["alone"]);
  });
});

describe("where and what", () => {
  test("on main, or on the thread it is told", async () => {
    const system = await startSystem({ threads: 1, signals: false, root: Lone });
    expect((await system.statistics(system.root)).thread).toBe(0);
    await system.stop();
    const there = { definition: Lone, thread: 1 };
    const other = await startSystem({ threads: 1, signals: false, root: there });
    expect((await other.statistics(other.root)).thread).toBe(1);
    await other.stop();
    const none = await startSystem({ threads: 0 });
    expect(none.root).toBe(undefined);
    await none.stop();
  });

  test("signals are listened to, unless told otherwise", async () => {
    const count = (): number => process.listenerCount("SIGTERM");
    const without = count();
    const system = await startSystem({ threads: 0, root: Lone });
    expect(count()).toBe(without + 1);
    await system.stop();
    const silent = await startSystem({ threads: 0, root: Lone, signals: false });
    expect(count()).toBe(without);
    await silent.stop();
    await errorOf(startSystem({ threads: 0, root: { definition: Lone, args: ["fails"] } }));
    expect(count()).toBe(without);
  });

  const wrong: [unknown, RegExp][] = [
    ["Lone", /root must be an object with definition, args, thread/],
    [{}, /root must be a definition/],
    [{ definition: {} }, /root must be a definition/],
    [{ definition: Lone, args: 1 }, /root.args must be an array/],
    [{ definition: Lone, thread: 2 }, /root.thread must be a whole number from 0 to 1; got 2/],
    [{ definition: Lone, name: "top" }, /with definition, args, thread only/],
  ];
  test.each(wrong)("root: %j is refused", async (root, message) => {
    const error = await errorOf(startSystem({ threads: 1, root: root as never }));
    expect(error.code).toBe("ERR_INVALID_OPTIONS");
    expect(error.message).toMatch(message);
  });
});
