/**
 * A simulation that runs: what the body of `simulate` is handed.
 *
 *     sim.system, sim.node("b").system     the systems, as startSystem gives them
 *     sim.sleep, sim.now                   virtual time
 *     sim.at(5_000).kill("a", 1)           faults
 *     sim.always, sim.watch, sim.within    properties
 */

import type { Random } from "../../runtime/random.ts";
import type { Delay } from "../../runtime/sim/delay.ts";
import { TIMER } from "../../runtime/sim/virtual-thread.ts";
import { isNumber } from "../../runtime/wrong.ts";
import { InvalidOptions } from "../errors.ts";
import type { MemberId, ProtocolSpec } from "../protocol/contract.ts";
import type { ProtocolDefinition } from "../protocol/define-protocol.ts";
import { shellName } from "../protocol/order.ts";
import type { System } from "../system.ts";
import type { AnyRef, Definition, Ref } from "../types.ts";
import type { SimNode } from "./node.ts";
import type { PlanMoment } from "./plan-builder.ts";
import { checkEntry } from "./plan-check.ts";
import type { AlwaysOptions, Verdict } from "./properties.ts";
import { PlacedInstance, type PlacedOptions } from "./protocol/placed.ts";
import type { Run } from "./run.ts";
import { FOR_GOOD_MS, nsOf } from "./service.ts";

const COUNT = isNumber(0, Number.MAX_SAFE_INTEGER);

export class Simulation {
  readonly seed: string;
  /** For the body's own choices. */
  readonly random: Random;
  readonly #run: Run;

