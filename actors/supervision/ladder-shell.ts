/**
 * Carries out what the rules of a ladder want, with nothing but the ladder's `self`.
 *
 *     exits, ticks, answers ──▶ ladder-state.ts ──▶ effects ──▶ spawn, call, alias, exit signal
 *              ▲                                                          │
 *              └──────────────────────────────────────────────────────────┘
 *
 * Nobody waits in a turn. What is under way is bounded: a rung has at most one start, one
 * activation and one probe at a time, each with a time-out.
 */

import { asError, summarise } from "../../runtime/errors.ts";
import { ServiceUnavailable } from "../errors.ts";
import { type ExitReason, formatExit } from "../exit.ts";
import type { SpawnOptions } from "../spawn-options.ts";
import type { AnyRef, Self } from "../types.ts";
import { Incarnation } from "./incarnation.ts";
import { LadderDoors } from "./ladder-doors.ts";
import type { Closed, LadderEffect, LadderEvent, LadderTimer } from "./ladder-events.ts";
import { LadderNews } from "./ladder-news.ts";
import type { CheckedLadder, CheckedRung } from "./ladder-spec.ts";
import { LadderState } from "./ladder-state.ts";
import { isInnocent, isLostStart } from "./lost-threads.ts";
import { type ReportContext, reportChild, reportProgress } from "./report.ts";
import { isOver } from "./shell.ts";

/** The handler that the ladder's timers call. */
export const DUE = "ladderDue";
/**
 * An epoch is at least the microseconds of the system's life: so a ladder that is started again
 * goes on above those of its last life, which cannot have been given out faster than that.
 */
const EPOCHS_PER_MS = 1000;
/** Characters of a cause. */
const CAUSE_MAX = 1000;

export class LadderShell {
  readonly ladder: CheckedLadder;
  readonly service: string;
  readonly state: LadderState;
  readonly news: LadderNews;
  readonly doors: LadderDoors;
  readonly #self: Self<unknown>;
  /** By number of the attempt, until it is over. */
  readonly #live: Map<number, Incarnation> = new Map();
  readonly #byRef: Map<AnyRef, Incarnation> = new Map();
  /** By id of the rung: where it lives, or lived last. */
  readonly #last: Map<string, AnyRef> = new Map();
  readonly #ending: Set<Promise<unknown>> = new Set();
  readonly #events: LadderEvent[] = [];
  #busy = false;
  #ends = false;
  /** Told once how the ladder has begun. */
  #begun: ((first: AnyRef | ServiceUnavailable) => void) | undefined;

  constructor(self: Self<unknown>, service: string, ladder: CheckedLadder) {
    this.#self = self;
    this.service = service;
    this.ladder = ladder;
    const epoch = Math.ceil(self.now() * EPOCHS_PER_MS);
    this.state = new LadderState(ladder.rules, Math.max(ladder.epoch, epoch));
    this.news = new LadderNews(self, service);
    this.doors = new LadderDoors(self, ladder);
  }

  /** Settles once a rung is in charge. @throws ServiceUnavailable if none can be */
  async start(definition: string): Promise<void> {
    const first = await new Promise<AnyRef | ServiceUnavailable>((begun) => {
      this.#begun = begun;
      this.tell({ type: "begin" });
    });
    if (first instanceof ServiceUnavailable) throw first;
    await this.doors.build(this.service, definition, first);
  }

