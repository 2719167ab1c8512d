/** Carries fault plans out: each entry, when its time has come. */

import type { SimulatedDisk } from "../../runtime/sim/disk.ts";
import type { Network } from "../../runtime/sim/network.ts";
import { MACHINE } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import type { Cell } from "../cell.ts";
import { DEAD } from "../cell.ts";
import { NodeDown, SimulatedCrash } from "./errors.ts";
import type { SimNode } from "./node.ts";
import {
  type DiskFault,
  type EntryOf,
  lastFaultAt,
  type PlanEntry,
  type PlanType,
} from "./plan.ts";
import { formatPlan } from "./plan-text.ts";
import { FOR_GOOD_MS, nsOf, type Service } from "./service.ts";
import type { SimHost } from "./stage.ts";

/** How often each kind of fault has struck: one that found nobody does not count. */
export type FaultCounts = Partial<Record<PlanType, number>>;

interface Around {
  readonly world: World;
  readonly service: Service;
  readonly network: Network;
  node(name: string): SimNode;
}

/** In the trail: which of those that struck. */
export const FAULT = 17;

export class Faults {
  readonly counts: FaultCounts = {};
  /** Those that have struck, in words; the trail has their places here. */
  readonly told: string[] = [];
  readonly #around: Around;
  /** Of entries that have struck or are to. */
  #lastMs = 0;

  constructor(around: Around) {
    this.#around = around;
  }

  /** When the last fault has had its effect. */
  get lastMs(): number {
    return this.#lastMs;
  }

  schedule(entry: PlanEntry): void {
    const { world } = this.#around;
    this.#lastMs = Math.max(this.#lastMs, lastFaultAt([entry]));
    world.driver.at(nsOf(entry.at), MACHINE, () => this.#strikeNow(entry));
  }

  #kill({ node, thread, afterWrites }: EntryOf<"kill">): boolean {
    // In the middle of a step it may strike much later than it was to.
    const struck = (): void => {
      this.#lastMs = Math.max(this.#lastMs, this.#around.world.nowMs);
    };
    return this.#around.node(node).kill(thread, afterWrites, struck);
  }

  /** Now, whatever time it says. */
  strike(entry: PlanEntry): void {
    this.#lastMs = Math.max(this.#lastMs, lastFaultAt([entry]));
    this.#strikeNow(entry);
  }

  #strikeNow(entry: PlanEntry): void {
    const found = this.#strike(entry);
    if (!found) return;
    this.counts[entry.type] = (this.counts[entry.type] ?? 0) + 1;
    const { world } = this.#around;
    world.trail.add(world.nowNs, world.driver.id, FAULT, this.told.length, 0, 0);
    this.told.push(formatPlan([entry]));
  }

  #strike(entry: PlanEntry): boolean {
    switch (entry.type) {
      case "crash":
        return this.#actor(entry, (host, cell) => crashActor(host, cell));
      case "stall":
        return this.#actor(entry, (_, cell) => this.#stall(cell, entry.forMs));
      case "slow":
        return this.#actor(entry, (_, cell) =>
          this.#around.service.slow(cell, entry.delay, this.#until(entry.forMs)),
        );
      case "kill":
        return this.#kill(entry);
      case "crashNode":
        return this.#around.node(entry.node).crash(entry.unsynced);
      case "restartNode":
        return this.#restart(this.#around.node(entry.node));
      case "pauseNode":
        return this.#around.node(entry.node).pause(true);
      case "resumeNode":
        return this.#around.node(entry.node).pause(false);
      case "stepClock":
        this.#around.node(entry.node).clock.step(nsOf(entry.byMs));
        return true;
      case "driftClock":
        this.#around.node(entry.node).clock.drift(entry.ppm, this.#around.world.nowNs);
        return true;
      case "partition":
      case "oneWayPartition":
      case "partialPartition":
        this.#around.network.partition(entry, this.#around.world.nowNs);
        return true;
      case "heal":
        return this.#around.network.heal(entry.name) > 0;
      case "link":
        this.#around.network.link(entry, entry);
        return true;
      case "mendLink":
        this.#around.network.link(entry);
        return true;
      default:
        return strikeDisk(this.#around.node(entry.node).disk, entry);
    }
  }

  #restart(node: SimNode): boolean {
    if (node.lives > 0 && !node.down) return false;
    node.start().catch((error: unknown) => {
      // The next one that starts it sees to it.
      if (!(error instanceof NodeDown)) this.#around.world.fail(error);
    });
    return true;
  }

  #until(forMs: number = FOR_GOOD_MS): number {
    return this.#around.world.nowNs + nsOf(forMs);
  }

  #stall(cell: Cell, forMs: number | undefined): void {
    this.#around.service.stall(cell, this.#until(forMs));
  }

  /** On its own thread, at the end of a step. */
  #actor(
    { node, actor }: EntryOf<"crash" | "stall" | "slow">,
    strike: (host: SimHost, cell: Cell) => void,
  ): boolean {
    const found = this.#around.node(node).find(actor);
    if (found === undefined) return false;
    strike(found.host, found.cell);
    return true;
  }
}

function strikeDisk(disk: SimulatedDisk, entry: PlanEntry & DiskFault): boolean {
  switch (entry.type) {
    case "slowDisk":
      disk.slow(entry.delay);
      return true;
    case "failSync":
      disk.failSyncs(entry.times);
      return true;
    case "fillDisk":
      disk.fill(entry.freeBytes);
      return true;
    case "flipBit":
      return disk.flipBit(entry) !== undefined;
    case "mendDisk":
      disk.mend();
      return true;
  }
}

/** As if a handler had thrown. */
export function crashActor(host: SimHost, cell: Cell): void {
  host.virtual.at(0, MACHINE, () => {
    if (cell.status === DEAD) return;
    const error = new SimulatedCrash(String(cell));
    host.lives.crash(cell, "simulated", error);
    host.thread.scheduler.wake();
  });
}
