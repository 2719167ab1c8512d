/**
 * Goal: a ladder of real actors does what its rules say, under one address, whatever thread its
 * rungs live on; what is unavailable says so; late effects of a rung that was given up are fenced.
 * What the rules say is tested in ladder-state.test.ts, with a clock that can be moved.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LadderSpec, Ref, RungSpec } from "../../../dist/actors/index.js";
import type { BoardProtocol, ResourceProtocol, WorkProtocol } from "../fixtures/ladders.mjs";
import { type Ladder, ladders, NEVER, serves, type Work } from "../support/ladders.ts";
import { sabeam } from "../support/native.ts";
import { errorOf, quiet, until, useSystem } from "../support/systems.ts";

const { Best, Board, Deaf, Last, Middle, Resource, Service } = ladders;
const { ladderRef, rung } = sabeam;

/** Where the ladder lives, and where its rungs do. */
const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
] as const;

describe.each(PLACES)("ladder on thread %i, rungs on thread %i", (home, thread) => {
  const running = useSystem({ threads: 1 });
  let board: Ref<BoardProtocol>;
  let resource: Ref<ResourceProtocol>;
  let ladder: Ladder | undefined;

  beforeEach(async () => {
    board = await running.system.spawn(Board, [], { thread });
    resource = await running.system.spawn(Resource, [], { thread });
  });

  afterEach(async () => {
    for (const id of ["best", "middle", "last"]) board.cast.set(id, {});
    if (ladder !== undefined) await running.system.stopActor(ladder);
    ladder = undefined;
    await quiet(running.system);
  });

  const rungs = (...more: Partial<RungSpec>[]): RungSpec<WorkProtocol>[] =>
    [Best, Middle, Last].map((definition, index) => {
      const id = ["best", "middle", "last"][index] ?? "";
      return rung(definition, [board, id, resource], { id, thread, ...more[index] });
    });

  const start = async (spec: Partial<LadderSpec<WorkProtocol>> = {}): Promise<[Ladder, Work]> => {
    const probe = { interval: 10, timeout: 5000, successes: 2 };
    const backoff = { min: NEVER, max: NEVER };
    const full = { rungs: rungs(), probe, dwell: NEVER, backoff, ...spec };
    ladder = await running.system.spawn(Service, [full], { thread: home });
    return [ladder, await ladderRef(ladder)];
  };

  const reasons = async (of: Ladder): Promise<string[]> =>
    (await of.call.history()).map(({ from, to, reason }) => `${from} > ${to} ${reason}`);

  test.each(["normal", "shutdown"] as const)("ended with %s, it leaves nobody", async (reason) => {
    const { system } = running;
    // Read from shared memory, since the counters come a little later.
    const living = (): string[] =>
      system.failureDomains().flatMap(({ definitions }) => Object.keys(definitions));
    const ofLadders = (): string[] =>
      living().filter((name) => /Service|Best|Middle|Last|unavailable/.test(name));
    await until("nobody is left of earlier tests", () => ofLadders().length === 0);
    const [of] = await start();
    expect(ofLadders()).not.toEqual([]);
    if (reason === "normal") await system.stopActor(of);
    else system.exit(of, reason);
    expect(await system.whenDown(of, { timeout: 5000 })).toMatchObject({
      type: reason === "normal" ? "noproc" : reason,
    });
    ladder = undefined;
    await until("no actor is left over", () => ofLadders().length === 0);
  });

  test("the best rung serves, and the address stays when others take over", async () => {
    const [of, service] = await start();
    expect(await service.call.work(7)).toBe("best 7");
    const first = await service.call.epoch();
    await service.call.giveUp();
    await serves(service, "middle");
    expect(await service.call.epoch()).toBeGreaterThan(first);
    await service.call.giveUp();
    await serves(service, "last");
    expect(await service.call.work(8)).toBe("last 8");
    expect(await ladderRef(of)).toBe(service);
    expect(await reasons(of)).toEqual([
      "undefined > best start",
      "best > middle not-ready",
      "middle > last not-ready",
    ]);
    const logged = (): unknown[] =>
      running.lines.filter(({ fields }) => fields.ladder === String(of) && "epoch" in fields);
    await until("each has been told", () => logged().length >= 3);
    expect(logged()).toMatchObject([
      { level: "info", fields: { to: "best", reason: "start" } },
      { level: "warn", fields: { from: "best", to: "middle", cause: "giving up" } },
      { level: "warn", fields: { from: "middle", to: "last" } },
    ]);
    expect(await of.call.status()).toMatchObject({
      service: "Service",
      state: "serving",
      rung: "last",
      rungs: [{ state: "idle", falls: 1, cause: "giving up" }, { falls: 1 }, { state: "active" }],
    });
  });

  test("crashes are restarts, until they are too many", async () => {
    const [of, service] = await start({ rungs: rungs({ intensity: 1 }) });
    service.cast.crash();
    await until("it was restarted", async () => (await of.call.history()).length === 2);
    await serves(service, "best");
    service.cast.crash();
    await serves(service, "middle");
    const history = await of.call.history();
    expect(history).toMatchObject([
      { reason: "start" },
      { from: "best", to: "best", reason: "restart", cause: "crash (RangeError: a rung breaks)" },
      { from: "best", to: "middle", reason: "intensity" },
    ]);
    const epochs = history.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((one, two) => one - two));
    expect(new Set(epochs).size).toBe(3);
  });

  test("silence, refused probes and failed requests are what a budget knows", async () => {
    // A busy machine is no silence of the others.
    const budget = { least: 1, window: 1, timeouts: 1, errors: 0.1 };
    const some = rungs({ budget: { least: 1, window: 1 } }, { budget }, { budget });
    board.cast.set("best", { health: "silent" });
    const [of, service] = await start({ rungs: some, probe: { interval: 10, timeout: 100 } });
    await serves(service, "middle");
    board.cast.set("middle", { health: { served: 1000, failed: 500 } });
    await serves(service, "last");
    board.cast.set("last", { health: "refuse" });
    await until("none is left", async () => (await of.call.status()).state === "unavailable");
    const causes = (await of.call.history()).map(({ reason, cause }) => `${reason}: ${cause}`);
    expect(causes.slice(1)).toEqual([
      "budget: 1 of the last 1 probes had no answer, allowed is a part of 0.5",
      "budget: 500 of the last 1001 requests failed, allowed is a part of 0.1",
      "not-ready: not today",
    ]);
  });

  test("a probe that crashes the rung is a crash", async () => {
    const [of, service] = await start({ rungs: rungs({ intensity: 0 }) });
    board.cast.set("best", { health: "crash" });
    await serves(service, "middle");
    expect((await of.call.history()).at(-1)).toMatchObject({
      reason: "intensity",
      cause: "crash (RangeError: a probe too much)",
    });
  });

  test("unavailable: calls say so, casts are dead letters, and it comes back", async () => {
    const guarantees = ["best-effort", "eventual", "linearizable"];
    const backoff = { min: 20, max: 20 };
    const [of, service] = await start({
      guarantees,
      minimum: "eventual",
      backoff,
      rungs: rungs(
        { guarantee: "linearizable" },
        { guarantee: "eventual" },
        { guarantee: "best-effort" },
      ),
    });
    await service.call.giveUp();
    await serves(service, "middle");
    for (const id of ["best", "middle"]) board.cast.set(id, { start: "fail" });
    await service.call.giveUp();
    await until("none is left", async () => (await of.call.status()).state === "unavailable");

    const letters = running.system.counters().deadLettered;
    expect(await errorOf(service.call.work(1))).toMatchObject({
      name: "ServiceUnavailable",
      code: "ERR_SERVICE_UNAVAILABLE",
      service: "Service",
      rung: "middle",
      reason: "not-ready",
      retryAfterMs: expect.any(Number),
      message: expect.stringContaining('not-ready: rung "middle", giving up; it was not'),
    });
    service.cast.note("nobody hears this");
    await until("it is a dead letter", () => running.system.counters().deadLettered > letters);
    expect(await board.call.notes()).not.toContain("middle nobody hears this");

    board.cast.set("middle", {});
    await serves(service, "middle");
    expect(await reasons(of)).toEqual([
      "undefined > best start",
      "best > middle not-ready",
      "middle > undefined not-ready",
      "undefined > middle recovered",
    ]);
    // The last one promises too little, so it was not even started.
    expect(await of.call.status()).toMatchObject({
      rungs: [
        { state: "idle" },
        { state: "active" },
        { state: "excluded", ref: undefined, restarts: 0 },
      ],
    });
  });

  test("an address for a stronger guarantee leads to no rung that promises less", async () => {
    const [of, any] = await start({
      guarantees: ["weak", "strong"],
      rungs: rungs({ guarantee: "strong" }, { guarantee: "weak" }, { guarantee: "weak" }),
    });
    const strong = await ladderRef(of, "strong");
    expect([await any.call.work(1), await strong.call.work(2)]).toEqual(["best 1", "best 2"]);
    await any.call.giveUp();
    await serves(any, "middle");
    const error = await errorOf(strong.call.work(3));
    expect(error).toMatchObject({ code: "ERR_SERVICE_UNAVAILABLE", reason: "guarantee" });
    expect(error.message).toContain("it gives weak, and this address is for strong");
    expect(await ladderRef(of, "weak")).toBe(any);
    expect(await errorOf(ladderRef(of, "stronger"))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
      message: expect.stringContaining('"weak" or "strong"'),
    });
  });

  test("back up after good probes; what it replaces is ended, or killed", async () => {
    const [of, service] = await start({
      dwell: 0,
      backoff: { min: 1, jitter: 0 },
      rungs: rungs({}, { shutdown: 20 }),
    });
    board.cast.set("best", { health: "refuse" });
    await serves(service, "middle");
    const down = running.system.whenDown(await service.call.me());
    board.cast.set("middle", { end: "hang" });
    const trials = async (): Promise<number> =>
      (await of.call.status()).rungs[0]?.failedTrials ?? 0;
    await until("it has been tried in vain", async () => (await trials()) >= 2);
    expect(await service.call.work(2)).toBe("middle 2");
    board.cast.set("best", {});
    await serves(service, "best");
    expect((await of.call.history()).at(-1)).toMatchObject({
      from: "middle",
      to: "best",
      reason: "probe-succeeded",
    });
    expect(await down, "its terminate hangs").toEqual({ type: "killed" });
  });

  test("a rung that does not take its epoch is passed over", async () => {
    board.cast.set("best", { activate: "refuse" });
    const [of, service] = await start();
    expect(await service.call.work(1)).toBe("middle 1");
    expect((await of.call.history()).at(-1)).toMatchObject({ reason: "activate-failed" });
  });

  test("a rung fails that passes on that another actor is down", async () => {
    board.cast.set("best", { activate: "relay" });
    const budget = { least: 1, window: 1 };
    const [of, service] = await start({ rungs: rungs({}, { budget }) });
    expect(await service.call.work(1)).toBe("middle 1");
    expect((await of.call.history()).at(-1)).toMatchObject({ reason: "activate-failed" });
    board.cast.set("middle", { health: "relay" });
    await serves(service, "last");
    expect((await of.call.history()).at(-1)).toMatchObject({ from: "middle", reason: "budget" });
  });

  test("a start that hangs is given up, and what comes of it is killed", async () => {
    board.cast.set("best", { start: "hang" });
    const [of, service] = await start({ startTimeout: 100 });
    expect(await service.call.work(1)).toBe("middle 1");
    expect((await of.call.history()).at(-1)).toMatchObject({
      from: "best",
      reason: "start-failed",
      cause: "it did not start within 100 ms",
    });
    const { actors } = running.system.counters();
    await board.call.release();
    await until("it has started", async () => (await board.call.notes()).includes("start best"));
    await until("it is gone", () => running.system.counters().actors <= actors);
    expect(await service.call.work(1)).toBe("middle 1");
  });

  test.each([undefined, "fail"] as const)(
    "a start that hung, and then %s: free again",
    async (end) => {
      board.cast.set("best", { start: "hang" });
      const backoff = { min: 1, max: 1 };
      const [, service] = await start({ startTimeout: 100, dwell: 0, backoff });
      expect(await service.call.work(1)).toBe("middle 1");
      board.cast.set("best", {});
      await board.call.release(end);
      await serves(service, "best");
    },
  );

  test("late effects of a rung that was given up are refused, and so are its reports", async () => {
    const [of, service] = await start();
    const old = await service.call.epoch();
    await service.call.write("by best");
    await service.call.giveUp();
    await serves(service, "middle");
    await service.call.write("by middle");
    expect(await errorOf(service.call.writeAs("too late", old))).toMatchObject({
      code: "ERR_REFUSED",
    });
    expect(await resource.call.writes()).toEqual(["by best", "by middle"]);
    await service.call.giveUp(old);
    await until("it was counted", async () => (await of.call.status()).stale === 1);
    expect(await service.call.work(1)).toBe("middle 1");
  });

  test("who subscribes is told of each change, until it ends or has enough", async () => {
    const [of, service] = await start();
    expect(await of.call.subscribe(board)).toMatchObject({ to: "best", reason: "start" });
    await service.call.giveUp();
    await serves(service, "middle");
    await until("it was told", async () => (await board.call.changes()).length === 1);
    expect(await board.call.changes()).toEqual((await of.call.history()).slice(-1));
    expect(await of.call.unsubscribe(board)).toBe(true);
    expect(await of.call.unsubscribe(board)).toBe(false);
    await service.call.giveUp();
    await serves(service, "last");
    expect(await board.call.changes()).toHaveLength(1);
    expect(await errorOf(of.call.subscribe(resource as never))).toMatchObject({
      code: "ERR_INVALID_OPTIONS",
    });
  });

  test("no rung starts: neither does the ladder; and all of it ends together", async () => {
    for (const id of ["best", "middle", "last"]) board.cast.set(id, { start: "fail" });
    expect(await errorOf(start())).toMatchObject({
      code: "ERR_SERVICE_UNAVAILABLE",
      reason: "start-failed",
      rung: "last",
    });
    for (const id of ["best", "middle", "last"]) board.cast.set(id, {});
    const [of, service] = await start();
    await board.call.notes();
    await running.system.stopActor(of);
    expect(await board.call.notes()).toEqual(["end best shutdown"]);
    expect(await errorOf(service.call.work(1))).toMatchObject({ code: "ERR_ACTOR_DOWN" });
    ladder = undefined;
  });

  test("a ladder that starts again goes on with higher epochs", async () => {
    const [of, service] = await start();
    const before = await service.call.epoch();
    await running.system.stopActor(of);
    const [, again] = await start();
    expect(await again.call.epoch()).toBeGreaterThan(before);
  });

  test("a wrong specification starts nothing", async () => {
    const bad = { rungs: [rung(Best, [board, "best"]), { id: "deaf", definition: Deaf }] };
    expect(await errorOf(start(bad as never))).toMatchObject({
      code: "ERR_INVALID_SPEC",
      path: "rungs[1].definition",
    });
    expect(await board.call.notes()).toEqual([]);
  });
});