  /** Takes a step, and carries out what comes of it before the next one. */
  tell(event: LadderEvent): void {
    this.#events.push(brief(event));
    if (this.#busy || this.#ends) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const moment = { at: this.#self.now(), random: this.#self.random() };
        for (const effect of this.state.step(next, moment)) this.#perform(effect);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** An actor that is linked to the ladder has ended. */
  ended(ref: AnyRef, reason: ExitReason): void {
    if (this.doors.isStandIn(ref)) {
      const cause = `the stand-in of ${this.service} has ended: ${formatExit(reason)}`;
      return this.#self.stop({ type: "crash", cause });
    }
    const one = this.#byRef.get(ref);
    if (one === undefined) return;
    this.#forget(one);
    this.#report("child-terminated", one, reason);
    const { number: attempt } = one;
    const cause = formatExit(reason);
    this.tell({ type: "ended", attempt, cause, innocent: isInnocent(reason) });
  }

  /** The incarnation of a rung that runs. */
  refOf(index: number): AnyRef | undefined {
    return [...this.#live.values()].find((one) => one.index === index)?.ref;
  }

  /** Ends all rungs: for `terminate`, when no turn comes any more. */
  async end(): Promise<void> {
    this.#ends = true;
    const all = [...this.#live.values()].map((one) => one.end(this.#self));
    await Promise.all([...all, ...this.#ending]);
    this.doors.end();
  }

  /** Why nobody is in charge. */
  unavailable({ rung, reason, cause, retryAt }: Closed): ServiceUnavailable {
    const retryAfterMs =
      retryAt === undefined ? undefined : Math.max(0, retryAt - this.#self.now());
    return new ServiceUnavailable(this.service, { rung, reason, cause, retryAfterMs });
  }

  /** Runs from within a promise, where nobody else would catch. */
  #safely(step: () => void): void {
    if (this.#ends) return;
    try {
      step();
    } catch (error) {
      if (isOver(error)) return;
      this.#self.stop(asError(error));
    }
  }

  #perform(effect: LadderEffect): void {
    switch (effect.type) {
      case "start":
        return this.#start(effect.attempt, effect.rung);
      case "activate":
        return this.#activate(this.#find(effect.attempt), effect.epoch);
      case "open":
        return this.#open(this.#find(effect.attempt));
      case "close":
        return this.doors.close(effect);
      case "end":
        return this.#end(effect.attempt);
      case "probe":
        return this.#probe(this.#find(effect.attempt));
      case "wait":
        return this.#wait(effect.timer, effect.ms);
      case "changed":
        this.news.tell(effect.change);
        if (effect.change.to === undefined && this.state.closed !== undefined) {
          this.#hasBegun(this.unavailable(this.state.closed));
        }
        return;
      case "trial-failed":
        return this.news.trialFailed(this.#rung(effect.rung).child.id, effect.cause);
    }
  }

  #hasBegun(first: AnyRef | ServiceUnavailable): void {
    this.#begun?.(first);
    this.#begun = undefined;
  }

  #wait(timer: LadderTimer, ms: number): void {
    this.#self.timers.after(timer, ms, DUE, timer);
  }

  #find(attempt: number): Incarnation {
    return this.#live.get(attempt) as Incarnation; // The rules speak only of those that live.
  }

  #rung(index: number): CheckedRung {
    return this.ladder.rungs[index] as CheckedRung; // The rules have as many.
  }

  #forget(one: Incarnation): void {
    this.#live.delete(one.number);
    if (one.ref !== undefined) this.#byRef.delete(one.ref);
  }

  #start(attempt: number, index: number): void {
    const rung = this.#rung(index);
    const one = new Incarnation(attempt, index, rung);
    this.#live.set(attempt, one);
    this.#spawn(one);
    const timeout = this.ladder.startTimeoutMs;
    void this.#self.whenDown(this.#self.ref, { timeout }).then(({ type }) => {
      if (type === "timeout") this.#safely(() => this.#overdue(one));
    });
  }

  #spawn(one: Incarnation): void {
    const { definition, args } = one.rung.child;
    this.#self.spawn(definition, args as unknown[], this.#optionsOf(one)).then(
      (ref) => this.#safely(() => this.#born(one, ref)),
      (error: unknown) => this.#safely(() => this.#unborn(one, error)),
    );
  }

  #optionsOf({ rung: { child, apart }, index }: Incarnation): SpawnOptions {
    const refs = apart.flatMap((id) => this.#last.get(id) ?? []);
    const options = { ...child.options, restarts: this.state.rungs[index]?.restarts ?? 0 };
    return refs.length === 0 ? options : { ...options, apart: refs };
  }

  #born(one: Incarnation, ref: AnyRef): void {
    if (one.unwanted) {
      this.#self.exit(ref, "kill");
      return this.tell({ type: "settled", attempt: one.number });
    }
    one.ref = ref;
    this.#byRef.set(ref, one);
    this.#last.set(one.rung.child.id, ref);
    reportProgress(this.#self, { ...one.rung.child, ref });
    this.tell({ type: "started", attempt: one.number });
  }

  #unborn(one: Incarnation, error: unknown): void {
    if (one.unwanted) return this.tell({ type: "settled", attempt: one.number });
    // The time for its start goes on.
    if (isLostStart(error)) return this.#spawn(one);
    this.#forget(one);
    this.#report("start-error", one, error);
    const cause = summarise(error);
    this.tell({ type: "failed", attempt: one.number, cause, pending: false });
  }

  #overdue(one: Incarnation): void {
    if (one.ref !== undefined || !this.#live.has(one.number)) return;
    one.unwanted = true;
    this.#forget(one);
    const cause = `it did not start within ${this.ladder.startTimeoutMs} ms`;
    this.#report("start-error", one, new Error(cause));
    this.tell({ type: "failed", attempt: one.number, cause, pending: true });
  }

  #activate(one: Incarnation, epoch: number): void {
    const attempt = one.number;
    const activated = (): void => this.tell({ type: "activated", attempt, epoch });
    const activation = one.activate(epoch, this.ladder.startTimeoutMs);
    if (activation === undefined) return activated();
    activation.then(
      () => this.#safely(activated),
      (error: unknown) => {
        // Its exit tells why.
        if (one.isDown(error)) return;
        const cause = summarise(error);
        this.#safely(() => this.tell({ type: "failed", attempt, cause, pending: false }));
      },
    );
  }

  #open({ ref, index, rung }: Incarnation): void {
    if (ref === undefined) return;
    const rank = this.ladder.rules.rungs[index]?.rank ?? 0;
    this.doors.open({ ref, rung: rung.child.id, rank });
    this.#hasBegun(ref);
  }

  #end(attempt: number): void {
    const one = this.#live.get(attempt);
    // It has ended by itself, or has not even started.
    if (one === undefined) return;
    this.#forget(one);
    const ending: Promise<unknown> = one.end(this.#self).then(
      () => this.#ending.delete(ending),
      (error: unknown) =>
        this.#safely(() => {
          throw error;
        }),
    );
    this.#ending.add(ending);
  }

  #probe(one: Incarnation): void {
    void one.probe(this.#self, this.ladder.probeTimeoutMs).then((outcome) => {
      if (outcome === undefined) return;
      this.#safely(() => this.tell({ type: "probed", attempt: one.number, outcome }));
    });
  }

  #report(context: ReportContext, { rung, ref }: Incarnation, reason: unknown): void {
    reportChild(this.#self, context, { reason, child: { ...rung.child, ref } });
  }
}

/** Causes come from rungs, and are kept. */
function brief(event: LadderEvent): LadderEvent {
  return "cause" in event ? { ...event, cause: event.cause.slice(0, CAUSE_MAX) } : event;
}