  /** Made by `simulate`. */
  constructor(run: Run) {
    this.#run = run;
    this.seed = run.settings.seed;
    this.random = run.world.random.fork("body");
  }

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#run.world.nowMs;
  }

  /** All nodes, by name. */
  get nodes(): ReadonlyMap<string, SimNode> {
    return this.#run.nodes;
  }

  /** Of the first node. @throws NodeDown while it does not run */
  get system(): System {
    const [first] = this.#run.nodes.values();
    return (first as SimNode).system; // There is at least one.
  }

  /** @throws InvalidOptions for one that there is not */
  node(name: string): SimNode {
    return this.#run.node(name);
  }

  /**
   * The actor of this name on node `to`, as node `from` reaches it: over the network, which loses,
   * delays and repeats messages and answers as the fault plan says. Messages and answers are plain
   * data there; refs do not cross. Ends with the life of `from`. What a call waits for longer than
   * its time-out is CallTimeout, as always.
   */
  remote<Args extends unknown[], P>(
    from: string,
    to: string,
    definition: Definition<Args, P>,
    name: string,
  ): Promise<Ref<P>> {
    const run = this.#run;
    return run.remotes.reach(run.node(from), run.node(to), definition, name);
  }

  /**
   * Starts an instance of a protocol whose members are on several nodes, over the network between
   * them, and looks at all of them by `watch` of the protocol after each step. Members with a
   * journal are started again with their node.
   *
   * @throws (rejects with) what `joinProtocol` does; InvalidOptions for a node that there is not
   */
  async protocol<S extends ProtocolSpec, Client>(
    definition: ProtocolDefinition<S, Client>,
    options: PlacedOptions<S>,
  ): Promise<PlacedInstance<S, Client>> {
    const { world } = this.#run;
    const clock = {
      get nowMs(): number {
        return world.nowMs;
      },
      sleep: (ms: number) => this.sleep(ms),
    };
    const instance = new PlacedInstance(this.#run, clock, definition, options);
    await instance.start();
    return instance;
  }

  /**
   * Looks at the members of an instance that somebody else has started, on whatever nodes, by
   * `watch` of the protocol, after each step in which one of them did something. What is given ends
   * it.
   */
  watchProtocol<S extends ProtocolSpec, Client>(
    { name, protocol }: ProtocolDefinition<S, Client>,
    id: string,
    members: readonly MemberId[],
  ): () => void {
    const names = new Map(members.map((member) => [member, shellName(name, id, member)]));
    return this.#run.watches.begin(`${name}/${id}`, protocol, names);
  }

  /** Settles after so many virtual milliseconds, from 0; fractions count. @throws InvalidOptions */
  sleep(ms: number): Promise<void> {
    checkMs(ms);
    const { driver, nowNs } = this.#run.world;
    return new Promise((resolve) => void driver.at(nowNs + nsOf(ms), TIMER, resolve));
  }

  /** What happens at this time, in virtual milliseconds since the beginning. @throws InvalidPlan */
  at(ms: number): PlanMoment {
    return this.#run.script.at(ms);
  }

  /**
   * Must hold after every step, or every so many; `simulate` rejects with what does not. Costs what
   * `check` does, that often. @throws InvalidOptions
   */
  always(name: string, check: () => Verdict, options?: AlwaysOptions): void {
    this.#run.properties.always(name, check, options);
  }

  /**
   * The same with a state that goes from look to look, so that it sees history: what `look` returns
   * is what the next one gets. It throws for what must not be. @throws InvalidOptions
   */
  watch<State>(
    name: string,
    first: State,
    look: (seen: State) => State,
    options?: AlwaysOptions,
  ): void {
    if (typeof look !== "function") throw new InvalidOptions("look", "a function", look);
    let seen = first;
    const check = (): undefined => {
      seen = look(seen);
    };
    this.#run.properties.always(name, check, options);
  }

  /**
   * Must come true once, at the latest so many milliseconds after the last fault, or after now if
   * that is later. The run does not end before it has. @throws InvalidOptions
   */
  within(ms: number, name: string, check: () => Verdict): void {
    checkMs(ms);
    this.#run.properties.within(name, ms, check, this.now);
  }

  /**
   * Counts instances that have come to their end: orders, elections, transfers. Runs in which none
   * does prove nothing, and a minimum of them can be stated (`simulation`).
   */
  completed(count = 1): void {
    if (!COUNT.holds(count)) throw new InvalidOptions("count", COUNT.allowed, count);
    this.#run.completed += count;
  }

  /**
   * The state of a living actor as it is now, on whatever thread: for properties, which must not
   * change it. Undefined for one that is dead or has not begun.
   */
  state<State = unknown>(ref: AnyRef): State | undefined {
    return this.#run.find(ref)?.cell.state as State | undefined;
  }

  /**
   * The actor crashes as if a handler had thrown, at the end of a step. This and the two below are
   * faults like those of a plan: they count, and `within` waits for their end. Nothing happens to
   * an actor that is dead. @throws InvalidOptions for what is no ref
   */
  crash(ref: AnyRef): void {
    this.#strike(ref, { type: "crash" });
  }

  /** Its next turn keeps its thread for so many whole ms before it runs; default for good. */
  stall(ref: AnyRef, forMs?: number): void {
    this.#strike(ref, { type: "stall", forMs });
  }

  /** Each of its turns takes so long, for so many whole ms; default for good. */
  slow(ref: AnyRef, delay: Delay, forMs?: number): void {
    this.#strike(ref, { type: "slow", delay, forMs });
  }

  /** @throws InvalidPlan for a wrong time or delay */
  #strike(
    ref: AnyRef,
    fault: { type: "crash" | "stall" | "slow"; [field: string]: unknown },
  ): void {
    const found = this.#run.find(ref);
    const nodes = [...this.nodes.values()];
    const node = nodes.find(({ hosts }) => found !== undefined && hosts.includes(found.host));
    if (found === undefined || node === undefined) return;
    const at = Math.floor(this.now);
    const entry = { ...fault, at, node: node.name, actor: String(found.cell) };
    const scope = { nodes: [node.name], threads: 0 };
    this.#run.faults.strike(checkEntry(entry, { index: 0, field: "" }, scope));
  }
}

const MS = isNumber(0, FOR_GOOD_MS);

function checkMs(ms: number): void {
  if (!MS.holds(ms)) throw new InvalidOptions("ms", MS.allowed, ms);
}
