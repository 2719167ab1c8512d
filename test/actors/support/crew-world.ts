/** A world for crews in which nothing happens by itself: starts, ends and time are the test's. */

import type { ExitReason } from "../../../actors/exit.ts";
import type { CheckedChild } from "../../../actors/supervision/child-spec.ts";
import { Crew, type World } from "../../../actors/supervision/crew.ts";
import type { Member } from "../../../actors/supervision/member.ts";
import type { AnyRef, RestartType } from "../../../actors/types.ts";

export interface FakeActor {
  readonly ref: AnyRef;
  linked: boolean;
  monitored: number;
  /** What it does when it is told to shut down; a reason: it ends with that instead. */
  obeys: boolean | ExitReason;
  ended: ExitReason | undefined;
}

interface OpenStart {
  readonly spec: CheckedChild;
  readonly args: readonly unknown[];
  resolve(ref: AnyRef): void;
  reject(error: unknown): void;
}

/** A checked spec of its own, so that starts can be told apart by it. */
export function specOf(restart: RestartType, more: Partial<CheckedChild> = {}): CheckedChild {
  const definition = { name: "Worker", url: "test:worker" };
  const rest = {
    significant: false,
    supervises: false,
    backoff: undefined,
    nearChild: undefined,
    apartChildren: [],
    options: {},
  };
  return { id: "worker", definition, args: [], restart, shutdown: 5000, ...rest, ...more };
}

export class FakeWorld implements World {
  crew: Crew | undefined;
  readonly actors: FakeActor[] = [];
  readonly open: OpenStart[] = [];
  readonly told: [context: string, reason: unknown][] = [];
  stopped: ExitReason | undefined;
  broke: unknown;
  /** How often a timer was set since the crew is to end. */
  wakes = 0;
  #now = 1000;
  #wakeAt = Number.POSITIVE_INFINITY;

  now(): number {
    return this.#now;
  }

  random(): number {
    return 0;
  }

  spawn(spec: CheckedChild, args: readonly unknown[]): Promise<AnyRef> {
    return new Promise((resolve, reject) => this.open.push({ spec, args, resolve, reject }));
  }

  exit(ref: AnyRef, reason: "shutdown" | "kill"): void {
    const actor = this.#of(ref);
    if (reason === "kill") this.die(actor, { type: "killed" });
    else if (actor.obeys === true) this.die(actor, { type: "shutdown" });
    else if (actor.obeys !== false) this.die(actor, actor.obeys);
  }

  monitor(ref: AnyRef): void {
    const actor = this.#of(ref);
    if (actor.ended === undefined) actor.monitored += 1;
    // Told later, as by a real one.
    else queueMicrotask(() => this.crew?.down(ref, { type: "noproc" }));
  }

  unlink(ref: AnyRef): void {
    this.#of(ref).linked = false;
  }

  wake(ms: number): void {
    this.wakes += 1;
    this.#wakeAt = this.#now + ms;
  }

  stop(reason: ExitReason): void {
    this.stopped ??= reason;
  }

  broken(error: unknown): void {
    this.broke ??= error;
  }

  tell(context: string, _member: unknown, reason: unknown): void {
    this.told.push([context, reason]);
  }

  progress(): void {}

  /** Time passes, in steps of 1 ms. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 1) {
      this.#now += 1;
      if (this.#now < this.#wakeAt) continue;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.crew?.due();
    }
  }

  /** An open start succeeds, or fails with an error; `before` its crew hears of it. */
  async settle(
    index: number,
    error?: unknown,
    before?: (actor: FakeActor) => void,
  ): Promise<FakeActor | undefined> {
    const [start] = this.open.splice(index, 1);
    if (start === undefined) throw new Error(`there is no open start ${index}`);
    let actor: FakeActor | undefined;
    if (error !== undefined) {
      start.reject(error);
    } else {
      const ref = { actor: this.actors.length } as unknown as AnyRef;
      actor = { ref, linked: true, monitored: 0, obeys: true, ended: undefined };
      this.actors.push(actor);
      start.resolve(ref);
      before?.(actor);
    }
    await new Promise<void>((done) => setImmediate(done));
    return actor;
  }

  die(actor: FakeActor, reason: ExitReason): void {
    if (actor.ended !== undefined) return;
    actor.ended = reason;
    for (; actor.monitored > 0; actor.monitored -= 1) this.crew?.down(actor.ref, reason);
    if (actor.linked) this.crew?.exited(actor.ref, reason);
  }

  alive(): FakeActor[] {
    return this.actors.filter(({ ended }) => ended === undefined);
  }

  one(index: number): FakeActor {
    const actor = this.actors[index];
    if (actor === undefined) throw new Error(`there is no actor ${index}`);
    return actor;
  }

  /** The crew's actor ends: it has no callbacks any more. */
  ends(done: () => void): void {
    this.wakes = 0;
    for (const actor of this.actors) actor.monitored = 0;
    this.crew?.endAll(done);
  }

  #of(ref: AnyRef): FakeActor {
    return this.one((ref as unknown as { actor: number }).actor);
  }
}

export const CRASH: ExitReason = { type: "crash", cause: "boom" };
export const NORMAL: ExitReason = { type: "normal" };
export const SHUTDOWN: ExitReason = { type: "shutdown" };
export const LOST: ExitReason = { type: "lost", cause: "exit code 1" };
export const GUILTY: ExitReason = { ...LOST, culprit: true };

export interface Started {
  readonly member: Member;
  readonly ref: () => AnyRef | undefined;
  readonly error: () => unknown;
}

export function start(
  crew: Crew,
  restart: RestartType = "permanent",
  more: Parameters<typeof specOf>[1] = {},
  args: readonly unknown[] = [1],
): Started {
  let ref: AnyRef | undefined;
  let error: unknown;
  const waiter = {
    resolve: (value: AnyRef) => void (ref = unshared(value)),
    reject: (thrown: unknown) => void (error = thrown),
  };
  const member = crew.start(specOf(restart, more), args, waiter);
  return { member, ref: () => ref, error: () => error };
}

/** What a deferred answer would unpack. */
function unshared(value: unknown): AnyRef {
  return (value as { value: AnyRef }).value;
}

export function make(limits: { intensity?: number; period?: number } = {}): [Crew, FakeWorld] {
  const world = new FakeWorld();
  const crew = new Crew(world, limits);
  world.crew = crew;
  return [crew, world];
}
