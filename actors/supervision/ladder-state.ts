/**
 * The rules of a ladder: which rung is in charge, when the next one takes over, and when a better
 * one gets another chance.
 *
 *      adaptive    ──╮ intensity, budget, not-ready          ╭──▶ in charge again
 *      performance   ▼──╮                         trial: n good probes in a row,
 *      round-robin      ▼ in charge ─── dwell ───╯ no sooner than dwell and back-off say
 *
 *     incumbent   starting ──▶ activating ──▶ active ──▶ given up: the next rung below
 *     trial       starting ──▶ trying ──▶ activating ──▶ becomes the incumbent
 *
 * Down is at once and needs no trial; up needs one, and waits. A rung below the minimum is never
 * started, so the worst that can come is that none is in charge. Each incarnation that takes
 * charge gets a higher epoch than all before, and is told it before anybody is led to it.
 *
 * Pure: no clock, no randomness, no actor. `step` says what is to be done.
 *
 * @source Half-open circuit breakers (Nygard, Release It!, 2007), one per rung.
 */

import { Budget, type Outcome } from "./budget.ts";
import type {
  ChangeReason,
  Closed,
  LadderEffect,
  LadderEvent,
  LadderRules,
  Moment,
} from "./ladder-events.ts";
import { type Attempt, blame, type Rung, Rungs } from "./rungs.ts";

export class LadderState {
  readonly #rules: LadderRules;
  readonly #rungs: Rungs;
  readonly #effects: LadderEffect[] = [];
  #moment: Moment = { at: 0, random: 0 };
  #attempts = 0;
  #epoch: number;
  #incumbent: Attempt | undefined;
  #trial: Attempt | undefined;
  /** Rungs that failed since one was in charge, the first of them first. */
  #failed: Rung[] = [];
  #closed: Closed | undefined;
  /** Of the last change of rungs: dwell counts from here. */
  #since = Number.NEGATIVE_INFINITY;
  /** When the next round of probes is to be. */
  #probesAt = Number.POSITIVE_INFINITY;
  #stale = 0;

  /** @param epoch the last one that may be in use somewhere; all here are higher. */
  constructor(rules: LadderRules, epoch: number) {
    this.#rules = rules;
    this.#epoch = epoch;
    this.#rungs = new Rungs(rules);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Reports of rungs that were in charge no more. */
  get stale(): number {
    return this.#stale;
  }

  get incumbent(): Readonly<Attempt> | undefined {
    return this.#incumbent;
  }

  get trial(): Readonly<Attempt> | undefined {
    return this.#trial;
  }

  get closed(): Closed | undefined {
    return this.#closed;
  }

  get rungs(): readonly Readonly<Rung>[] {
    return this.#rungs.all;
  }

  /** What is to be done now, in order. Carry it out before the next step. */
  step(event: LadderEvent, moment: Moment): LadderEffect[] {
    this.#moment = moment;
    this.#take(event);
    return this.#effects.splice(0);
  }

  #take(event: LadderEvent): void {
    switch (event.type) {
      case "begin":
        return this.#begin();
      case "started":
        return this.#started(event.attempt);
      case "activated":
        return this.#activated(event.attempt, event.epoch);
      case "failed":
        return this.#startFailed(event);
      case "ended":
        return this.#ended(event);
      case "settled":
        return this.#settled(event.attempt);
      case "probed":
        return this.#probed(event.attempt, event.outcome);
      case "not-ready":
        return this.#notReady(event.epoch, event.cause);
      case "due":
        return event.timer === "probe" ? this.#probeAll() : this.#tryBetter();
    }
  }

  #begin(): void {
    const { best } = this.#rungs;
    if (best === undefined || this.#attempts > 0) return;
    this.#charge(best, "start", "the ladder starts");
    this.#waitForProbes();
  }

