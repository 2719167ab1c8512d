/**
 * The children of one supervisor, and the rules by which they are started and stopped.
 *
 * Pure: no clock, no waiting, no actor. A rule is a procedure that asks for one thing at a time and
 * goes on when it is told what came of it, so the rules read in the order in which things happen,
 * and a supervisor that carries them out never has to wait inside of a turn:
 *
 *     Family.ended(ref, reason) ──▶ { type: "stop", child } ──▶ whoever carries it out
 *                               ◀── { type: "stopped", reason }
 *                               ──▶ { type: "start", child } …     ──▶ done: a Verdict
 *
 * One procedure runs at a time. What happens meanwhile waits until it is done, and is then told of
 * a ref that is nobody's any more if it concerns a child that the procedure itself has stopped.
 *
 * Follows the rules of OTP's supervisor: restart types, strategies, significance, and a restart
 * that fails is tried again as one of its own, so that others have their turn in between.
 */

import { RestartWindow } from "../../runtime/intensity.ts";
import {
  ChildFailed,
  ChildNotFound,
  ChildPresent,
  ChildRestarting,
  ChildRunning,
  ChildStarted,
  InvalidSpec,
} from "../errors.ts";
import type { ExitReason } from "../exit.ts";
import type { AnyRef } from "../types.ts";
import {
  type Child,
  type ChildInfo,
  isRestarted,
  isSignificantStill,
  isWrong,
  newChild,
} from "./child.ts";
import { type CheckedChild, failIn } from "./child-spec.ts";
import { exhausted } from "./exhausted.ts";
import { isInnocent, isLostStart, LOST_STARTS_MAX } from "./lost-threads.ts";
import type { Procedure, Surroundings, Verdict } from "./procedure.ts";
import {
  CHILDREN_MAX,
  type CheckedSpec,
  checkApart,
  checkNear,
  checkSignificant,
} from "./supervisor-spec.ts";

export class Family {
  readonly spec: Omit<CheckedSpec, "children">;
  /** What is told of the children, in the order in which they start. */
  readonly infos: Map<string, ChildInfo> = new Map();
  readonly #supervisor: string;
  readonly #around: Surroundings;
  readonly #children: Map<string, Child> = new Map();
  /** By the last ref that it had. */
  readonly #byRef: Map<AnyRef, Child> = new Map();
  readonly window: RestartWindow;

  constructor(supervisor: string, { children, ...spec }: CheckedSpec, around: Surroundings) {
    this.spec = spec;
    this.#supervisor = supervisor;
    this.#around = around;
    this.window = new RestartWindow(spec.limits);
    for (const child of children) this.#add(child);
  }

  find(id: string): Child | undefined {
    return this.#children.get(id);
  }

  /** In the order in which they start. */
  children(): Child[] {
    return [...this.#children.values()];
  }

  /** Starts all; if one fails, those before it are stopped, and it is returned why. */
  *start(): Procedure<ChildFailed | undefined> {
    for (const child of this.children()) {
      const error = yield* this.#start(child);
      if (error === undefined) continue;
      yield* this.stop();
      return error;
    }
    return undefined;
  }

  /** Stops all, the last one first. */
  *stop(): Procedure<void> {
    yield* this.#stopAll(this.children());
  }

  /**
   * An actor that is linked to the supervisor has ended; it need not be a child of it.
   *
   * One whose mailbox survives its thread may have been stopped and started again at the same
   * address by the time it is this one's turn. Each life is told of once, so they are counted.
   */
  ended(ref: AnyRef, reason: ExitReason): Procedure<Verdict> {
    const child = this.#byRef.get(ref);
    if (child !== undefined) child.told += 1;
    return this.#ended(ref, reason, child?.told);
  }

  /** @param life undefined: its start had not been heard of. */
  *#ended(ref: AnyRef, reason: ExitReason, life: number | undefined): Procedure<Verdict> {
    const child = this.#byRef.get(ref);
    if (child === undefined || child.info.ref !== ref) return undefined;
    if (life === undefined) child.told = child.lives;
    else if (life !== child.lives) return undefined;
    this.#gone(child);
    child.reason = reason;
    this.#around.tell("child-terminated", child, reason);
    if (isRestarted(child.spec.restart, reason)) {
      return yield* isInnocent(reason) ? this.#again(child) : this.#restart(child);
    }
    if (child.spec.restart === "temporary") this.#remove(child);
    return this.#autoShutdown(child);
  }

