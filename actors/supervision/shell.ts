/**
 * Carries out what the rules of a family ask for, with nothing but the supervisor's `self`.
 *
 *     exits, calls, retries ──▶ jobs.ts ──▶ family.ts ──▶ step ──▶ spawn, or exit signal
 *                                  ▲                                      │
 *                                  └────────────── outcome ◀──────────────┘
 *
 * Nobody waits in a turn: a job that has to wait for a child goes on when that one's promise
 * settles, and the supervisor answers questions meanwhile. Calls that wait are bounded by
 * `ORDERS_MAX`, exits and retries by the number of children.
 *
 * Restarting a child costs one promise, that of its spawn, and no turn besides that of the exit.
 */

import { asError } from "../../runtime/errors.ts";
import { type ChildFailed, ChildNotFound, NoSuchActor, SupervisorBusy } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { SpawnOptions } from "../spawn-options.ts";
import type { AnyRef, Deferred, Self } from "../types.ts";
import { Agenda } from "./agenda.ts";
import type { Child } from "./child.ts";
import { optionsFor } from "./child-spec.ts";
import { Family } from "./family.ts";
import { Jobs } from "./jobs.ts";
import type { Outcome, Procedure, Step, Verdict } from "./procedure.ts";
import { type ReportContext, reportChild, reportProgress, tellsProgress } from "./report.ts";
import { stopActor } from "./stopping.ts";
import type { CheckedSpec } from "./supervisor-spec.ts";

/** Calls that may wait until what was asked before is done. */
export const ORDERS_MAX: number = 2 ** 16;
/**
 * A start has failed because somebody is over: soon we are told to end, too; if not, it was
 * somebody else whom the child's `init` asked.
 */
const OVER_WAIT_MS = 100;
/** The handler that the agenda's timer calls. */
export const RETRY = "retryChildren";

export class Shell {
  readonly family: Family;
  readonly name: string;
  readonly #self: Self<unknown>;
  readonly #tellsProgress = tellsProgress();
  readonly #jobs: Jobs = new Jobs((step) => this.#perform(step, (outcome) => this.#go(outcome)));
  readonly #agenda: Agenda<Child> = new Agenda();
  /** When the timer is to go off that is set for the agenda. */
  #alarm = Number.POSITIVE_INFINITY;
  /** The supervisor ends: no job goes on. */
  #ends = false;
  /** Then: told what comes of the start that went on. */
  #onLate: ((outcome: Outcome) => void) | undefined;
  #late: Promise<Outcome> | undefined;

  constructor(self: Self<unknown>, name: string, spec: CheckedSpec) {
    this.#self = self;
    this.name = name;
    this.family = new Family(name, spec, {
      now: () => self.now(),
      random: () => self.random(),
      tell: (context, child, reason) => this.#tell(context, child, reason),
      calm: (child) => void this.#agenda.remove(child),
      removed: (child) => child.alias?.end(),
    });
  }

  /** Settles when all children have been started, or with why they have not. */
  start(): Promise<ChildFailed | undefined> {
    return new Promise((done) => this.#jobs.push({ procedure: this.family.start(), done }));
  }

  /** An actor that is linked to the supervisor has ended. */
  ended(ref: AnyRef, reason: ExitReason): void {
    this.#push(this.family.ended(ref, reason));
  }

  /** Answers when it is done; what it returns as an error fails the call. */
  request<Result>(procedure: Procedure<Result | Error>): Deferred<Result> {
    const answer = this.#self.defer<Result>();
    const { waiting } = this.#jobs;
    if (waiting >= ORDERS_MAX) {
      this.#refuse(answer, new SupervisorBusy(this.name, waiting));
      return answer;
    }
    const done = (result: Result | Error): void => {
      if (result instanceof Error) this.#refuse(answer, result);
      else answer.resolve(result);
    };
    this.#jobs.push({ procedure, done, answer });
    return answer;
  }

  /** What was asked cannot be done; whoever only cast it finds it in the log. */
  #refuse(answer: Refusable, error: Error): void {
    if (!answer.reject(error)) this.#self.log.warn({ supervisor: this.name, error }, "refused");
  }

