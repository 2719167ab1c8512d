/**
 * Goal: whatever is wrong in a ladder is said before any rung is started, with the place, what
 * came and what is allowed.
 */
import { describe, expect, test } from "vitest";
import { defineActor } from "../../../actors/define.ts";
import { InvalidSpec } from "../../../actors/errors.ts";
import {
  checkLadder,
  checkNeed,
  GUARANTEES_MAX,
  RUNGS_MAX,
  rung,
  SUCCESSES_MAX,
} from "../../../actors/supervision/ladder-spec.ts";

const Good = defineActor(import.meta.url, "Good", {
  init: (_self, start: number) => start,
  handlers: { health: () => {} },
});
const Mute = defineActor(import.meta.url, "Mute", { init: () => 0, handlers: {} });

const one = (more: object = {}) => ({ id: "a", definition: Good, args: [1], ...more });
const guarantees = ["weak", "middling", "strong"];

function errorOf(spec: unknown): InvalidSpec {
  try {
    checkLadder("Planner", spec);
  } catch (error) {
    if (error instanceof InvalidSpec) return error;
    throw error;
  }
  throw new Error("nothing was found wrong");
}

test("what is left out has its default", () => {
  const checked = checkLadder("Planner", { rungs: [rung(Good, [1])] });
  expect(checked).toMatchObject({
    guarantees: [""],
    probeTimeoutMs: 1000,
    startTimeoutMs: 5000,
    epoch: 0,
    rules: {
      minimumRank: 0,
      dwellMs: 30_000,
      probeMs: 1000,
      successes: 3,
      backoff: { min: 1000, max: 300_000 },
      rungs: [{ id: "Good", rank: 0, budget: {} }],
    },
    rungs: [
      { guarantee: "", apart: [], child: { restart: "permanent", shutdown: 5000, args: [1] } },
    ],
  });
});

test("what is said counts", () => {
  const checked = checkLadder("Planner", {
    guarantees,
    minimum: "middling",
    dwell: 0,
    probe: { interval: 5, timeout: 7, successes: 1 },
    backoff: { min: 400_000 },
    startTimeout: 9,
    epoch: 11,
    rungs: [
      one({ guarantee: "strong", intensity: 0, period: 3, budget: { latency: 4 } }),
      one({ id: "b", guarantee: "weak", apart: "a", shutdown: "brutal-kill", label: "l" }),
    ],
  });
  expect(checked).toMatchObject({
    guarantees,
    probeTimeoutMs: 7,
    startTimeoutMs: 9,
    epoch: 11,
    rules: {
      minimumRank: 1,
      dwellMs: 0,
      probeMs: 5,
      successes: 1,
      backoff: { min: 400_000, max: 400_000 },
      rungs: [
        { rank: 2, limits: { intensity: 0, period: 3 }, budget: { latency: 4 } },
        { rank: 0 },
      ],
    },
    rungs: [{ apart: [] }, { apart: ["a"], child: { shutdown: "brutal-kill" } }],
  });
  // Asking for less than the minimum gives the minimum; more than there is cannot be asked for.
  expect(["weak", "middling", "strong", undefined].map((need) => checkNeed(checked, need))).toEqual(
    [1, 1, 2, 1],
  );
  expect(checkNeed(checked, "none")).toBe('"weak", "middling" or "strong"');
});

test("rung(): overrides win, but not over the definition", () => {
  const more = { id: "x", budget: { latency: 5 }, definition: Mute };
  expect(rung(Good, [1], more)).toEqual({
    id: "x",
    definition: Good,
    args: [1],
    budget: { latency: 5 },
  });
});

