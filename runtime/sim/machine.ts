/**
 * A machine whose threads are virtual: the keeper, the control plane and the threads of a system
 * run on it as they are (machine.ts).
 *
 *     thread() ──BOOT──▶ online, its program ──▶ runs ──▶ error, or the order to end ──EXIT──▶ exit
 *
 * Programs stand in for first modules. Modules of the user's are real, imported once for all
 * threads, in no virtual time.
 */

import { EventEmitter } from "node:events";
import { type Disk, DiskError } from "../disk.ts";
import type { Env, RealEnvOptions } from "../env.ts";
import { folderOf } from "../folder.ts";
import type { Machine, Port, ThreadHandle, ThreadStart } from "../machine.ts";
import type { NodeClock } from "./clock.ts";
import { BOOT, EXIT, TERMINATE } from "./delays.ts";
import { Memories } from "./memories.ts";
import { VirtualPort } from "./ports.ts";
import { MACHINE, type VirtualThread } from "./virtual-thread.ts";
import type { World } from "./world.ts";

/** What a clock costs that is looked at. */
const LOOK_NS = 40;
/** Turns of actors in one step: mostly one, so that others run between any two. */
const TURNS = [1, 1, 1, 2, 4, 8, 16, 64];

/** Runs on a thread that has booted, in place of its first module. */
export type Program = (data: object, thread: VirtualThread, handle: VirtualHandle) => void;

export interface VirtualMachineOptions {
  readonly world: World;
  /** One life of the node whose machine this is. */
  readonly node: string;
  readonly clock: NodeClock;
  /** By the address of the first module that each stands for. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly load: (url: string) => Promise<object>;
  /** What its node keeps over crashes; left out: it has no disk. */
  readonly disk?: Disk;
}

export class VirtualMachine implements Machine {
  readonly world: World;
  readonly load: (url: string) => Promise<object>;
  readonly memories: Memories = new Memories();
  readonly #options: VirtualMachineOptions;
  /** All of its threads that live, main included. */
  readonly handles: Set<VirtualHandle> = new Set();
  #made = 0;

  constructor(options: VirtualMachineOptions) {
    this.world = options.world;
    this.#options = options;
    this.load = (url) => this.world.outside(() => options.load(url));
  }

  /** Main, which has booted and which nobody holds. */
  main(): VirtualThread {
    const { node, clock } = this.#options;
    return this.world.thread(`${node} main`, node, clock);
  }

  thread(entry: URL, { name, data, ports }: ThreadStart): ThreadHandle {
    const { world } = this;
    const { node, clock, programs } = this.#options;
    const program = programs.get(entry.href);
    if (program === undefined) throw new Error(`no program stands for ${entry.href}`);
    this.#made += 1;
    this.memories.find(data);
    const thread = world.thread(`${node} ${this.#made} ${name}`, node, clock);
    const handle = new VirtualHandle(this, thread, ports as unknown as VirtualPort[]);
    this.handles.add(handle);
    thread.uncaught = (error) => handle.die(error);
    for (const port of ports as unknown as VirtualPort[]) port.moveTo(thread);
    thread.at(world.current.nowNs + BOOT.draw(thread.random), MACHINE, () => {
      handle.tell("online");
      program(data, thread, handle);
    });
    return handle;
  }

  channel(): { port1: Port; port2: Port } {
    return VirtualPort.pair(this.world, (value) => this.memories.find(value));
  }

  /** A folder of the node's disk. */
  async disk(folder: string): Promise<Disk> {
    const { disk, node } = this.#options;
    if (disk === undefined) throw new DiskError("ENODEV", "makeFolder", `${node}: ${folder}`);
    return await folderOf(disk, folder);
  }

  env({ epochMs, cores, threads }: RealEnvOptions): Env {
    const { world } = this;
    const thread = world.current;
    const { random, ownRandom } = thread;
    return {
      spinMs: 0,
      cores,
      threads,
      now: () => {
        thread.spend(LOOK_NS);
        return thread.localMs - epochMs;
      },
      random: () => ownRandom.float(),
      // Every step of the world runs in an async context of its own.
      root: (step) => step(),
      microtask: (step) => () => thread.microtask(step),
      afterMicrotasks: (step) => () => thread.afterwards(step),
      macrotask: (step) => void thread.macrotask(step),
      timer: (ms, step) => thread.timer(ms, step),
      disk: (folder) => this.disk(folder),
      life: this.#options.node,
      wait: (words, word, value, wake) => {
        const waits = words[word] === value;
        if (waits) world.wait(thread, words, word, wake);
        return waits;
      },
      turns: () => (world.chooser === undefined ? (TURNS[random.int(TURNS.length)] ?? 1) : 1),
    };
  }
}

/** A thread as whoever made it holds it. */
export class VirtualHandle extends EventEmitter implements ThreadHandle {
  readonly thread: VirtualThread;
  readonly #machine: VirtualMachine;
  readonly #ports: readonly VirtualPort[];
  /** Whoever made it. */
  readonly #maker: VirtualThread;
  readonly #ended: Promise<number>;
  #over: (code: number) => void = () => {};
  #ordered = false;

  constructor(machine: VirtualMachine, thread: VirtualThread, ports: readonly VirtualPort[]) {
    super();
    this.#machine = machine;
    this.thread = thread;
    this.#ports = ports;
    this.#maker = machine.world.current;
    this.#ended = new Promise((resolve) => {
      this.#over = resolve;
    });
  }

  /** An event for whoever made it, after so long. */
  tell(event: string, argument?: unknown, ns = 0): void {
    this.#machine.world.deliver(this.#maker, ns, () => this.emit(event, argument));
  }

  terminate(): Promise<number> {
    const { world } = this.#machine;
    if (!this.#ordered) {
      this.#ordered = true;
      const at = world.current.nowNs + TERMINATE.draw(this.thread.random);
      // Not by itself: it may be at something for ever.
      world.driver.at(at, MACHINE, () => this.kill(1));
    }
    return this.#ended;
  }

  /** It ends by an error of its own. */
  die(error: unknown): void {
    if (this.thread.dead) return;
    this.thread.lastWords?.();
    this.tell("error", error);
    this.kill(1);
  }

  /** It ends by an error of its own, before its n-th atomic write from now on. */
  dieAfter(writes: number, error: unknown, struck: () => void): void {
    const { world, memories } = this.#machine;
    world.arm(
      this.thread,
      writes,
      () => memories.all(),
      () => {
        this.die(error);
        struck();
      },
    );
  }

  /** It ends now. */
  kill(code: number): void {
    if (this.thread.dead) return;
    const { world, handles } = this.#machine;
    handles.delete(this);
    world.end(this.thread);
    for (const port of this.#ports) port.close();
    const maker = this.#maker;
    const ns = EXIT.draw(this.thread.random);
    world.deliver(maker, ns, () => {
      this.emit("exit", code);
      this.#over(code);
    });
  }

  ref(): void {}
  unref(): void {}
}
