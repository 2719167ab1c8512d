/**
 * A node of a simulation: one system, which can crash and be started again.
 *
 *     start ──▶ a machine, a stage, main ──▶ startOn ──▶ boot(system) ──▶ runs ──▶ crash ──▶ start
 */

import { serve } from "../../runtime/control.ts";
import { Keeper } from "../../runtime/keeper.ts";
import type { KeeperOptions } from "../../runtime/keeper-api.ts";
import type { Port } from "../../runtime/machine.ts";
import { NodeClock } from "../../runtime/sim/clock.ts";
import { type Program, VirtualMachine } from "../../runtime/sim/machine.ts";
import { MACHINE, type VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import type { SystemOptions } from "../options.ts";
import { startOn } from "../start.ts";
import type { System } from "../system.ts";
import { ThreadBoot, type ThreadData } from "../thread-boot.ts";
import { KEEPER, type Observer, SimStage, THREAD } from "./stage.ts";

export interface SimNodeOptions {
  readonly world: World;
  readonly name: string;
  readonly system: SystemOptions;
  readonly observer: Observer;
  readonly load: (url: string) => Promise<object>;
  /** Runs on main of the node whenever it has started. */
  readonly boot: ((system: System, node: SimNode) => unknown) | undefined;
}

export class SimNode {
  readonly name: string;
  readonly clock: NodeClock = new NodeClock();
  readonly #options: SimNodeOptions;
  /** Lives it has begun. */
  lives = 0;
  #stage: SimStage | undefined;
  #main: VirtualThread | undefined;
  #system: System | undefined;

  constructor(options: SimNodeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The system of its present life. Throws while there is none. */
  get system(): System {
    if (this.#system === undefined) throw new Error(`node ${this.name} does not run`);
    return this.#system;
  }

  get runs(): boolean {
    return this.#system !== undefined;
  }

  get stage(): SimStage | undefined {
    return this.#stage;
  }

  /** Settles when its system runs, and `boot` has ended. */
  start(): Promise<System> {
    const { world, name, observer, load } = this.#options;
    this.lives += 1;
    const machine = new VirtualMachine({
      world,
      node: `${name}.${this.lives}`,
      clock: this.clock,
      programs: this.#programs(() => stage),
      load,
    });
    const stage = new SimStage(machine, observer);
    const main = machine.main();
    this.#stage = stage;
    this.#main = main;
    return new Promise((resolve, reject) => {
      const begin = (): void => void this.#begin(stage, main).then(resolve, reject);
      main.at(world.nowNs, MACHINE, begin);
    });
  }

  async #begin(stage: SimStage, main: VirtualThread): Promise<System> {
    const { system: options, boot } = this.#options;
    const system = await startOn(stage, options);
    // It may have crashed meanwhile.
    if (this.#main === main) this.#system = system;
    await boot?.(system, this);
    return system;
  }

  #programs(stage: () => SimStage): ReadonlyMap<string, Program> {
    return new Map<string, Program>([
      [KEEPER, (data) => keep(data as KeeperData, stage())],
      [THREAD, (data, thread) => live(data as ThreadData, stage(), thread)],
    ]);
  }

  /** All of it ends now, at whatever it is. */
  crash(): void {
    const { world } = this.#options;
    const main = this.#main;
    if (main === undefined) return;
    for (const handle of this.#stage?.machine.handles ?? []) world.end(handle.thread);
    world.end(main);
    this.#main = undefined;
    this.#stage = undefined;
    this.#system = undefined;
  }
}

interface KeeperData {
  readonly options: KeeperOptions;
  readonly keeper: Port;
  readonly control: Port;
}

function keep({ options, keeper, control }: KeeperData, { machine }: SimStage): void {
  serve(keeper, new Keeper(options, control, machine));
}

function live(data: ThreadData, stage: SimStage, thread: VirtualThread): void {
  const boot = new ThreadBoot(data, stage);
  const die = thread.uncaught;
  thread.lastWords = () => boot.lastWords();
  thread.uncaught = (error) => {
    try {
      boot.uncaught(error);
    } catch (unblamed) {
      die?.(unblamed);
    }
  };
  serve(data.control, boot.api());
}
