/**
 * Children that know nothing of each other: each is started, restarted and ended by itself, in no
 * order, and adding or removing one takes the same short time however many there are.
 *
 *     start ──▶ starting ──▶ running ──ends──▶ removed, or, by its restart type,
 *                  ▲            │              waiting (back-off) ──▶ starting again
 *                  │            │ end()
 *                  └ fails:     └──▶ stopping ──▶ removed
 *                    waiting
 *
 * Starts do not wait for each other: a child whose init takes long holds up nobody. So a child can
 * end before its crew has heard that it is up; such an end is kept until then.
 *
 * Pure but for promises: the actor around it (crew-actor.ts) is the `World`.
 *
 * Follows OTP's simple_one_for_one and Elixir's DynamicSupervisor: a restart that fails is tried
 * again later, each attempt counts, and a child that refuses to be restarted is dropped.
 */

import { Backoff } from "../../runtime/backoff.ts";
import { type IntensityOptions, RestartWindow } from "../../runtime/intensity.ts";
import { share } from "../answers.ts";
import { Refusal, SystemStopped } from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { AnyRef } from "../types.ts";
import { Agenda } from "./agenda.ts";
import { isRestarted, isWrong } from "./child.ts";
import type { CheckedChild } from "./child-spec.ts";
import { exhausted } from "./exhausted.ts";
import { isInnocent, isLostStart, LOST_STARTS_MAX } from "./lost-threads.ts";
import { isActive, Member, type Phase, type Waiter } from "./member.ts";
import type { ReportContext } from "./report.ts";
import type { ChildCounts } from "./supervisor.ts";

/** How a crew reaches its actor. */
/** What a child was before it is started. */
export type Before = Pick<Member, "restarts" | "ref">;

export interface World {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Starts an actor that is linked to this one, in the place of one before if it had one. */
  spawn(spec: CheckedChild, args: readonly unknown[], before: Before): Promise<AnyRef>;
  /** Sends it an exit signal. */
  exit(ref: AnyRef, reason: "shutdown" | "kill"): void;
  /** Has `Crew.down` called when it has ended, whatever became of its link. */
  monitor(ref: AnyRef): void;
  /** No exit of it is told any more. */
  unlink(ref: AnyRef): void;
  /** Has `Crew.due` called after so many milliseconds, instead of what was said before. */
  wake(ms: number): void;
  /** Ends this actor. */
  stop(reason: ExitReason): void;
  /** Something that cannot be has happened outside of a turn: this actor is broken. */
  broken(error: unknown): void;
  tell(context: ReportContext | "refused", member: Member, reason: unknown): void;
  progress(member: Member): void;
}

/** Before a restart that has failed is tried again, where there is no back-off. */
const RETRY_MS = 1;

/** Who may wait for the end of one child. */
export const WAITERS_MAX = 1024;

const NO_ARGS: readonly unknown[] = Object.freeze([]);

export class Crew {
  readonly #world: World;
  readonly #window: RestartWindow;
  /** Those that have been up, by their last ref. */
  readonly #members: Map<AnyRef, Member> = new Map();
  /** Those that have not. */
  readonly #unborn: Set<Member> = new Set();
  readonly #agenda: Agenda<Member> = new Agenda();
  /** Of the members: those that run or are being stopped, and those that are supervisors. */
  #active = 0;
  #supervisors = 0;
  /** Starts that nothing has been heard of, first ones and others. */
  #open = 0;
  /** Ends of those that may turn out to be members; empty unless something is open. */
  #early: Map<AnyRef, ExitReason> | undefined;
  /** It has given up, or is told to end: nothing is restarted any more. */
  #over = false;
  #whenEmpty: (() => void) | undefined;
  /** What `World.wake` was told last. */
  #armed = Number.POSITIVE_INFINITY;

  constructor(world: World, limits: IntensityOptions) {
    this.#world = world;
    this.#window = new RestartWindow(limits);
  }

  /** All members, those that are starting or waiting included. */
  get size(): number {
    return this.#members.size + this.#unborn.size;
  }