  /** Puts a new incarnation of this rung in charge, as soon as it has started. */
  #charge(rung: Rung, reason: ChangeReason, cause: string): void {
    const from = this.#incumbent?.rung;
    this.#epoch += 1;
    this.#close((from ?? rung).rules.id, reason, cause, this.#moment.at);
    this.#incumbent = this.#start(rung, this.#epoch);
    this.#changed(from, rung, reason, cause);
  }

  #start(rung: Rung, epoch: number): Attempt {
    this.#attempts += 1;
    const number = this.#attempts;
    const budget = new Budget(rung.rules.budget);
    this.#effects.push({ type: "start", attempt: number, rung: rung.index });
    return { number, rung, status: "starting", epoch, budget, probe: "none", good: 0 };
  }

  #changed(from: Rung | undefined, to: Rung | undefined, reason: ChangeReason, cause: string) {
    const { at } = this.#moment;
    if (from !== to) this.#since = at;
    const ids = { from: from?.rules.id, to: to?.rules.id };
    const change = { ...ids, epoch: this.#epoch, reason, cause, at };
    this.#effects.push({ type: "changed", change });
    this.#waitToClimb();
  }

  #close(rung: string, reason: ChangeReason, cause: string, retryAt: number | undefined): void {
    this.#closed = { rung, reason, cause, retryAt };
    this.#effects.push({ type: "close", ...this.#closed });
  }

  #open(attempt: Attempt): void {
    attempt.status = "active";
    attempt.rung.backoff.up(this.#moment.at);
    this.#failed = [];
    this.#closed = undefined;
    this.#effects.push({ type: "open", attempt: attempt.number, rung: attempt.rung.index });
  }

  #activate(attempt: Attempt): void {
    attempt.status = "activating";
    this.#effects.push({ type: "activate", attempt: attempt.number, epoch: attempt.epoch });
  }

  #started(number: number): void {
    const attempt = this.#find(number);
    if (attempt?.status !== "starting") return;
    if (attempt === this.#incumbent) return this.#activate(attempt);
    attempt.status = "trying";
    this.#probe(attempt);
  }

  #activated(number: number, epoch: number): void {
    const attempt = this.#find(number);
    if (attempt?.status !== "activating" || attempt.epoch !== epoch) return;
    if (attempt === this.#incumbent) return this.#open(attempt);
    // Another took charge meanwhile, so this one has an epoch that is over.
    if (epoch !== this.#epoch) {
      attempt.status = "trying";
      return;
    }
    const from = this.#incumbent;
    if (from !== undefined) this.#end(from);
    this.#trial = undefined;
    this.#incumbent = attempt;
    const reason = from === undefined ? "recovered" : "probe-succeeded";
    const cause = `${attempt.good} good probes in a row`;
    this.#open(attempt);
    this.#changed(from?.rung, attempt.rung, reason, cause);
  }

  #startFailed({ attempt: number, cause, pending }: LadderEvent & { type: "failed" }): void {
    const attempt = this.#find(number);
    if (attempt === undefined) return;
    if (pending) attempt.rung.stuck = number;
    const starts = attempt.status === "starting";
    this.#fail(attempt, starts ? "start-failed" : "activate-failed", cause);
  }

  #ended({ attempt: number, cause, innocent = false }: LadderEvent & { type: "ended" }): void {
    const attempt = this.#find(number);
    if (attempt === undefined) return;
    if (attempt === this.#trial) return this.#failTrial(attempt, cause);
    const { rung } = attempt;
    const isAllowed = innocent || rung.window.add(this.#moment.at);
    if (!isAllowed) return this.#fall(attempt, "intensity", cause);
    rung.restarts += 1;
    rung.lastCause = cause;
    this.#charge(rung, "restart", cause);
  }

  #settled(number: number): void {
    const rung = this.#rungs.all.find(({ stuck }) => stuck === number);
    if (rung === undefined) return;
    rung.stuck = undefined;
    this.#waitToClimb();
  }

  #notReady(epoch: number, cause: string): void {
    const attempt = this.#incumbent;
    const isTold = attempt?.epoch === epoch && attempt.status !== "starting";
    if (attempt === undefined || !isTold) this.#stale += 1;
    else this.#fall(attempt, "not-ready", cause);
  }

  #find(number: number): Attempt | undefined {
    if (this.#incumbent?.number === number) return this.#incumbent;
    return this.#trial?.number === number ? this.#trial : undefined;
  }

  #fail(attempt: Attempt, reason: ChangeReason, cause: string): void {
    if (attempt === this.#trial) this.#failTrial(attempt, cause);
    else this.#fall(attempt, reason, cause);
  }

  /** It has failed, and the next one below takes its place. */
  #fall(attempt: Attempt, reason: ChangeReason, cause: string): void {
    const { rung } = attempt;
    rung.falls += 1;
    blame(rung, cause, this.#moment);
    this.#end(attempt);
    this.#failed.push(rung);
    const next = this.#rungs.below(this.#failed, this.#moment.at);
    if (next !== undefined) return this.#charge(next, reason, cause);
    this.#incumbent = undefined;
    this.#failed = [];
    this.#close(rung.rules.id, reason, cause, this.#earliest());
    this.#changed(rung, undefined, reason, cause);
  }

  #end({ number }: Attempt): void {
    this.#effects.push({ type: "end", attempt: number });
  }

  #failTrial(attempt: Attempt, cause: string): void {
    const { rung, epoch } = attempt;
    const incumbent = this.#incumbent;
    rung.failedTrials += 1;
    blame(rung, cause, this.#moment);
    this.#end(attempt);
    this.#trial = undefined;
    this.#effects.push({ type: "trial-failed", rung: rung.index, cause });
    if (this.#closed !== undefined && incumbent === undefined) {
      this.#close(this.#closed.rung, this.#closed.reason, this.#closed.cause, this.#earliest());
    }
    // A resource may have seen the newer epoch, and would refuse the one in charge.
    if (incumbent !== undefined && epoch > incumbent.epoch) this.#renew(incumbent);
    this.#waitToClimb();
  }

  #renew(incumbent: Attempt): void {
    this.#epoch += 1;
    incumbent.epoch = this.#epoch;
    this.#activate(incumbent);
    this.#changed(incumbent.rung, incumbent.rung, "renewed", "a trial with a newer epoch failed");
  }

  #earliest(): number | undefined {
    return this.#rungs.earliest(this.#incumbent?.rung, this.#moment.at);
  }

  #dwellsUntil(): number {
    return this.#incumbent === undefined ? 0 : this.#since + this.#rules.dwellMs;
  }

  #waitToClimb(): void {
    const earliest = this.#trial === undefined ? this.#earliest() : undefined;
    if (earliest === undefined) return;
    const ms = Math.ceil(Math.max(earliest, this.#dwellsUntil()) - this.#moment.at);
    this.#effects.push({ type: "wait", timer: "climb", ms: Math.max(0, ms) });
  }

  /** The best rung whose time has come gets a trial. */
  #tryBetter(): void {
    if (this.#trial !== undefined) return;
    const { at } = this.#moment;
    const rung = this.#rungs.betterThan(this.#incumbent?.rung, at);
    if (rung === undefined || at < this.#dwellsUntil()) return this.#waitToClimb();
    this.#trial = this.#start(rung, 0);
  }

  #waitForProbes(): void {
    this.#probesAt = this.#moment.at + this.#rules.probeMs;
    this.#effects.push({ type: "wait", timer: "probe", ms: this.#rules.probeMs });
  }

  #probeAll(): void {
    const late = this.#isHeldUp();
    for (const attempt of [this.#incumbent, this.#trial]) {
      if (attempt === undefined) continue;
      if (late && attempt.probe === "out") attempt.probe = "void";
      if (attempt.status === "active" || attempt.status === "trying") this.#probe(attempt);
    }
    this.#waitForProbes();
  }

  /** The ladder itself did not run when it should: what it has measured says nothing of others. */
  #isHeldUp(): boolean {
    return this.#moment.at >= this.#probesAt + this.#rules.probeMs;
  }

  #probe(attempt: Attempt): void {
    if (attempt.probe !== "none") return;
    attempt.probe = "out";
    this.#effects.push({ type: "probe", attempt: attempt.number });
  }

  #probed(number: number, outcome: Outcome): void {
    const attempt = this.#find(number);
    if (attempt === undefined || attempt.probe === "none") return;
    const isVoid = attempt.probe === "void" || this.#isHeldUp();
    attempt.probe = "none";
    if (outcome.type === "not-ready") return this.#fail(attempt, "not-ready", outcome.cause);
    const isGood = attempt.budget.isGood(outcome);
    if (isVoid && !isGood) return;
    if (attempt === this.#trial) return this.#tried(attempt, outcome, isGood);
    const over = attempt.budget.add(outcome);
    if (over !== undefined) this.#fall(attempt, "budget", over);
  }

  #tried(attempt: Attempt, outcome: Outcome, isGood: boolean): void {
    if (!isGood) return this.#failTrial(attempt, `its probe: ${toldOf(outcome)}`);
    attempt.good += 1;
    const incumbent = this.#incumbent;
    const needed = incumbent === undefined ? 1 : this.#rules.successes;
    if (attempt.status !== "trying" || attempt.good < needed) return;
    if (incumbent !== undefined && incumbent.status !== "active") return;
    if (this.#moment.at < this.#dwellsUntil()) return;
    this.#epoch += 1;
    attempt.epoch = this.#epoch;
    this.#activate(attempt);
  }
}

function toldOf(outcome: Outcome): string {
  switch (outcome.type) {
    case "answered":
      return `answered after ${Math.round(outcome.ms)} ms`;
    case "timeout":
      return "no answer";
    case "error":
    case "not-ready":
      return outcome.cause;
  }
}