  /** The same for an error that was found before anything could be asked of the family. */
  refused(error: Error): Deferred<never> {
    const answer = this.#self.defer<never>();
    this.#refuse(answer, error);
    return answer;
  }

  /** Tries again what is due. */
  retry(): void {
    this.#alarm = Number.POSITIVE_INFINITY;
    this.#catchUp();
  }

  #catchUp(): void {
    const now = this.#self.now();
    for (;;) {
      const child = this.#agenda.take(now);
      if (child === undefined) break;
      this.#push(this.family.retry(child));
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    const { nextDue } = this.#agenda;
    if (nextDue >= this.#alarm) return;
    this.#alarm = nextDue;
    const ms = Math.max(1, Math.ceil(nextDue - this.#self.now()));
    this.#self.timers.after(RETRY, ms, RETRY);
  }

  #push(procedure: Procedure<Verdict>): void {
    this.#jobs.push({ procedure, done: (verdict) => this.#judge(verdict) });
  }

  #judge(verdict: Verdict): void {
    if (verdict === undefined) return;
    if (verdict.type === "retry") {
      this.#agenda.add(verdict.child, this.#self.now() + verdict.ms);
      this.#setAlarm();
    } else if (!this.#ends) {
      this.#ends = true;
      this.#self.stop(verdict.reason);
    }
  }

  /** Goes on with the job at work; from within a promise, where nobody else would catch. */
  #go(outcome: Outcome): void {
    if (this.#ends) return this.#onLate?.(outcome);
    try {
      this.#jobs.go(outcome);
    } catch (error) {
      if (isOver(error)) return;
      this.#self.stop(asError(error));
    }
  }

  #perform(step: Step, done: (outcome: Outcome) => void): void {
    if (step.type === "start") this.#startChild(step.child, done);
    else this.#stopChild(step.child, step.ref, done);
  }

  #startChild(child: Child, done: (outcome: Outcome) => void): void {
    const { definition, args } = child.spec;
    this.#self.spawn(definition, args as unknown[], this.#optionsOf(child)).then(
      (ref) => {
        if (!this.#ends) this.#started(child, ref);
        done({ type: "started", ref });
      },
      (error: unknown) => {
        const failed = (): void => done({ type: "failed", error });
        if (this.#ends || !isOver(error)) failed();
        else this.#unlessOver(failed);
      },
    );
  }