  /** At once, however many there are. */
  counts(): ChildCounts {
    const specs = this.size;
    const supervisors = this.#supervisors;
    return { specs, active: this.#active, supervisors, workers: specs - supervisors };
  }

  *[Symbol.iterator](): Generator<Member> {
    yield* this.#members.values();
    yield* this.#unborn;
  }

  find(ref: AnyRef): Member | undefined {
    return this.#members.get(ref);
  }

  /** Starts a child; whoever waits gets its ref, or what its init threw and no child. */
  start(
    spec: CheckedChild,
    args: readonly unknown[],
    waiter: Waiter<AnyRef>,
    moved?: Member["moved"],
  ): Member {
    const member = new Member(spec, spec.restart === "temporary" ? NO_ARGS : args, moved);
    this.#unborn.add(member);
    if (spec.supervises) this.#supervisors += 1;
    this.#spawn(member, args, waiter);
    return member;
  }

  /**
   * Ends a child for good: at once if it waits, as soon as it is up if it starts. False: too many
   * wait for that already.
   */
  end(member: Member, waiter?: Waiter<void>): boolean {
    if (waiter !== undefined) {
      member.waiters ??= [];
      if (member.waiters.length >= WAITERS_MAX) return false;
      member.waiters.push(waiter);
    }
    if (member.phase === "running") this.#stop(member);
    else if (member.phase === "waiting") this.#remove(member);
    else if (member.phase === "starting") member.doomed = true;
    return true;
  }

  /** An exit signal by a link came, not necessarily a child's. */
  exited(ref: AnyRef, reason: ExitReason): void {
    const member = this.#members.get(ref);
    // One that starts may do so at the address that it had.
    if (member === undefined || member.phase === "starting") {
      if (this.#open > 0) (this.#early ??= new Map()).set(ref, reason);
    } else if (member.phase === "running") {
      this.#ended(member, reason);
    }
  }

  /** An actor that was monitored has ended. */
  down(ref: AnyRef, reason: ExitReason): void {
    const member = this.#members.get(ref);
    if (member?.phase !== "stopping") return;
    if (isWrong(member, reason)) this.#world.tell("shutdown-error", member, reason);
    this.#remove(member);
  }

  /** The time has come that `World.wake` was told. */
  due(): void {
    for (;;) {
      const member = this.#agenda.take(this.#world.now());
      if (member === undefined) break;
      if (member.phase === "waiting") this.#attempt(member);
      else if (member.phase === "stopping") this.#world.exit(member.ref as AnyRef, "kill");
      else this.#remove(member);
    }
    this.#armed = Number.POSITIVE_INFINITY;
    this.#arm();
  }

  /**
   * Ends all children at once; calls back when they are down. One that still starts has its time
   * for that too; then nobody waits for it any more, and the link ends it with its crew.
   */
  endAll(ended: () => void): void {
    this.#over = true;
    for (const member of this) {
      // Whoever is told of the end of an actor differs from here on.
      if (member.phase === "stopping") this.#world.monitor(member.ref as AnyRef);
      else if (member.phase !== "starting") this.end(member);
      else if (member.spec.shutdown === "brutal-kill") this.#remove(member);
      else this.#expect(member);
    }
    this.#arm();
    this.#whenEmpty = ended;
    this.#checkEmpty();
  }

  #spawn(member: Member, args: readonly unknown[], waiter?: Waiter<AnyRef>): void {
    this.#open += 1;
    this.#enter(member, "starting");
    this.#world.spawn(member.spec, args, member).then(
      (ref) => {
        try {
          this.#up(member, ref, waiter);
        } catch (error) {
          this.#world.broken(error);
        }
      },
      (error) => {
        try {
          this.#failed(member, error, waiter);
        } catch (thrown) {
          this.#world.broken(thrown);
        }
      },
    );
  }

