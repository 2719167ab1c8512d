/**
 * Monitors: one actor, or a promise, that learns of another one's end, exactly once each.
 *
 *     monitor ─▶ MONITOR ─▶ kept by the target ─ its end ─▶ DOWN ─▶ callback `down`, in the mailbox
 *
 * They stack: n monitors of one target bring n downs. Of what is dead already the answer comes at
 * once, `noproc`; the target's own thread gives it, so that a down never overtakes what the target
 * has sent before. A down enters the mailbox in any case.
 */

import { addressOf } from "./address.ts";
import type { Bonds, Watcher } from "./bonds.ts";
import type { Cell } from "./cell.ts";
import { Callback } from "./early.ts";
import { MonitorsFull } from "./errors.ts";
import { type ExitReason, type Fate, NOPROC, TIMEOUT } from "./exit.ts";
import { Few } from "./few.ts";
import type { Host } from "./host.ts";
import { bondsOf } from "./links.ts";
import type { ActorRef } from "./ref.ts";
import { DEMONITOR, DOWN, MONITOR } from "./wire.ts";

/** That one thread's actors may have at a time. */
export const MONITORS_MAX: number = 2 ** 24;
const IDS: number = 2 ** 31;

interface Monitor {
  readonly ref: ActorRef | undefined;
  readonly name: string | undefined;
  readonly tag: unknown;
  /** The actor that watches; undefined: whoever waits for the promise. */
  readonly cell: Cell | undefined;
  readonly resolve: ((reason: ExitReason) => void) | undefined;
}

export class Monitors {
  readonly #host: Host;
  readonly #monitors: Map<number, Monitor> = new Map();
  #last = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Watches `ref`, or if there is none a name that nobody has. @throws MonitorsFull */
  add(cell: Cell, ref: ActorRef | undefined, name: string | undefined, tag: unknown): number {
    const id = this.#enter({ ref, name, tag, cell, resolve: undefined });
    const bonds = bondsOf(cell);
    bonds.monitors ??= new Set();
    bonds.monitors.add(id);
    this.#watch(id, ref, cell.ref);
    return id;
  }

  /** Settles with `timeout` if it has not ended by then, and watches no longer. */
  whenDown(ref: ActorRef, timeoutMs?: number): Promise<ExitReason> {
    return new Promise((resolve) => {
      const nobody = { name: undefined, tag: undefined, cell: undefined };
      if (timeoutMs === undefined) {
        return this.#watch(this.#enter({ ...nobody, ref, resolve }), ref, undefined);
      }
      const timer = this.#host.thread.env.timer(timeoutMs, () => {
        this.#unwatch(id);
        this.#host.turns.resumed = true;
        this.#host.thread.scheduler.wake();
        resolve(TIMEOUT);
      });
      const down = (reason: ExitReason): void => {
        timer.cancel();
        resolve(reason);
      };
      const id = this.#enter({ ...nobody, ref, resolve: down });
      this.#watch(id, ref, undefined);
    });
  }

  #enter(monitor: Monitor): number {
    if (this.#monitors.size >= MONITORS_MAX) throw new MonitorsFull(MONITORS_MAX);
    do this.#last = (this.#last + 1) % IDS;
    while (this.#monitors.has(this.#last));
    this.#monitors.set(this.#last, monitor);
    return this.#last;
  }

  #watch(id: number, ref: ActorRef | undefined, by: ActorRef | undefined): void {
    const { thread, outgoing } = this.#host;
    if (ref?.cell !== undefined) {
      const { index, generation } = thread;
      return this.watched(ref.cell, { thread: index, generation, id, ref: by });
    }
    if (ref === undefined || !outgoing.signal(MONITOR, ref, by, id)) this.down(id, NOPROC);
  }

  /** True if it was still to fire. With `flush` a down that waits in the mailbox is taken out. */
  remove(cell: Cell, id: number, flush: boolean): boolean {
    const bonds = cell.bonds;
    if (bonds?.monitors?.delete(id) === true) {
      this.#unwatch(id);
      return true;
    }
    const fired = flush ? bonds?.fired?.get(id) : undefined;
    if (fired !== undefined) fired.lapsed = true;
    return false;
  }

  #unwatch(id: number): void {
    const ref = this.#monitors.get(id)?.ref;
    this.#monitors.delete(id);
    if (ref === undefined) return;
    const { outgoing, thread } = this.#host;
    if (ref.cell !== undefined) this.unwatched(ref.cell, thread.index, id);
    else outgoing.signal(DEMONITOR, ref, undefined, id);
  }

  /** Somebody watches `cell`. */
  watched(cell: Cell, watcher: Watcher): void {
    const bonds = bondsOf(cell);
    bonds.watchers ??= new Few();
    bonds.watchers.set(keyOf(watcher.thread, watcher.id), watcher);
  }

  unwatched(cell: Cell, thread: number, id: number): void {
    cell.bonds?.watchers?.delete(keyOf(thread, id));
  }

  /**
   * What monitor `id` was for has ended; `by`: who has, if another thread says so. It may not have
   * heard that the watcher died with its thread, whose successor uses its numbers again.
   */
  down(id: number, reason: ExitReason, by?: ActorRef): void {
    const monitor = this.#monitors.get(id);
    if (monitor === undefined || (by !== undefined && monitor.ref !== by)) return;
    this.#monitors.delete(id);
    const { cell, ref, name, tag, resolve } = monitor;
    if (resolve !== undefined) {
      this.#host.turns.resumed = true;
      this.#host.thread.scheduler.wake();
      return resolve(reason);
    }
    const bonds = cell?.bonds;
    if (cell === undefined || bonds === undefined) return;
    bonds.monitors?.delete(id);
    const callback = new Callback("down", [{ monitor: id, ref, name, reason, tag }]);
    bonds.fired ??= new Map();
    bonds.fired.set(id, callback);
    this.#host.callbacks.owe(cell, callback, ref);
  }

  /** `cell` is dead: what it watched forgets it, and its watchers are told. */
  bury(cell: Cell, bonds: Bonds, reason: ExitReason): void {
    // First, or an actor that watches itself would be owed a turn that it cannot have.
    for (const id of bonds.monitors ?? []) this.#unwatch(id);
    bonds.monitors = undefined;
    for (const watcher of bonds.watchers?.values() ?? []) this.#tell(cell, watcher, reason);
  }

  #tell(cell: Cell, { thread, id, ref }: Watcher, reason: ExitReason): void {
    const send = (): void => {
      if (thread === this.#host.thread.index) return this.down(id, reason);
      const to = ref ?? { thread, slot: 0, incarnation: 0 };
      this.#host.outgoing.signal(DOWN, to, cell, id, reason);
    };
    // What this thread has sent to the watcher, and still holds, was sent before.
    if (ref?.held === undefined) send();
    else ref.held.add(send);
  }

  /** The actors of a thread have died with it, watched ones and watchers. */
  threadDied(index: number, generation: number, fate: Fate): void {
    const { directory } = this.#host.thread;
    for (const [id, { ref }] of [...this.#monitors]) {
      if (ref?.thread === index && directory.endedWith(ref, generation)) this.down(id, fate(ref));
    }
  }

  /** Watchers of `cell` that died with their thread. */
  forget(cell: Cell, index: number, generation: number): void {
    const watchers = cell.bonds?.watchers;
    if (watchers === undefined || watchers.size === 0) return;
    for (const watcher of watchers.values()) {
      if (watcher.thread !== index || watcher.generation !== generation) continue;
      watchers.delete(keyOf(index, watcher.id));
    }
  }
}

function keyOf(thread: number, id: number): number {
  return addressOf(thread, id);
}
