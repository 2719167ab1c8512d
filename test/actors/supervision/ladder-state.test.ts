/**
 * Goal: whatever happens to its rungs, a ladder keeps its promises (they are checked after every
 * step, in ladder-world.ts), and once nothing fails any more it is on its best rung.
 * Method: chosen stories first, then random ones.
 */
import { describe, expect, test } from "vitest";
import { tellStories } from "./ladder-stories.ts";
import { answered, LadderWorld, rulesOf, timeout } from "./ladder-world.ts";

const MINUTE = 60_000;

/** What happened, without epochs and times. */
const told = ({ changes }: LadderWorld): string[] =>
  changes.map(({ from = "none", to = "none", reason }) => `${from} > ${to} ${reason}`);

function inCharge(world: LadderWorld): number {
  const { incumbent } = world.state;
  if (incumbent === undefined) throw new Error("nobody is in charge");
  return incumbent.number;
}

function running(ranks: readonly number[], more = {}): LadderWorld {
  const world = new LadderWorld(rulesOf(ranks, more));
  world.settle();
  return world;
}

describe("down", () => {
  test("the best rung is first, and serves once it has its epoch", () => {
    const world = new LadderWorld(rulesOf([0, 0, 0]), undefined, 41);
    expect(world.serving).toBeUndefined();
    world.start(1);
    expect(world.serving).toBeUndefined();
    world.take(1);
    expect(world.serving).toBe("r0");
    expect(world.changes).toMatchObject([{ to: "r0", reason: "start", epoch: 42, at: 0 }]);
  });

  test("restarted within its intensity, then the next one takes over", () => {
    const world = running([0, 0]);
    for (let crash = 0; crash < 4; crash += 1) {
      world.crash(inCharge(world));
      world.settle();
    }
    const restarts = Array(3).fill("r0 > r0 restart");
    expect(told(world)).toEqual(["none > r0 start", ...restarts, "r0 > r1 intensity"]);
    expect(world.changes.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  });

  test("too many probes without an answer", () => {
    const world = running([0, 0]);
    const first = inCharge(world);
    for (let round = 0; round < 3; round += 1) {
      world.pass();
      expect(world.serving).toBe("r0");
      world.answer(first, timeout);
    }
    world.settle();
    expect(world.serving).toBe("r1");
    const cause = "3 of the last 3 probes had no answer, allowed is a part of 0.5";
    expect(world.changes.at(-1)).toMatchObject({ reason: "budget", cause });
  });

  test("it says so itself: by its epoch, or to a probe", () => {
    const world = running([0, 0, 0]);
    world.complain(world.epoch);
    world.settle();
    world.pass();
    world.answer(inCharge(world), { type: "not-ready", cause: "no quorum" });
    world.settle();
    expect(told(world).slice(1)).toEqual(["r0 > r1 not-ready", "r1 > r2 not-ready"]);
  });

  test("who is in charge no more is not listened to, but counted", () => {
    const world = running([0, 0]);
    const old = world.epoch;
    world.complain(old);
    world.settle();
    world.complain(old);
    world.complain(0);
    world.complain(world.epoch + 1);
    expect(world.serving).toBe("r1");
    expect(world.state.stale).toBe(3);
  });

  test("a rung that does not start is left out, also if its start never ends", () => {
    const world = running([0, 0, 0, 0]);
    world.complain(world.epoch);
    world.failStart(inCharge(world), false);
    world.failStart(inCharge(world), true);
    world.settle();
    expect(told(world).slice(1)).toEqual([
      "r0 > r1 not-ready",
      "r1 > r2 start-failed",
      "r2 > r3 start-failed",
    ]);
  });

  test("a rung whose unwanted start still goes on is not started again", () => {
    const world = running([0, 0, 0], { dwellMs: 0 });
    world.complain(world.epoch);
    const hangs = inCharge(world);
    world.failStart(hangs, true);
    for (const attempt of world.attempts("starting")) if (attempt !== hangs) world.start(attempt);
    world.take(inCharge(world));
    expect(world.serving).toBe("r2");
    while (world.serving === "r2") {
      world.pass();
      for (const attempt of world.attempts("starting")) if (attempt !== hangs) world.start(attempt);
      for (const attempt of world.attempts("up")) world.take(attempt);
      for (const attempt of world.attempts("up")) world.answer(attempt, answered);
    }
    world.complain(world.epoch);
    world.settle();
    expect(told(world).slice(-2)).toEqual(["r2 > r0 probe-succeeded", "r0 > r2 not-ready"]);
  });

  test("below the minimum is nothing: unavailable, and when it is tried again", () => {
    const world = running([2, 1, 0], { minimumRank: 1 });
    world.complain(world.epoch);
    world.settle();
    expect(world.serving).toBe("r1");
    world.complain(world.epoch);
    world.settle();
    expect(world.serving).toBeUndefined();
    expect(world.changes.at(-1)).toMatchObject({ from: "r1", to: undefined, reason: "not-ready" });
    expect(world.state.closed).toMatchObject({ rung: "r1", retryAt: 1000, cause: "not now" });
  });

  test("a rung that failed lately is passed over while there is another", () => {
    const world = running([0, 0, 0], { dwellMs: 0, backoff: { min: MINUTE, max: MINUTE } });
    world.complain(world.epoch);
    world.settle();
    world.complain(world.epoch);
    world.settle();
    // r0 and r1 are due at the same time, and r0 is better.
    world.calm(MINUTE + 5000);
    expect(world.serving).toBe("r0");
    world.complain(world.epoch);
    world.settle();
    expect(world.serving).toBe("r1");
    world.complain(world.epoch);
    world.settle();
    world.complain(world.epoch);
    expect(world.changes.at(-1)).toMatchObject({ from: "r2", to: undefined });
  });
});

describe("up", () => {
  test("not before dwell is over, and after good probes in a row", () => {
    const world = running([0, 0]);
    world.complain(world.epoch);
    world.calm(29_000);
    world.tell({ type: "due", timer: "climb" });
    expect(world.state.trial).toBeUndefined();
    world.calm(30_900);
    expect(world.state.trial).toMatchObject({ good: 2 });
    expect(world.serving).toBe("r1");
    world.calm(31_000);
    expect(world.serving).toBe("r0");
    expect(world.changes.at(-1)).toMatchObject({
      from: "r1",
      to: "r0",
      reason: "probe-succeeded",
      cause: "3 good probes in a row",
    });
  });

  test("a restart of the one in charge does not prolong its dwell, and ends no trial", () => {
    const world = running([0, 0]);
    world.complain(world.epoch);
    world.calm(29_000);
    world.crash(inCharge(world));
    world.calm(30_000);
    const trial = world.state.trial?.number;
    world.crash(inCharge(world));
    world.settle();
    expect(world.state.trial?.number).toBe(trial);
    world.calm(31_000);
    expect(world.serving).toBe("r0");
  });

  test("a fall ends no trial, but dwell begins again", () => {
    const world = running([0, 0, 0]);
    world.complain(world.epoch);
    world.calm(30_000);
    const trial = world.state.trial?.number;
    world.complain(world.epoch);
    world.calm(59_000);
    expect(world.serving).toBe("r2");
    expect(world.state.trial?.number).toBe(trial);
    world.calm(60_000);
    expect(world.serving).toBe("r0");
  });

  test("while the one in charge starts again, the better one waits", () => {
    const world = running([0, 0], { dwellMs: 0, successes: 1 });
    world.complain(world.epoch);
    world.settle();
    while (world.state.trial?.status !== "trying") {
      world.pass();
      if (world.state.trial !== undefined) world.start(world.state.trial.number);
    }
    const trial = world.state.trial.number;
    world.crash(inCharge(world));
    world.answer(trial, answered);
    expect(world.state.trial.status).toBe("trying");
    world.calm(world.now + 1000);
    expect(world.serving).toBe("r0");
  });

  test("who held out long after a climb waits no longer than at first", () => {
    const backoff = { min: 1000, max: 60_000, jitter: 0, resetAfter: 60_000 };
    const world = running([0, 0], { dwellMs: 0, backoff });
    const waits: number[] = [];
    for (const calm of [10_000, 10_000, 80_000, 1000]) {
      const due = world.now;
      world.complain(world.epoch);
      waits.push((world.state.rungs[0]?.dueAt ?? 0) - due);
      world.calm(world.now + calm);
    }
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
  });

  test.each<[string, (world: LadderWorld, trial: number) => void]>([
    ["has no answer", (world, trial) => world.answer(trial, timeout)],
    ["fails", (world, trial) => world.answer(trial, { type: "error", cause: "why" })],
    ["says no", (world, trial) => world.answer(trial, { type: "not-ready", cause: "why" })],
    ["ends", (world, trial) => world.crash(trial)],
  ])("a trial that %s is over, and the next one comes later", (_what, fail) => {
    const world = running([0, 0]);
    world.complain(world.epoch);
    for (const wait of [30_000, 2000, 4000, 8000]) {
      const begun = world.now;
      while (world.state.trial === undefined) {
        world.settle();
        world.pass();
      }
      const trial = world.state.trial.number;
      expect(world.now - begun).toBe(wait);
      world.start(trial);
      fail(world, trial);
      expect(world.state.trial).toBeUndefined();
    }
    expect(world.serving).toBe("r1");
    expect(world.failedTrials).toBe(4);
  });

  test("from unavailable: one good probe is enough, and dwell is no matter", () => {
    const world = running([0]);
    world.complain(world.epoch);
    expect(world.serving).toBeUndefined();
    world.calm(1000);
    expect(world.serving).toBe("r0");
    expect(told(world)).toEqual(["none > r0 start", "r0 > none not-ready", "none > r0 recovered"]);
  });

  test("the one in charge crashes while the better one takes its epoch: newer for both", () => {
    const world = running([0, 0], { dwellMs: 0 });
    world.complain(world.epoch);
    expect(world.ripen()).toBe(true);
    const trial = world.state.trial?.number ?? 0;
    world.crash(inCharge(world));
    world.take(trial);
    expect(world.serving, "its epoch is over").toBeUndefined();
    world.settle();
    expect(world.serving).toBe("r1");
    world.calm(world.now + 2000);
    expect(world.serving).toBe("r0");
  });

  test("a trial that failed with a newer epoch: the one in charge gets another", () => {
    const world = running([0, 0], { dwellMs: 0, successes: 1 });
    world.complain(world.epoch);
    expect(world.ripen()).toBe(true);
    const { epoch } = world;
    world.refuse(world.state.trial?.number ?? 0);
    world.settle();
    expect(world.serving).toBe("r1");
    expect(world.changes.at(-1)).toMatchObject({ from: "r1", to: "r1", reason: "renewed" });
    expect(world.epoch).toBe(epoch + 1);
  });
});

describe("a ladder that was held up itself", () => {
  test("does not blame its rungs, in whatever order it finds out", () => {
    const world = running([0, 0]);
    for (let round = 0; round < 20; round += 1) {
      world.pass(round % 2 === 0 ? 0 : 5000);
      if (round % 2 === 1) world.answer(inCharge(world), timeout);
    }
    expect(world.serving).toBe("r0");
    for (let round = 0; round < 20; round += 1) {
      world.pass();
      world.now += 2000;
      world.answer(inCharge(world), timeout);
    }
    expect(world.serving).toBe("r0");
  });
});

test("whatever happens, the promises hold", () => {
  // The same stories each time, or chance decides how far they come; test/long varies them.
  const { climbs, renewals } = tellStories(500, 1);
  expect(climbs, "the stories reach what they are for").toBeGreaterThan(20);
  expect(renewals).toBeGreaterThan(0);
});
