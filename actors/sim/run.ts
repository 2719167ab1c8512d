/**
 * One run of a simulation, from within: what `Simulation` (simulation.ts) shows of it, and what
 * hosts, properties and faults have in common.
 */

import { Cut } from "../../runtime/sim/death.ts";
import { Network } from "../../runtime/sim/network.ts";
import type { VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import type { Cell } from "../cell.ts";
import { InvalidOptions } from "../errors.ts";
import { handlerOf, kindOf, type Message, REQUEST } from "../mailbox.ts";
import { ActorRef } from "../ref.ts";
import type { Request } from "../request.ts";
import { SimulationHangs } from "./errors.ts";
import { Faults } from "./faults.ts";
import { Lines } from "./lines.ts";
import { SimNode } from "./node.ts";
import type { SimulateSettings } from "./options.ts";
import type { PlanEntry } from "./plan.ts";
import { PlanBuilder } from "./plan-builder.ts";
import { Properties } from "./properties.ts";
import { Remotes } from "./remote.ts";
import { Service } from "./service.ts";
import type { Observer, SimHost } from "./stage.ts";

/** In the trail: a turn (slot, handler, packed sender). */
export const TURN = 16;
/** On top of a handler's number in the trail: it was called, not cast to. */
export const CALLED = 256;

export class Run implements Observer {
  readonly world: World;
  readonly settings: SimulateSettings;
  readonly nodes: ReadonlyMap<string, SimNode>;
  readonly properties: Properties = new Properties();
  readonly service: Service = new Service();
  readonly faults: Faults;
  readonly script: PlanBuilder;
  readonly network: Network;
  readonly remotes: Remotes = new Remotes(this);
  readonly lines: Lines;
  /** Turns that have begun, of all nodes. */
  messages = 0;

  constructor(world: World, settings: SimulateSettings) {
    const { nodes: names, threads, system, boot, faults } = settings;
    this.world = world;
    this.settings = settings;
    this.network = new Network(world.random, names);
    this.lines = new Lines(() => world.nowMs);
    const nodes = names.map((name) => {
      const options = { log: this.lines.log(name), ...system };
      return new SimNode({ world, name, system: options, boot, observer: this });
    });
    this.nodes = new Map(nodes.map((node) => [node.name, node]));
    this.faults = new Faults(this);
    const added = (entry: PlanEntry): void => this.faults.schedule(entry);
    this.script = new PlanBuilder({ nodes: names, threads }, { now: () => world.nowMs, added });
    for (const entry of faults) this.faults.schedule(entry);
  }

  /** @throws InvalidOptions for one that there is not */
  node(name: string): SimNode {
    const node = this.nodes.get(name);
    if (node !== undefined) return node;
    throw new InvalidOptions("node", `one of ${[...this.nodes.keys()].join(", ")}`, name);
  }

  /** The actor that a ref of any node leads to, if it lives. @throws InvalidOptions */
  find(ref: unknown): { host: SimHost; cell: Cell } | undefined {
    if (!(ref instanceof ActorRef)) throw new InvalidOptions("ref", "a ref of a node", ref);
    for (const { hosts } of this.nodes.values()) {
      const own = hosts.find(({ sending }) => sending === ref.sending);
      if (own === undefined) continue;
      const { slot, incarnation } = own.aliases.resolve(ref);
      for (const host of hosts) {
        const cell = host.cells.get(slot);
        if (cell?.incarnation === incarnation) return { host, cell };
      }
    }
    return undefined;
  }

  began(host: SimHost, cell: Cell, { tag, from, arg }: Message): void {
    if (this.world.death?.struck) throw new Cut();
    const { virtual } = host;
    virtual.spend(this.service.usual(host));
    this.messages += 1;
    const called = kindOf(tag) === REQUEST;
    const code = called ? CALLED | (arg as Request).handler : handlerOf(tag);
    this.world.trail.add(virtual.nowNs, virtual.id, TURN, cell.slot, code, from);
  }

  holds(host: SimHost, cell: Cell): number {
    return this.service.holds(host, cell);
  }

  /** Whose code runs on a thread right now: a definition. */
  owner(thread: VirtualThread): unknown {
    for (const { hosts } of this.nodes.values()) {
      const host = hosts.find(({ virtual }) => virtual === thread);
      if (host === undefined) continue;
      const { ambient } = host;
      return (ambient.current ?? ambient.turn()?.cell)?.kind.blueprint;
    }
    return undefined;
  }

  /** After each step. @throws PropertyViolated, SimulationHangs */
  look(): void {
    const { nowMs, steps } = this.world;
    const { limitMs, stepsMax } = this.settings;
    if (nowMs > limitMs) throw new SimulationHangs(`it has not ended after ${limitMs} virtual ms`);
    if (steps > stepsMax) throw new SimulationHangs(`it has not ended after ${stepsMax} steps`);
    const last = this.faults.lastMs;
    const quietSinceMs = nowMs >= last ? last : Number.POSITIVE_INFINITY;
    this.properties.look({ nowMs, step: steps, quietSinceMs });
  }
}
