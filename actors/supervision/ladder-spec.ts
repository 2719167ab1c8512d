/**
 * Specifications of ladders: the rungs of one service, what each promises, and what they may cost.
 *
 * All of it is checked before any rung is started, so a wrong one starts nothing.
 */

import { type BackoffOptions, wrongBackoff } from "../../runtime/backoff.ts";
import { type IntensityOptions, wrongIntensity } from "../../runtime/intensity.ts";
import { isWhole, wrongKey } from "../../runtime/wrong.ts";
import { isBlueprint } from "../define.ts";
import type { Definition } from "../types.ts";
import { type BudgetOptions, wrongBudget } from "./budget.ts";
import {
  type CheckedChild,
  type ChildSpec,
  checkChild,
  checkKnown,
  type Fail,
  failIn,
  oneOf,
  refuse,
} from "./child-spec.ts";
import type { LadderRules } from "./ladder-events.ts";

/** What a rung says of itself when it is probed. */
export interface Health {
  /** False: another one should take over. Throwing a Refusal says the same. */
  ready?: boolean;
  /** Why it is not ready, for people. */
  reason?: string;
  /** Requests that this incarnation has served, failed ones included. Only grows. */
  served?: number;
  /** Those of them that failed. Only grows. */
  failed?: number;
}

/** Handlers that a rung has besides those of its service. */
export interface RungProtocol {
  /**
   * A probe. It waits in the mailbox like any request, so it is as late as they are. What it throws
   * besides a Refusal ends the rung, as anywhere.
   */
  health(): unknown;
}

/** An implementation of the service. */
export interface RungSpec<P = unknown>
  extends Pick<ChildSpec, "id" | "args" | "shutdown" | "label" | "thread" | "mailbox"> {
  /** Has `health`; and, if it acts on what others share, `activate(epoch)`. */
  // biome-ignore lint/suspicious/noExplicitAny: arguments of whatever types, checked by rung().
  definition: Definition<any, P>;
  /** One of the ladder's `guarantees`; needed if there are any. */
  guarantee?: string;
  budget?: BudgetOptions;
  /** Restarts within `period` that are one too few to fall, 0 to 1 000 000, default 3. */
  intensity?: number;
  /** Milliseconds, 1 to 2^31 - 1, default 5000. */
  period?: number;
  /** Ids of rungs: it is started on no thread where they live, or lived last. */
  apart?: string | readonly string[];
}

export interface ProbeOptions {
  /** Milliseconds between probes, 1 to 2^31 - 1, default 1000. */
  interval?: number;
  /** Milliseconds until a probe counts as unanswered, 1 to 2^31 - 1, default 1000. */
  timeout?: number;
  /** Good probes in a row until a better rung takes over, 1 to 1000, default 3. */
  successes?: number;
}

export interface LadderSpec<P = unknown> {
  /** The best first, 1 to 32. */
  rungs: readonly RungSpec<P>[];
  /** What rungs can promise, the weakest first, at most 16. Default: they promise the same. */
  guarantees?: readonly string[];
  /** A rung that promises less is never used. Default: the weakest of `guarantees`. */
  minimum?: string;
  /** Milliseconds on a rung before a better one is tried, 0 to 2^31 - 1, default 30 000. */
  dwell?: number;
  probe?: ProbeOptions;
  /** Waits before a rung that failed is tried again; default from 1 s to 5 minutes. */
  backoff?: BackoffOptions;
  /** Milliseconds that `init` and `activate` of a rung may take, default 5000. */
  startTimeout?: number;
  /**
   * An epoch that was in use before, such as one read from a resource that outlives the system: all
   * epochs will be higher. Needed only for such resources.
   */
  epoch?: number;
}

export interface CheckedRung {
  readonly child: CheckedChild;
  /** What it promises; "" where nothing is said of guarantees. */
  readonly guarantee: string;
  readonly apart: readonly string[];
}

/** A specification that has been checked, with every default filled in. */
export interface CheckedLadder {
  readonly rungs: readonly CheckedRung[];
  /** [""] if nothing is said of them. */
  readonly guarantees: readonly string[];
  readonly rules: LadderRules;
  readonly probeTimeoutMs: number;
  readonly startTimeoutMs: number;
  readonly epoch: number;
}

type RungRest<Args extends unknown[]> = [] extends Args
  ? [args?: Args, overrides?: Partial<RungSpec>]
  : [args: Args, overrides?: Partial<RungSpec>];

