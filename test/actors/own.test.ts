/**
 * Goal: an actor with a thread of its own has it alone, takes nobody along when it dies, and gives
 * the thread back when it ends; and the threads that there may be are counted.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { AnyRef, Ref, System, SystemOptions } from "../../dist/actors/index.js";
import type { HermitProtocol } from "./fixtures/hermits.mjs";
import { basic, fixture, sabeam } from "./support/native.ts";
import {
  ended,
  errorOf,
  keepingLog,
  type Line,
  quiet,
  until,
  useSystem,
} from "./support/systems.ts";

const { Notepad, Waiter } = basic;
const { Hermit } = await fixture<typeof import("./fixtures/hermits.mjs")>("hermits");
const { Now } = await fixture<typeof import("./fixtures/births.mjs")>("births");
const OWN = { thread: "own" } as const;

let system: System | undefined;
let lines: Line[] = [];

async function start(options: SystemOptions): Promise<System> {
  const kept = keepingLog();
  lines = kept.lines;
  system = await sabeam.startSystem({ log: kept.log, callTimeout: 15_000, ...options });
  return system;
}

afterEach(async () => {
  await system?.stop();
  system = undefined;
});

const ownOf = ({ threads }: System) => threads.filter(({ own }) => own);
const alone = (running: System) => until("no own thread", () => ownOf(running).length === 0);
const hermit = (running: System): Promise<Ref<HermitProtocol>> => running.spawn(Hermit, [], OWN);

/** Of the shared system: its one own thread is free between two tests. */
const shared = useSystem({ threads: 1, ownThreads: 1, laneBytes: 16_384 });
const livesOf = ({ threads }: System) => threads.find(({ own }) => own)?.generation;

describe("one thread for one actor", () => {
  test("it lives there alone, is listed, and 'spread' never picks its thread", async () => {
    const running = await start({ threads: 1, ownThreads: 2 });
    const refs = [await hermit(running), await hermit(running)];
    const spread = [await running.spawn(Notepad), await running.spawn(Notepad)];
    const own = await Promise.all(refs.map((ref) => ref.call.where()));
    const others = await Promise.all(spread.map((ref) => ref.call.where()));
    expect(new Set([0, ...own, others[0]]).size).toBe(4);
    expect(others[1]).toBe(others[0]);
    expect(ownOf(running)).toEqual([
      { index: 2, name: "sabeam own thread 2", generation: 1, running: true, own: true },
      { index: 3, name: "sabeam own thread 3", generation: 1, running: true, own: true },
    ]);
    expect(running.counters().actors).toBe(4);
    expect((await running.statistics(refs[0] as AnyRef)).thread).toBe(2);
    await running.stop();
    expect(lines).toEqual([]);
  });

  test("its thread ends with it; the index is used again, no address twice", async () => {
    const running = shared.system;
    const addresses = new Set<string>();
    for (let life = 1; life <= 4; life += 1) {
      const ref = await hermit(running);
      addresses.add(String(ref));
      expect(ownOf(running)[0]).toMatchObject({ index: 2, generation: life });
      // The next one is asked for while the thread is about to end, and waits for that.
      await ref.call.stop();
    }
    expect(addresses.size).toBe(4);
    await alone(running);
    expect(running.counters().actors).toBe(0);
    expect(shared.lines).toEqual([]);
  });

  test("none left: a typed error at once; room again when one has ended", async () => {
    const running = shared.system;
    const first = await hermit(running);
    const error = await errorOf(hermit(running));
    expect(error).toMatchObject({ code: "ERR_OWN_THREADS_TAKEN", ownThreads: 1 });
    expect(error.message).toContain("all 1 threads for single actors are in use");
    await first.call.stop();
    await (await hermit(running)).call.stop();
    await alone(running);
  });

  test("threads: 0 has none unless ownThreads says so", async () => {
    const without = await start({ threads: 0 });
    const error = await errorOf(hermit(without));
    expect(error).toMatchObject({ code: "ERR_OWN_THREADS_TAKEN", ownThreads: 0 });
    await without.stop();

    const running = await start({ threads: 0, ownThreads: 1 });
    expect(await (await running.spawn(Hermit)).call.where()).toBe(0);
    expect(await (await hermit(running)).call.where()).not.toBe(0);
    expect(running.threads.map(({ index }) => index)).toEqual([0, 1]);
  });

  test("a failing init, or a name that is taken, leaves no thread behind", async () => {
    const running = shared.system;
    const taken = await running.spawn(Notepad, [], { name: "taken" });
    const failing = [
      await errorOf(running.spawn(Now, [{ fail: "not today" }], OWN)),
      await errorOf(running.spawn(Notepad, [], { ...OWN, name: "taken" })),
      await errorOf(running.spawn(Notepad, [() => {}] as never, OWN)),
    ];
    expect(failing.map(({ name }) => name)).toEqual(["TypeError", "NameTaken", "NotSendable"]);
    await alone(running);
    expect(running.counters().actors).toBe(1);
    await taken.call.stop();
  });
});