describe("what is wrong", () => {
  test.each<[unknown, string]>([
    [undefined, "the specification"],
    [[], "the specification"],
    [{ rungs: [one()], strategy: "one-for-one" }, "strategy"],
    [{}, "rungs"],
    [{ rungs: [] }, "rungs"],
    [{ rungs: Array(RUNGS_MAX + 1).fill(one()) }, "rungs"],
    [{ rungs: [7] }, "rungs[0]"],
    [{ rungs: [one(), one()] }, "rungs[1].id"],
    [{ rungs: [one({ id: "" })] }, "rungs[0].id"],
    [{ rungs: [one({ definition: {} })] }, "rungs[0].definition"],
    [{ rungs: [one({ definition: Mute })] }, "rungs[0].definition"],
    [{ rungs: [one({ args: 1 })] }, "rungs[0].args"],
    [{ rungs: [one({ name: "taken" })] }, "rungs[0].name"],
    [{ rungs: [one({ restart: "permanent" })] }, "rungs[0].restart"],
    [{ rungs: [one({ intensity: -1 })] }, "rungs[0].intensity"],
    [{ rungs: [one({ period: 0 })] }, "rungs[0].period"],
    [{ rungs: [one({ shutdown: "soon" })] }, "rungs[0].shutdown"],
    [{ rungs: [one({ thread: -1 })] }, "rungs[0].thread"],
    [{ rungs: [one({ budget: 5 })] }, "rungs[0].budget"],
    [{ rungs: [one({ budget: { errors: 2 } })] }, "rungs[0].budget.errors"],
    [{ rungs: [one({ apart: "a" })] }, "rungs[0].apart"],
    [{ rungs: [one({ apart: ["b"] })] }, "rungs[0].apart"],
    [{ rungs: [one({ apart: [7] })] }, "rungs[0].apart"],
    [{ rungs: [one()], dwell: -1 }, "dwell"],
    [{ rungs: [one()], dwell: Number.POSITIVE_INFINITY }, "dwell"],
    [{ rungs: [one()], startTimeout: 0 }, "startTimeout"],
    [{ rungs: [one()], epoch: 1.5 }, "epoch"],
    [{ rungs: [one()], backoff: { min: 0 } }, "backoff.min"],
    [{ rungs: [one()], probe: 100 }, "probe"],
    [{ rungs: [one()], probe: { every: 5 } }, "probe.every"],
    [{ rungs: [one()], probe: { interval: 0 } }, "probe.interval"],
    [{ rungs: [one()], probe: { timeout: "1s" } }, "probe.timeout"],
    [{ rungs: [one()], probe: { successes: SUCCESSES_MAX + 1 } }, "probe.successes"],
    [{ rungs: [one()], minimum: "weak" }, "minimum"],
    [{ rungs: [one({ guarantee: "weak" })] }, "rungs[0].guarantee"],
    [{ rungs: [one()], guarantees }, "rungs[0].guarantee"],
    [{ rungs: [one({ guarantee: "best" })], guarantees }, "rungs[0].guarantee"],
    [{ rungs: [one({ guarantee: "weak" })], guarantees, minimum: "best" }, "minimum"],
    [{ rungs: [one({ guarantee: "weak" })], guarantees, minimum: "strong" }, "minimum"],
    [{ rungs: [one()], guarantees: [] }, "guarantees"],
    [{ rungs: [one()], guarantees: "weak" }, "guarantees"],
    [{ rungs: [one()], guarantees: [""] }, "guarantees"],
    [{ rungs: [one()], guarantees: ["weak", "weak"] }, "guarantees"],
    [{ rungs: [one()], guarantees: Array(GUARANTEES_MAX + 1).fill("x") }, "guarantees"],
  ])("%j: %s", (spec, path) => {
    const error = errorOf(spec);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(/^Planner: .+ must be .+; got /);
  });

  test("a minimum that no rung reaches names the best there is", () => {
    const rungs = [one({ guarantee: "middling" }), one({ id: "b", guarantee: "weak" })];
    expect(errorOf({ rungs, guarantees, minimum: "strong" }).message).toBe(
      'Planner: minimum must be at most "middling"; got "strong"',
    );
  });
});