export const RUNGS_MAX = 32;
export const GUARANTEES_MAX = 16;
export const SUCCESSES_MAX = 1000;
const MS_MAX = 2 ** 31 - 1;
const TEXT_MAX = 200;
const DWELL_MS_DEFAULT = 30_000;
const PROBE_MS_DEFAULT = 1000;
const PROBE_TIMEOUT_MS_DEFAULT = 1000;
const SUCCESSES_DEFAULT = 3;
const START_MS_DEFAULT = 5000;
const BACKOFF_DEFAULT = { min: 1000, max: 300_000 };
const PROBE_KEYS = ["interval", "timeout", "successes"];
const RUNG_KEYS = [
  "id",
  "definition",
  "args",
  "guarantee",
  "budget",
  "intensity",
  "period",
  "apart",
  "shutdown",
  "label",
  "thread",
  "mailbox",
];
const KEYS = [
  "rungs",
  "guarantees",
  "minimum",
  "dwell",
  "probe",
  "backoff",
  "startTimeout",
  "epoch",
];

/**
 * The specification of a rung whose arguments are checked against the definition's `init`. Its id
 * is the definition's name, unless `overrides` say another.
 */
export function rung<Args extends unknown[], P extends RungProtocol>(
  definition: Definition<Args, P>,
  ...[args, overrides]: RungRest<Args>
): RungSpec<P> {
  const { definition: _, ...more } = overrides ?? {};
  return { id: definition?.name, definition, args: args ?? [], ...more };
}

/** @throws InvalidSpec (ERR_INVALID_SPEC) */
export function checkLadder(ladder: string, spec: unknown): CheckedLadder {
  const fail = failIn({ supervisor: ladder, path: "" });
  const given = objectOf(spec, "the specification", KEYS, fail) as unknown as LadderSpec;
  const { dwell, startTimeout, epoch, backoff, minimum } = given;
  const guarantees = checkGuarantees(given.guarantees, fail);
  const minimumRank = rankOf("minimum", minimum ?? guarantees[0], guarantees, fail);
  refuse("", wrongKey("dwell", dwell, isWhole(0, MS_MAX)), fail);
  refuse("", wrongKey("startTimeout", startTimeout, isWhole(1, MS_MAX)), fail);
  refuse("", wrongKey("epoch", epoch, isWhole(0, Number.MAX_SAFE_INTEGER / 2)), fail);
  refuse("backoff", backoff === undefined ? undefined : wrongBackoff(backoff), fail);
  const { interval, timeout, successes } = checkProbe(given.probe, fail);
  const rungs = checkRungs(ladder, given.rungs, guarantees, fail);
  const ranks = rungs.map(({ guarantee }) => guarantees.indexOf(guarantee));
  if (Math.max(...ranks) < minimumRank) {
    fail("minimum", `at most ${JSON.stringify(guarantees[Math.max(...ranks)])}`, minimum);
  }
  const { min = BACKOFF_DEFAULT.min } = backoff ?? {};
  const rules: LadderRules = {
    rungs: rungs.map(({ child }, index) => ({
      id: child.id,
      rank: ranks[index] ?? 0,
      ...rulesOf(given.rungs[index]),
    })),
    minimumRank,
    dwellMs: dwell ?? DWELL_MS_DEFAULT,
    probeMs: interval ?? PROBE_MS_DEFAULT,
    successes: successes ?? SUCCESSES_DEFAULT,
    backoff: { ...BACKOFF_DEFAULT, max: Math.max(min, BACKOFF_DEFAULT.max), ...backoff },
  };
  return {
    rungs,
    guarantees,
    rules,
    probeTimeoutMs: timeout ?? PROBE_TIMEOUT_MS_DEFAULT,
    startTimeoutMs: startTimeout ?? START_MS_DEFAULT,
    epoch: epoch ?? 0,
  };
}

function rulesOf(spec: RungSpec | undefined): { limits: IntensityOptions; budget: BudgetOptions } {
  const { intensity, period, budget = {} } = spec ?? {};
  return { limits: { intensity, period }, budget };
}

function objectOf(value: unknown, what: string, keys: readonly string[], fail: Fail): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(what, `an object with ${keys.join(", ")}`, value);
  }
  checkKnown(value, keys, fail);
  return value;
}

