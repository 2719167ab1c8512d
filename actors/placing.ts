/**
 * Where a new actor is to live: on a thread that is there, or on one that is made for it.
 *
 *     near, thread, apart ──▶ index of a thread, or OWN ──▶ start, by the keeper ──▶ index
 *
 * Whatever cannot be had is an error that says why; no wish is dropped for another.
 */

import { THREADS_MAX } from "../runtime/layout.ts";
import {
  InvalidOptions,
  NoThreadApart,
  OwnThreadFailed,
  OwnThreadsTaken,
  SystemStopped,
  ThreadUnavailable,
} from "./errors.ts";
import { overridesHeap } from "./flags.ts";
import type { Host } from "./host.ts";
import { known } from "./options.ts";
import { notLoaded } from "./preload.ts";
import { ActorRef } from "./ref.ts";
import type { OwnThreadOptions, SpawnOptions } from "./spawn-options.ts";
import { HEAP_MB } from "./thread-options.ts";
import type { AnyRef } from "./types.ts";

/** In place of an index: a thread that is made for the actor. */
export const OWN = -1;
/** Actors to keep apart from. */
export const APART_MAX = 64;

export class Placing {
  readonly #host: Host;
  #next = 0;
  #warned = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The thread of a new actor. */
  place({ thread = "spread", near, apart }: SpawnOptions): number {
    const refs = apart === undefined ? NONE : this.#refs(apart);
    if (near !== undefined) {
      if (!isOwn(thread)) return this.#near(near, refs);
      throw new InvalidOptions("thread", "left out beside near, which names a thread", thread);
    }
    const { index } = this.#host.thread;
    const { threads } = this.#host.settings;
    if (thread === "spread") return threads === 0 ? this.#main(refs) : this.#spread(threads, refs);
    if (thread === "local") return this.#only(index, "thread", thread, refs);
    if (isOwn(thread)) {
      heapOf(thread);
      return OWN;
    }
    const isIndex = typeof thread === "number" && Number.isInteger(thread);
    if (isIndex && thread >= 0 && thread <= threads) {
      return this.#only(thread, "thread", thread, refs);
    }
    const words = '"spread", "local", "own", { own: { heapMb } }';
    const allowed = `${words} or a thread's index from 0 to ${threads}`;
    throw new InvalidOptions("thread", allowed, thread);
  }

  #refs(apart: NonNullable<SpawnOptions["apart"]>): readonly ActorRef[] {
    const refs: readonly unknown[] = Array.isArray(apart) ? apart : [apart];
    if (refs.length <= APART_MAX) return refs.map((ref) => this.#host.own("apart", ref));
    throw new InvalidOptions("apart", `a ref, or at most ${APART_MAX}`, apart);
  }

