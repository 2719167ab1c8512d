/**
 * Turns that wait for something outside of the simulation: a file, a socket, a thread of the pool.
 * They are found by their effect.
 *
 *     a turn is pending, and its actor waits for nothing that the simulation knows
 *     something happens in the simulated world between two steps, by a callback from outside
 *
 * What it knows: calls, spawns, timers (those of the globals too), and a signal that may be
 * aborted. A concurrent handler may wait for another turn of its actor, so only the second counts.
 */

import type { VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import { packSender } from "../address.ts";
import type { Turn } from "../ambient.ts";
import { ASYNC } from "../behaviour.ts";
import { type Cell, DEAD } from "../cell.ts";
import { ForeignOperation } from "./errors.ts";
import type { SimHost } from "./stage.ts";

/** Virtual milliseconds that a turn may wait for what another one does in the same module. */
const PATIENCE_MS = 1000;

export class ForeignTurns {
  /** Operations of the simulation that code of an actor has asked for, and that have not ended. */
  readonly #open: WeakMap<Cell | VirtualThread, number> = new WeakMap();
  #lookAtMs = 0;

  /** @param owner the actor; a thread, of what none is known to have asked for */
  begin(owner: Cell | VirtualThread): void {
    this.#open.set(owner, (this.#open.get(owner) ?? 0) + 1);
  }

  end(owner: Cell | VirtualThread): void {
    this.#open.set(owner, (this.#open.get(owner) ?? 0) - 1);
  }

  /** Every now and then. @throws ForeignOperation */
  look(hosts: () => Iterable<SimHost>, nowMs: number): void {
    if (nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + PATIENCE_MS;
    for (const host of hosts()) {
      if (host.openTurns.size === 0) continue;
      const now = host.thread.scheduler.clock;
      for (const turn of host.openTurns.all()) {
        if (now - turn.since < PATIENCE_MS || this.#isExplained(host, turn)) continue;
        throw new ForeignOperation(`${turn.cell}`, turn.name, turn.cell.kind.blueprint);
      }
    }
  }

  #isExplained(host: SimHost, { cell, code, concurrent, request }: Turn): boolean {
    if (concurrent || cell.status === DEAD) return true;
    if ((this.#open.get(cell) ?? 0) > 0) return true;
    // Its code carries no token over its awaits, so what nobody has asked for may be its.
    const isAsync = ((cell.behaviour.bits[code] ?? 0) & ASYNC) !== 0;
    if (!isAsync && (this.#open.get(host.virtual) ?? 0) > 0) return true;
    if (request?.abort !== undefined || cell.extra?.abort !== undefined) return true;
    const from = packSender(cell.slot, cell.incarnation);
    for (const call of host.calls.all()) if (call.from === from) return true;
    return false;
  }
}