function checkProbe(probe: unknown, fail: Fail): ProbeOptions {
  if (probe === undefined) return {};
  const inProbe: Fail = (key, allowed, got) => fail(`probe.${key}`, allowed, got);
  if (typeof probe !== "object" || probe === null) {
    return fail("probe", `an object with ${PROBE_KEYS.join(", ")}`, probe);
  }
  checkKnown(probe, PROBE_KEYS, inProbe);
  const { interval, timeout, successes } = probe as ProbeOptions;
  refuse("", wrongKey("interval", interval, isWhole(1, MS_MAX)), inProbe);
  refuse("", wrongKey("timeout", timeout, isWhole(1, MS_MAX)), inProbe);
  refuse("", wrongKey("successes", successes, isWhole(1, SUCCESSES_MAX)), inProbe);
  return probe;
}

function checkGuarantees(given: unknown, fail: Fail): readonly string[] {
  if (given === undefined) return [""];
  const allowed = `a list of 1 to ${GUARANTEES_MAX} different texts, the weakest first`;
  const isList = Array.isArray(given) && given.length >= 1 && given.length <= GUARANTEES_MAX;
  if (!isList || !given.every(isText) || new Set(given).size < given.length) {
    return fail("guarantees", allowed, given);
  }
  return [...(given as string[])];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TEXT_MAX;
}

function rankOf(
  key: string,
  guarantee: unknown,
  guarantees: readonly string[],
  fail: Fail,
): number {
  const rank = guarantees.indexOf(guarantee as string);
  if (rank >= 0) return rank;
  if (guarantees[0] === "") return fail(key, "left out, as guarantees is", guarantee);
  return fail(key, `one of guarantees: ${guarantees.join(", ")}`, guarantee);
}

function checkRungs(
  ladder: string,
  given: unknown,
  guarantees: readonly string[],
  fail: Fail,
): CheckedRung[] {
  if (!Array.isArray(given) || given.length < 1 || given.length > RUNGS_MAX) {
    return fail("rungs", `a list of 1 to ${RUNGS_MAX} rungs, the best first`, given);
  }
  const rungs = given.map((one: unknown, index) => checkRung(ladder, one, index, guarantees));
  const ids = rungs.map(({ child }) => child.id);
  for (const [index, { child, apart }] of rungs.entries()) {
    const failAt = failIn({ supervisor: ladder, path: `rungs[${index}]` });
    const first = ids.indexOf(child.id);
    if (first < index) failAt("id", `another than that of rungs[${first}]`, child.id);
    const stranger = apart.find((id) => id === child.id || !ids.includes(id));
    if (stranger !== undefined) failAt("apart", "ids of other rungs of this ladder", stranger);
  }
  return rungs;
}

function checkRung(
  supervisor: string,
  given: unknown,
  index: number,
  guarantees: readonly string[],
): CheckedRung {
  const where = { supervisor, path: `rungs[${index}]` };
  const fail = failIn(where);
  const spec = objectOf(given, "", RUNG_KEYS, fail) as RungSpec;
  const { guarantee = guarantees[0] === "" ? "" : undefined, budget, apart = [] } = spec;
  const {
    intensity,
    period,
    guarantee: _guarantee,
    budget: _budget,
    apart: _apart,
    ...rest
  } = spec;
  rankOf("guarantee", guarantee, guarantees, fail);
  refuse("", wrongIntensity({ intensity, period }), fail);
  refuse("budget", budget === undefined ? undefined : wrongBudget(budget), fail);
  const child = checkChild({ ...rest, restart: "permanent" }, where);
  const { definition } = child;
  if (isBlueprint(definition) && !definition.names.includes("health")) {
    fail(
      "definition",
      `one with a handler health, for probes, which ${definition.name} lacks`,
      rest,
    );
  }
  const ids: readonly unknown[] = Array.isArray(apart) ? apart : [apart];
  if (!ids.every(isText)) fail("apart", "an id of another rung, or a list of them", apart);
  return { child, guarantee: guarantee ?? "", apart: ids as readonly string[] };
}

/** What may be asked for, and its place among the guarantees. */
export function checkNeed(ladder: CheckedLadder, need: unknown): number | string {
  if (need === undefined) return ladder.rules.minimumRank;
  const rank = ladder.guarantees.indexOf(need as string);
  const best = Math.max(...ladder.rules.rungs.map((one) => one.rank));
  if (rank >= 0 && rank <= best) return Math.max(rank, ladder.rules.minimumRank);
  if (ladder.guarantees[0] === "") return "left out, as the ladder has no guarantees";
  const can = ladder.guarantees.slice(0, best + 1);
  return can.length === 1 ? JSON.stringify(can[0]) : oneOf(can);
}
