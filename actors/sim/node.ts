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
import { SimulatedDisk } from "../../runtime/sim/disk.ts";
import { type Program, VirtualMachine } from "../../runtime/sim/machine.ts";
import type { DelayStep } from "../../runtime/sim/operations.ts";
import type { Unsynced } from "../../runtime/sim/stored.ts";
import { MACHINE, type VirtualThread } from "../../runtime/sim/virtual-thread.ts";
import type { World } from "../../runtime/sim/world.ts";
import { type Cell, DEAD } from "../cell.ts";
import { definitions } from "../define.ts";
import type { SystemOptions } from "../options.ts";
import { startOn } from "../start.ts";
import type { System } from "../system.ts";
import { ThreadBoot, type ThreadData } from "../thread-boot.ts";
import { NodeDown, NodeRuns } from "./errors.ts";
import { KEEPER, type Observer, type SimHost, SimStage, THREAD } from "./stage.ts";

export interface SimNodeOptions {
  readonly world: World;
  readonly name: string;
  readonly system: SystemOptions;
  readonly observer: Observer;
  readonly isolateModules: boolean;
  /** Of virtual time, for operations of the disk. */
  readonly delay: DelayStep;
  /** Runs on main of the node whenever it has started. */
  readonly boot: ((system: System, node: SimNode) => unknown) | undefined;
}

export class SimNode {
  readonly name: string;
  readonly clock: NodeClock = new NodeClock();
  /** What it keeps over crashes: `Disk` of sabeam/runtime, and its troubles. */
  readonly disk: SimulatedDisk;
  readonly #options: SimNodeOptions;
  /** Lives it has begun. */
  lives = 0;
  /** Called whenever it has started again, after `boot`. */
  readonly whenStarted: Set<() => Promise<void>> = new Set();
  #stage: SimStage | undefined;
  #main: VirtualThread | undefined;
  #system: System | undefined;
  #ended: Ended = endedLater();

  constructor(options: SimNodeOptions) {
    this.name = options.name;
    this.#options = options;
    const { world, delay } = options;
    this.disk = new SimulatedDisk({ random: world.random.fork(`node ${this.name}`), delay });
  }

  /** The system of its present life. @throws NodeDown while there is none */
  get system(): System {
    if (this.#system === undefined) throw new NodeDown(this.name);
    return this.#system;
  }

  /** It has crashed, and has not been started again. */
  get down(): boolean {
    return this.#main === undefined;
  }

  /** Its system has started, and `boot` has been called. */
  get runs(): boolean {
    return this.#system !== undefined;
  }

  /** Settles when its present life has ended by a crash. */
  get ended(): Promise<undefined> {
    return this.#ended.promise;
  }

  /** It stands still. */
  get paused(): boolean {
    return this.#main?.paused === true;
  }

  /** Those of its threads that live, main first. */
  get hosts(): readonly SimHost[] {
    const hosts = [...(this.#stage?.hosts.values() ?? [])].filter(({ virtual }) => !virtual.dead);
    return hosts.sort((one, other) => one.thread.index - other.thread.index);
  }

  /** An actor by its name, its label, or the text of its address. */
  find(text: string): { host: SimHost; cell: Cell } | undefined {
    for (const host of this.hosts) {
      const cell = host.cells.all().find((one) => isCalled(one, text));
      if (cell !== undefined) return { host, cell };
    }
    return undefined;
  }

  get stage(): SimStage | undefined {
    return this.#stage;
  }

  /**
   * Settles when its system runs, and `boot` has ended.
   *
   * @throws NodeRuns (ERR_NODE_RUNS) while it does, NodeDown (ERR_NODE_DOWN) if it crashes before
   */
  start(): Promise<System> {
    if (!this.down) return Promise.reject(new NodeRuns(this.name));
    const { world, name, observer, isolateModules } = this.#options;
    if (this.lives > 0) this.disk.restart();
    this.lives += 1;
    if (this.lives > 1) observer.restarted();
    const machine = new VirtualMachine({
      world,
      node: `${name}.${this.lives}`,
      clock: this.clock,
      programs: this.#programs(() => stage),
      load,
      disk: this.disk,
    });
    const stage = new SimStage(machine, observer, isolateModules);
    const main = machine.main();
    this.#stage = stage;
    this.#main = main;
    const { promise: ended } = this.#ended;
    return new Promise((resolve, reject) => {
      void ended.then(() => reject(new NodeDown(name)));
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
    for (const started of this.whenStarted) void this.#run(started);
    return system;
  }

  async #run(started: () => Promise<void>): Promise<void> {
    try {
      await started();
    } catch (error) {
      this.#options.world.fail(error);
    }
  }

  #programs(stage: () => SimStage): ReadonlyMap<string, Program> {
    return new Map<string, Program>([
      [KEEPER, (data) => keep(data as KeeperData, stage())],
      [THREAD, (data, thread) => live(data as ThreadData, stage(), thread)],
    ]);
  }

  /**
   * All of it ends now, at whatever it is. False: it had.
   *
   * @param unsynced what becomes of bytes that were written and not synced; default "lost"
   */
  crash(unsynced?: Unsynced): boolean {
    const { world, name } = this.#options;
    const [main, stage] = [this.#main, this.#stage];
    if (main === undefined || stage === undefined) return false;
    this.#main = undefined;
    this.#stage = undefined;
    this.#system = undefined;
    for (const { thread } of stage.machine.handles) world.end(thread);
    world.end(main);
    this.disk.crash(unsynced);
    const ended = this.#ended;
    this.#ended = endedLater();
    ended.end();
    // Whoever runs the simulation may wait for an answer, and must not for ever.
    stage.hosts.get(0)?.answers.failAll(() => new NodeDown(name));
    return true;
  }

  /** All its threads stand still, as under SIGSTOP, or go on. False: they did already. */
  pause(paused: boolean): boolean {
    const [main, stage] = [this.#main, this.#stage];
    if (main === undefined || stage === undefined || main.paused === paused) return false;
    const threads = [...stage.machine.handles].map(({ thread }) => thread);
    for (const thread of [main, ...threads]) thread.paused = paused;
    return true;
  }

  /** Ends a worker thread as an error of its own would. False: no life of it runs. */
  kill(index: number, afterWrites = 0, struck: () => void = () => {}): boolean {
    const host = this.#stage?.hosts.get(index);
    if (host === undefined || host.virtual.dead || index === 0) return false;
    const error = new Error("the simulation has killed it");
    for (const handle of this.#stage?.machine.handles ?? []) {
      if (handle.thread !== host.virtual) continue;
      if (afterWrites > 0) handle.dieAfter(afterWrites, error, struck);
      else handle.die(error);
    }
    return true;
  }
}

function isCalled(cell: Cell, text: string): boolean {
  if (cell.status === DEAD) return false;
  return cell.name === text || cell.label === text || String(cell) === text;
}

/** Modules are there for all threads once one has loaded them; also the program that simulates. */
async function load(url: string): Promise<object> {
  const loaded = definitions().some((one) => one.url === url);
  return loaded ? {} : ((await import(url)) as object);
}

interface Ended {
  readonly promise: Promise<undefined>;
  end(): void;
}

function endedLater(): Ended {
  let end = (): void => {};
  const promise = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined);
  });
  return { promise, end };
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