describe("others on its thread", () => {
  test("local and near live there too, and keep it", async () => {
    const running = shared.system;
    const ref = await hermit(running);
    const where = await ref.call.where();
    const child = await ref.call.child({ thread: "local" });
    const near = await running.spawn(Notepad, [], { near: ref });
    expect([await child.call.where(), await near.call.where()]).toEqual([where, where]);
    await ref.call.stop();
    await child.call.stop();
    expect(await near.call.where()).toBe(where);
    expect(ownOf(running).length).toBe(1);
    await near.call.stop();
    await alone(running);
  });

  test("near one that has ended: its thread is gone, or somebody else's", async () => {
    const running = shared.system;
    const ref = await hermit(running);
    await ref.call.stop();
    await ended(ref);
    const other = await hermit(running);
    const error = await errorOf(running.spawn(Notepad, [], { near: ref }));
    expect(error).toMatchObject({ code: "ERR_THREAD_UNAVAILABLE" });
    await other.call.stop();
    await alone(running);
  });

  test("a child that is asked for in its last turn is born, and keeps the thread", async () => {
    const running = shared.system;
    const child = await (await hermit(running)).call.late();
    expect(await child.call.echo(1)).toBe(1);
    await child.call.stop();
    await alone(running);
  });

  test("what it sent before its end arrives, however full the way is", async () => {
    const running = shared.system;
    const notepad = await running.spawn(Waiter);
    const ref = await hermit(running);
    notepad.cast.block(200);
    await ref.call.flood(notepad, 5000);
    await until("all have come", async () => (await notepad.call.seen()).notes.length === 5000);
    await alone(running);
    await quiet(running);
  });

  test("what it holds for an actor without room arrives after its end", async () => {
    const running = shared.system;
    const mailbox = { max: 32, policy: "back-pressure" } as const;
    const waiter = await running.spawn(Waiter, [], { mailbox });
    const ref = await hermit(running);
    const sleeps = waiter.call.sleep(200, "slept");
    await until("it has no room", () => !waiter.cast.note("more"));
    ref.cast.hold(waiter, 3);
    await ended(ref);
    await sleeps;
    await until("all have come", async () => {
      const { notes } = await waiter.call.seen();
      return notes.filter((note) => typeof note === "number").length === 3;
    });
    await alone(running);
    await quiet(running);
  });
});

