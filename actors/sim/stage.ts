/**
 * The stage of one life of a simulated node: its machine, and hosts that tell of each turn before
 * it begins.
 *
 *     run ──▶ the next actor is held (slow, stalled)? its thread is at it ──▶ run again, later
 *        └──▶ turns, each of which takes its thread some µs
 */

import type { Batch } from "../../runtime/record.ts";
import type { VirtualMachine } from "../../runtime/sim/machine.ts";
import type { VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { Cell } from "../cell.ts";
import type { Entries } from "../entries.ts";
import { Host, type HostOptions } from "../host.ts";
import type { Lineage } from "../lineage.ts";
import { handlerOf, type Message } from "../mailbox.ts";
import { Meter } from "../meter.ts";
import type { MainStage } from "../stage.ts";
import type { WarningLimits } from "../warnings.ts";
import { Watch } from "../watch.ts";

/** First modules, for which programs stand. */
export const KEEPER = "sim:keeper";
export const THREAD = "sim:thread";

/** Whoever is told of what actors do. */
export interface Observer {
  /** One thread's half of a system has been made. */
  born(host: SimHost): void;
  /** A turn is about to begin. */
  began(host: SimHost, cell: Cell, message: Message): void;
  /** Nanoseconds for which the next turn of an actor keeps its thread before it runs; 0: none. */
  holds(host: SimHost, cell: Cell): number;
  /** An actor, a thread or a node was started again. */
  restarted(): void;
}

/** Warnings that nobody wants. */
const NO_WARNINGS: WarningLimits = {
  turnMs: Number.POSITIVE_INFINITY,
  asyncTurnMs: Number.POSITIVE_INFINITY,
  mailbox: Number.POSITIVE_INFINITY,
  calls: false,
  leftovers: false,
};

let copiesMade = 0;

export class SimStage implements MainStage {
  readonly machine: VirtualMachine;
  readonly observer: Observer;
  readonly #copies: boolean;
  /** Of this life of the node, by index. */
  readonly hosts: Map<number, SimHost> = new Map();

  /** @param copies threads besides main have copies of actor modules of their own */
  constructor(machine: VirtualMachine, observer: Observer, copies: boolean) {
    this.machine = machine;
    this.#copies = copies;
    this.observer = observer;
  }

  /** Once in a process: a module that was loaded stays. */
  #copyOf(index: number, generation: number): string {
    copiesMade += 1;
    return `${copiesMade}.${index}.${generation}`;
  }

  host(options: HostOptions): Host {
    if (this.hosts.has(options.index)) this.observer.restarted();
    const { index, generation } = options;
    const copy = this.#copies && index > 0 ? this.#copyOf(index, generation) : undefined;
    const host = new SimHost({ ...options, copy }, this);
    this.hosts.set(options.index, host);
    return host;
  }

  async entries(): Promise<Entries> {
    return { keeper: new URL(KEEPER), thread: new URL(THREAD), home: undefined };
  }
}

export class SimHost extends Host {
  override readonly meter: Meter;
  readonly stage: SimStage;
  readonly virtual: VirtualThread;
  readonly #observer: Observer;
  /** It has been held for long enough, and has not run yet. */
  #held: Cell | undefined;

  constructor(options: HostOptions, stage: SimStage) {
    super(options);
    this.meter = new SimMeter(this, options.memory.statistics);
    this.stage = stage;
    this.virtual = stage.machine.world.current;
    this.#observer = stage.observer;
    this.#observer.born(this);
    stage.machine.world.whenOver(() => this.ambient.close());
  }

  protected override makeWatch(limits: WarningLimits | undefined): Watch {
    return new SimWatch(this, limits ?? NO_WARNINGS);
  }

  restarted(): void {
    this.#observer.restarted();
  }

  began(cell: Cell, message: Message): void {
    this.#stirs();
    this.#observer.began(this, cell, message);
  }

  /** What follows may resolve promises that user code awaits. */
  #stirs(): void {
    this.stage.machine.world.stirred = true;
  }

  override taken(from: number, batch: Batch): void {
    this.#stirs();
    super.taken(from, batch);
  }

  override due(payload: number): void {
    this.#stirs();
    super.due(payload);
  }

  override takeResumed(): boolean {
    const resumed = super.takeResumed();
    if (resumed) this.#stirs();
    return resumed;
  }

  override run(turnsMax: number): number {
    const cell = this.turns.ready.first;
    if (cell === undefined) return 0;
    if (cell !== this.#held) {
      const ns = this.#observer.holds(this, cell);
      if (ns > 0) return this.#hold(cell, ns);
    }
    this.#held = undefined;
    return super.run(turnsMax);
  }

  /** The heartbeat says in whose turn the thread is, as it would be. */
  #hold(cell: Cell, ns: number): number {
    this.#held = cell;
    this.thread.heartbeat.slice(cell.slot);
    this.thread.heartbeat.turn(cell.firstTag === 0 ? 0 : handlerOf(cell.firstTag));
    this.virtual.spend(ns);
    return 0;
  }
}

class SimWatch extends Watch {
  readonly #host: SimHost;

  constructor(host: SimHost, limits: WarningLimits) {
    super(host, limits);
    this.#host = host;
  }

  override begins(cell: Cell, message: Message): void {
    super.begins(cell, message);
    this.#host.began(cell, message);
  }
}

class SimMeter extends Meter {
  readonly #host: SimHost;

  constructor(host: SimHost, memory: SharedArrayBuffer) {
    super(host, memory);
    this.#host = host;
  }

  override born(slot: number, lineage: Lineage | undefined, restarts: number): void {
    super.born(slot, lineage, restarts);
    if (restarts > 0) this.#host.restarted();
  }
}