  /** The time has come that a verdict has named. */
  *retry(child: Child): Procedure<Verdict> {
    if (child.info.status !== "restarting") return undefined;
    return yield* child.counted ? this.#attempt(child) : this.#restart(child);
  }

  /** Returns the ref, or why there is none: then nothing of the child is left. */
  *startChild(spec: CheckedChild): Procedure<AnyRef | Error> {
    const error = this.#refusal(spec);
    if (error !== undefined) return error;
    const child = this.#add(spec);
    const failed = yield* this.#start(child, false);
    if (failed !== undefined) this.#remove(child);
    return failed ?? (child.info.ref as AnyRef); // It has just been started.
  }

  *terminateChild(id: string): Procedure<Error | undefined> {
    const child = this.#children.get(id);
    if (child === undefined) return new ChildNotFound(this.#supervisor, id);
    yield* this.#stopAll([child]);
    return undefined;
  }

  /** For a child that has been stopped, or has ended for good. */
  *restartChild(id: string): Procedure<AnyRef | Error> {
    const child = this.#stopped(id);
    if (child instanceof Error) return child;
    const failed = yield* this.#start(child, false);
    return failed ?? (child.info.ref as AnyRef); // It has just been started.
  }

  /** For a child that has been stopped, or has ended for good. */
  // biome-ignore lint/correctness/useYield: a procedure like the others, with nothing to do.
  *deleteChild(id: string): Procedure<Error | undefined> {
    const child = this.#stopped(id);
    if (child instanceof Error) return child;
    this.#remove(child);
    return undefined;
  }

  #stopped(id: string): Child | Error {
    const child = this.#children.get(id);
    if (child === undefined) return new ChildNotFound(this.#supervisor, id);
    const { status } = child.info;
    if (status === "stopped") return child;
    if (status === "restarting") return new ChildRestarting(this.#supervisor, id);
    return new ChildRunning(this.#supervisor, id);
  }

  /** Why there cannot be one more child like this. */
  #refusal(spec: CheckedChild): Error | undefined {
    const known = this.#children.get(spec.id);
    if (known?.info.ref !== undefined) {
      return new ChildStarted(this.#supervisor, spec.id, known.info.ref);
    }
    if (known !== undefined) return new ChildPresent(this.#supervisor, spec.id);
    const { size } = this.#children;
    const { significant, nearChild, apartChildren } = spec;
    const stands = !significant && nearChild === undefined && apartChildren.length === 0;
    if (stands && size < CHILDREN_MAX) return undefined;
    try {
      const fail = failIn({ supervisor: this.#supervisor, path: "child" });
      checkSignificant(spec, this.spec.autoShutdown, fail);
      checkNear(spec, this.#children, fail);
      checkApart(spec, this.#children, fail);
      if (size >= CHILDREN_MAX) fail("", `one of at most ${CHILDREN_MAX} children`, size + 1);
      return undefined;
    } catch (error) {
      if (error instanceof InvalidSpec) return error;
      throw error;
    }
  }

  #add(spec: CheckedChild): Child {
    const child = newChild(spec, this.spec.backoff);
    this.#children.set(spec.id, child);
    this.infos.set(spec.id, child.info);
    return child;
  }

  #remove(child: Child): void {
    if (child.last !== undefined) this.#byRef.delete(child.last);
    this.#children.delete(child.spec.id);
    this.infos.delete(child.spec.id);
    this.#around.removed(child);
  }

  #calm(child: Child): void {
    if (child.info.status !== "restarting") return;
    child.counted = false;
    this.#around.calm(child);
  }

  #gone({ info }: Child): void {
    info.ref = undefined;
    info.status = "stopped";
  }

  /** @param again whether a start that its thread's death cut off is repeated. */
  *#start(child: Child, again = true): Procedure<ChildFailed | undefined> {
    const { info, spec } = child;
    this.#calm(child);
    info.status = "starting";
    let outcome = yield { type: "start", child };
    for (let losses = 0; again && losses < LOST_STARTS_MAX; losses += 1) {
      if (outcome?.type !== "failed" || !isLostStart(outcome.error)) break;
      outcome = yield { type: "start", child };
    }
    if (outcome?.type !== "started") {
      info.status = "stopped";
      const error = outcome?.type === "failed" ? outcome.error : undefined;
      child.reason = error;
      this.#around.tell("start-error", child, error);
      return new ChildFailed(this.#supervisor, spec.id, error);
    }
    info.status = "running";
    this.#up(child, outcome.ref);
    child.backoff?.up(this.#around.now());
    if (spec.restart === "temporary") child.spec = { ...spec, args: [] };
    return undefined;
  }

  #up(child: Child, ref: AnyRef): void {
    if (child.last !== ref) {
      if (child.last !== undefined) this.#byRef.delete(child.last);
      this.#byRef.set(ref, child);
      child.told = child.lives;
    }
    child.lives += 1;
    child.last = ref;
    child.info.ref = ref;
  }

  /** The last one first. Temporary children are forgotten. */
  *#stopAll(children: readonly Child[]): Procedure<void> {
    for (const child of children.toReversed()) {
      const { info } = child;
      this.#calm(child);
      if (info.ref !== undefined || info.status === "starting") {
        info.status = "stopping";
        const outcome = yield { type: "stop", child, ref: info.ref };
        if (outcome?.type === "stopped" && isWrong(child, outcome.reason)) {
          this.#around.tell("shutdown-error", child, outcome.reason);
        }
      }
      this.#gone(child);
      if (child.spec.restart === "temporary") this.#remove(child);
    }
  }

  /** Starts a child again that is down, or makes the supervisor give up. */
  *#restart(child: Child): Procedure<Verdict> {
    if (!this.window.add(this.#around.now())) {
      this.#around.tell("intensity-reached", child, child.reason);
      const reason = exhausted(JSON.stringify(child.spec.id), this.window);
      return { type: "end", reason };
    }
    return yield* this.#again(child);
  }

  /** Starts a child again that is down and is not to be counted: now, or when its time has come. */
  *#again(child: Child): Procedure<Verdict> {
    const { now, random } = this.#around;
    if (child.backoff === undefined) return yield* this.#attempt(child);
    const ms = child.backoff.next(now(), random());
    yield* this.#stopAll(this.#othersOf(child));
    child.counted = true;
    return this.#later(child, ms);
  }

  /** Stops whoever has to be started again with the child, and starts them all. */
  *#attempt(child: Child): Procedure<Verdict> {
    if (this.spec.strategy !== "one-for-one") yield* this.#stopAll(this.#othersOf(child));
    const group = this.spec.strategy === "one-for-one" ? [child] : this.#groupOf(child);
    for (const member of group) {
      member.info.restarts += 1;
      if ((yield* this.#start(member)) !== undefined) return this.#later(member, 0);
    }
    return undefined;
  }

  #later(child: Child, ms: number): Verdict {
    child.info.status = "restarting";
    return { type: "retry", child, ms };
  }

  /** Those that are started again together with this child, itself included. */
  #groupOf(child: Child): Child[] {
    const { strategy } = this.spec;
    if (strategy === "one-for-one") return [child];
    const all = this.children();
    return strategy === "one-for-all" ? all : all.slice(all.indexOf(child));
  }

  #othersOf(child: Child): Child[] {
    return this.#groupOf(child).filter((member) => member !== child);
  }

  /** The end of this child, by itself and for good, may be the end of the supervisor. */
  #autoShutdown({ spec: { id, significant } }: Child): Verdict {
    const { autoShutdown } = this.spec;
    if (!significant || autoShutdown === "never") return undefined;
    const isLast = !this.children().some(isSignificantStill);
    if (autoShutdown === "all-significant" && !isLast) return undefined;
    const which = autoShutdown === "all-significant" ? "the last significant" : "the significant";
    const cause = `${which} child ${JSON.stringify(id)} has ended`;
    return { type: "end", reason: { type: "shutdown", cause } };
  }
}