describe("its death", () => {
  const lost = (error: Error & Record<string, unknown>) =>
    error.reason as { type: string; cause: string };

  test("the heap limit ends this thread only, and the cause names it", async () => {
    const running = shared.system;
    const begun = shared.lines.length;
    const other = await running.spawn(Notepad);
    const ref = await running.spawn(Hermit, [], { thread: { own: { heapMb: 20 } } });
    const life = livesOf(running);
    const beside = await running.spawn(Notepad, [], { near: ref });
    const error = await errorOf(ref.call.leak());
    expect(error).toMatchObject({ code: "ERR_ACTOR_DOWN", handled: "maybe" });
    expect(lost(error)).toMatchObject({ type: "lost", cause: expect.stringMatching(/heapMb 20/) });
    expect(await errorOf(beside.call.where())).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    expect(await other.call.echo("alive")).toBe("alive");
    expect(ownOf(running)).toEqual([]);
    expect(shared.lines.slice(begun).map(({ message }) => message)).toEqual([
      "an own thread died; nothing replaces it",
    ]);
    // It can be had anew, with the next generation.
    const again = await hermit(running);
    expect(ownOf(running)[0]).toMatchObject({ generation: (life ?? 0) + 1 });
    await again.call.stop();
    await quiet(running);
  });

  test("messages that waited there are dead letters, and the sum is right", async () => {
    const running = await start({ threads: 1, ownThreads: 1 });
    const letters: number[] = [];
    running.deadLetters(({ reason, suppressed }) => {
      if (reason === "lost") letters.push(1 + suppressed);
    });
    const ref = await hermit(running);
    const waiter = await running.spawn(Waiter, [], { near: ref });
    waiter.cast.sleep(60_000, 1);
    for (let at = 0; at < 100; at += 1) waiter.cast.note(at);
    await until("they wait", () => running.counters().queued === 100);
    ref.cast.exit();
    await until("it is gone", () => ownOf(running).length === 0);
    await until("told", () => letters.reduce((sum, one) => sum + one, 0) >= 100);
    expect(running.counters()).toMatchObject({ actors: 0, queued: 0 });
    expect(running.counters().deadLettered).toBeGreaterThanOrEqual(100);
  });

  test("stop with an own thread in use, and one in a turn that never ends", async () => {
    const running = await start({ threads: 1, ownThreads: 2, drainTimeout: 50, stopTimeout: 50 });
    const ref = await hermit(running);
    (await hermit(running)).cast.block(60_000);
    const pending = errorOf(ref.call.leak());
    await running.stop();
    expect(running.threads.every((one) => !one.running)).toBe(true);
    expect((await pending).code).toMatch(/ERR_(SYSTEM_STOPPED|ACTOR_DOWN)/);
    const [line] = lines.filter(({ message }) => message === "these did not end in time");
    expect(String(line?.fields.late)).toMatch(/Hermit.*block/);
  });
});

test("what is wrong with the options is said before there is a thread", async () => {
  for (const ownThreads of [-1, 64, 1.5, 62, "2"] as number[]) {
    const error = await errorOf(sabeam.startSystem({ threads: 2, ownThreads }));
    expect(error).toMatchObject({ code: "ERR_INVALID_OPTIONS", option: "ownThreads" });
  }
  const running = shared.system;
  const near = await running.spawn(Notepad);
  const wrong: [object, string][] = [
    [{ thread: { own: { heapMb: 15 } } }, "thread.own.heapMb"],
    [{ thread: { own: { heapMb: 65_537 } } }, "thread.own.heapMb"],
    [{ thread: { own: { heapMb: "64" } } }, "thread.own.heapMb"],
    [{ thread: { own: { heap: 64 } } }, "thread.own"],
    [{ thread: { own: true } }, "thread.own"],
    [{ thread: null }, "thread"],
    [{ thread: {} }, "thread.own"],
    [{ thread: "mine" }, "thread"],
    [{ thread: 2 }, "thread"],
    [{ near, thread: "own" }, "thread"],
  ];
  for (const [options, option] of wrong) {
    const error = await errorOf(running.spawn(Hermit, [], options));
    expect([error.code, error.option, options]).toEqual(["ERR_INVALID_OPTIONS", option, options]);
  }
  expect(running.threads.map(({ index }) => index)).toEqual([0, 1]);
  await near.call.stop();
});