  #unlessOver(step: () => void): void {
    try {
      void this.#wait(OVER_WAIT_MS).then(({ type }) => {
        if (type === "timeout") step();
      });
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  #started(child: Child, ref: AnyRef): void {
    child.alias?.to(ref);
    if (this.#tellsProgress) reportProgress(this.#self, { ...child.spec, ref });
  }

  /** Near and apart from those that run right now. */
  #optionsOf({ spec, last, info }: Child): SpawnOptions {
    const { options, nearChild, apartChildren, restart } = spec;
    // Its mailbox may have outlived its thread, unless nobody were to go on with it.
    const own = optionsFor(options, info.restarts, restart === "temporary" ? false : last);
    if (nearChild === undefined && apartChildren.length === 0) return own;
    const refOf = (id: string): AnyRef | undefined => this.family.find(id)?.info.ref;
    const near = nearChild === undefined ? undefined : refOf(nearChild);
    const others = apartChildren.map(refOf).filter((ref) => ref !== undefined);
    const fixed = (options.apart ?? []) as readonly AnyRef[]; // A list, as it was checked.
    const apart = [...fixed, ...others];
    return { ...own, ...(near && { near }), ...(apart.length > 0 && { apart }) };
  }

  #stopChild(child: Child, ref: AnyRef | undefined, done: (outcome: Outcome) => void): void {
    if (ref === undefined) return this.#stopStarting(child, done);
    child.alias?.to(undefined);
    void stopActor(this.#self, ref, child.spec.shutdown).then(
      (reason) => done({ type: "stopped", reason }),
      (error: unknown) => {
        // The supervisor has been killed meanwhile, and its link with the child has told that.
        if (!isOver(error)) throw error;
      },
    );
  }

  /** It has as much time to start as it would have to stop; then its link ends it with us. */
  #stopStarting(child: Child, done: (outcome: Outcome) => void): void {
    const { shutdown } = child.spec;
    const nothing: Outcome = { type: "stopped", reason: { type: "noproc" } };
    if (shutdown === "brutal-kill" || this.#late === undefined) return done(nothing);
    const waits: Promise<unknown>[] = [this.#late];
    if (shutdown !== "infinity") waits.push(this.#wait(shutdown));
    void Promise.race(waits).then((first) => {
      const { type, ref: started } = first as { type: string; ref?: AnyRef };
      if (type === "started" && started !== undefined) this.#stopChild(child, started, done);
      else done(nothing);
    });
  }

  /** On the runtime's clock: until our own end, or for so long. */
  #wait(ms: number): Promise<ExitReason> {
    return this.#self.whenDown(this.#self.ref, { timeout: ms });
  }

  /** Stops all children: for `terminate`, when no turn comes any more. */
  async end(): Promise<void> {
    this.#ends = true;
    this.#late = new Promise((resolve) => {
      this.#onLate = resolve;
    });
    const procedure = this.family.stop();
    let next = procedure.next();
    while (next.done !== true) {
      const step = next.value;
      next = procedure.next(await new Promise((done) => this.#perform(step, done)));
    }
  }

  /** A ref that leads to the child of this id, whichever incarnation of it runs. */
  child(id: string, definition: string | undefined): Deferred<AnyRef> {
    const alias = (): AnyRef | Error => this.#aliasOf(this.family.find(id), id, definition);
    if (this.family.find(id)?.last === undefined) return this.request(answering(alias));
    const answer = this.#self.defer<AnyRef>();
    const ref = alias();
    if (ref instanceof Error) this.#refuse(answer, ref);
    else answer.resolve(ref);
    return answer;
  }

  #aliasOf(child: Child | undefined, id: string, definition: string | undefined): AnyRef | Error {
    if (child?.last === undefined) return new ChildNotFound(this.name, id);
    const { info, last } = child;
    if (definition !== undefined && definition !== info.definition) {
      const why = `the child ${JSON.stringify(id)} of ${this.name} is a ${info.definition}`;
      return new NoSuchActor(definition, why);
    }
    try {
      if (child.alias === undefined) {
        child.alias = this.#self.alias(last);
        // One that is started again may be at the address that it had.
        const { status } = info;
        if (status === "stopping" || status === "stopped") child.alias.to(undefined);
      }
      return child.alias.ref;
    } catch (error) {
      return asError(error);
    }
  }

  #tell(context: ReportContext, child: Child, reason: unknown): void {
    const { spec, info, last } = child;
    const { restarts } = info;
    // One that ended is told by the address that it had.
    const ref = context === "start-error" ? undefined : last;
    const { id, definition, args, restart, shutdown, significant } = spec;
    const told = { id, definition, args, ref, restart, shutdown, significant };
    reportChild(this.#self, context, { reason, child: told }, { restarts });
  }
}

// biome-ignore lint/correctness/useYield: a procedure that has its result at once.
function* answering<Result>(result: () => Result): Procedure<Result> {
  return result();
}

/** An answer of whatever type. */
interface Refusable {
  reject(error: Error): boolean;
}

/** The supervisor has ended, or the system: there is nobody left to do anything for. */
export function isOver(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === "ERR_ACTOR_ENDED" || code === "ERR_SYSTEM_STOPPED";
}
