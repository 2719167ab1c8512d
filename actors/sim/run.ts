/**
 * One run of a simulation, from within: what `Simulation` (simulation.ts) shows of it, and what
 * hosts, properties and faults have in common.
 */

import { Cut } from "../../runtime/sim/death.ts";
import { Network } from "../../runtime/sim/network.ts";
import { DELIVERY, type VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import type { Cell } from "../cell.ts";
import { InvalidOptions } from "../errors.ts";
import { handlerOf, kindOf, type Message, REQUEST } from "../mailbox.ts";
import { ActorRef } from "../ref.ts";
import type { Request } from "../request.ts";
import { ForeignOperation, SimulationHangs } from "./errors.ts";
import { Faults } from "./faults.ts";
import { ForeignTurns } from "./foreign-turns.ts";
import { Lines } from "./lines.ts";
import { SimNode } from "./node.ts";
import type { SimulateSettings } from "./options.ts";
import type { PlanEntry } from "./plan.ts";
import { PlanBuilder } from "./plan-builder.ts";
import { Properties } from "./properties.ts";
import { ProtocolWatches } from "./protocol/watches.ts";
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
  readonly foreign: ForeignTurns = new ForeignTurns();
  /** Of all lives of all nodes, by the thread each lives on. */
  readonly hosts: Map<VirtualThread, SimHost> = new Map();
  readonly script: PlanBuilder;
  readonly network: Network;
  readonly remotes: Remotes = new Remotes(this);
  readonly watches: ProtocolWatches = new ProtocolWatches();
  readonly lines: Lines;
  /** Turns that have begun, of all nodes. */
  messages = 0;
  /** Of children of supervisors, threads and nodes. */
  restarts = 0;
  /** What the body has counted. */
  completed = 0;

  constructor(world: World, settings: SimulateSettings) {
    const { nodes: names, threads, system, boot, faults, isolateModules } = settings;
    this.world = world;
    this.settings = settings;
    this.network = new Network(world.random, names);
    this.lines = new Lines(() => world.nowMs);
    const delay = (ns: number, step: () => void): void => {
      const { current } = world;
      this.owned((done) => current.at(current.nowNs + ns, DELIVERY, done), step);
    };
    const shared = { world, boot, observer: this, delay, isolateModules };
    const nodes = names.map((name) => {
      const options = { log: this.lines.log(name), ...system };
      return new SimNode({ ...shared, name, system: options });
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

  born(host: SimHost): void {
    for (const thread of this.hosts.keys()) if (thread.dead) this.hosts.delete(thread);
    this.hosts.set(host.virtual, host);
    host.virtual.hasActors = true;
    const { spawner } = host;
    const spawn = spawner.spawn.bind(spawner);
    spawner.spawn = (...args) => this.whileOpen(args[3], spawn(...args));
  }

  began(host: SimHost, cell: Cell, { tag, from, arg }: Message): void {
    if (this.world.death?.struck) throw new Cut();
    const { virtual } = host;
    virtual.spend(this.service.usual(host));
    this.messages += 1;
    this.watches.turn(host, cell);
    const called = kindOf(tag) === REQUEST;
    const code = called ? CALLED | (arg as Request).handler : handlerOf(tag);
    this.world.trail.add(virtual.nowNs, virtual.id, TURN, cell.slot, code, from);
  }

  restarted(): void {
    this.restarts += 1;
  }

  holds(host: SimHost, cell: Cell): number {
    return this.service.holds(host, cell);
  }

  /** Whose code runs right now. */
  actor(): Cell | undefined {
    const host = this.hosts.get(this.world.current);
    return host?.ambient.current ?? host?.ambient.turn()?.cell ?? this.#brought;
  }

  /** Something that brings an actor on: asked for by the actor whose code runs, or by nobody. */
  owned(ask: (done: () => void) => { cancel(): void }, step: () => void): { cancel(): void } {
    const cell = this.actor();
    const owner = cell ?? this.world.current;
    const { foreign } = this;
    let open = true;
    const end = (): void => {
      if (open) foreign.end(owner);
      open = false;
    };
    foreign.begin(owner);
    const asked = ask(() => {
      end();
      // Code that is not declared async carries no token: what it goes on with in this step is its.
      this.#brought = cell;
      step();
    });
    return {
      cancel: () => {
        end();
        asked.cancel();
      },
    };
  }

  /** An actor waits for this. */
  async whileOpen<Result>(cell: Cell | undefined, wait: Promise<Result>): Promise<Result> {
    if (cell !== undefined) this.foreign.begin(cell);
    try {
      return await wait;
    } finally {
      if (cell !== undefined) this.foreign.end(cell);
    }
  }

  /** Something happened in the world between two steps. */
  touched(): void {
    if (this.settings.foreign === "allowed") return;
    for (const host of this.hosts.values()) {
      const turn = host.ambient.turn();
      if (turn === undefined) continue;
      this.world.fail(new ForeignOperation(`${turn.cell}`, turn.name, turn.cell.kind.blueprint));
    }
    this.world.fail(new ForeignOperation("the body, or code of no known actor", "", undefined));
  }

  /** Whom the step that runs has brought on. */
  #brought: Cell | undefined;

  /** After each step. @throws PropertyViolated, SimulationHangs */
  look(): void {
    this.#brought = undefined;
    const { nowMs, steps } = this.world;
    const { limitMs, stepsMax } = this.settings;
    if (nowMs > limitMs) throw new SimulationHangs(`it has not ended after ${limitMs} virtual ms`);
    if (steps > stepsMax) throw new SimulationHangs(`it has not ended after ${stepsMax} steps`);
    const last = this.faults.lastMs;
    const quietSinceMs = nowMs >= last ? last : Number.POSITIVE_INFINITY;
    if (this.settings.foreign === "refused") this.foreign.look(() => this.hosts.values(), nowMs);
    this.watches.look();
    this.properties.look({ nowMs, step: steps, quietSinceMs });
  }
}