  #near(near: unknown, apart: readonly ActorRef[]): number {
    const ref = this.#host.own("near", near);
    if (ref.slot === 0) throw this.#host.named.absent(ref);
    this.checkNear(ref.thread, ref);
    return this.#only(ref.thread, "near", ref, apart);
  }

  /** The index of an own thread is somebody else's soon after its actors have ended. */
  checkNear(thread: number, near: AnyRef | undefined): void {
    if (near === undefined || thread <= this.#host.settings.threads) return;
    const ref = this.#host.own("near", near);
    const { directory } = this.#host.thread;
    const there = ref.thread === thread && directory.isAlive(ref.slot, ref.incarnation);
    if (!there) throw new ThreadUnavailable(thread);
  }

  /** A thread that was asked for by name, so to say. */
  #only(thread: number, option: string, asked: unknown, apart: readonly ActorRef[]): number {
    if (apart.length === 0) return thread;
    const beside = apart.find((ref) => this.#threadOf(ref) === thread);
    if (beside === undefined) return thread;
    const allowed = `another thread than that of ${beside}, from which apart keeps it off`;
    throw new InvalidOptions(option, allowed, asked instanceof ActorRef ? `${asked}` : asked);
  }

  /** Where it lives, or lived; undefined for an own thread it has left, or a name of nobody. */
  #threadOf({ thread, slot, incarnation }: ActorRef): number | undefined {
    if (slot === 0) return undefined;
    if (thread <= this.#host.settings.threads) return thread;
    return this.#host.thread.directory.isAlive(slot, incarnation) ? thread : undefined;
  }

  #main(apart: readonly ActorRef[]): number {
    if (apart.some((ref) => this.#threadOf(ref) === 0))
      throw new NoThreadApart(this.#told(apart), 0);
    return 0;
  }

  /** The next worker thread that runs, or is being replaced if all are. */
  #spread(threads: number, apart: readonly ActorRef[]): number {
    const { signals, index } = this.#host.thread;
    // Threads begin at different ones, or all would send their first actors to the same.
    if (this.#next === 0) this.#next = index;
    let allowed = 0;
    for (let tries = 0; tries < threads; tries += 1) {
      this.#next = (this.#next % threads) + 1;
      const next = this.#next;
      if (apart.length > 0 && apart.some((ref) => this.#threadOf(ref) === next)) continue;
      if (signals.isRunning(next, signals.generation(next))) return next;
      allowed = next;
    }
    if (allowed === 0) throw new NoThreadApart(this.#told(apart), threads);
    // None runs: what is to live there waits until one has been replaced (orders.ts).
    return allowed;
  }

  #told(apart: readonly ActorRef[]): { actor: string; thread: number }[] {
    return apart.map((ref) => ({ actor: ref.toString(), thread: ref.thread }));
  }

  /** The index of a thread that was made for one actor. */
  async start(thread: SpawnOptions["thread"]): Promise<number> {
    const { link, settings } = this.#host;
    const { ownThreads } = settings;
    if (ownThreads === 0) throw new OwnThreadsTaken(0);
    const heapMb = heapOf(thread);
    if (heapMb !== undefined) this.#checkFlags(heapMb);
    const start = await link.startOwn(heapMb);
    switch (start.type) {
      case "started":
        return start.index;
      case "taken":
        throw new OwnThreadsTaken(ownThreads);
      case "not-loaded":
        throw notLoaded(start.failed);
      case "failed":
        throw new OwnThreadFailed(start.index, start.cause);
      case "stopping":
        throw new SystemStopped("spawn");
    }
  }

  #checkFlags(heapMb: number): void {
    const flag = this.#warned ? undefined : overridesHeap();
    if (flag === undefined) return;
    this.#warned = true;
    const advice = "leave it out, or heapMb";
    this.#host.log.warn(
      { heapMb, flag, advice },
      "Node was started with a flag that overrides heapMb",
    );
  }
}

const NONE: readonly ActorRef[] = [];

function isOwn(thread: unknown): thread is "own" | { own: OwnThreadOptions } {
  return thread === "own" || typeof thread === "object";
}

/** The form of `thread`, whether the system has such a thread or not. @throws InvalidOptions */
export function checkPlacement(thread: SpawnOptions["thread"]): void {
  if (isOwn(thread)) heapOf(thread);
  if (thread === "spread" || thread === "local" || isOwn(thread)) return;
  const isIndex = Number.isInteger(thread) && Number(thread) >= 0 && Number(thread) < THREADS_MAX;
  const allowed = '"spread", "local", "own", { own: { heapMb } } or a thread\'s index';
  if (!isIndex) throw new InvalidOptions("thread", allowed, thread);
}

/** @throws InvalidOptions */
function heapOf(thread: SpawnOptions["thread"]): number | undefined {
  if (typeof thread !== "object") return undefined;
  known("thread", thread, ["own"]);
  known("thread.own", thread?.own, ["heapMb"]);
  const { heapMb } = thread.own as OwnThreadOptions;
  if (heapMb === undefined || HEAP_MB.holds(heapMb)) return heapMb;
  throw new InvalidOptions("thread.own.heapMb", HEAP_MB.allowed, heapMb);
}