  #up(member: Member, ref: AnyRef, waiter: Waiter<AnyRef> | undefined): void {
    const early = this.#heard(ref);
    if (member.ref === undefined) this.#unborn.delete(member);
    else this.#members.delete(member.ref);
    member.ref = ref;
    this.#enter(member, "running");
    member.losses = 0;
    this.#members.set(ref, member);
    member.backoff?.up(this.#world.now());
    member.moved?.(ref);
    this.#world.progress(member);
    // A ref is immutable: nobody needs a copy.
    waiter?.resolve(share(ref));
    if (member.doomed || this.#over) this.#stop(member);
    else if (early !== undefined) this.#ended(member, early);
  }

  /** `waiter`: it has never been up, and somebody waits for it. */
  #failed(member: Member, error: unknown, waiter: Waiter<AnyRef> | undefined): void {
    this.#heard(undefined);
    const isOver = member.doomed || this.#over;
    if (waiter !== undefined || error instanceof SystemStopped) {
      this.#remove(member);
      return void waiter?.reject(error);
    }
    if (!isOver && isLostStart(error) && member.losses < LOST_STARTS_MAX) {
      member.losses += 1;
      return this.#spawn(member, member.args);
    }
    const isRefused = error instanceof Refusal;
    this.#world.tell(isRefused ? "refused" : "start-error", member, error);
    if (isRefused || isOver) return this.#remove(member);
    // Never at once: whatever else waits for this actor has its turn in between.
    if (this.#counts(member, error)) this.#wait(member, RETRY_MS);
  }

  /** One start less is open; returns how its actor has ended, if it has. */
  #heard(ref: AnyRef | undefined): ExitReason | undefined {
    this.#open -= 1;
    const early = ref === undefined ? undefined : this.#early?.get(ref);
    if (early !== undefined) this.#early?.delete(ref as AnyRef);
    if (this.#open === 0) this.#early = undefined;
    return early;
  }

  /** It ended of its own. */
  #ended(member: Member, reason: ExitReason): void {
    this.#world.tell("child-terminated", member, reason);
    if (this.#over || !isRestarted(member.spec.restart, reason)) return this.#remove(member);
    if (!isInnocent(reason) && !this.#counts(member, reason)) return;
    if (member.spec.backoff === undefined) this.#attempt(member);
    else this.#wait(member, 0);
  }

  /** Takes note of a restart, and why. False: it was one too many, and all is over. */
  #counts(member: Member, reason: unknown): boolean {
    if (this.#window.add(this.#world.now())) return true;
    this.#over = true;
    this.#world.tell("intensity-reached", member, reason);
    this.#remove(member);
    this.#world.stop(exhausted(JSON.stringify(member.spec.id), this.#window));
    return false;
  }

  /** It is tried again after its back-off, else after `ms`. */
  #wait(member: Member, ms: number): void {
    const { backoff } = member.spec;
    const now = this.#world.now();
    if (backoff !== undefined) member.backoff ??= new Backoff(backoff);
    this.#enter(member, "waiting");
    this.#agenda.add(member, now + (member.backoff?.next(now, this.#world.random()) ?? ms));
    this.#arm();
  }

  #attempt(member: Member): void {
    member.restarts += 1;
    this.#spawn(member, member.args);
  }

  #stop(member: Member): void {
    const ref = member.ref as AnyRef; // It runs.
    this.#enter(member, "stopping");
    // Its end is told once, and also if it has unlinked itself.
    this.#world.monitor(ref);
    this.#world.unlink(ref);
    this.#world.exit(ref, member.spec.shutdown === "brutal-kill" ? "kill" : "shutdown");
    this.#expect(member);
    this.#arm();
  }

  /** Its shutdown time begins. */
  #expect(member: Member): void {
    const { shutdown } = member.spec;
    if (typeof shutdown === "number") this.#agenda.add(member, this.#world.now() + shutdown);
  }

  #enter(member: Member, phase: Phase): void {
    if (isActive(member.phase)) this.#active -= 1;
    if (isActive(phase)) this.#active += 1;
    member.phase = phase;
  }

  #remove(member: Member): void {
    const { ref, phase, spec } = member;
    const was = ref === undefined ? this.#unborn.delete(member) : this.#members.delete(ref);
    if (was && isActive(phase)) this.#active -= 1;
    if (was && spec.supervises) this.#supervisors -= 1;
    this.#agenda.remove(member);
    member.moved?.(undefined);
    for (const waiter of member.waiters ?? []) waiter.resolve();
    member.waiters = undefined;
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.size > 0) return;
    this.#whenEmpty?.();
    this.#whenEmpty = undefined;
  }

  #arm(): void {
    const { nextDue } = this.#agenda;
    if (nextDue === this.#armed || nextDue === Number.POSITIVE_INFINITY) return;
    this.#armed = nextDue;
    this.#world.wake(Math.max(0, nextDue - this.#world.now()));
  }
}
